package verify

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// document is the JSON body of a request, parsed when something first asks for it.
type document struct {
	parsed bool
	value  any
}

// root returns the whole value, nil when the body is not one JSON value and nothing else:
// rules would see another payload than the one that is signed. Names count as they are
// written, and of repeated ones the last: as rules see them.
func (r *Request) root() any {
	d := &r.document
	if !d.parsed {
		d.parsed = true
		decoder := json.NewDecoder(bytes.NewReader(r.Body))
		decoder.UseNumber()
		if err := decoder.Decode(&d.value); err != nil || !utf8.Valid(r.Body) || decoder.InputOffset() < int64(len(bytes.TrimRight(r.Body, " \t\r\n"))) {
			d.value = nil
		}
	}
	return d.value
}

// text returns a scalar by a path such as "data.items[0].id"; numbers as they were written.
func (r *Request) text(path string) (string, error) {
	if text, ok := scalar(at(r.root(), path)); ok {
		return text, nil
	}
	return "", refuse("The body lacks " + path + ", which is part of the signature.")
}

// at follows a path into a value.
func at(v any, path string) any {
	for segment := range strings.SplitSeq(strings.ReplaceAll(path, "[", ".["), ".") {
		if segment != "" {
			v = child(v, segment)
		}
	}
	return v
}

// scalar writes a text or a number as it was written.
func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	default:
		return "", false
	}
}

func child(v any, segment string) any {
	if object, ok := v.(map[string]any); ok {
		return object[segment]
	}
	if list, ok := v.([]any); ok && segment[0] == '[' {
		n, err := strconv.Atoi(strings.Trim(segment, "[]"))
		if err == nil && n >= 0 && n < len(list) {
			return list[n]
		}
	}
	return nil
}
