package decode

import "strconv"

// skip steps over the value at pos without building it, but checks it as value does:
// whether a body is valid must not depend on what is wanted of it.
func (p *parser) skip() bool {
	if p.pos >= len(p.src) {
		return p.fail("it ends too early")
	}
	switch p.src[p.pos] {
	case '{':
		return p.skipObject()
	case '[':
		return p.skipList()
	case '"':
		return p.skipString()
	case 't':
		return p.word("true")
	case 'f':
		return p.word("false")
	case 'n':
		return p.word("null")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return p.skipNumber()
	default:
		return p.fail("a value is expected")
	}
}

func (p *parser) skipObject() bool {
	if !p.enter() {
		return false
	}
	if p.empty('}') {
		return true
	}
	for {
		if p.pos >= len(p.src) || p.src[p.pos] != '"' {
			return p.fail("a key in double quotes is expected")
		}
		if !p.skipString() || !p.colon() || !p.skip() {
			return false
		}
		if more, ok := p.next('}'); !ok || !more {
			return ok
		}
	}
}

func (p *parser) skipList() bool {
	if !p.enter() {
		return false
	}
	if p.empty(']') {
		return true
	}
	for {
		if !p.skip() {
			return false
		}
		if more, ok := p.next(']'); !ok || !more {
			return ok
		}
	}
}

func (p *parser) skipString() bool {
	end, _, _, ok := p.scan(p.pos + 1)
	if ok {
		p.pos = end + 1
	}
	return ok
}

func (p *parser) skipNumber() bool {
	n, ok := p.scanNumber()
	if ok && (n.exponent || n.digits > 300) {
		if _, err := strconv.ParseFloat(p.cut(n.start, n.end), 64); err != nil {
			return p.fail("a number is too large")
		}
	}
	return ok
}
