package rules

import (
	"strings"
	"time"
)

// maxLayout bounds the text of a date's layout, in bytes.
const maxLayout = 200

func timeFunctions() []*function {
	return group("dates",
		row{"now()", "", "d", "When the event was received; in steps, when the step first started.", `now()`, `"2026-03-01T12:30:00Z"`, now},
		row{"date(value, layout, zone)", "v|tt", "d", "A date from text or from a number of seconds or milliseconds since 1970.", `date("2026-03-01")`, `"2026-03-01T00:00:00Z"`, date},
		row{"duration(text)", "t", "D", "A length of time, such as 90m or 7d.", `duration("90m")`, `"1h30m0s"`, duration},
		row{"formatDate(date, layout, zone)", "d|tt", "t", "A date as text; the layout is made of YYYY MM DD HH mm ss, MMM, ddd, Z and the like.", `formatDate("2026-03-01T12:30:00Z", "D MMM YYYY, HH:mm", "Europe/Berlin")`, `"1 Mar 2026, 13:30"`, formatDate},
	)
}

func now(m *machine, _ *clause, _ []any) any { return m.env.Now }

// zone returns a time zone by name.
func (m *machine) zone(c *clause, name string) *time.Location {
	e := m.prog.engine
	if name == "" || name == "Local" {
		return e.opt.Location()
	}
	if loc, ok := e.zones.get(name); ok {
		return loc
	}
	m.tick(10 * tickBlock)
	loc, err := time.LoadLocation(name)
	if err != nil {
		m.note(c, "there is no time zone "+truncated(name))
		return nil
	}
	return e.zones.put(name, loc)
}

// truncated keeps notes short whatever a payload holds.
func truncated(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}

// toTime reads a date as payloads hold it.
func (m *machine) toTime(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v, true
	case string:
		return parseTime(strings.TrimSpace(v), m.prog.engine.opt.Location())
	}
	n, ok := toNum(v)
	if !ok {
		return time.Time{}, false
	}
	return unixTime(n)
}

// unixTime takes seconds, and from the year 5138 on milliseconds, micro- or
// nanoseconds: nobody means those years.
func unixTime(n num) (time.Time, bool) {
	f := n.float()
	switch abs := max(f, -f); {
	case abs < 1e11:
		s, _ := num{f: floorOf(f)}.integer()
		return time.Unix(s, int64((f-floorOf(f))*1e9)).UTC(), true
	case abs < 1e14:
		return time.UnixMilli(int64(f)).UTC(), true
	case abs < 1e17:
		return time.UnixMicro(int64(f)).UTC(), true
	case abs < 9e18:
		return time.Unix(0, int64(f)).UTC(), true
	}
	return time.Time{}, false
}

func floorOf(f float64) float64 {
	i := float64(int64(f))
	if i > f {
		return i - 1
	}
	return i
}

func parseTime(s string, loc *time.Location) (time.Time, bool) {
	if len(s) > 60 {
		return time.Time{}, false
	}
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700",
		"2006-01-02 15:04:05 MST", time.DateTime, "2006-01-02 15:04", time.DateOnly, time.RFC1123, time.RFC1123Z,
		time.RFC850, time.RFC822, time.RFC822Z, time.ANSIC, time.UnixDate, "2006-01-02T15:04:05-0700", "2006/01/02", time.TimeOnly,
	} {
		if t, err := time.ParseInLocation(layout, s, loc); err == nil {
			return t, true
		}
	}
	if n, ok := parseNum(s); ok && len(s) >= 9 {
		return unixTime(n)
	}
	return time.Time{}, false
}

func date(m *machine, c *clause, a []any) any {
	loc := m.prog.engine.opt.Location()
	if len(a) == 3 {
		if loc = m.zone(c, str(a[2])); loc == nil {
			return nil
		}
	}
	s, isText := a[0].(string)
	if len(a) >= 2 && isText && str(a[1]) != "" && len(str(a[1])) <= maxLayout {
		t, err := time.ParseInLocation(goLayout(str(a[1])), s, loc)
		if err != nil {
			m.note(c, c.operands[0].text+" is not a date of the form "+truncated(str(a[1])))
			return nil
		}
		return t
	}
	if isText {
		if t, ok := parseTime(strings.TrimSpace(s), loc); ok {
			return t
		}
	} else if t, ok := m.toTime(a[0]); ok {
		if len(a) == 3 {
			t = t.In(loc)
		}
		return t
	}
	m.note(c, c.operands[0].text+" is not a date")
	return nil
}

func duration(m *machine, c *clause, a []any) any {
	s := strings.TrimSpace(str(a[0]))
	if days, rest, ok := strings.Cut(s, "d"); ok {
		n, isNum := parseNum(days)
		tail, err := time.ParseDuration("0s" + rest)
		if f := n.float(); isNum && err == nil && f > -100_000 && f < 100_000 {
			return time.Duration(f*24*float64(time.Hour)) + tail
		}
	} else if d, err := time.ParseDuration(s); err == nil {
		return d
	}
	m.note(c, c.operands[0].text+" is not a duration such as 90m or 7d")
	return nil
}

func formatDate(m *machine, c *clause, a []any) any {
	t, _ := a[0].(time.Time)
	loc, layout := m.prog.engine.opt.Location(), "YYYY-MM-DD HH:mm"
	if len(a) == 3 {
		if loc = m.zone(c, str(a[2])); loc == nil {
			return nil
		}
	}
	if len(a) >= 2 && str(a[1]) != "" {
		layout = str(a[1])
	}
	if len(layout) > maxLayout {
		m.note(c, "the layout of the date is too long")
		return nil
	}
	m.charge(8 * maxLayout)
	return formatTime(t.In(loc), layout)
}
