package hooksfile

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// Webhook stops at a value that is missing, and what that means depends on where it
// stands: "and" does not hold then, "or" goes on, "not" holds at the top and within "or".
// verdict keeps both halves: what a rule gives, and whether a missing value stops it.
type verdict struct{ holds, stops string }

const (
	yes = "true"
	no  = "false"
)

// triggered is the condition that is left of a trigger rule; nil always holds.
func (m *maker) triggered(r *rule) string {
	if r == nil {
		return yes
	}
	before := m.off
	m.off = false
	holds := m.verdict(r).holds
	if m.off { // without the part that is missing nothing is as it was
		return no
	}
	m.off = before
	return holds
}

func (m *maker) verdict(r *rule) verdict {
	switch {
	case r.isAnd:
		holds, stops, before := []string{}, []string{}, []string{}
		for _, part := range r.and {
			v := m.verdict(part)
			stops = append(stops, all(append(slices.Clip(before), v.stops)))
			one := v.holds
			if part.not != nil && !part.isAnd && !part.isOr { // the others do not hold where they stop
				one = all([]string{v.holds, negate(v.stops)})
			}
			holds, before = append(holds, one), append(before, one)
		}
		return verdict{all(holds), anyOf(stops)}
	case r.isOr:
		var holds []string
		for _, part := range r.or {
			holds = append(holds, m.verdict(part).holds)
		}
		return verdict{anyOf(holds), no}
	case r.not != nil:
		v := m.verdict(r.not)
		return verdict{negate(v.holds), v.stops}
	case r.match != nil:
		return m.match(r.match)
	}
	return verdict{no, no}
}

func (m *maker) match(t *match) verdict {
	switch t.kind {
	case "value":
		return m.value(t)
	case "regex":
		return m.regex(t)
	case "ip-whitelist":
		return verdict{m.addresses(t), no}
	}
	if isSignature(t.kind) {
		m.lost(t.field, "A signature proves the sender of a whole inbox and cannot be one of several ways, nor a second proof; make an inbox of its own for it.")
	} else {
		m.lost(t.field, "The type %q is not known; write the condition as an expression.", t.kind)
	}
	return verdict{no, no}
}

// number and other texts that a value of another type could have.
var notPlain = regexp.MustCompile(`^([-+.0-9\[{<]|true$|false$)`)

func (m *maker) value(t *match) verdict {
	field, ok := m.matched(t)
	if !ok {
		return verdict{no, no}
	}
	missing := field + " == nil"
	if secretName(t.parameter) {
		m.lost(t.field, "A secret cannot stand in a condition, where it could be read or guessed; the secret part of the address takes its place only where it must fit in any case and nothing else proves the sender. Make an inbox of its own for it.")
		return verdict{no, no}
	}
	if notPlain.MatchString(t.value) {
		field = "text(" + field + ")"
	}
	return verdict{field + " == " + quote(t.value), missing}
}

// maxPattern is what expressions take as a pattern.
const maxPattern = 1000

func (m *maker) regex(t *match) verdict {
	field, ok := m.matched(t)
	if !ok {
		return verdict{no, no}
	}
	if secretName(t.parameter) {
		m.lost(t.field, "A pattern that holds a secret would be readable in the condition; compare the whole value instead.")
		return verdict{no, no}
	}
	if _, err := regexp.Compile(t.regex); err != nil || len(t.regex) > maxPattern {
		m.lost(t.field, "The pattern cannot be read, or is longer than %d bytes; write a shorter one.", maxPattern)
		return verdict{no, no}
	}
	return verdict{"text(" + field + ") matches " + quote(t.regex), field + " == nil"}
}

// matched is the value that a match looks at.
func (m *maker) matched(t *match) (string, bool) {
	if t.parameter.source == "header" && secretName(t.parameter) {
		m.lost(t.field, "A secret in a header proves the sender of a whole inbox and cannot be one of several ways, nor a second proof; make an inbox of its own for it.")
		return "", false
	}
	field, ok := m.expression(t.parameter)
	if !ok {
		m.lost(t.field, "%s", why(t.parameter))
	}
	return field, ok
}

func (m *maker) addresses(t *match) string {
	var ways []string
	for text := range strings.FieldsSeq(t.ranges) {
		_, err := netip.ParsePrefix(text)
		if _, single := netip.ParseAddr(text); err != nil && single != nil {
			m.lost(t.field, "%q is no range of addresses; write it like 192.0.2.0/24.", text)
			return no
		}
		ways = append(ways, "cidrContains("+quote(text)+", event.ip)")
	}
	if len(ways) == 0 {
		m.lost(t.field, "The range of addresses is missing; give it as cidrContains in the condition.")
	}
	return anyOf(ways)
}

func all(parts []string) string {
	return joined(parts, " and ", yes, no)
}

func anyOf(parts []string) string {
	return joined(parts, " or ", no, yes)
}

// joined leaves out what decides nothing.
func joined(parts []string, word, neutral, decides string) string {
	var left []string
	for _, part := range parts {
		switch part {
		case neutral:
		case decides:
			return decides
		default:
			left = append(left, part)
		}
	}
	switch len(left) {
	case 0:
		return neutral
	case 1:
		return left[0]
	}
	for i, part := range left {
		if strings.Contains(part, " and ") || strings.Contains(part, " or ") {
			left[i] = "(" + part + ")"
		}
	}
	return strings.Join(left, word)
}

func negate(part string) string {
	switch part {
	case yes:
		return no
	case no:
		return yes
	}
	return "not (" + part + ")"
}
