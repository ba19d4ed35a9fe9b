package rules

import (
	"strconv"
	"strings"
	"time"
)

// token is one element of a friendly date layout and Go's form of it.
type token struct{ name, layout string }

// tokens lists the elements, longer ones before those they begin with.
func tokens() []token {
	return []token{
		{"YYYY", "2006"},
		{"YY", "06"},
		{"MMMM", "January"},
		{"MMM", "Jan"},
		{"MM", "01"},
		{"M", "1"},
		{"DD", "02"},
		{"D", "2"},
		{"dddd", "Monday"},
		{"ddd", "Mon"},
		{"HH", "15"},
		{"H", ""},
		{"hh", "03"},
		{"h", "3"},
		{"mm", "04"},
		{"m", "4"},
		{"ss", "05"},
		{"SSS", ""},
		{"s", "5"},
		{"A", "PM"},
		{"a", "pm"},
		{"ZZ", "-0700"},
		{"Z", "-07:00"},
		{"z", "MST"},
		{"X", ""},
		{"x", ""},
	}
}

// isGoLayout recognises layouts written the way Go does, by their reference date.
func isGoLayout(layout string) bool {
	return strings.Contains(layout, "2006") || strings.Contains(layout, "15:04") || strings.Contains(layout, "3:04")
}

func nextToken(layout string) (token, bool) {
	for _, t := range tokens() {
		if strings.HasPrefix(layout, t.name) {
			return t, true
		}
	}
	return token{}, false
}

// formatTime writes a date in a friendly layout. Text in [brackets] stands for itself.
func formatTime(t time.Time, layout string) string {
	switch layout {
	case "RFC3339", "ISO", "iso":
		return t.Format(time.RFC3339)
	}
	if isGoLayout(layout) {
		return t.Format(layout)
	}
	var b strings.Builder
	for layout != "" {
		if quoted, rest, ok := bracketed(layout); ok {
			b.WriteString(quoted)
			layout = rest
			continue
		}
		tok, ok := nextToken(layout)
		if !ok {
			b.WriteByte(layout[0])
			layout = layout[1:]
			continue
		}
		layout = layout[len(tok.name):]
		switch tok.name {
		case "H":
			b.WriteString(strconv.Itoa(t.Hour()))
		case "SSS":
			b.WriteString(t.Format(".000")[1:])
		case "X":
			b.WriteString(strconv.FormatInt(t.Unix(), 10))
		case "x":
			b.WriteString(strconv.FormatInt(t.UnixMilli(), 10))
		default:
			b.WriteString(t.Format(tok.layout))
		}
	}
	return b.String()
}

func bracketed(layout string) (quoted, rest string, ok bool) {
	if layout[0] != '[' {
		return "", "", false
	}
	return strings.Cut(layout[1:], "]")
}

// goLayout turns a friendly layout into Go's, for reading dates.
func goLayout(layout string) string {
	if isGoLayout(layout) {
		return layout
	}
	var b strings.Builder
	for layout != "" {
		if quoted, rest, ok := bracketed(layout); ok {
			b.WriteString(quoted)
			layout = rest
			continue
		}
		tok, ok := nextToken(layout)
		if !ok {
			b.WriteByte(layout[0])
			layout = layout[1:]
			continue
		}
		layout = layout[len(tok.name):]
		switch tok.name {
		case "H":
			b.WriteString("15")
		case "SSS":
			b.WriteString("000")
		default:
			b.WriteString(tok.layout)
		}
	}
	return b.String()
}
