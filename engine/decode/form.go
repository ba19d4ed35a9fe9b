package decode

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	errFields  = errors.New("the form has more than " + strconv.Itoa(maxFields) + " fields")
	errNesting = errors.New("a field's name nests deeper than " + strconv.Itoa(maxNesting) + " levels")
	errIndex   = errors.New("a field's name holds an index above " + strconv.Itoa(maxIndex))
)

// field is one field of a form as it was sent. file stands for an uploaded file.
type field struct {
	name  string
	value string
	file  map[string]any
}

// decodeForm decodes an url-encoded form.
func decodeForm(body []byte, m media, opt Options) Result {
	fields, err := formFields(body, m)
	if err != nil {
		return undecodable(body, m, "The form cannot be decoded: "+err.Error()+".")
	}
	if len(fields) == 1 && opt.Field == "" && holdsJSON(fields[0].value) {
		if r, ok := decodeJSON([]byte(fields[0].value), "", opt.Fields); ok {
			return r
		}
	}
	return decodeFields(fields, body, m, opt)
}

// decodeFields makes the payload of a form's fields, or of the one that holds it all.
func decodeFields(fields []field, body []byte, m media, opt Options) Result {
	var fault string
	for _, f := range fields {
		if opt.Field == "" || f.name != opt.Field || f.file != nil {
			continue
		}
		r := decodeField(f.value, opt)
		if r.Error == "" {
			return r
		}
		fault = r.Error
	}
	r, err := buildForm(fields)
	if err != nil {
		return undecodable(body, m, "The form cannot be decoded: "+err.Error()+".")
	}
	r.Error = fault
	return r
}

// formFields splits an url-encoded form into its fields.
func formFields(body []byte, m media) ([]field, error) {
	text := string(trimBOM(body))
	text = strings.TrimRight(text, "\r\n")
	count := 1 + strings.Count(text, "&")
	if count > maxFields {
		return nil, errFields
	}
	fields := make([]field, 0, count)
	for text != "" {
		var one string
		one, text, _ = strings.Cut(text, "&")
		if one == "" {
			continue
		}
		name, value, _ := strings.Cut(one, "=")
		fields = append(fields, field{name: unquote(name, m), value: unquote(value, m)})
	}
	return fields, nil
}

// unquote resolves percent and plus. A percent sign that introduces nothing stays.
func unquote(s string, m media) string {
	if strings.ContainsAny(s, "%+") {
		s = percent(s)
	}
	if utf8.ValidString(s) {
		return s
	}
	return textOf([]byte(s), m.charset)
}

func percent(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '+':
			b.WriteByte(' ')
		case '%':
			if c, ok := hex2(s[i:]); ok {
				b.WriteByte(c)
				i += 2
				continue
			}
			b.WriteByte('%')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// hex2 reads an escape %XX at the beginning of s.
func hex2[T []byte | string](s T) (byte, bool) {
	if len(s) < 3 || s[0] != '%' {
		return 0, false
	}
	high, ok1 := hexDigit(s[1])
	low, ok2 := hexDigit(s[2])
	return high<<4 | low, ok1 && ok2
}

// holdsJSON reports whether the text of a field may be a JSON object or list.
func holdsJSON(s string) bool {
	s = strings.TrimSpace(s)
	if s == "" {
		return false
	}
	first, last := s[0], s[len(s)-1]
	return first == '{' && last == '}' || first == '[' && last == ']'
}

// splitName takes a field's name apart: a[b][] is a, b and an empty segment. A name
// whose brackets do not match is one segment as it stands.
func splitName(name string) ([]string, error) {
	first, rest, ok := strings.Cut(name, "[")
	if !ok || first == "" {
		return []string{name}, nil
	}
	segments := []string{first}
	for {
		inner, after, ok := strings.Cut(rest, "]")
		if !ok || strings.Contains(inner, "[") {
			return []string{name}, nil
		}
		if len(segments) > maxNesting {
			return nil, errNesting
		}
		if n, isIndex := index(inner); isIndex && n > maxIndex {
			return nil, errIndex
		}
		segments = append(segments, inner)
		if after == "" {
			return segments, nil
		}
		if after[0] != '[' {
			return []string{name}, nil
		}
		rest = after[1:]
	}
}

// index reads a segment made of digits only. What is too long to be one is maxIndex+1.
func index(s string) (int, bool) {
	if s == "" {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = min(n*10+int(s[i]-'0'), maxIndex+1)
	}
	return n, true
}
