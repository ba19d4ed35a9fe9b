// Package decode turns the body of a request into the payload that rules read.
//
// It knows JSON (also when it is sent as text, as form or without a content type),
// forms with nested names, XML without a document type, multipart forms, text and
// nothing at all. What it cannot decode becomes text with a sentence that says why;
// it never fails. Nothing is written to disk and every structure has caps, since
// all of it comes from strangers: nesting, counts and list indexes.
//
// Integers that fit are int64, all other numbers float64 with their literal kept
// where a float64 would print differently. Strings of a payload share one copy of
// the body's memory.
package decode

import (
	"strings"
	"unicode/utf8"

	"patchbay/engine"
)

// The caps on what strangers may build.
const (
	maxDepth     = 64    // nesting of JSON and XML
	maxNesting   = 8     // bracket pairs in the name of a form field
	maxFields    = 1000  // fields of a form, parts of a multipart body
	maxIndex     = 1000  // numbers in brackets
	maxElements  = 50000 // elements and attributes of an XML document
	maxNotes     = 10
	maxEncodings = 2
	maxQuoted    = 100 // bytes of a name that is quoted in a note

	// Every literal has a pointer of its own, and one long key would stand in all of
	// them: together they take no more than this and so many times the body.
	minPointers     = 64 << 10
	pointersPerByte = 8
)

// Options says what of a body is wanted. Field names the form field that holds the
// whole payload, FieldEncoding how ("json", "base64" or "base64+xml"; default json).
// Fields are the wanted fields of a JSON object; nil means all. Of a value that is not
// an object although fields below it are wanted, all is decoded.
type Options struct {
	Field         string
	FieldEncoding string
	Fields        engine.Fields
}

// Result is a decoded body. Value is nil for an empty body. Literals maps RFC 6901
// pointers to number literals, only where float64 formatting would print them
// differently. Error says in a sentence why Value is only the body's text.
type Result struct {
	Value    any
	Literals map[string]string
	Error    string
	Notes    []string
}

// Payload decodes a body by its content type.
func Payload(contentType string, body []byte, opt Options) Result {
	if len(body) == 0 {
		return Result{}
	}
	m := parseMedia(contentType)
	if m.kind != kindJSON && m.kind != kindXML && m.kind != kindMultipart && looksJSON(body) {
		// SNS sends JSON as text, curl sends it as a form. Where it is not JSON after
		// all it is what it was declared to be.
		if r, ok := decodeJSON(body, "", opt.Fields); ok {
			return r
		}
	}
	switch m.kind {
	case kindJSON:
		r, ok := decodeJSON(body, "", opt.Fields)
		if !ok {
			r.Value = textOf(body, m.charset)
		}
		return r
	case kindForm:
		return decodeForm(body, m, opt)
	case kindMultipart:
		return decodeMultipart(body, m, opt)
	case kindXML:
		return decodeXML(body, m)
	default:
		if m.unknown && looksXML(body) {
			return decodeXML(body, m)
		}
		return decodeText(body, m)
	}
}

// decodeText keeps text as it is. Bytes that are no text are replaced, and said to be.
func decodeText(body []byte, m media) Result {
	r := Result{Value: textOf(body, m.charset)}
	if !m.latin1() && !utf8.Valid(body) {
		r.Error = "The body is not text; what cannot be shown was replaced."
	}
	return r
}

// undecodable is the result for a body that is not what it claims to be.
func undecodable(body []byte, m media, why string) Result {
	return Result{Value: textOf(body, m.charset), Error: why}
}

// textOf returns a body as valid UTF-8.
func textOf(body []byte, charset string) string {
	if isLatin1(charset) && !utf8.Valid(body) {
		return latin1(body)
	}
	return strings.ToValidUTF8(string(trimBOM(body)), "\uFFFD")
}
