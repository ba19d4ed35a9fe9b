package decode

import (
	"encoding/base64"
	"strings"
)

// decodeField decodes the form field that a preset says holds the whole payload.
func decodeField(value string, opt Options) Result {
	content := []byte(value)
	if strings.HasPrefix(opt.FieldEncoding, "base64") {
		var err error
		if content, err = fromBase64(value); err != nil {
			return Result{Error: "The form field " + opt.Field + " does not hold base64."}
		}
	}
	switch {
	case opt.FieldEncoding == "base64+xml":
		return decodeXML(content, media{kind: kindXML})
	case opt.FieldEncoding == "base64" && !looksJSON(content):
		return decodeText(content, media{})
	default:
		r, ok := decodeJSON(content, "", opt.Fields)
		if !ok {
			r.Error = "The form field " + opt.Field + " does not hold JSON."
		}
		return r
	}
}

// fromBase64 reads base64 in either alphabet, with or without line breaks and padding.
func fromBase64(s string) ([]byte, error) {
	s = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\r', '\n', '=':
			return -1
		case '-':
			return '+'
		case '_':
			return '/'
		default:
			return r
		}
	}, s)
	return base64.RawStdEncoding.DecodeString(s)
}
