package decode

import "strconv"

// skip steps over the value at pos without building it, but checks it as value does:
// whether a body is valid must not depend on what is wanted of it. All that is nested
// in the value is stepped over in one loop; the bit of a level tells whether it is an
// object.
func (p *parser) skip() bool {
	var objects uint64
	top, i := p.depth, p.pos
	for {
		var opened bool
		if i, opened = p.skipValue(i, &objects); i < 0 {
			return false
		}
		for !opened {
			if p.depth == top {
				p.pos = i
				return true
			}
			if i, opened = p.skipNext(i, objects); i < 0 {
				return false
			}
		}
	}
}

// skipValue steps over the value at i. Of an object or list that is not empty it steps
// over what stands before the first value in it, and opened is true: another value has
// to follow. The position is negative after a fault, here and below.
func (p *parser) skipValue(i int, objects *uint64) (next int, opened bool) {
	if i >= len(p.src) {
		return p.stop(i, "it ends too early"), false
	}
	switch c := p.src[i]; c {
	case '"':
		return p.skipString(i), false
	case '{', '[':
		p.pos = i
		if !p.enter() {
			return -1, false
		}
		if p.empty(c + 2) { // the closing bracket stands two places behind the opening one
			return p.pos, false
		}
		level := uint64(1) << (p.depth - 1)
		if c == '[' {
			*objects &^= level
			return p.pos, true
		}
		*objects |= level
		return p.skipKey(p.pos), true
	case 't':
		return p.skipWord(i, "true"), false
	case 'f':
		return p.skipWord(i, "false"), false
	case 'n':
		return p.skipWord(i, "null"), false
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return p.skipNumber(i), false
	default:
		return p.stop(i, "a value is expected"), false
	}
}

// skipNext steps over a comma and what stands before the next value, and then opened is
// true, or over the closing bracket.
func (p *parser) skipNext(i int, objects uint64) (next int, opened bool) {
	i = p.skipSpace(i)
	if i >= len(p.src) {
		return p.stop(i, "it ends too early"), false
	}
	object := objects>>(p.depth-1)&1 != 0
	switch c := p.src[i]; {
	case c == ',' && object:
		return p.skipKey(p.skipSpace(i + 1)), true
	case c == ',':
		return p.skipSpace(i + 1), true
	case c == '}' && object, c == ']' && !object:
		p.depth--
		return i + 1, false
	default:
		return p.stop(i, "a comma or a closing bracket is expected"), false
	}
}

// skipKey steps over a member's name and the colon after it.
func (p *parser) skipKey(i int) int {
	if i >= len(p.src) || p.src[i] != '"' {
		return p.stop(i, "a key in double quotes is expected")
	}
	end := special(p.src, i+1)
	if end+1 < len(p.src) && p.src[end] == '"' && p.src[end+1] == ':' { // as nearly always
		return p.skipSpace(end + 2)
	}
	if i = p.skipString(i); i < 0 {
		return i
	}
	i = p.skipSpace(i)
	if i >= len(p.src) || p.src[i] != ':' {
		return p.stop(i, "a colon is expected")
	}
	return p.skipSpace(i + 1)
}

func (p *parser) skipSpace(i int) int {
	for i < len(p.src) && (p.src[i] == ' ' || p.src[i] == '\n' || p.src[i] == '\t' || p.src[i] == '\r') {
		i++
	}
	return i
}

func (p *parser) skipString(i int) int {
	i = special(p.src, i+1)
	if i < len(p.src) && p.src[i] == '"' {
		return i + 1
	}
	end, _, _, ok := p.scan(i)
	if !ok {
		return -1
	}
	return end + 1
}

func (p *parser) skipWord(i int, w string) int {
	p.pos = i
	if !p.word(w) {
		return -1
	}
	return p.pos
}

func (p *parser) skipNumber(i int) int {
	if end := wholeNumber(p.src, i); end > 0 {
		return end
	}
	p.pos = i
	n, ok := p.scanNumber()
	if !ok {
		return -1
	}
	if n.exponent || n.digits > 300 {
		if _, err := strconv.ParseFloat(p.cut(n.start, n.end), 64); err != nil {
			return p.stop(p.pos, "a number is too large")
		}
	}
	return p.pos
}

// wholeNumber returns the end of the usual number: one of a few digits, without sign,
// fraction or exponent. It returns 0 for others.
func wholeNumber(src []byte, i int) int {
	start := i
	for i < len(src) && src[i]-'0' <= 9 {
		i++
	}
	switch {
	case i == start || i-start > 18 || i == len(src):
		return 0
	case src[start] == '0' && i-start > 1, src[i] == '.', src[i]|0x20 == 'e':
		return 0
	}
	return i
}

// stop fails at a position.
func (p *parser) stop(i int, why string) int {
	p.pos = i
	p.fail(why)
	return -1
}
