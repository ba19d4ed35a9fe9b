package decode

import (
	"strconv"
	"strings"
)

// Text returns one scalar of a JSON or form body as text, without decoding the rest.
// The path is written like "event.type" or "[0].id"; in a form its first segment
// names a field and the others go on through brackets in names or JSON in the field.
func Text(contentType string, body []byte, path string) (string, bool) {
	if len(body) == 0 || path == "" {
		return "", false
	}
	m := parseMedia(contentType)
	switch {
	case m.kind == kindJSON, m.kind != kindXML && m.kind != kindMultipart && looksJSON(body):
		return textJSON(body, path)
	case m.kind == kindForm:
		return textForm(body, m, path)
	default:
		return "", false
	}
}

// textJSON walks down the path. Of a repeated key the last counts here too, so every
// object on the way is scanned to its end.
func textJSON(body []byte, path string) (string, bool) {
	body = trimBOM(body)
	p := parser{src: body}
	for path != "" {
		p.space()
		if p.pos >= len(p.src) {
			return "", false
		}
		key, index, rest := segment(path)
		var at int
		var ok bool
		switch p.src[p.pos] {
		case '{':
			at, ok = p.member(key, index)
		case '[':
			at, ok = p.element(index)
		}
		if !ok {
			return "", false
		}
		p.pos, p.depth, path = at, 0, rest
	}
	return p.scalar()
}

// segment takes the first segment off a path; index is -1 when it is a name.
func segment(path string) (key string, index int, rest string) {
	if path[0] == '[' {
		if number, after, ok := strings.Cut(path[1:], "]"); ok {
			if n, err := strconv.Atoi(number); err == nil && n >= 0 {
				return number, n, strings.TrimPrefix(after, ".")
			}
		}
	}
	end := strings.IndexAny(path[1:], ".[") + 1
	if end == 0 {
		return path, -1, ""
	}
	return path[:end], -1, strings.TrimPrefix(path[end:], ".")
}

// member finds the value of the last member of this name in the object at pos.
func (p *parser) member(key string, index int) (at int, found bool) {
	if index >= 0 || !p.enter() || p.empty('}') {
		return 0, false
	}
	for {
		same, ok := p.keyIs(key)
		if !ok {
			return 0, false
		}
		if same {
			at, found = p.pos, true
		}
		if !p.skip() {
			return 0, false
		}
		if more, ok := p.next('}'); !ok || !more {
			return at, ok && found
		}
	}
}

// keyIs reads a member's name and the colon after it and compares the name.
func (p *parser) keyIs(key string) (same, ok bool) {
	if p.pos >= len(p.src) || p.src[p.pos] != '"' {
		return false, false
	}
	start := p.pos + 1
	end, ascii, escaped, ok := p.scan(start)
	if !ok {
		return false, false
	}
	if ascii && !escaped {
		p.pos = end + 1
		return string(p.src[start:end]) == key, p.colon()
	}
	k, ok := p.str()
	return k == key, ok && p.colon()
}

// element finds an item of the list at pos.
func (p *parser) element(index int) (at int, found bool) {
	if index < 0 || !p.enter() || p.empty(']') {
		return 0, false
	}
	for i := 0; ; i++ {
		if i == index {
			return p.pos, true
		}
		if !p.skip() {
			return 0, false
		}
		if more, ok := p.next(']'); !ok || !more {
			return 0, false
		}
	}
}

// scalar returns the value at pos as text: strings as they are, numbers as written.
func (p *parser) scalar() (string, bool) {
	p.space()
	if p.pos >= len(p.src) {
		return "", false
	}
	switch c := p.src[p.pos]; {
	case c == '"':
		return p.str()
	case c == 't':
		return "true", p.word("true")
	case c == 'f':
		return "false", p.word("false")
	case c == '-' || c >= '0' && c <= '9':
		n, ok := p.scanNumber()
		return p.cut(n.start, n.end), ok
	default:
		return "", false
	}
}

// textForm finds a field by its whole name, then by brackets, then inside a field
// that holds JSON. A form made of one field that holds JSON is that value.
func textForm(body []byte, m media, path string) (string, bool) {
	fields, err := formFields(body, m)
	if err != nil {
		return "", false
	}
	first, _, rest := segment(path)
	brackets := bracketed(path)
	var inside string
	for _, f := range fields {
		switch {
		case f.name == path || f.name == brackets:
			return f.value, true
		case f.name == first && rest != "" && holdsJSON(f.value):
			inside = f.value
		}
	}
	if inside != "" {
		return textJSON([]byte(inside), rest)
	}
	if len(fields) == 1 && holdsJSON(fields[0].value) {
		return textJSON([]byte(fields[0].value), path)
	}
	return "", false
}

// bracketed writes the path "a.b[0]" as the form field a[b][0].
func bracketed(path string) string {
	first, _, rest := segment(path)
	var b strings.Builder
	b.WriteString(first)
	for rest != "" {
		var key string
		key, _, rest = segment(rest)
		b.WriteString("[" + key + "]")
	}
	return b.String()
}
