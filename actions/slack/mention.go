package slack

import (
	"regexp"
	"strings"

	"patchbay/actions"
)

// mention is what makes Slack notify people or link in the text of a block.
var mention = regexp.MustCompile(`<[!@#][^>]*>`)

// quietMentions returns blocks in which mentions that came out of a payload are
// escaped. Blocks are passed on as they are otherwise: what is text with marks in
// them and what is not (addresses, ids) only Slack knows.
func quietMentions(v, written any) any {
	switch v := v.(type) {
	case string:
		source, _ := written.(string)
		if source == v && !actions.HasTemplate(source) {
			return v
		}
		return mention.ReplaceAllStringFunc(v, func(m string) string {
			if strings.Contains(source, m) {
				return m
			}
			// All of it: one may be hidden in another.
			return strings.ReplaceAll(strings.ReplaceAll(m, "<", "&lt;"), ">", "&gt;")
		})
	case []any:
		source, _ := written.([]any)
		list := make([]any, len(v))
		for i, e := range v {
			var w any
			if i < len(source) {
				w = source[i]
			}
			list[i] = quietMentions(e, w)
		}
		return list
	case map[string]any:
		source, _ := written.(map[string]any)
		object := make(map[string]any, len(v))
		for k, e := range v {
			object[k] = quietMentions(e, source[k])
		}
		return object
	}
	return v
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}
