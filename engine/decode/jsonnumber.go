package decode

import (
	"encoding/json"
	"math"
	"strconv"
)

// exactDigits is how many digits a float64 keeps and prints again as they were.
const exactDigits = 15

// literal is a scanned number: where it stands and what decides how it is converted.
type literal struct {
	start    int
	end      int
	negative bool
	digits   int    // before and after the point, leading zeros of 0.00x included
	fraction int    // after the point
	mantissa uint64 // all digits, valid up to 18 of them
	exponent bool
	integer  bool
}

// scanNumber reads the number at pos by JSON's grammar.
func (p *parser) scanNumber() (literal, bool) {
	n := literal{integer: true, start: p.pos}
	i := p.pos
	if p.src[i] == '-' {
		n.negative = true
		i++
	}
	if i < len(p.src) && p.src[i] == '0' {
		n.digits = 1
		i++
	} else {
		i = p.digits(i, &n)
	}
	if n.digits == 0 {
		p.pos = i
		return n, p.fail("a number is not complete")
	}
	if i < len(p.src) && p.src[i] == '.' {
		n.integer = false
		before := n.digits
		i = p.digits(i+1, &n)
		if n.fraction = n.digits - before; n.fraction == 0 {
			p.pos = i
			return n, p.fail("a number is not complete")
		}
	}
	if i < len(p.src) && (p.src[i] == 'e' || p.src[i] == 'E') {
		n.integer, n.exponent = false, true
		i++
		if i < len(p.src) && (p.src[i] == '+' || p.src[i] == '-') {
			i++
		}
		var power literal
		i = p.digits(i, &power)
		if power.digits == 0 {
			p.pos = i
			return n, p.fail("a number is not complete")
		}
	}
	n.end, p.pos = i, i
	return n, true
}

func (p *parser) digits(i int, n *literal) int {
	for i < len(p.src) && p.src[i] >= '0' && p.src[i] <= '9' {
		n.mantissa = n.mantissa*10 + uint64(p.src[i]-'0')
		n.digits++
		i++
	}
	return i
}

// number decodes the number at pos: int64 where it is an integer that fits, float64
// otherwise. A float64 that would print differently leaves its literal.
func (p *parser) number() (any, bool) {
	n, ok := p.scanNumber()
	if !ok {
		return nil, false
	}
	if n.integer && n.digits <= 18 && (!n.negative || n.mantissa != 0) {
		v := int64(n.mantissa) //nolint:gosec // 18 digits fit
		if n.negative {
			v = -v
		}
		return v, true
	}
	if n.integer {
		if v, err := strconv.ParseInt(p.cut(n.start, n.end), 10, 64); err == nil && v != 0 {
			return v, true
		}
	}
	return p.float(n)
}

func (p *parser) float(n literal) (any, bool) {
	var f float64
	if simple := !n.exponent && n.digits <= exactDigits; simple {
		// Both are exact, so their quotient is the nearest float64.
		f = float64(n.mantissa) / math.Pow10(n.fraction)
		if n.negative {
			f = -f
		}
		if p.src[n.end-1] != '0' && (f >= 1e-6 || f <= -1e-6) {
			return f, true
		}
	} else {
		var err error
		if f, err = strconv.ParseFloat(p.cut(n.start, n.end), 64); err != nil {
			return nil, p.fail("a number is too large")
		}
	}
	text := p.cut(n.start, n.end)
	if printed, err := json.Marshal(f); err != nil || string(printed) != text {
		p.keep(text)
	}
	return f, true
}

// keep notes the literal of the number at hand, as long as there is room for pointers.
func (p *parser) keep(text string) {
	if p.spare < 0 {
		return
	}
	size := len(p.base)
	for _, s := range p.path[1 : p.depth+1] {
		size += 8 + len(s.key) // a slash and a name, or an index
	}
	if p.spare -= size; p.spare < 0 {
		p.notes = append(p.notes, "Too many numbers are written in an unusual way; some of them are put into texts in their shortest form.")
		return
	}
	p.literals = append(p.literals, kept{p.pointer(p.depth), text})
}
