package hooksfile

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// Names that can follow a dot in an expression, and numbers that index a list.
var (
	plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	listIndex = regexp.MustCompile(`^\d{1,6}$`)
)

// words of the expression language, which are quoted when a field is called so.
func isWord(name string) bool {
	return slices.Contains([]string{
		"and", "or", "not", "in", "matches", "contains", "startsWith", "endsWith", "let", "if", "else", "nil", "true", "false",
	}, name)
}

// quote writes text as a literal of an expression.
func quote(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // text can always be written
	return strings.TrimSuffix(b.String(), "\n")
}

// member writes the access to a path of fields, item by item.
func member(base string, path []string) string {
	var b strings.Builder
	b.WriteString(base)
	for _, name := range path {
		switch {
		case listIndex.MatchString(name):
			b.WriteString("[" + strings.TrimLeft(name[:len(name)-1], "0") + name[len(name)-1:] + "]")
		case plainName.MatchString(name) && !isWord(name):
			b.WriteString("." + name)
		default:
			b.WriteString("[" + quote(name) + "]")
		}
	}
	return b.String()
}

// parameters keeps what holds JSON as text.
func (m *maker) parameters() {
	for _, p := range m.asJSON {
		switch p.source {
		case "payload", "url", "query", "header":
			m.parsed = append(m.parsed, p)
		default:
			m.lost(p.field, "Only values of the payload, the query and the headers can be read as JSON.")
		}
	}
}

// expression returns the expression of a value, and false when there is none.
func (m *maker) expression(p parameter) (string, bool) {
	switch p.source {
	case "payload":
		return m.payload(p.name), true
	case "url", "query":
		return m.flat(p, "query"), true
	case "header":
		return m.flat(p, "headers"), true
	case "string":
		return quote(p.name), true
	case "entire-payload":
		return "text(payload)", true
	case "entire-headers":
		m.changed(p.field, "The names of the headers are in small letters, and credentials among them are masked.")
		return "text(headers)", true
	case "entire-query":
		return "text(query)", true
	case "request":
		switch strings.ToLower(p.name) {
		case "method":
			return "method", true
		case "remote-addr":
			m.changed(p.field, "The address comes without its port.")
			return "event.ip", true
		}
	}
	return "", false
}

// payload is a path into the body. Some bodies have other shapes here: a form whose only
// field holds JSON is that JSON, as is a list that webhook puts under "root"; attributes
// of XML are @name, where webhook says -name.
func (m *maker) payload(name string) string {
	path := strings.Split(name, ".")
	ways := []string{member("payload", path)}
	for _, p := range m.parsed {
		if p.source != "payload" || name != p.name && !strings.HasPrefix(name, p.name+".") {
			continue
		}
		head := strings.Split(p.name, ".")
		rest := path[len(head):]
		ways = append(ways, member("fromJSON("+member("payload", head)+")", rest))
		if len(head) == 1 && len(rest) > 0 {
			ways = append(ways, member("payload", rest))
		}
	}
	if len(path) > 1 && path[0] == "root" && listIndex.MatchString(path[1]) {
		ways = append(ways, member("payload", path[1:]))
	}
	if slices.ContainsFunc(path, func(s string) bool { return len(s) > 1 && s[0] == '-' }) {
		attributes := slices.Clone(path)
		for i, s := range attributes {
			if len(s) > 1 && s[0] == '-' {
				attributes[i] = "@" + s[1:]
			}
		}
		ways = append([]string{member("payload", attributes)}, ways...)
	}
	return either(ways)
}

// flat is a value of the query or of the headers, which are not nested unless they hold JSON.
func (m *maker) flat(p parameter, base string) string {
	of := func(name string) string {
		if base == "headers" {
			return "headers[" + quote(strings.ToLower(name)) + "]"
		}
		return member(base, []string{name})
	}
	ways := []string{of(p.name)}
	for _, j := range m.parsed {
		rest, ok := strings.CutPrefix(p.name, j.name+".")
		if ok && (j.source == p.source || base == "query" && j.source != "payload" && j.source != "header") {
			ways = append(ways, member("fromJSON("+of(j.name)+")", strings.Split(rest, ".")))
		}
	}
	return either(ways)
}

func either(ways []string) string {
	if len(ways) == 1 {
		return ways[0]
	}
	return "(" + strings.Join(ways, " ?? ") + ")"
}

// template writes a value into a field of a step; a missing one is empty.
func (m *maker) template(p parameter) (string, bool) {
	if p.source == "string" {
		return strings.ReplaceAll(p.name, "{{", "{{{{"), true
	}
	value, ok := m.expression(p)
	if !ok {
		return "", false
	}
	return `{{ text(` + value + ` ?? "") }}`, true
}

// why says why a value cannot be had.
func why(p parameter) string {
	switch p.source {
	case "template":
		return "Templates of Go are not run here; write the value as an expression in the step."
	case "raw-request-body":
		return "The body as it came cannot be given to a step; use payload."
	case "context":
		return "There is no pre-hook-command whose answer could be read; write the value as an expression in the step."
	case "":
		return "It does not say where the value comes from; give a source."
	}
	return "The source " + quote(p.source) + " with the name " + quote(p.name) + " is not known; write the value as an expression in the step."
}
