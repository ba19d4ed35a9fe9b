package rules

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"patchbay/engine"
)

// jsonWriter writes values as JSON within the limits of a meter. Numbers whose
// literal is known are written as they were received.
type jsonWriter struct {
	meter    *meter
	indent   string
	literals map[string]string
	pointer  []byte // of the value being written, when there are literals
	out      []byte
}

func (t *meter) json(v any, indent string) string {
	w := jsonWriter{meter: t, indent: indent}
	return w.write(v)
}

func (w *jsonWriter) write(v any) string {
	w.value(v, 0)
	w.meter.charge(len(w.out))
	return string(w.out)
}

// room makes room for n more bytes, so that appending never allocates uncharged.
func (w *jsonWriter) room(n int) {
	w.meter.tick(1)
	if len(w.out)+n <= cap(w.out) {
		return
	}
	size := max(2*cap(w.out), len(w.out)+n, 64)
	w.meter.charge(size)
	w.out = append(make([]byte, 0, size), w.out...)
}

func (w *jsonWriter) value(v any, depth int) {
	if depth > maxDepth {
		panic(errDepth)
	}
	switch v := plain(v).(type) {
	case nil:
		w.raw("null")
	case string:
		w.quoted(v)
	case bool:
		w.raw(strconv.FormatBool(v))
	case int64:
		w.room(20)
		w.out = strconv.AppendInt(w.out, v, 10)
	case float64:
		w.float(v)
	case time.Time:
		w.quoted(v.Format(time.RFC3339Nano))
	case time.Duration:
		w.quoted(v.String())
	case []any:
		w.list(v, depth)
	case map[string]any:
		w.object(v, depth)
	}
}

func (w *jsonWriter) raw(s string) {
	w.room(len(s))
	w.out = append(w.out, s...)
}

func (w *jsonWriter) quoted(s string) {
	w.meter.tick(len(s) >> 5)
	w.room(quotedLen(s))
	w.out = appendQuoted(w.out, s)
}

func (w *jsonWriter) float(f float64) {
	if lit, ok := w.literals[string(w.pointer)]; ok {
		w.raw(lit)
		return
	}
	w.room(32)
	w.out = appendFloat(w.out, f)
}

func (w *jsonWriter) list(v []any, depth int) {
	w.raw("[")
	for i, item := range v {
		if i > 0 {
			w.raw(",")
		}
		w.newline(depth + 1)
		here := len(w.pointer)
		if w.literals != nil {
			w.pointer = strconv.AppendInt(append(w.pointer, '/'), int64(i), 10)
		}
		w.value(item, depth+1)
		w.pointer = w.pointer[:here]
	}
	if len(v) > 0 {
		w.newline(depth)
	}
	w.raw("]")
}

func (w *jsonWriter) object(v map[string]any, depth int) {
	w.meter.charge(16 * len(v)) // the sorted keys
	w.raw("{")
	for i, k := range sortedKeys(v) {
		if i > 0 {
			w.raw(",")
		}
		w.newline(depth + 1)
		w.quoted(k)
		w.raw(":")
		if w.indent != "" {
			w.raw(" ")
		}
		here := len(w.pointer)
		if w.literals != nil {
			w.pointer = engine.AppendPointer(w.pointer, k)
		}
		w.value(v[k], depth+1)
		w.pointer = w.pointer[:here]
	}
	if len(v) > 0 {
		w.newline(depth)
	}
	w.raw("}")
}

func (w *jsonWriter) newline(depth int) {
	if w.indent == "" {
		return
	}
	w.room(1 + depth*len(w.indent))
	w.out = append(w.out, '\n')
	for range depth {
		w.out = append(w.out, w.indent...)
	}
}

// quotedLen bounds the length of a JSON string from above.
func quotedLen(s string) int {
	n := 2 + len(s)
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c == '"' || c == '\\' || c == 0x7f:
			n += 5
		case c > 0x7f:
			n += 2 // a byte that is no text becomes three
		}
	}
	return n
}

// appendQuoted writes a JSON string. Unlike encoding/json it leaves <, > and &
// alone: the text goes to APIs, not into pages.
func appendQuoted(dst []byte, s string) []byte {
	const digits = "0123456789abcdef"
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			switch {
			case r == utf8.RuneError && size == 1:
				dst = append(dst, "\ufffd"...)
			case r == '\u2028' || r == '\u2029':
				dst = append(dst, `\u202`...)
				dst = append(dst, digits[r&0xf])
			default:
				dst = append(dst, s[i:i+size]...)
			}
			i += size
			continue
		}
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c < ' ' || c == 0x7f:
			dst = append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&0xf])
		default:
			dst = append(dst, c)
		}
		i++
	}
	return append(dst, '"')
}

// parseJSON reads JSON text as payloads are read: whole numbers within int64 are
// exact. What its values take, which can be fifty times the text, is charged before.
func (t *meter) parseJSON(s string) (any, bool) {
	t.tick(len(s) >> 4)
	t.charge(2*len(s) + 80*(strings.Count(s, ",")+strings.Count(s, "[")) + 350*strings.Count(s, "{"))
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil || d.More() {
		return nil, false
	}
	return t.plainNumbers(v, 0), true
}

func (t *meter) plainNumbers(v any, depth int) any {
	if depth > maxDepth {
		panic(errDepth)
	}
	t.tick(2)
	switch v := v.(type) {
	case json.Number:
		return fromJSONNumber(v)
	case []any:
		for i := range v {
			v[i] = t.plainNumbers(v[i], depth+1)
		}
	case map[string]any:
		for k := range v {
			v[k] = t.plainNumbers(v[k], depth+1)
		}
	}
	return v
}
