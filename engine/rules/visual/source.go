package visual

import (
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// source is the text of an expression with its tokens.
type source struct {
	text   string
	bytes  []int // by character, where it begins in text
	tokens []lexer.Token
	pair   []int // of an opening or closing bracket, where its other half is
}

// span is a run of tokens, the last one excluded.
type span struct{ from, to int }

// newSource reads the tokens of text; ok is false when it has faults.
func newSource(text string) (s *source, ok bool) {
	tokens, err := lexer.Lex(file.NewSource(text))
	if err != nil {
		return nil, false
	}
	s = &source{text: text, bytes: make([]int, 0, len(text)+1)}
	for i := range text {
		s.bytes = append(s.bytes, i)
	}
	s.bytes = append(s.bytes, len(text))
	for _, t := range tokens {
		if t.Kind != lexer.EOF {
			s.tokens = append(s.tokens, t)
		}
	}
	ok = s.match()
	return s, ok
}

// match finds the other half of every bracket.
func (s *source) match() bool {
	s.pair = make([]int, len(s.tokens))
	var open []int
	for i, t := range s.tokens {
		if t.Kind != lexer.Bracket {
			continue
		}
		if t.Value == "(" || t.Value == "[" || t.Value == "{" {
			open = append(open, i)
			continue
		}
		if len(open) == 0 {
			return false
		}
		last := open[len(open)-1]
		open = open[:len(open)-1]
		s.pair[i], s.pair[last] = last, i
	}
	return len(open) == 0
}

func (s *source) whole() span { return span{0, len(s.tokens)} }

// at returns where a character begins in the text.
func (s *source) at(char int) int { return s.bytes[min(max(char, 0), len(s.bytes)-1)] }

func (s *source) begin(token int) int { return s.at(s.tokens[token].From) }
func (s *source) end(token int) int   { return s.at(s.tokens[token].To) }

// before and after are where the text around a span ends and begins.
func (s *source) before(x span) int {
	if x.from == 0 {
		return 0
	}
	return s.end(x.from - 1)
}

func (s *source) after(x span) int {
	if x.to == len(s.tokens) {
		return len(s.text)
	}
	return s.begin(x.to)
}

// bounds returns where the text of a span begins and ends, comments at its ends
// included and spaces left out.
func (s *source) bounds(x span) (from, to int) {
	from, to = s.before(x), s.after(x)
	text := s.text[from:to]
	from += len(text) - len(strings.TrimLeftFunc(text, isSpace))
	to -= len(text) - len(strings.TrimRightFunc(text, isSpace))
	return min(from, to), to
}

func isSpace(r rune) bool { return strings.ContainsRune(" \t\r\n", r) }

// place returns the span's text and where it stands.
func (s *source) place(x span) Span {
	from, to := s.bounds(x)
	return Span{Text: s.text[from:to], From: units(s.text[:from]), To: units(s.text[:to])}
}

// units counts as JavaScript does.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// open takes the brackets off that enclose all of a span.
func (s *source) open(x span) span {
	for x.to-x.from > 2 && s.tokens[x.from].Is(lexer.Bracket, "(") && s.pair[x.from] == x.to-1 {
		x = span{x.from + 1, x.to - 1}
	}
	return x
}

// token returns the token of a span that begins at a character, -1 when none does.
func (s *source) token(x span, char int) int {
	i, found := slices.BinarySearchFunc(s.tokens[x.from:x.to], char, func(t lexer.Token, at int) int { return t.From - at })
	if !found {
		return -1
	}
	return x.from + i
}

// top calls each with the tokens of a span that stand in no bracket.
func (s *source) top(x span, each func(i int)) {
	for i := x.from; i < x.to; i++ {
		each(i)
		if s.tokens[i].Kind == lexer.Bracket && s.pair[i] > i {
			i = s.pair[i]
		}
	}
}

// comments returns what stands between the tokens of a span and is not space, each
// line comment with its line break, outside the given parts of the span.
func (s *source) comments(x span, without []span) string {
	var out strings.Builder
	gap := func(from, to int) {
		text := strings.TrimFunc(s.text[from:to], isSpace)
		if text == "" {
			return
		}
		out.WriteString(text)
		if strings.Contains(text, "//") {
			out.WriteByte('\n')
		} else {
			out.WriteByte(' ')
		}
	}
	// The gap in front of token i; the last one is behind the last token.
	for i := x.from; i <= x.to; i++ {
		if slices.ContainsFunc(without, func(w span) bool { return i >= w.from && i <= w.to }) {
			continue
		}
		from, to := s.before(span{i, i}), s.after(span{i, i})
		gap(from, to)
	}
	return out.String()
}
