package decode

// Query reads the query of an address: a name that stands once is text, a repeated
// one a list. JSON in a value is decoded in place, as it is in a form.
func Query(raw string) map[string]any {
	query := QueryText(raw)
	for name, value := range query {
		switch value := value.(type) {
		case string:
			query[name] = inQuery(value)
		case []any:
			for i, item := range value {
				if text, ok := item.(string); ok {
					value[i] = inQuery(text)
				}
			}
		}
	}
	return query
}

func inQuery(text string) any {
	if !holdsJSON(text) {
		return text
	}
	if r, ok := decodeJSON([]byte(text), "", nil); ok {
		return r.Value
	}
	return text
}

// QueryText is Query with all values as they were written.
func QueryText(raw string) map[string]any {
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
