package rules

import (
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"

	"patchbay/engine"
)

const (
	openBraces = "{{"
	escaped    = "{{{{" // prints {{
)

// Piece is a part of a text: literal text, or the source of an expression.
type Piece struct {
	Text       string
	Expression bool
}

// Pieces cuts the text of a template into literal parts and expressions. It returns an
// [engine.Error] where braces do not fit.
func Pieces(text string) ([]Piece, error) {
	var list []Piece
	var lit strings.Builder
	for rest := text; rest != ""; {
		i := strings.Index(rest, openBraces)
		if i < 0 {
			lit.WriteString(rest)
			break
		}
		lit.WriteString(rest[:i])
		rest = rest[i:]
		if strings.HasPrefix(rest, escaped) {
			lit.WriteString(openBraces)
			rest = rest[len(escaped):]
			continue
		}
		src := rest[len(openBraces):]
		end, err := closing(src)
		if err != nil {
			return nil, err
		}
		if end < 0 {
			return nil, problem(text, utf8.RuneCountInString(text[:len(text)-len(rest)]), "The {{ is not closed; add }} after the expression, or write {{{{ for two braces.")
		}
		if lit.Len() > 0 {
			list = append(list, Piece{Text: lit.String()})
			lit.Reset()
		}
		list = append(list, Piece{Text: src[:end], Expression: true})
		rest = src[end+2:]
	}
	if lit.Len() > 0 {
		list = append(list, Piece{Text: lit.String()})
	}
	return list, nil
}

// closing returns where the braces that end an expression stand in src, -1 when
// they do not. expr's lexer decides what is text and what is a bracket, so }} in a
// string or at the end of an object ends nothing.
func closing(src string) (int, error) {
	if len(src) > MaxSource+2 {
		src = strings.ToValidUTF8(src[:MaxSource+2], "")
	}
	lex := lexer.New()
	lex.Reset(file.NewSource(src))
	depth, runes, at := 0, 0, 0
	for {
		tok, err := lex.Next()
		if err != nil {
			return 0, syntaxError(src, err)
		}
		if tok.Kind == lexer.EOF {
			return -1, nil
		}
		if tok.Kind != lexer.Bracket {
			continue
		}
		switch tok.Value {
		case "(", "[", "{":
			depth++
			continue
		}
		if depth > 0 {
			depth--
			continue
		}
		for ; runes < tok.From; runes++ {
			_, size := utf8.DecodeRuneInString(src[at:])
			at += size
		}
		if tok.Value != "}" || !strings.HasPrefix(src[at:], "}}") {
			return 0, problem(src, tok.From, "The %s has no opening bracket.", tok.Value)
		}
		return at, nil
	}
}

// escaper returns how a value is put into text of a field; before is the text
// that stands in front of it.
func escaper(how engine.Escape) func(before, value string) string {
	switch how {
	case engine.EscapeHTML:
		return func(_, v string) string { return escapeHTML(v) }
	case engine.EscapeSlack:
		return func(_, v string) string { return escapeSlack(v) }
	case engine.EscapeURL:
		return urlPart
	default:
		return nil
	}
}

// escapes reports whether the outermost function of an expression already does
// what a field's escaping would do.
func escapes(how engine.Escape, function string) bool {
	switch how {
	case engine.EscapeHTML:
		return function == "htmlEscape"
	case engine.EscapeSlack:
		return function == "slackEscape"
	case engine.EscapeURL:
		return function == "urlEncode" || function == "formEncode"
	default:
		return false
	}
}

// urlPart makes a value a part of a URL that it cannot leave. At the start it is the
// URL's beginning and stays; in the place of the host it stays when it is one.
func urlPart(before, value string) string {
	if before == "" {
		return value
	}
	_, authority, ok := strings.Cut(before, "://")
	if ok && !strings.ContainsAny(authority, "/?#\\") && isHost(value) {
		return value
	}
	return escapeURL(value)
}

func isHost(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && c != '.' && c != '-' && c != ':' {
			return false
		}
	}
	return true
}
