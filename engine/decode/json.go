package decode

import (
	"bytes"
	"math"
	"strconv"
	"sync"
	"unicode/utf8"

	"patchbay/engine"
)

// kept is the literal of one number. It is empty when a repeated key took its place.
type kept struct {
	pointer string
	text    string
}

// step is one segment of the path to the value at hand.
type step struct {
	key   string
	index int // -1 in an object
}

// parser decodes JSON in one pass. src is scanned; text, the same bytes, is what the
// strings of the payload are cut from (without it they are copied). Members and items gather on
// two stacks so that maps and lists are made once, in the right size.
type parser struct {
	src      []byte
	text     string
	pos      int
	depth    int
	want     engine.Fields // of the value at hand, nil all
	base     string        // pointer to the value being decoded
	pairs    []pair
	items    []any
	path     [maxDepth + 1]step
	literals []kept // in the order of the body
	spare    int    // bytes that the pointers of literals may still take
	notes    []string
	fault    string // why and, in pos, where decoding stopped
}

// parsers are done, and lend their stacks to the next ones.
var parsers = sync.Pool{New: func() any { //nolint:gochecknoglobals // made once for all
	return &parser{pairs: make([]pair, 0, 64), items: make([]any, 0, 32)}
}}

// release lets go of everything but stacks of the usual size.
func (p *parser) release() {
	if cap(p.pairs) > 1024 || cap(p.items) > 1024 {
		return
	}
	clear(p.pairs) // after a fault something is left on them
	clear(p.items)
	*p = parser{pairs: p.pairs[:0], items: p.items[:0]}
	parsers.Put(p)
}

// decodeJSON decodes one JSON value; base is the pointer to where it stands.
func decodeJSON(body []byte, base string, want engine.Fields) (Result, bool) {
	p := parsers.Get().(*parser) //nolint:errcheck,forcetypeassert // nothing else is in there
	defer p.release()
	p.src, p.base, p.want = trimBOM(body), base, want
	p.spare = minPointers + pointersPerByte*len(p.src)
	if want == nil {
		p.text = string(p.src) // one copy for all strings; where few are wanted each is copied
	}
	p.space()
	if p.pos == len(p.src) {
		return Result{}, true // nothing but white space
	}
	v, ok := p.value()
	if ok {
		p.space()
		if p.pos == len(p.src) {
			return Result{Value: v, Literals: p.byPointer(), Notes: p.notes}, true
		}
		p.fail("something follows the end of the value")
	}
	return Result{Error: p.sentence()}, false
}

// byPointer returns the literals that count.
func (p *parser) byPointer() map[string]string {
	if len(p.literals) == 0 {
		return nil
	}
	m := make(map[string]string, len(p.literals))
	for _, l := range p.literals {
		if l.text != "" {
			m[l.pointer] = l.text
		}
	}
	return m
}

// cut returns a piece of the body.
func (p *parser) cut(start, end int) string {
	if p.text == "" {
		return string(p.src[start:end])
	}
	return p.text[start:end]
}

func (p *parser) fail(why string) bool {
	if p.fault == "" {
		p.fault = why
	}
	return false
}

// sentence tells a person what is wrong and where.
func (p *parser) sentence() string {
	before := p.src[:min(p.pos, len(p.src))]
	line := 1 + bytes.Count(before, []byte{'\n'})
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return "The body is not valid JSON: " + p.fault + " (line " + strconv.Itoa(line) + ", column " + strconv.Itoa(column) + ")."
}

func (p *parser) space() {
	for p.pos < len(p.src) {
		switch p.src[p.pos] {
		case ' ', '\t', '\r', '\n':
			p.pos++
		default:
			return
		}
	}
}

// value decodes the value at pos.
func (p *parser) value() (any, bool) {
	if p.pos >= len(p.src) {
		return nil, p.fail("it ends too early")
	}
	switch c := p.src[p.pos]; c {
	case '{':
		return p.object()
	case '[':
		return p.list()
	case '"':
		s, ok := p.str()
		if !ok {
			return nil, false
		}
		return s, true
	case 't':
		return true, p.word("true")
	case 'f':
		return false, p.word("false")
	case 'n':
		return nil, p.word("null")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return p.number()
	default:
		return nil, p.fail("a value is expected")
	}
}

func (p *parser) word(w string) bool {
	if len(p.src)-p.pos < len(w) || string(p.src[p.pos:p.pos+len(w)]) != w {
		return p.fail("a value is expected")
	}
	p.pos += len(w)
	return true
}

// enter goes one level deeper, past the opening bracket.
func (p *parser) enter() bool {
	if p.depth == maxDepth {
		return p.fail("it nests deeper than " + strconv.Itoa(maxDepth) + " levels")
	}
	p.depth++
	p.pos++
	p.space()
	return true
}

// next steps over a comma or the closing bracket; more is false after the latter.
func (p *parser) next(closing byte) (more, ok bool) {
	p.space()
	if p.pos >= len(p.src) {
		return false, p.fail("it ends too early")
	}
	switch p.src[p.pos] {
	case ',':
		p.pos++
		p.space()
		return true, true
	case closing:
		p.pos++
		p.depth--
		return false, true
	default:
		return false, p.fail("a comma or a closing bracket is expected")
	}
}

// empty steps over the closing bracket of an empty object or list.
func (p *parser) empty(closing byte) bool {
	if p.pos < len(p.src) && p.src[p.pos] == closing {
		p.pos++
		p.depth--
		return true
	}
	return false
}

// key reads a member's name and the colon after it.
func (p *parser) key() (string, bool) {
	if p.pos >= len(p.src) || p.src[p.pos] != '"' {
		return "", p.fail("a key in double quotes is expected")
	}
	k, ok := p.str()
	if !ok {
		return "", false
	}
	return k, p.colon()
}

// wanted reads a member's name as key does, and tells whether it is wanted and what
// below it. A name that is not wanted is not even copied, and only looked up when one
// of its length is wanted.
func (p *parser) wanted(want engine.Fields, lengths uint64) (k string, below engine.Fields, wanted, ok bool) {
	if want == nil {
		k, ok = p.key()
		return k, nil, true, ok
	}
	if p.pos < len(p.src) && p.src[p.pos] == '"' {
		start := p.pos + 1
		end, ascii, escaped, scanned := p.scan(start)
		if !scanned {
			return "", nil, false, false
		}
		if ascii && !escaped {
			if lengths>>min(end-start, 63)&1 != 0 {
				if below, wanted = want[string(p.src[start:end])]; wanted {
					k = p.cut(start, end)
				}
			}
			p.pos = end + 1
			return k, below, wanted, p.colon()
		}
	}
	if k, ok = p.key(); ok {
		below, wanted = want[k]
	}
	return k, below, wanted, ok
}

// lengthsOf tells by its bits which lengths names have, the highest bit for all from 63.
func lengthsOf(want engine.Fields) uint64 {
	if len(want) > 16 {
		return math.MaxUint64
	}
	var lengths uint64
	for k := range want {
		lengths |= 1 << min(len(k), 63)
	}
	return lengths
}

func (p *parser) colon() bool {
	p.space()
	if p.pos >= len(p.src) || p.src[p.pos] != ':' {
		return p.fail("a colon is expected")
	}
	p.pos++
	p.space()
	return true
}

func (p *parser) list() (any, bool) {
	if !p.enter() {
		return nil, false
	}
	if p.empty(']') {
		return []any{}, true
	}
	p.want = nil // fields are of objects only: a list is wanted whole
	mark := len(p.items)
	for i := 0; ; i++ {
		p.path[p.depth] = step{index: i}
		v, ok := p.value()
		if !ok {
			return nil, false
		}
		p.items = append(p.items, v)
		more, ok := p.next(']')
		if !ok {
			return nil, false
		}
		if !more {
			out := make([]any, len(p.items)-mark)
			copy(out, p.items[mark:])
			clear(p.items[mark:])
			p.items = p.items[:mark]
			return out, true
		}
	}
}

// pointer is the RFC 6901 pointer made of the first depth segments of the path.
func (p *parser) pointer(depth int) string {
	b := []byte(p.base)
	for _, s := range p.path[1 : depth+1] {
		if s.index >= 0 {
			b = strconv.AppendInt(append(b, '/'), int64(s.index), 10)
		} else {
			b = engine.AppendPointer(b, s.key)
		}
	}
	return string(b)
}

// short clips what a stranger wrote to a length that fits into a sentence.
func short(s string) string {
	end := maxQuoted
	if len(s) <= end {
		return s
	}
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
