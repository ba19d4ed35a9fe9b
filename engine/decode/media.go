package decode

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"
)

type kind int

const (
	kindText kind = iota
	kindJSON
	kindForm
	kindXML
	kindMultipart
)

// media is what a content type says. unknown is set when it says nothing about the body.
type media struct {
	kind    kind
	unknown bool
	charset string
	full    string
}

// parseMedia reads a content type without allocating for the usual ones.
func parseMedia(contentType string) media {
	name, params, _ := strings.Cut(contentType, ";")
	name = strings.TrimSpace(name)
	m := media{full: contentType, kind: kindOf(name)}
	m.unknown = name == "" || strings.EqualFold(name, "application/octet-stream")
	if m.kind != kindMultipart && params != "" {
		m.charset = param(params, "charset")
	}
	return m
}

func kindOf(name string) kind {
	switch {
	case strings.EqualFold(name, "application/json"), hasSuffixFold(name, "+json"),
		strings.EqualFold(name, "text/json"), strings.EqualFold(name, "text/x-json"),
		strings.EqualFold(name, "application/x-json"):
		return kindJSON
	case strings.EqualFold(name, "application/x-www-form-urlencoded"):
		return kindForm
	case strings.EqualFold(name, "application/xml"), strings.EqualFold(name, "text/xml"), hasSuffixFold(name, "+xml"):
		return kindXML
	case strings.EqualFold(name, "multipart/form-data"):
		return kindMultipart
	default:
		return kindText
	}
}

func hasSuffixFold(s, suffix string) bool {
	return len(s) > len(suffix) && strings.EqualFold(s[len(s)-len(suffix):], suffix)
}

// param finds one parameter of a content type; quotes around the value are taken off.
func param(params, name string) string {
	for params != "" {
		var one string
		one, params, _ = strings.Cut(params, ";")
		k, v, ok := strings.Cut(one, "=")
		if ok && strings.EqualFold(strings.TrimSpace(k), name) {
			return strings.Trim(strings.TrimSpace(v), `"'`)
		}
	}
	return ""
}

// boundary returns the separator of a multipart body.
func (m media) boundary() string {
	_, params, err := mime.ParseMediaType(m.full)
	if err != nil {
		return ""
	}
	return params["boundary"]
}

func (m media) latin1() bool { return isLatin1(m.charset) }

func isLatin1(charset string) bool {
	switch strings.ToLower(charset) {
	case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "windows-1252", "cp1252":
		return true
	default:
		return false
	}
}

// latin1 converts ISO 8859-1 to UTF-8, reading the control range as Windows-1252
// does: that is what senders who say Latin-1 mean.
func latin1(b []byte) string {
	const upper = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	high := []rune(upper)
	var s strings.Builder
	s.Grow(len(b) + len(b)/8)
	for _, c := range b {
		switch {
		case c < utf8.RuneSelf:
			s.WriteByte(c)
		case c < 0xa0:
			s.WriteRune(high[c-0x80])
		default:
			s.WriteRune(rune(c))
		}
	}
	return s.String()
}

const bom = "\xef\xbb\xbf"

func trimBOM(b []byte) []byte {
	if len(b) >= len(bom) && string(b[:len(bom)]) == bom {
		return b[len(bom):]
	}
	return b
}

// looksJSON reports whether a body begins as a JSON object or list does.
func looksJSON(body []byte) bool {
	for _, c := range trimBOM(body) {
		switch c {
		case ' ', '\t', '\r', '\n':
		case '{', '[':
			return true
		default:
			return false
		}
	}
	return false
}

func looksXML(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(trimBOM(body), " \t\r\n"), []byte("<?xml"))
}
