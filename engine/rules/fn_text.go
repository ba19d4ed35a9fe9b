package rules

import (
	"math"
	"strings"
	"unicode/utf8"

	"patchbay/engine"
)

func textFunctions() []*function {
	return group("text",
		row{"upper(text)", "t", "t", "The text in capital letters.", `upper("abc")`, `"ABC"`, mapText(strings.ToUpper)},
		row{"lower(text)", "t", "t", "The text in small letters.", `lower("ABC")`, `"abc"`, mapText(strings.ToLower)},
		row{"trim(text, chars)", "t|t", "t", "The text without spaces, or other characters, at both ends.", `trim("  a ")`, `"a"`, trim},
		row{"trimPrefix(text, prefix)", "t|t", "t", "The text without a beginning.", `trimPrefix("re: hi", "re: ")`, `"hi"`, trimWith(strings.TrimPrefix)},
		row{"trimSuffix(text, suffix)", "t|t", "t", "The text without an ending.", `trimSuffix("a.txt", ".txt")`, `"a"`, trimWith(strings.TrimSuffix)},
		row{"split(text, separator, limit)", "tt|i", "l", "The parts of a text between separators.", `split("a,b", ",")`, `["a","b"]`, splitWith(strings.SplitN)},
		row{"splitAfter(text, separator, limit)", "tt|i", "l", "The parts of a text, separators kept.", `splitAfter("a,b", ",")`, `["a,","b"]`, splitWith(strings.SplitAfterN)},
		row{"replace(text, old, new, limit)", "ttt|i", "t", "The text with every old replaced by new.", `replace("a-b", "-", "+")`, `"a+b"`, replace},
		row{"repeat(text, times)", "ti", "t", "The text several times over.", `repeat("ab", 2)`, `"abab"`, repeat},
		row{"join(list, separator)", "l|t", "t", "The items of a list as one text.", `join(["a", "b"], ", ")`, `"a, b"`, join},
		row{"indexOf(text, part)", "tt", "i", "Where a part begins in a text, -1 when it does not occur.", `indexOf("abc", "c")`, `2`, indexWith(strings.Index)},
		row{"lastIndexOf(text, part)", "tt", "i", "Where a part begins last in a text, -1 when it does not occur.", `lastIndexOf("aba", "a")`, `2`, indexWith(strings.LastIndex)},
		row{"hasPrefix(text, prefix)", "tt", "b", "Whether the text begins with a prefix.", `hasPrefix("abc", "ab")`, `true`, testWith(strings.HasPrefix)},
		row{"hasSuffix(text, suffix)", "tt", "b", "Whether the text ends with a suffix.", `hasSuffix("abc", "bc")`, `true`, testWith(strings.HasSuffix)},
		row{"truncate(text, length)", "ti", "t", "The text cut to a number of characters, with … where something was cut.", `truncate("abcdef", 4)`, `"abc…"`, truncate},
		row{"slug(text)", "t", "t", "The text as a name for addresses.", `slug("New issue!")`, `"new-issue"`, slug},
		row{"domain(address)", "t", "t", "The domain of a mail address or URL, without www.", `domain("ann@example.com")`, `"example.com"`, domain},
		row{"text(value)", "v", "t", "Any value as text; lists and objects as JSON.", `text(1.50)`, `"1.5"`, toText},
		row{"string(value)", "v", "t", "The same as text(value).", `string(12)`, `"12"`, toText},
	)
}

// str returns an argument that apply has found to be text.
func str(v any) string {
	s, _ := v.(string)
	return s
}

// integer returns an argument that apply has found to be a whole number.
func integer(v any) int64 {
	i, _ := v.(int64)
	return i
}

func mapText(f func(string) string) func(*machine, *clause, []any) any {
	return func(m *machine, _ *clause, a []any) any {
		m.charge(2 * len(str(a[0])))
		return f(str(a[0]))
	}
}

func trim(m *machine, _ *clause, a []any) any {
	m.tick(len(str(a[0])) >> 7)
	if len(a) == 2 {
		return strings.Trim(str(a[0]), str(a[1]))
	}
	return strings.TrimSpace(str(a[0]))
}

func trimWith(f func(s, part string) string) func(*machine, *clause, []any) any {
	return func(_ *machine, _ *clause, a []any) any {
		part := " "
		if len(a) == 2 {
			part = str(a[1])
		}
		return f(str(a[0]), part)
	}
}

func splitWith(f func(s, sep string, n int) []string) func(*machine, *clause, []any) any {
	return func(m *machine, _ *clause, a []any) any {
		s, sep, limit := str(a[0]), str(a[1]), int64(-1)
		if len(a) == 3 {
			limit = integer(a[2])
		}
		m.tick(len(s) >> 6)
		parts := strings.Count(s, sep) + 1
		if limit >= 0 && int64(parts) > limit {
			parts = int(limit)
		}
		m.charge(48 * parts)
		return listOf(f(s, sep, parts))
	}
}

func replace(m *machine, _ *clause, a []any) any {
	s, before, after := str(a[0]), str(a[1]), str(a[2])
	m.tick(len(s) >> 6)
	n := strings.Count(s, before)
	if len(a) == 4 && integer(a[3]) >= 0 && int64(n) > integer(a[3]) {
		n = int(integer(a[3]))
	}
	m.charge(grown(len(s), n, len(after)-len(before)))
	return strings.Replace(s, before, after, n)
}

// grown returns base + n*by without overflowing: what is too large for an int is too
// large for any budget.
func grown(base, n, by int) int {
	const most = math.MaxInt32
	if by > 0 && n > most/by {
		return most
	}
	return max(base+n*by, 0)
}

func repeat(m *machine, c *clause, a []any) any {
	s, n := str(a[0]), integer(a[1])
	if n < 0 {
		m.note(c, c.operands[1].text+" is negative")
		return nil
	}
	m.charge(grown(0, len(s), int(min(n, math.MaxInt32))))
	return strings.Repeat(s, int(n))
}

func join(m *machine, _ *clause, a []any) any {
	list, _ := a[0].([]any)
	sep := ""
	if len(a) == 2 {
		sep = str(a[1])
	}
	m.charge(16 * len(list))
	parts := make([]string, 0, len(list))
	size := 0
	for _, item := range list {
		if item == nil {
			continue
		}
		part := m.text(item)
		size += len(part) + len(sep)
		parts = append(parts, part)
		m.tick(2)
		if int64(size) > m.bytes {
			m.charge(size)
		}
	}
	m.charge(size)
	return strings.Join(parts, sep)
}

func indexWith(f func(s, part string) int) func(*machine, *clause, []any) any {
	return func(m *machine, _ *clause, a []any) any {
		m.tick(len(str(a[0])) >> 7)
		return int64(f(str(a[0]), str(a[1])))
	}
}

func testWith(f func(s, part string) bool) func(*machine, *clause, []any) any {
	return func(_ *machine, _ *clause, a []any) any { return f(str(a[0]), str(a[1])) }
}

func truncate(m *machine, _ *clause, a []any) any {
	s, n := str(a[0]), integer(a[1])
	m.tick(len(s) >> 6)
	switch {
	case int64(len(s)) <= n || int64(utf8.RuneCountInString(s)) <= n:
		return s
	case n <= 0:
		return ""
	}
	m.charge(4 * int(n))
	return strings.TrimRight(characters(s, 0, int(n)-1), " ") + "…"
}

func slug(m *machine, _ *clause, a []any) any {
	m.charge(4 * len(str(a[0])))
	return engine.Slug(str(a[0]))
}

// domain works on what people type, so it does not insist on a valid address.
func domain(_ *machine, _ *clause, a []any) any {
	s := strings.TrimSpace(str(a[0]))
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
		if end := strings.IndexAny(s, "/?#\\"); end >= 0 {
			s = s[:end]
		}
	} else if end := strings.IndexAny(s, "/?#>"); end >= 0 {
		s = s[:end]
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	if host, port, ok := strings.Cut(s, ":"); ok && strings.Trim(port, "0123456789") == "" {
		s = host
	}
	s = strings.TrimPrefix(strings.ToLower(strings.Trim(s, " .")), "www.")
	if s == "" || strings.ContainsAny(s, " \t\r\n,;") {
		return nil
	}
	return s
}

func toText(m *machine, _ *clause, a []any) any { return m.text(a[0]) }
