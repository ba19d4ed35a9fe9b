package decode

import (
	"bytes"

	"patchbay/engine"
)

// Check refuses, with KindInvalid, a body that is built to be expensive: JSON that
// nests too deep, a form with too many fields, too deep names or too high indexes.
// It scans without allocating and does not mind bodies that cannot be decoded.
func Check(contentType string, body []byte) error {
	m := parseMedia(contentType)
	switch {
	case m.kind == kindJSON, m.kind != kindXML && m.kind != kindMultipart && looksJSON(body):
		if deeper(body) {
			return engine.Invalid("", "The JSON of the body nests deeper than %d levels.", maxDepth)
		}
	case m.kind == kindForm:
		return checkForm(body)
	}
	return nil
}

// deeper reports whether brackets outside strings open more than maxDepth levels.
func deeper(body []byte) bool {
	depth := 0
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '"':
			i = closing(body, i+1)
		case '{', '[':
			depth++
			if depth > maxDepth {
				return true
			}
		case '}', ']':
			depth--
		}
	}
	return false
}

// closing returns the position of the quote that ends the string beginning at i.
func closing(body []byte, i int) int {
	for i < len(body) {
		n := bytes.IndexByte(body[i:], '"')
		if n < 0 {
			return len(body)
		}
		end := i + n
		slashes := 0
		for end-slashes > i && body[end-slashes-1] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return end
		}
		i = end + 1
	}
	return i
}

func checkForm(body []byte) error {
	if bytes.Count(body, []byte{'&'}) >= maxFields {
		return engine.Invalid("", "The form of the body has more than %d fields.", maxFields)
	}
	for len(body) > 0 {
		one := body
		if end := bytes.IndexByte(body, '&'); end >= 0 {
			one, body = body[:end], body[end+1:]
		} else {
			body = nil
		}
		if end := bytes.IndexByte(one, '='); end >= 0 {
			one = one[:end]
		}
		if err := checkFieldName(one); err != nil {
			return err
		}
	}
	return nil
}

// checkFieldName counts the brackets of a name as it was sent and reads the numbers
// between them.
func checkFieldName(name []byte) error {
	nesting, number := 0, -1 // number -1: not inside brackets that hold digits only
	for i := 0; i < len(name); i++ {
		c := name[i]
		if escaped, ok := hex2(name[i:]); ok {
			c = escaped
			i += 2
		}
		switch {
		case c == '[':
			nesting++
			if nesting > maxNesting {
				return engine.Invalid("", "A field of the form nests deeper than %d levels.", maxNesting)
			}
			number = 0
		case c == ']':
			if number > maxIndex {
				return engine.Invalid("", "A field of the form has an index above %d.", maxIndex)
			}
			number = -1
		case number >= 0 && c >= '0' && c <= '9':
			number = min(number*10+int(c-'0'), maxIndex+1)
		default:
			number = -1
		}
	}
	return nil
}
