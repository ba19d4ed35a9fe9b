package decode

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// plain returns the first position at or after i that a string cannot simply run
// over: a quote, a backslash, a control character or a byte outside ASCII.
func plain(src []byte, i int) int {
	for ; i+8 <= len(src); i += 8 {
		x := binary.LittleEndian.Uint64(src[i:])
		quote := x ^ (ones * '"')
		slash := x ^ (ones * '\\')
		// A borrow can only mark bytes above one that is rightly marked, and only the lowest counts.
		m := (x | (x - ones*0x20) | (quote - ones) | (slash - ones)) & highs
		if m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for ; i < len(src); i++ {
		if c := src[i]; c < 0x20 || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			return i
		}
	}
	return i
}

// special returns the first position at or after i that a string to be skipped cannot
// run over: as plain does, but bytes outside ASCII are as good as others there.
func special(src []byte, i int) int {
	for ; i+8 <= len(src); i += 8 {
		x := binary.LittleEndian.Uint64(src[i:])
		quote := x ^ (ones * '"')
		slash := x ^ (ones * '\\')
		m := ((x - ones*0x20) | (quote - ones) | (slash - ones)) &^ x & highs
		if m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for ; i < len(src); i++ {
		if c := src[i]; c < 0x20 || c == '"' || c == '\\' {
			return i
		}
	}
	return i
}

// scan finds the end of the string whose first byte is at start. ascii is false when
// it holds bytes outside ASCII, escaped is true when it holds a backslash.
func (p *parser) scan(start int) (end int, ascii, escaped, ok bool) {
	ascii = true
	i := start
	for {
		i = plain(p.src, i)
		if i >= len(p.src) {
			p.pos = len(p.src)
			return 0, false, false, p.fail("a string is not closed")
		}
		switch c := p.src[i]; {
		case c == '"':
			return i, ascii, escaped, true
		case c == '\\':
			n := escape(p.src[i:])
			if n == 0 {
				p.pos = i
				return 0, false, false, p.fail("an escape in a string is not valid")
			}
			escaped = true
			i += n
		case c < 0x20:
			p.pos = i
			return 0, false, false, p.fail("a string holds a control character or a line break")
		default:
			ascii = false
			i++
		}
	}
}

// escape returns the length of the escape at the beginning of s, 0 when it is none.
func escape(s []byte) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hex4(s); ok {
			return 6
		}
	}
	return 0
}

// hex4 reads the four digits of an escape \uXXXX at the beginning of s.
func hex4[T []byte | string](s T) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	var r rune
	for i := 2; i < 6; i++ {
		d, ok := hexDigit(s[i])
		if !ok {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	default:
		return 0, false
	}
}

// str reads the string at pos, quotes and all.
func (p *parser) str() (string, bool) {
	start := p.pos + 1
	end, ascii, escaped, ok := p.scan(start)
	if !ok {
		return "", false
	}
	p.pos = end + 1
	raw := p.cut(start, end)
	switch {
	case escaped:
		return unescape(raw), true
	case !ascii && !utf8.ValidString(raw):
		return toValid(raw), true
	default:
		return raw, true
	}
}

// unescape resolves the escapes of a string that was scanned before. What is no
// text becomes U+FFFD, as encoding/json has it: lone surrogates and each wrong byte.
func unescape(raw string) string {
	var b strings.Builder
	b.Grow(len(raw))
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c == '\\' && raw[i+1] == 'u':
			r, n := surrogate(raw[i:])
			b.WriteRune(r)
			i += n
		case c == '\\':
			b.WriteByte(unescaped(raw[i+1]))
			i += 2
		case c < utf8.RuneSelf:
			b.WriteByte(c)
			i++
		default:
			r, n := utf8.DecodeRuneInString(raw[i:])
			b.WriteRune(r)
			i += n
		}
	}
	return b.String()
}

// surrogate reads one character written as one or two \u escapes.
func surrogate(s string) (rune, int) {
	r, _ := hex4(s)
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if low, ok := hex4(s[6:]); ok {
		if both := utf16.DecodeRune(r, low); both != utf8.RuneError {
			return both, 12
		}
	}
	return utf8.RuneError, 6
}

func unescaped(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	default:
		return c
	}
}

// toValid replaces every byte that is no UTF-8.
func toValid(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 8)
	for _, r := range s {
		b.WriteRune(r)
	}
	return b.String()
}
