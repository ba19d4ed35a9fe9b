package fields

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"patchbay/engine/rules"
)

// cursor is a place in an expression that is being written.
type cursor struct {
	text   string // the expression up to the cursor
	offset int    // of the expression in the whole text, in bytes
	quote  int    // where the text literal begins in which the cursor stands, -1 in none
	hidden bool   // it stands in a comment
	open   []int  // brackets that are open, innermost last
	stop   int    // a bracket that closes none, -1 without one
}

// newCursor finds the expression in which a caret stands, counted as JavaScript does;
// ok is false when it stands in none.
func newCursor(text string, caret int, template bool) (c *cursor, ok bool) {
	at := byteAt(text, caret)
	if !template {
		c = scan(text[:at], 0)
		return c, c.stop < 0
	}
	for i := 0; i < at; {
		open := strings.Index(text[i:], "{{")
		if open < 0 || i+open+2 > at {
			return nil, false
		}
		if i += open; strings.HasPrefix(text[i:], "{{{{") {
			i += 4
			continue
		}
		i += 2
		if c = scan(text[i:at], i); c.stop < 0 {
			return c, true
		}
		i += c.stop + 1
	}
	return nil, false
}

// scan reads an expression up to the cursor, or up to a bracket that closes none.
func scan(text string, offset int) *cursor {
	c := &cursor{text: text, offset: offset, quote: -1, stop: -1}
	for i := 0; i < len(text); i++ {
		switch ch := text[i]; {
		case ch == '"' || ch == '\'' || ch == '`':
			end := closing(text[i+1:], ch)
			if end < 0 {
				c.quote = i
				return c
			}
			i += end + 1
		case strings.HasPrefix(text[i:], "//"), strings.HasPrefix(text[i:], "/*"):
			mark := "\n"
			if text[i+1] == '*' {
				mark = "*/"
			}
			end := strings.Index(text[i+2:], mark)
			if end < 0 {
				c.hidden = true
				return c
			}
			i += end + 1 + len(mark)
		case strings.IndexByte("([{", ch) >= 0:
			c.open = append(c.open, i)
		case strings.IndexByte(")]}", ch) >= 0:
			if len(c.open) == 0 {
				c.stop = i
				return c
			}
			c.open = c.open[:len(c.open)-1]
		}
	}
	return c
}

// closing returns where a text literal ends, -1 when it does not.
func closing(text string, quote byte) int {
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && quote != '`' {
			i++
		} else if text[i] == quote {
			return i
		}
	}
	return -1
}

var (
	pathTail    = regexp.MustCompile(`(?:[\pL_$][\pL\d_$]*|#)?(?:\??\.[\pL\d_$]*|\??\.?\[(?:-?\d+|"[^"\\]*"|'[^'\\]*')\])*$`)
	numberTail  = regexp.MustCompile(`(?:^|[^\pL\d_$\])])\d[\d_.]*$`)
	compareTail = regexp.MustCompile(`(?:==|!=|<=?|>=?|\b(?:contains|startsWith|endsWith|matches|in)\s*\[?|\[[^\[\]]*,)\s*$`)
	operand     = regexp.MustCompile(`[\pL\d_$\])"'` + "`" + `#]\s+$`)
	word        = regexp.MustCompile(`[\pL_$][\pL\d_$]*$`)
)

// tail returns the path that is being written at the cursor.
func (c *cursor) tail() string {
	if numberTail.MatchString(c.text) {
		return ""
	}
	return pathTail.FindString(c.text)
}

// operandBefore reports whether a value stands in front of text, so that an operator
// has to follow.
func operandBefore(text string) bool {
	if !operand.MatchString(text) {
		return false
	}
	return !slices.Contains(append(wordOperators(), "not", "let", "if", "else"), word.FindString(strings.TrimSpace(text)))
}

// items returns the list through whose items the expression at the cursor goes: the
// first argument of the innermost any(…, and the like.
func (c *cursor) items() (list string, ok bool) {
	for _, at := range slices.Backward(c.open) {
		if c.text[at] != '(' || !slices.Contains(loops(), word.FindString(c.text[:at])) {
			continue
		}
		first, _, comma := strings.Cut(c.text[at+1:], ",")
		return strings.TrimSpace(first), comma
	}
	return "", false
}

func loops() []string {
	return []string{"any", "all", "none", "one", "filter", "map", "count", "sum", "find", "findIndex", "findLast", "findLastIndex", "groupBy", "sortBy", "reduce"}
}

func wordOperators() []string {
	return []string{"and", "or", "in", "contains", "startsWith", "endsWith", "matches"}
}

// byteAt turns an offset of JavaScript into one of bytes.
func byteAt(text string, unit int) int {
	for i, r := range text {
		if unit <= 0 {
			return i
		}
		unit -= max(1, utf16.RuneLen(r))
	}
	return len(text)
}

// unitAt is the opposite of byteAt.
func unitAt(text string, at int) int {
	n := 0
	for at > 0 && text != "" {
		r, size := utf8.DecodeRuneInString(text)
		n += max(1, utf16.RuneLen(r))
		text, at = text[size:], at-size
	}
	return n
}

// pathBefore returns the field that text ends in.
func pathBefore(text string) (rules.Path, bool) {
	found := pathTail.FindString(strings.TrimRight(text, " \t\r\n"))
	if found == "" {
		return rules.Path{}, false
	}
	return rules.ParsePath(found)
}
