package recipe

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// form says how a text is read by the engine.
type form int

const (
	plain      form = iota // a name, a title: nobody evaluates it
	vault                  // a sender check's or connection's own settings, where secrets are kept
	expression             // a condition, a list, a key
	template               // the text of a step
)

// place is where a text stands.
type place struct {
	path    string
	form    form
	top     string // the field of with that a template belongs to
	literal bool   // no template can stand there
}

// ref is a reference to an input.
type ref struct {
	name, part string
}

const opening = "${input:"

var reference = regexp.MustCompile(`\$\{input:([a-z][a-z0-9_]*)(?:\.([a-z][a-z0-9_]*))?\}`)

// resolver gives what stands behind a reference.
type resolver func(r ref) (any, error)

// fill replaces the references of a text. What comes back is text, or the value itself
// where the text is a single reference to a number.
func fill(p place, text string, resolve resolver) (any, error) {
	if !strings.Contains(text, opening) {
		return text, nil
	}
	if m := reference.FindStringSubmatch(text); len(m) > 2 && m[0] == text && (p.form == template || p.form == plain) {
		value, err := resolve(ref{m[1], m[2]})
		if _, words := value.(string); err != nil || !words {
			return value, err
		}
	}
	switch p.form {
	case expression:
		return fillExpression(text, resolve)
	case template:
		return fillTemplate(p, text, resolve)
	default:
		return replace(text, resolve, func(value any, _ int) (string, error) {
			words, _ := textOf(value)
			return words, nil
		})
	}
}

// replace puts in what write makes of each value; at is where the reference begins.
func replace(text string, resolve resolver, write func(value any, at int) (string, error)) (string, error) {
	var b strings.Builder
	end := 0
	for _, m := range reference.FindAllStringSubmatchIndex(text, -1) {
		r := ref{name: text[m[2]:m[3]]}
		if m[4] >= 0 {
			r.part = text[m[4]:m[5]]
		}
		value, err := resolve(r)
		if err != nil {
			return "", err
		}
		words, err := write(value, m[0])
		if err != nil {
			return "", err
		}
		b.WriteString(text[end:m[0]])
		b.WriteString(words)
		end = m[1]
	}
	b.WriteString(text[end:])
	if strings.Count(text, opening) > len(reference.FindAllString(text, -1)) {
		return "", engine.Invalid("", "A reference to an input is written ${input:NAME} or ${input:NAME.PART}, in small letters.")
	}
	return b.String(), nil
}

// fillExpression puts literals in.
func fillExpression(text string, resolve resolver) (string, error) {
	code := outsideQuotes(text)
	return replace(text, resolve, func(value any, at int) (string, error) {
		if !code[at] {
			return "", engine.Invalid("", "${input:…} stands within quotes or a comment; write it without, it becomes a quoted text by itself.")
		}
		return literal(value), nil
	})
}

// outsideQuotes tells for each byte of an expression whether it is code: neither within
// a quoted text nor within a comment.
func outsideQuotes(text string) []bool {
	code := make([]bool, len(text))
	for i := 0; i < len(text); {
		end := i + 1
		switch rest := text[i:]; {
		case rest[0] == '"' || rest[0] == '\'':
			for end = i + 1; end < len(text) && text[end] != rest[0]; end++ {
				if text[end] == '\\' {
					end++
				}
			}
			end++
		case rest[0] == '`':
			end = after(text, i+1, "`")
		case strings.HasPrefix(rest, "//"):
			end = after(text, i, "\n")
		case strings.HasPrefix(rest, "/*"):
			end = after(text, i+2, "*/")
		default:
			code[i] = true
		}
		i = end
	}
	return code
}

func after(text string, from int, mark string) int {
	if at := strings.Index(text[from:], mark); at >= 0 {
		return from + at + len(mark)
	}
	return len(text)
}

// literal writes a value as an expression that is it.
func literal(value any) string {
	words, isText := value.(string)
	if !isText {
		number, _ := textOf(value)
		return "(" + number + ")"
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range words {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// fillTemplate puts values into the text of a step.
func fillTemplate(p place, text string, resolve resolver) (string, error) {
	pieces, err := rules.Pieces(text)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, piece := range pieces {
		if piece.Expression {
			code, err := fillExpression(piece.Text, resolve)
			if err != nil {
				return "", err
			}
			b.WriteString("{{" + code + "}}")
			continue
		}
		written := strings.ReplaceAll(piece.Text, "{{", "{{{{")
		words, err := replace(written, resolve, func(value any, at int) (string, error) {
			if at > 0 && written[at-1] == '{' {
				return "", engine.Invalid("", "${input:…} stands right behind a brace; put a space between them.")
			}
			return p.inText(value, b.Len()+at)
		})
		if err != nil {
			return "", err
		}
		b.WriteString(words)
	}
	return b.String(), nil
}

var (
	harmless      = regexp.MustCompile("^[^{}$&<>\"'`\\\\\\pC]*$")
	harmlessInURL = regexp.MustCompile(`^[A-Za-z0-9._~-]*$`)
)

// inText writes a value that stands among text.
func (p place) inText(value any, at int) (string, error) {
	words, _ := textOf(value)
	safe := harmless.MatchString(words) && (p.top != "command" || !strings.HasPrefix(words, "-"))
	if p.top == "url" {
		safe = harmlessInURL.MatchString(words) || at == 0 && plainAddress.MatchString(words)
	}
	switch {
	case safe:
		return words, nil
	case p.literal:
		return "", engine.Invalid("", "What is filled in here can hold no braces, quotes or control characters.")
	}
	return "{{ " + literal(words) + " }}", nil
}

// quoted writes a value for people.
func quoted(v any) string {
	if s, ok := v.(string); ok {
		return strconv.Quote(s)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
