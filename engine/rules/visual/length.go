package visual

import (
	"strings"
	"time"

	"patchbay/engine"
	"patchbay/engine/rules/fields"
)

// lengthWords writes a length of time such as 90m as people say it. What is none stays.
func lengthWords(text string) string {
	d, err := engine.ParseDuration(strings.TrimSpace(text))
	if err != nil || d <= 0 {
		return shorten(fields.Clean(text), maxCode)
	}
	rest := d.Std()
	var parts []string
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if n := rest / unit.size; n > 0 && len(parts) < 2 {
			parts = append(parts, fields.Count(int(n), unit.name))
			rest %= unit.size
		}
	}
	if len(parts) == 0 {
		return shorten(text, maxCode)
	}
	return strings.Join(parts, " ")
}
