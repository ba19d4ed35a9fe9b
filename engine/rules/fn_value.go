package rules

import "time"

func valueFunctions() []*function {
	return group("values",
		row{"type(value)", "x", "t", "What a value is: nil, bool, int, float, string, array, map, date or duration.", `type("a")`, `"string"`, typeName},
	)
}

func typeName(_ *machine, _ *clause, a []any) any {
	switch plain(a[0]).(type) {
	case nil:
		return "nil"
	case bool:
		return "bool"
	case int64:
		return "int"
	case float64:
		return "float"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "map"
	case time.Duration:
		return "duration"
	}
	return "date"
}
