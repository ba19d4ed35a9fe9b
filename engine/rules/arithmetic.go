package rules

import (
	"math"
	"time"
	"unicode/utf8"
)

// arithmetic computes a op b, nil when the operands do not fit.
func (m *machine) arithmetic(c *clause, op string, a, b any) any {
	x, okx := toNum(a)
	y, oky := toNum(b)
	if okx && oky {
		return m.numbers(c, op, x, y)
	}
	if s, ok := a.(string); ok && op == "+" {
		if t, ok := b.(string); ok {
			m.charge(len(s) + len(t))
			return s + t
		}
	}
	if v, ok := dates(op, a, b); ok {
		return v
	}
	if _, text := a.(string); text && op == "+" {
		m.spoil(c, 1, b, kindText)
		return nil
	}
	if okx {
		m.spoil(c, 1, b, kindNumber)
	} else {
		m.spoil(c, 0, a, wantOf(b))
	}
	return nil
}

// wantOf returns the kind that the other operand of an addition should have had.
func wantOf(v any) kind {
	if k := kindOf(v); k == kindText || k == kindTime || k == kindDuration {
		return k
	}
	return kindNumber
}

func (m *machine) numbers(c *clause, op string, x, y num) any {
	switch op {
	case "+":
		return addNum(x, y).value()
	case "-":
		return subNum(x, y).value()
	case "*":
		return mulNum(x, y).value()
	case "**", "^":
		return num{f: math.Pow(x.float(), y.float())}.value()
	case "/":
		if y.float() == 0 {
			m.note(c, c.operands[1].text+" is zero, which nothing can be divided by")
			return nil
		}
		return num{f: x.float() / y.float()}.value()
	}
	i, ok1 := x.integer()
	j, ok2 := y.integer()
	switch {
	case !ok1 || !ok2:
		m.note(c, "% takes whole numbers")
		return nil
	case j == 0:
		m.note(c, c.operands[1].text+" is zero, which nothing can be divided by")
		return nil
	case j == -1:
		return int64(0) // the smallest int64 has no opposite
	}
	return i % j
}

// dates computes with dates and durations.
func dates(op string, a, b any) (any, bool) {
	switch x := a.(type) {
	case time.Time:
		switch y := b.(type) {
		case time.Time:
			return x.Sub(y), op == "-"
		case time.Duration:
			if op == "-" {
				return x.Add(-y), true
			}
			return x.Add(y), op == "+"
		}
	case time.Duration:
		return durations(op, x, b)
	default:
		if y, ok := b.(time.Duration); ok && op == "*" {
			if n, ok := toNum(a); ok {
				return scale(y, n), true
			}
		}
	}
	return nil, false
}

func durations(op string, x time.Duration, b any) (any, bool) {
	switch y := b.(type) {
	case time.Time:
		return y.Add(x), op == "+"
	case time.Duration:
		switch op {
		case "+":
			return x + y, true
		case "-":
			return x - y, true
		}
		return nil, false
	}
	n, ok := toNum(b)
	return scale(x, n), ok && op == "*"
}

func scale(d time.Duration, n num) time.Duration {
	return time.Duration(float64(d) * n.float())
}

// slice returns part of a list or text, as list[from:to] does; negative ends count
// from the end and ends beyond it are clipped.
func (m *machine) slice(c *clause, a []any, open [2]bool) any {
	length := 0
	switch v := a[0].(type) {
	case []any:
		length = len(v)
	case string:
		m.tick(len(v) >> 6)
		length = utf8.RuneCountInString(v)
	default:
		m.spoil(c, 0, v, kindList)
		return nil
	}
	ends := [2]int64{0, int64(length)}
	for i := range ends {
		if open[i] {
			continue
		}
		n, ok := m.whole(c, i+1, a[i+1])
		if !ok {
			return nil
		}
		if n < 0 {
			n += int64(length)
		}
		ends[i] = min(max(n, 0), int64(length))
	}
	from, to := int(min(ends[0], ends[1])), int(ends[1])
	if list, ok := a[0].([]any); ok {
		return list[from:to:to]
	}
	return characters(a[0].(string), from, to) //nolint:errcheck,forcetypeassert // checked above
}

// characters returns the characters of a text from one index up to another.
func characters(s string, from, to int) string {
	start, end, i := len(s), len(s), 0
	for at := range s {
		if i == from {
			start = at
		}
		if i == to {
			end = at
			break
		}
		i++
	}
	return s[min(start, end):end]
}

// character returns one character of a text; negative indexes count from the end.
func character(s string, i int64) any {
	if i < 0 {
		i += int64(utf8.RuneCountInString(s))
	}
	if i < 0 || i >= int64(len(s)) {
		return nil
	}
	if c := characters(s, int(i), int(i)+1); c != "" {
		return c
	}
	return nil
}
