package verify

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// document is the JSON body of a request, parsed when something first asks for it.
type document struct {
	parsed bool
	value  any
}

// text returns a scalar by a path such as "data.items[0].id"; numbers as they were written.
func (d *document) text(r *Request, path string) (string, error) {
	if !d.parsed {
		d.parsed = true
		decoder := json.NewDecoder(bytes.NewReader(r.Body))
		decoder.UseNumber()
		if err := decoder.Decode(&d.value); err != nil {
			d.value = nil
		}
	}
	v := d.value
	for segment := range strings.SplitSeq(strings.ReplaceAll(path, "[", ".["), ".") {
		if segment != "" {
			v = child(v, segment)
		}
	}
	switch v := v.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	default:
		return "", refuse("The body lacks " + path + ", which is part of the signature.")
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
