package rules

import "strings"

func foldFunctions() []*function {
	return group("ignoring case",
		row{"eqFold(a, b)", "tt", "b", "Whether two texts are equal, capital or not.", `eqFold("Bug", "bug")`, `true`, testWith(strings.EqualFold)},
		row{"containsFold(text, part)", "tt", "b", "Whether a text contains another, capital or not.", `containsFold("A Bug!", "bug")`, `true`, foldTest(strings.Contains)},
		row{"startsWithFold(text, prefix)", "tt", "b", "Whether a text begins with another, capital or not.", `startsWithFold("RE: hi", "re:")`, `true`, foldTest(strings.HasPrefix)},
		row{"endsWithFold(text, suffix)", "tt", "b", "Whether a text ends with another, capital or not.", `endsWithFold("A.PDF", ".pdf")`, `true`, foldTest(strings.HasSuffix)},
		row{"inFold(text, list)", "tl", "b", "Whether a text is one of a list, capital or not.", `inFold("High", ["high", "urgent"])`, `true`, inFold},
	)
}

// foldTest compares in small letters of both; that is what people mean by case for
// all letters that have two.
func foldTest(f func(s, part string) bool) func(*machine, *clause, []any) any {
	return func(m *machine, _ *clause, a []any) any {
		s, part := str(a[0]), str(a[1])
		m.charge(2 * (len(s) + len(part)))
		return f(strings.ToLower(s), strings.ToLower(part))
	}
}

func inFold(m *machine, _ *clause, a []any) any {
	list, _ := a[1].([]any)
	for _, item := range list {
		m.tick(2)
		if s, ok := item.(string); ok && strings.EqualFold(s, str(a[0])) {
			return true
		}
	}
	return false
}
