package recipe

import (
	"net/url"
	"slices"
	"strings"

	"patchbay/engine"
)

// Permissions is what a recipe's configuration may do. It is found in the configuration,
// never written. Hosts are those that requests go to, in order of the alphabet; what
// stands in { } is not known before it is filled in or an event comes.
type Permissions struct {
	Inboxes     []string `json:"inboxes" nullable:"false"`
	Rules       []string `json:"rules" nullable:"false"`
	Connections []string `json:"connections" nullable:"false"`
	Hosts       []string `json:"hosts" nullable:"false"`
	Mail        []string `json:"mail" nullable:"false"` // whom mail goes to
	Programs    []string `json:"programs" nullable:"false"`
	Secrets     []string `json:"secrets" nullable:"false"` // labels of the secret inputs
	Answers     bool     `json:"answers"`                  // it answers the sender itself
}

// Permissions tells what the recipe may do, before its inputs are known.
func (r *Recipe) Permissions() Permissions {
	p := PermissionsOf(r.Document)
	for _, list := range []*[]string{&p.Inboxes, &p.Rules, &p.Connections, &p.Hosts, &p.Mail, &p.Programs} {
		for i, text := range *list {
			(*list)[i] = r.inWords(text)
		}
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	for _, in := range r.Inputs {
		if in.Type == TypeSecret {
			p.Secrets = append(p.Secrets, in.Label)
		}
	}
	return p
}

// inWords writes {label} for what is filled in, the default where there is one.
func (r *Recipe) inWords(text string) string {
	return reference.ReplaceAllStringFunc(text, func(found string) string {
		m := reference.FindStringSubmatch(found)
		in := r.input(m[1])
		if in == nil {
			return found
		}
		if words, ok := textOf(in.Default); ok && m[2] == "" {
			return words
		}
		return "{" + in.Label + "}"
	})
}

// PermissionsOf tells what a configuration may do.
func PermissionsOf(doc *engine.Document) Permissions {
	p := Permissions{
		Inboxes: []string{}, Rules: []string{}, Connections: []string{}, Hosts: []string{},
		Mail: []string{}, Programs: []string{}, Secrets: []string{},
	}
	types := map[string]*engine.Connection{}
	for _, box := range doc.Inboxes {
		p.Inboxes = append(p.Inboxes, box.Name)
	}
	for _, c := range doc.Connections {
		p.Connections = append(p.Connections, c.Name)
		types[c.Name] = c
	}
	for _, rule := range doc.Rules {
		p.Rules = append(p.Rules, rule.ID)
		for i := range rule.Steps {
			p.step(&rule.Steps[i], types[rule.Steps[i].Connection])
		}
	}
	for _, list := range []*[]string{&p.Hosts, &p.Mail, &p.Programs} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return p
}

func (p *Permissions) step(s *engine.Step, c *engine.Connection) {
	switch s.Action {
	case "http":
		address, _ := s.With["url"].(string)
		p.Hosts = append(p.Hosts, hostOf(address))
	case "slack":
		p.Hosts = append(p.Hosts, slackHost(c))
	case "email":
		p.Mail = append(p.Mail, recipients(s.With["to"])...)
		p.Mail = append(p.Mail, recipients(s.With["cc"])...)
		p.Mail = append(p.Mail, recipients(s.With["bcc"])...)
	case "shell":
		if command, ok := s.With["command"].([]any); ok && len(command) > 0 {
			program, _ := textOf(command[0])
			p.Programs = append(p.Programs, program)
		}
	case "respond":
		p.Answers = true
	}
}

const outOfEvent = "{out of the event}"

// hostOf returns the host of an address as it is written.
func hostOf(address string) string {
	begin, _, _ := strings.Cut(address, "{{")
	_, rest, ok := strings.Cut(begin, "://")
	if !ok {
		if m := reference.FindString(begin); m != "" && strings.HasPrefix(begin, m) {
			return m
		}
		return outOfEvent
	}
	host := strings.FieldsFunc(rest+" ", func(r rune) bool { return strings.ContainsRune("/?#", r) })
	if begin != address && !strings.ContainsAny(rest, "/?#") || len(host) == 0 {
		return outOfEvent
	}
	return strings.TrimSpace(host[0])
}

func slackHost(c *engine.Connection) string {
	if c == nil {
		return "slack.com"
	}
	if api, _ := c.With["apiUrl"].(string); api != "" {
		return hostOf(api)
	}
	for _, given := range []any{c.With["webhookUrl"], c.Secrets["webhookUrl"]} {
		text, _ := textOf(given)
		if u, err := url.Parse(text); err == nil && u.Host != "" {
			return u.Host
		}
		if text != "" {
			return "hooks.slack.com"
		}
	}
	return "slack.com"
}

// recipients are those of a list or of a text with commas.
func recipients(v any) []string {
	switch x := v.(type) {
	case string:
		if strings.Contains(x, "{{") {
			return []string{outOfEvent}
		}
		var all []string
		for one := range strings.SplitSeq(x, ",") {
			all = append(all, strings.TrimSpace(one))
		}
		return all
	case []any:
		var all []string
		for _, item := range x {
			all = append(all, recipients(item)...)
		}
		return all
	}
	return nil
}
