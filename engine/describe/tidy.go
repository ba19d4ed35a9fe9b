package describe

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	mostRunes = 140 // of a summary
	mostField = 80  // of one field, so that the others are seen too
	mostBytes = 140
)

// tidy makes a line of a text: each stretch of spaces, line breaks and control characters
// is one space, and what would turn the direction of other text is left out.
func tidy(line []byte) string {
	if clean(line) {
		return string(line)
	}
	var b strings.Builder
	b.Grow(len(line))
	space := false
	for len(line) > 0 {
		r, n := utf8.DecodeRune(line)
		line = line[n:]
		switch {
		case turns(r), r == utf8.RuneError && n == 1:
		case unicode.IsSpace(r), unicode.IsControl(r):
			space = b.Len() > 0
		default:
			if space {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		}
	}
	return b.String()
}

// clean reports that a line is printable ASCII with single spaces between words.
func clean(line []byte) bool {
	before := byte(' ')
	for _, c := range line {
		if c < ' ' || c > '~' || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return len(line) == 0 || before != ' '
}

// turns reports the marks, embeddings, overrides and isolates of bidirectional text, and
// what is invisible besides.
func turns(r rune) bool {
	switch {
	case r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069', r == '\u200E', r == '\u200F', r == '\u061C', r == '\u200B', r == '\uFEFF':
		return true
	default:
		return false
	}
}

// cut shortens a text to so many characters, at a word where one ends near.
func cut(s string, most int) string {
	if len(s) <= most || utf8.RuneCountInString(s) <= most {
		return s
	}
	end := 0
	for range most - 1 {
		_, n := utf8.DecodeRuneInString(s[end:])
		end += n
	}
	if space := strings.LastIndexByte(s[:end+1], ' '); space > end*2/3 {
		end = space
	}
	return strings.TrimRight(s[:end], " ,.;:-") + "…"
}
