package rules

func patternFunctions() []*function {
	return group("patterns",
		row{"regexFind(text, pattern, group)", "tt|i", "t", "What a regular expression finds first: its first group, or all of it without groups.", `regexFind("order 42", "order (\\d+)")`, `"42"`, regexFind},
		row{"regexReplace(text, pattern, with)", "ttt", "t", "The text with every match replaced; $1 is the first group.", `regexReplace("a1b2", "\\d", "-")`, `"a-b-"`, regexReplace},
	)
}

func regexFind(m *machine, c *clause, a []any) any {
	s := str(a[0])
	p := m.dynamic(c, 1, str(a[1]))
	if p == nil {
		return nil
	}
	at := m.find(p, s)
	if at == nil {
		return nil
	}
	group := 0
	if len(at) > 2 {
		group = 1
	}
	if len(a) == 3 {
		n := integer(a[2])
		if n < 0 || n >= int64(len(at)/2) {
			m.note(c, "the pattern has no such group")
			return nil
		}
		group = int(n)
	}
	if at[2*group] < 0 {
		return nil
	}
	return s[at[2*group]:at[2*group+1]]
}

func regexReplace(m *machine, c *clause, a []any) any {
	p := m.dynamic(c, 1, str(a[1]))
	if p == nil {
		return nil
	}
	out, ok := m.replaceAll(p, str(a[0]), str(a[2]))
	if !ok {
		m.note(c, c.operands[0].text+" is too long for regexReplace")
		return nil
	}
	return out
}
