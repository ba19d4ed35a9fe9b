package rules

import (
	"strings"

	"patchbay/engine"
)

// Suggest returns the known name that a mistyped one most likely stands for, or ""
// when none is near. A difference in case alone always counts as near.
func Suggest(name string, known []string) string {
	for _, k := range known {
		if strings.EqualFold(name, k) {
			return k
		}
	}
	if len(name) < 3 {
		return "" // anything is near to one or two letters
	}
	return engine.Nearest(name, known)
}

// didYouMean returns a sentence with the suggestion, or "" when there is none.
func didYouMean(name string, known []string) string {
	if s := Suggest(name, known); s != "" {
		return " Did you mean " + s + "?"
	}
	return ""
}
