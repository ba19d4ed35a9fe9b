package rules

import (
	"slices"
	"unicode/utf8"
)

func listFunctions() []*function {
	return group("lists",
		row{"len(value)", "v", "i", "How many items a list or object has, or characters a text.", `len([1, 2])`, `2`, length},
		row{"first(list)", "l", "a", "The first item.", `first([1, 2])`, `1`, pickAt(0)},
		row{"last(list)", "l", "a", "The last item.", `last([1, 2])`, `2`, pickAt(-1)},
		row{"take(list, n)", "li", "l", "The first n items.", `take([1, 2, 3], 2)`, `[1,2]`, take},
		row{"reverse(list)", "l", "l", "The items in reverse order.", `reverse([1, 2])`, `[2,1]`, reverse},
		row{"uniq(list)", "l", "l", "The items without repeats.", `uniq([1, 1, 2])`, `[1,2]`, uniq},
		row{"concat(lists…)", "l*", "l", "Several lists as one.", `concat([1], [2])`, `[1,2]`, concat},
		row{"flatten(list)", "l", "l", "The items of the lists in a list.", `flatten([1, [2, 3]])`, `[1,2,3]`, flatten},
		row{"sort(list, order)", "l|t", "l", "The items in order, \"asc\" or \"desc\".", `sort([2, 1])`, `[1,2]`, sorted},
	)
}

// loops describes the functions that work through a list with an expression, in
// which # is the item and .name a field of it.
func loops() []Function {
	return []Function{
		{"all", "all(list, condition)", "loops", "Whether the condition holds for every item.", `all([1, 2], # > 0)`, `true`},
		{"any", "any(list, condition)", "loops", "Whether the condition holds for some item.", `any([1, 2], # > 1)`, `true`},
		{"none", "none(list, condition)", "loops", "Whether the condition holds for no item.", `none([1, 2], # > 2)`, `true`},
		{"one", "one(list, condition)", "loops", "Whether the condition holds for exactly one item.", `one([1, 2], # > 1)`, `true`},
		{"filter", "filter(list, condition)", "loops", "The items for which the condition holds.", `filter([1, 2], # > 1)`, `[2]`},
		{"map", "map(list, expression)", "loops", "What the expression gives for each item.", `map([1, 2], # * 2)`, `[2,4]`},
		{"find", "find(list, condition)", "loops", "The first item for which the condition holds.", `find([1, 2], # > 0)`, `1`},
		{"findLast", "findLast(list, condition)", "loops", "The last item for which the condition holds.", `findLast([1, 2], # > 0)`, `2`},
		{"findIndex", "findIndex(list, condition)", "loops", "Where the first such item stands, from 0.", `findIndex([1, 2], # > 1)`, `1`},
		{"findLastIndex", "findLastIndex(list, condition)", "loops", "Where the last such item stands, from 0.", `findLastIndex([1, 2], # > 0)`, `1`},
		{"count", "count(list, condition)", "loops", "For how many items the condition holds.", `count([1, 2], # > 1)`, `1`},
		{"sum", "sum(list, expression)", "loops", "The sum of the items, or of what the expression gives for each.", `sum([1, 2])`, `3`},
		{"groupBy", "groupBy(list, expression)", "loops", "An object from each result to the items that gave it.", `groupBy(["a", "b"], #)`, `{"a":["a"],"b":["b"]}`},
		{"sortBy", "sortBy(list, expression, order)", "loops", "The items in the order of the results, \"asc\" or \"desc\".", `sortBy([1, 2], -#)`, `[2,1]`},
		{"reduce", "reduce(list, expression, start)", "loops", "One value of all items; #acc is what the items so far gave.", `reduce([1, 2, 3], #acc + #, 0)`, `6`},
	}
}

func length(m *machine, c *clause, a []any) any {
	switch v := a[0].(type) {
	case string:
		m.tick(len(v) >> 6)
		return int64(utf8.RuneCountInString(v))
	case []any:
		return int64(len(v))
	case map[string]any:
		return int64(len(v))
	}
	m.spoil(c, 0, a[0], kindList)
	return nil
}

func pickAt(i int64) func(*machine, *clause, []any) any {
	return func(_ *machine, _ *clause, a []any) any {
		list, _ := a[0].([]any)
		return plain(element(list, i))
	}
}

func take(_ *machine, _ *clause, a []any) any {
	list, _ := a[0].([]any)
	n := min(max(integer(a[1]), 0), int64(len(list)))
	return list[:n:n]
}

func reverse(m *machine, _ *clause, a []any) any {
	list, _ := a[0].([]any)
	m.charge(24 + 16*len(list))
	out := slices.Clone(list)
	slices.Reverse(out)
	return out
}

func uniq(m *machine, _ *clause, a []any) any {
	list, _ := a[0].([]any)
	out := []any{}
	for _, item := range list {
		if !slices.ContainsFunc(out, func(v any) bool { m.tick(1); return m.equal(v, item, 0) }) {
			m.charge(32)
			out = append(out, item)
		}
	}
	return out
}

func concat(m *machine, _ *clause, a []any) any {
	size := 0
	for _, v := range a {
		list, _ := v.([]any)
		size += len(list)
	}
	m.charge(24 + 16*size)
	out := make([]any, 0, size)
	for _, v := range a {
		list, _ := v.([]any)
		out = append(out, list...)
	}
	return out
}

func flatten(m *machine, _ *clause, a []any) any {
	list, _ := a[0].([]any)
	return m.flatten([]any{}, list, 0)
}

func (m *machine) flatten(out, list []any, depth int) []any {
	if depth > maxDepth {
		panic(errDepth)
	}
	for _, item := range list {
		m.charge(32)
		if inner, ok := item.([]any); ok {
			out = m.flatten(out, inner, depth+1)
			continue
		}
		out = append(out, item)
	}
	return out
}

func sorted(m *machine, c *clause, a []any) any {
	list, _ := a[0].([]any)
	desc, ok := m.descending(c, a[1:])
	if !ok {
		return nil
	}
	m.charge(24 + 16*len(list))
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(x, y any) int { return m.rank(x, y, desc) })
	return out
}
