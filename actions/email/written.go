package email

import (
	"net/mail"
	"slices"
	"strings"

	"patchbay/actions"
	"patchbay/engine"
)

// filled stands for a template where text is looked at as it was written.
const filled = "\x00"

// asWritten refuses addresses that come from a payload's text instead of from who
// wrote the step: in "{{ payload.name }} <ops@example.com>" a name such as
// "eve@example.net," must not add a recipient, and no text may hide one. A template
// that stands alone may make as many addresses as it likes: that is what it is for.
func asWritten(field, written string, list []*mail.Address) error {
	if !actions.HasTemplate(written) {
		return nil
	}
	plain := withoutTemplates(written)
	if strings.TrimSpace(plain) == filled {
		return nil
	}
	plain = unquoted(plain)
	if most := 1 + strings.Count(plain, ","); len(list) > most {
		return engine.Invalid(field, "The values put into this field make %d addresses of %d; give a value that holds several addresses a place of its own in the list.", len(list), most)
	}
	for _, address := range strings.FieldsFunc(plain, func(r rune) bool { return strings.ContainsRune(" \t<>,;:()\"", r) }) {
		if !strings.Contains(address, "@") || strings.Contains(address, filled) {
			continue
		}
		if !slices.ContainsFunc(list, func(a *mail.Address) bool { return strings.EqualFold(a.Address, address) }) {
			return engine.Invalid(field, "The values put into this field leave %s out; they hold characters that mean something in addresses.", address)
		}
	}
	return nil
}

// unquoted leaves out what stands in quotes: names, in which commas and addresses mean nothing.
func unquoted(text string) string {
	var out strings.Builder
	for i, part := range strings.Split(text, `"`) {
		if i%2 == 0 {
			out.WriteString(part)
		}
	}
	return out.String()
}

// writtenAt returns how the text of place i in a list of n was written, "" when the
// whole list came from one template.
func writtenAt(field any, i, n int) string {
	switch field := field.(type) {
	case string:
		if n == 1 {
			return field
		}
	case []any:
		if len(field) == n {
			text, _ := field[i].(string)
			return text
		}
	}
	return ""
}

// withoutTemplates puts filled in the place of each template of a text.
func withoutTemplates(text string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		if literal, ok := strings.CutPrefix(rest, "{{"); ok {
			out.WriteString("{{")
			text = literal
			continue
		}
		out.WriteString(filled)
		text = rest[templateEnd(rest):]
	}
}

// templateEnd returns where the text behind a template begins: its braces are balanced
// and may stand in quotes.
func templateEnd(text string) int {
	depth, quote := 0, byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0 && c == '\\' && quote != '`':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '{':
			depth++
		case c == '}' && depth > 0:
			depth--
		case strings.HasPrefix(text[i:], "}}"):
			return i + len("}}")
		}
	}
	return len(text)
}
