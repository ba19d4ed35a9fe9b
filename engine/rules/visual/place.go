package visual

import "strings"

// Place returns where the token at a line and column begins and ends, counted as
// JavaScript does. Lines and columns are those of [engine.Error]; 0 is the whole text.
func Place(text string, line, column int) (from, to int) {
	if line <= 0 {
		return 0, units(text)
	}
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
	}
	for i := range text[at:] {
		column--
		if column <= 0 {
			at += i
			break
		}
	}
	if column > 0 {
		at = len(text)
	}
	from = units(text[:at])
	if src, ok := newSource(text); ok {
		for i := range src.tokens {
			if src.begin(i) == at {
				return from, units(text[:src.end(i)])
			}
		}
	}
	if at < len(text) && text[at] != '\n' {
		return from, from + units(firstRune(text[at:]))
	}
	return from, from
}

func firstRune(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}
