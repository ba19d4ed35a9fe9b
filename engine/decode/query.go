package decode

// Query reads the query of an address: a name that stands once is text, a repeated
// one a list.
func Query(raw string) map[string]any {
	fields, err := formFields([]byte(raw), media{})
	if err != nil {
		return map[string]any{}
	}
	query := make(map[string]any, len(fields))
	for _, f := range fields {
		switch before := query[f.name].(type) {
		case nil:
			query[f.name] = f.value
		case []any:
			query[f.name] = append(before, f.value)
		default:
			query[f.name] = []any{before, f.value}
		}
	}
	return query
}
