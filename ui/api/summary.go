package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// summarized is up to which size bodies are read for lists.
	summarized = 64 << 10
	// summaryLong is how long a summary is at most.
	summaryLong = 120
	// partLong is how long one part of it is, so that the others are seen too.
	partLong = 60
	// summaryDeep is how deep in a payload its words are looked for.
	summaryDeep = 4
	// summaryWide is in how many objects of a payload they are looked for: a list makes
	// two hundred summaries, of payloads that may be nothing but objects.
	summaryWide = 500
)

// summaryPart is one word or number of a summary: the fields that may hold it, the best
// ones first, wherever in the payload they stand.
type summaryPart struct {
	fields []string
	before string
	// joined parts belong to the one before them, as a currency does to its amount.
	joined bool
	// deep is how deep in the payload its fields are looked for.
	deep int
}

func summaryParts() []summaryPart {
	return []summaryPart{
		{fields: []string{"action"}, deep: summaryDeep},
		{fields: []string{"title", "subject", "headline", "summary", "message", "text", "description", "name", "status"}, deep: summaryDeep},
		{fields: []string{"order_number", "invoice_number", "number"}, before: "#", deep: summaryDeep},
		{fields: []string{"total_price", "amount_total", "total", "amount"}, deep: summaryDeep},
		{fields: []string{"currency"}, joined: true, deep: summaryDeep},
		{fields: []string{"name", "full_name", "first_name", "from"}, deep: 1},
		{fields: []string{"login", "customer_email", "email", "username"}, deep: summaryDeep},
	}
}

// summarize puts a payload into one line: what people would look for first in it.
func summarize(payload any) string {
	switch v := payload.(type) {
	case nil:
		return ""
	case string:
		return oneSummary(v)
	case []any:
		if len(v) == 0 {
			return "Nothing"
		}
		return strconv.Itoa(len(v)) + " × " + orNothing(summarize(v[0]))
	case map[string]any:
		return summarizeObject(v)
	default:
		return oneSummary(fmt.Sprint(v))
	}
}

func orNothing(s string) string {
	if s == "" {
		return "item"
	}
	return s
}

func summarizeObject(object map[string]any) string {
	var parts []string
	joins := false // whether the part before is there to be joined
	near := nearest(object)
	for _, part := range summaryParts() {
		text := ""
		for _, name := range part.fields {
			if text = find(near, name, part.deep); text != "" {
				break
			}
		}
		if text != "" && !strings.HasPrefix(text, part.before) {
			text = part.before + text
		}
		switch {
		case text == "" || slices.Contains(parts, text):
			joins = false
			continue
		case part.joined && joins:
			parts[len(parts)-1] += " " + text
		default:
			parts = append(parts, text)
		}
		joins = true
	}
	return oneSummary(strings.Join(parts, " · "))
}

// placed is an object of a payload, and how deep it stands in it.
type placed struct {
	object map[string]any
	deep   int
}

// nearest returns the objects of a payload in which words are looked for, the nearest to
// the top first.
func nearest(object map[string]any) []placed {
	list := []placed{{object, 1}}
	for i := 0; i < len(list) && len(list) < summaryWide; i++ {
		at := list[i]
		if at.deep == summaryDeep {
			break
		}
		for _, key := range sortedKeys(at.object) {
			if inner, ok := at.object[key].(map[string]any); ok {
				list = append(list, placed{inner, at.deep + 1})
			}
		}
	}
	return list[:min(len(list), summaryWide)]
}

// find looks for a field with text or a number in it.
func find(near []placed, name string, deep int) string {
	for _, at := range near {
		if at.deep > deep {
			break
		}
		if text := scalar(at.object[name]); text != "" {
			return text
		}
	}
	return ""
}

func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return clipped(v, partLong)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case json.Number:
		return v.String()
	}
	return ""
}

// oneSummary keeps the beginning of a text, on one line.
func oneSummary(s string) string { return clipped(s, summaryLong) }

func clipped(s string, long int) string {
	if len(s) > 4*long {
		s = s[:4*long]
	}
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	if utf8.RuneCountInString(s) <= long {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:long-1])) + "…"
}
