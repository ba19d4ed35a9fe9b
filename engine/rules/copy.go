package rules

import (
	"encoding/json"
	"strconv"
	"time"

	"patchbay/engine"
)

// copier makes values that share nothing with the event they came from. Numbers
// whose literal is known become [json.Number].
type copier struct {
	meter    *meter
	literals map[string]string
	pointer  []byte              // of the value being copied, when there are literals
	escape   func(string) string // nil leaves text as it is
	spend    func(int)           // counts the size of the copy, nil does not
}

func (c *copier) copy(v any) (out any, err error) {
	defer guard(&err)
	return c.value(v, 0), nil
}

func (c *copier) value(v any, depth int) any {
	if depth > maxDepth {
		panic(errDepth)
	}
	switch v := plain(v).(type) {
	case string:
		return c.text(v)
	case time.Time:
		return c.text(v.Format(time.RFC3339Nano))
	case time.Duration:
		return c.text(v.String())
	case float64:
		c.count(8)
		if lit, ok := c.literals[string(c.pointer)]; ok {
			return json.Number(lit)
		}
		return v
	case []any:
		c.count(24 + 16*len(v))
		out := make([]any, len(v))
		here := len(c.pointer)
		for i, item := range v {
			if c.literals != nil {
				c.pointer = strconv.AppendInt(append(c.pointer, '/'), int64(i), 10)
			}
			out[i] = c.value(item, depth+1)
			c.pointer = c.pointer[:here]
		}
		return out
	case map[string]any:
		c.count(48 + 48*len(v))
		out := make(map[string]any, len(v))
		here := len(c.pointer)
		for k, item := range v {
			c.count(len(k))
			if c.literals != nil {
				c.pointer = engine.AppendPointer(c.pointer, k)
			}
			out[k] = c.value(item, depth+1)
			c.pointer = c.pointer[:here]
		}
		return out
	default:
		return v
	}
}

func (c *copier) text(s string) string {
	if c.escape != nil {
		s = c.escape(s)
	}
	c.count(len(s))
	return s
}

func (c *copier) count(n int) {
	c.meter.charge(n)
	if c.spend != nil {
		c.spend(n)
	}
}
