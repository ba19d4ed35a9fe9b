package rules

import (
	"maps"
	"net/netip"
	"strings"
)

func objectFunctions() []*function {
	return group("objects",
		row{"get(value, key)", "xx", "a", "A field of an object or an item of a list; nil when there is none.", `get({a: 1}, "a")`, `1`, get},
		row{"keys(object)", "o", "l", "The names of the fields, in order.", `keys({b: 1, a: 2})`, `["a","b"]`, keys},
		row{"values(object)", "o", "l", "The values of the fields, in the order of their names.", `values({b: 1, a: 2})`, `[2,1]`, values},
		row{"toPairs(object)", "o", "l", "A list of [name, value].", `toPairs({a: 1})`, `[["a",1]]`, toPairs},
		row{"fromPairs(list)", "l", "o", "An object of a list of [name, value].", `fromPairs([["a", 1]])`, `{"a":1}`, fromPairs},
		row{"pick(object, names…)", "ov*", "o", "The object with these fields only.", `pick({a: 1, b: 2}, "a")`, `{"a":1}`, pick},
		row{"omit(object, names…)", "ov*", "o", "The object without these fields.", `omit({a: 1, b: 2}, "a")`, `{"b":2}`, omit},
		row{"lookup(table, key)", "tv", "a", "What a list of the workspace says about a key; nil when it says nothing.", `lookup("people", "ann")`, `null`, lookup},
		row{"cidrContains(range, address)", "tt", "b", "Whether an IP address is in a range such as 10.0.0.0/8.", `cidrContains("10.0.0.0/8", "10.1.2.3")`, `true`, cidrContains},
	)
}

func get(m *machine, _ *clause, a []any) any { return m.member(a[0], a[1]) }

func keys(m *machine, _ *clause, a []any) any {
	object, _ := a[0].(map[string]any)
	m.charge(48 * len(object))
	return listOf(sortedKeys(object))
}

func values(m *machine, _ *clause, a []any) any {
	object, _ := a[0].(map[string]any)
	m.charge(32 * len(object))
	out := make([]any, 0, len(object))
	for _, k := range sortedKeys(object) {
		out = append(out, plain(object[k]))
	}
	return out
}

func toPairs(m *machine, _ *clause, a []any) any {
	object, _ := a[0].(map[string]any)
	m.charge(120 * len(object))
	out := make([]any, 0, len(object))
	for _, k := range sortedKeys(object) {
		out = append(out, []any{k, plain(object[k])})
	}
	return out
}

func fromPairs(m *machine, c *clause, a []any) any {
	list, _ := a[0].([]any)
	m.charge(48 + 64*len(list))
	out := make(map[string]any, len(list))
	for _, item := range list {
		pair, ok := item.([]any)
		if !ok || len(pair) != 2 {
			m.note(c, c.operands[0].text+" is not a list of pairs")
			return nil
		}
		out[m.text(pair[0])] = pair[1]
	}
	return out
}

// fieldNames collects names given one by one or as lists.
func (m *machine) fieldNames(args []any) map[string]bool {
	set := make(map[string]bool, len(args))
	for _, v := range args {
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		m.charge(64 * len(list))
		for _, name := range list {
			if s, ok := name.(string); ok {
				set[s] = true
			}
		}
	}
	return set
}

func pick(m *machine, _ *clause, a []any) any {
	object, _ := a[0].(map[string]any)
	out := make(map[string]any)
	for name := range m.fieldNames(a[1:]) {
		if v, ok := object[name]; ok {
			m.charge(64)
			out[name] = v
		}
	}
	return out
}

func omit(m *machine, _ *clause, a []any) any {
	object, _ := a[0].(map[string]any)
	m.charge(48 + 64*len(object))
	out := maps.Clone(object)
	for name := range m.fieldNames(a[1:]) {
		delete(out, name)
	}
	return out
}

func lookup(m *machine, _ *clause, a []any) any {
	ask := m.prog.engine.opt.Lookup
	if ask == nil {
		return nil
	}
	return plain(ask(str(a[0]), a[1]))
}

func cidrContains(m *machine, c *clause, a []any) any {
	addr, err := netip.ParseAddr(strings.TrimSpace(str(a[1])))
	if err != nil {
		m.note(c, c.operands[1].text+" is not an IP address")
		return false
	}
	text := strings.TrimSpace(str(a[0]))
	if !strings.Contains(text, "/") {
		one, err := netip.ParseAddr(text)
		return err == nil && one.Unmap() == addr.Unmap()
	}
	block, err := netip.ParsePrefix(text)
	if err != nil {
		m.note(c, c.operands[0].text+" is not a range of IP addresses")
		return false
	}
	return block.Contains(addr.Unmap())
}
