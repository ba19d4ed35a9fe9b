package rules

import (
	"encoding/json"
	"math"
	"math/bits"
	"strconv"
	"time"
)

// num is a number that is exact when it is whole.
type num struct {
	i     int64
	f     float64
	whole bool
}

func whole(i int64) num { return num{i: i, whole: true} }

func toNum(v any) (num, bool) {
	switch v := v.(type) {
	case int64:
		return whole(v), true
	case float64:
		return num{f: v}, true
	case int:
		return whole(int64(v)), true
	}
	return num{}, false
}

// float returns the nearest float64.
func (n num) float() float64 {
	if n.whole {
		return float64(n.i)
	}
	return n.f
}

// value returns the number as an expression sees it: nil when it is not finite.
func (n num) value() any {
	if n.whole {
		return n.i
	}
	if math.IsNaN(n.f) || math.IsInf(n.f, 0) {
		return nil
	}
	return n.f
}

// integer returns a whole number, also of a float64 without a fraction.
func (n num) integer() (int64, bool) {
	if n.whole {
		return n.i, true
	}
	if n.f == math.Trunc(n.f) && n.f >= -(1<<63) && n.f < 1<<63 {
		return int64(n.f), true
	}
	return 0, false
}

// compareNum compares exactly, also whole numbers with floats beyond 2^53.
func compareNum(a, b num) int {
	switch {
	case a.whole && b.whole:
		return compareOrdered(a.i, b.i)
	case a.whole:
		return -compareFloatInt(b.f, a.i)
	case b.whole:
		return compareFloatInt(a.f, b.i)
	}
	return compareOrdered(a.f, b.f)
}

func compareOrdered[T int64 | float64 | string | time.Duration](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func compareFloatInt(f float64, i int64) int {
	if f >= 1<<63 {
		return 1
	}
	if f < -(1 << 63) {
		return -1
	}
	t := math.Trunc(f)
	if c := compareOrdered(int64(t), i); c != 0 {
		return c
	}
	return compareOrdered(f, t)
}

func addNum(a, b num) num {
	if a.whole && b.whole {
		if s := a.i + b.i; (s > a.i) == (b.i > 0) {
			return whole(s)
		}
	}
	return num{f: a.float() + b.float()}
}

func subNum(a, b num) num {
	if a.whole && b.whole {
		if d := a.i - b.i; (d < a.i) == (b.i > 0) {
			return whole(d)
		}
	}
	return num{f: a.float() - b.float()}
}

func mulNum(a, b num) num {
	if a.whole && b.whole {
		hi, lo := bits.Mul64(magnitude(a.i), magnitude(b.i))
		if negative := (a.i < 0) != (b.i < 0); hi == 0 && lo <= math.MaxInt64 {
			if negative {
				return whole(-int64(lo))
			}
			return whole(int64(lo))
		}
	}
	return num{f: a.float() * b.float()}
}

func magnitude(i int64) uint64 {
	if i < 0 {
		return uint64(-(i + 1)) + 1 //nolint:gosec // -(i+1) is not negative
	}
	return uint64(i)
}

// parseNum reads a number literal as payloads are read: whole numbers within int64
// stay exact.
func parseNum(s string) (num, bool) {
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return whole(i), true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return num{}, false
	}
	return num{f: f}, true
}

func fromJSONNumber(n json.Number) any {
	if v, ok := parseNum(n.String()); ok {
		return v.value()
	}
	return nil
}

// appendFloat writes a float without an exponent unless it would be very long.
func appendFloat(dst []byte, f float64) []byte {
	if abs := math.Abs(f); abs != 0 && (abs < 1e-7 || abs >= 1e21) {
		return strconv.AppendFloat(dst, f, 'g', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}
