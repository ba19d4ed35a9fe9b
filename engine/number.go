package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

var errTrailing = errors.New("text after the JSON value")

// DecodeJSON reads one JSON value as [json.Unmarshal] does, and keeps the value of
// every number in fields of type any, as [ExactNumbers] holds them.
func DecodeJSON(text []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("decode JSON: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("decode JSON: %w", errTrailing)
	}
	exactWithin(reflect.ValueOf(into))
	return nil
}

// ExactNumbers replaces every json.Number of a free value, in place where it can: by
// an int64 when it is a whole number that fits, by a float64 when that is written
// with the same value, and leaves it otherwise.
func ExactNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		return ExactNumber(v.String())
	case map[string]any:
		for k, item := range v {
			v[k] = ExactNumbers(item)
		}
	case []any:
		for i, item := range v {
			v[i] = ExactNumbers(item)
		}
	}
	return v
}

// ExactNumber returns the number of a JSON literal as an int64, float64 or, where
// neither holds its value, json.Number.
func ExactNumber(literal string) any {
	if i, err := strconv.ParseInt(literal, 10, 64); err == nil {
		return i
	}
	f, err := strconv.ParseFloat(literal, 64)
	if err == nil && sameDecimal(literal, strconv.FormatFloat(f, 'e', -1, 64)) {
		return f
	}
	return json.Number(literal)
}

// sameDecimal reports whether two number literals have one value.
func sameDecimal(a, b string) bool {
	digitsA, powerA := decimal(a)
	digitsB, powerB := decimal(b)
	return digitsA == digitsB && powerA == powerB
}

// decimal returns the sign and digits of a number literal without zeros at either
// end, and the power of ten of the last digit. Zero has no digits.
func decimal(literal string) (digits string, power int) {
	mantissa, exponent, found := strings.Cut(strings.ToLower(literal), "e")
	if found {
		n, err := strconv.Atoi(exponent)
		if err != nil {
			return literal, 0 // equals itself only
		}
		power = n
	}
	unsigned, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(unsigned, ".")
	digits = strings.TrimLeft(whole+fraction, "0")
	short := strings.TrimRight(digits, "0")
	if short == "" {
		return "", 0
	}
	power += len(digits) - len(short) - len(fraction)
	if negative {
		short = "-" + short
	}
	return short, power
}

// exactWithin looks for free values below v, which can be set or lies behind a pointer.
func exactWithin(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			exactWithin(v.Elem())
		}
	case reflect.Interface:
		if !v.IsNil() && v.CanSet() {
			v.Set(reflect.ValueOf(ExactNumbers(v.Interface())))
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() {
				exactWithin(field)
			}
		}
	case reflect.Slice:
		if mayHold(v.Type().Elem()) {
			for i := range v.Len() {
				exactWithin(v.Index(i))
			}
		}
	case reflect.Map:
		exactMap(v)
	default: // holds no free value
	}
}

func exactMap(v reflect.Value) {
	if !mayHold(v.Type().Elem()) {
		return
	}
	for iter := v.MapRange(); iter.Next(); {
		value := reflect.New(v.Type().Elem()).Elem()
		value.Set(iter.Value())
		exactWithin(value)
		v.SetMapIndex(iter.Key(), value)
	}
}

// mayHold reports whether values of a type can hold free values.
func mayHold(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Struct, reflect.Slice, reflect.Map:
		return true
	default:
		return false
	}
}
