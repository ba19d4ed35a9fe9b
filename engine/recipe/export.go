package recipe

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"patchbay/engine"
	"patchbay/engine/config"
	"patchbay/engine/verify"
)

// Naming is what a person says of a recipe that is made of a configuration. What is left
// empty is found in the configuration.
type Naming struct {
	Name     string
	Title    string
	Sentence string
}

// Exported is a recipe that was made of a configuration: the text of its file, and the
// labels of the inputs that stand for what was left out of it.
type Exported struct {
	Name    string
	Text    []byte
	LeftOut []string
}

// provenance stands in a recipe that nobody has checked.
const provenance = "Exported from a workspace; names of fields are those of the events that came there."

// Export writes a configuration as a recipe. The document is as [config.Applier.Export] and
// [config.Placeholders] leave it, and is changed: names of inboxes and connections become
// inputs whose defaults they are, secrets become inputs without one, as does what looks like
// a secret among the texts of steps and the shared values. Alerts are left out, because they
// are the whole workspace's. It returns a KindInvalid error for what no recipe can hold.
func Export(doc *engine.Document, named Naming) (*Exported, error) {
	if len(doc.Rules) == 0 {
		return nil, engine.Invalid("rule", "A recipe has at least one rule; publish one first.")
	}
	e := exporter{names: map[string]bool{}}
	doc.Alerts = nil
	for _, rule := range doc.Rules {
		if rule.ID == "" {
			rule.ID = engine.Slug(rule.Name)
		}
	}
	if err := e.texts(doc); err != nil {
		return nil, err
	}
	apps := appsOf(doc)
	e.inboxes(doc)
	e.connections(doc)
	head := Head{
		Name: named.Name, Revision: 1, Title: named.Title, Sentence: named.Sentence, Apps: apps,
		Difficulty: "easy", Minutes: 10, Checked: []string{provenance}, Inputs: e.inputs,
	}
	head.fillIn(doc)
	text, err := config.FormatHeaded(config.Head{Field: headField, Into: &head}, doc)
	if err != nil {
		return nil, err
	}
	if _, err := Parse(head.Name+".yaml", text); err != nil {
		return nil, err
	}
	return &Exported{Name: head.Name, Text: text, LeftOut: e.leftOut}, nil
}

// fillIn says what nobody said.
func (h *Head) fillIn(doc *engine.Document) {
	if h.Name == "" {
		h.Name = doc.Rules[0].ID
	}
	var names []string
	for _, rule := range doc.Rules {
		names = append(names, rule.Name)
		if slices.ContainsFunc(rule.Steps, func(s engine.Step) bool { return s.Action == "shell" }) {
			h.Difficulty = "advanced"
		}
	}
	if h.Title == "" {
		h.Title = strings.Join(names, ", ")
	}
	if h.Sentence == "" {
		h.Sentence = "Makes the rules " + strings.Join(names, ", ") + "."
		if len(names) == 1 {
			h.Sentence = "Makes the rule " + names[0] + "."
		}
	}
	h.Title, h.Sentence = shortened(h.Title, maxTitle), shortened(h.Sentence, maxSentence)
}

// shortened cuts a text to some bytes, between characters.
func shortened(text string, limit int) string {
	text = strings.TrimSpace(text)
	if len(text) <= limit {
		return text
	}
	end := limit - len("…")
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.TrimSpace(text[:end]) + "…"
}

// exporter collects the inputs of a recipe.
type exporter struct {
	inputs  []Input
	names   map[string]bool
	leftOut []string
}

var notOfName = regexp.MustCompile(`[^a-z0-9]+`)

// add takes an input under a name of its own, and returns the reference to it.
func (e *exporter) add(in Input) string {
	base := strings.Trim(notOfName.ReplaceAllString(strings.ToLower(in.Name), "_"), "_")
	if base == "" || base[0] < 'a' {
		base = "x" + base
	}
	in.Label = shortened(in.Label, maxTitle*2)
	for n := 1; ; n++ {
		end := ""
		if n > 1 {
			end = fmt.Sprintf("_%d", n)
		}
		in.Name = base[:min(len(base), 32-len(end))] + end
		if !e.names[in.Name] {
			break
		}
	}
	e.names[in.Name] = true
	e.inputs = append(e.inputs, in)
	if in.Default == nil {
		e.leftOut = append(e.leftOut, in.Label)
	}
	return in.reference()
}

func (e *exporter) inboxes(doc *engine.Document) {
	for _, box := range doc.Inboxes {
		of, name := shownName(box.Title, box.Name), "inbox"
		if len(doc.Inboxes) > 1 {
			name = box.Name
		}
		was := box.Name
		box.Name = e.add(Input{
			Name: name, Type: TypeInbox, Label: "Name of the inbox " + of,
			Help: "It is part of the address that the sender sends to.", Default: was,
		})
		if box.Verify.Secret != "" {
			box.Verify.Secret = engine.Secret(e.add(Input{
				Name: name + "_secret", Type: TypeSecret, Label: "Secret of the sender of " + of, Example: exampleSecret(box.Verify),
				Help: "The app that sends shows it, or asks for it, where its webhooks are set up.",
			}))
		}
		if box.Verify.URL != "" {
			box.Verify.URL = e.add(Input{
				Name: name + "_address", Type: TypeText, Label: "Address that the sender signs, for " + of,
				Help: "The address of the inbox as the sender knows it.", Example: "https://patchbay.example.com/in/" + was,
			})
		}
		for _, rule := range doc.Rules {
			if rule.Inbox == was {
				rule.Inbox = box.Name
			}
			for i := range rule.Inboxes {
				if rule.Inboxes[i] == was {
					rule.Inboxes[i] = box.Name
				}
			}
		}
	}
}

var placeholder = regexp.MustCompile(`^\$\{env:[^}]*\}$`)

func (e *exporter) connections(doc *engine.Document) {
	for _, c := range doc.Connections {
		of, was := shownName(c.Title, c.Name), c.Name
		c.Name = e.add(Input{
			Name: was, Type: TypeConnection, Connection: c.Type, Label: "Connection " + of,
			Help: "One that you have, or the name of the one that is made.", Default: was,
		})
		e.settings(c.With, was, of)
		for _, rule := range doc.Rules {
			for i := range rule.Steps {
				if rule.Steps[i].Connection == was {
					rule.Steps[i].Connection = c.Name
				}
			}
		}
	}
}

// settings asks for what is secret among the settings of a connection.
func (e *exporter) settings(fields map[string]any, name, of string) {
	for _, key := range sortedKeys(fields) {
		switch value := fields[key].(type) {
		case map[string]any:
			e.settings(value, name, of)
		case string:
			if placeholder.MatchString(value) {
				in := Input{Name: name + "_" + key, Type: TypeSecret, Label: inSentence(key) + " of the connection " + of, Example: "made-up-secret"}
				switch key {
				case "webhookUrl":
					in.Label, in.Example = "Webhook address of "+of, "https://hooks.slack.com/services/T00000000/B00000000/madeup"
				case "botToken":
					in.Label, in.Example = "Bot token of "+of, "xoxb-made-up"
				}
				fields[key] = e.add(in)
			}
		}
	}
}

// shownName is what people call an object.
func shownName(title, name string) string {
	if title != "" {
		return title
	}
	return name
}

// inSentence writes the name of a setting as a sentence begins.
func inSentence(name string) string {
	if name == strings.ToUpper(name) {
		return name
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// exampleSecret finds a text that a sender check takes for a secret.
func exampleSecret(v engine.Verify) string {
	for _, text := range []string{
		"made-up-secret", "whsec_bWFkZS11cC1zZWNyZXQtMDAwMDAwMDAw", "bWFkZS11cC1zZWNyZXQtMDAwMDAwMDAw",
		strings.Repeat("0123456789abcdef", 4),
	} {
		v.Secret, v.Secrets = engine.Secret(text), nil
		if _, err := verify.New(v); err == nil {
			return text
		}
	}
	return "made-up-secret"
}

// appsOf names the two ends of a configuration.
func appsOf(doc *engine.Document) Apps {
	var from, to []App
	for _, box := range doc.Inboxes {
		app := App{Name: shownName(box.Title, box.Name), Icon: "web"}
		if !general(box.Verify.Scheme) {
			p := provider(box.Verify.Scheme)
			app = App{Name: p.Title, Icon: p.ID}
		}
		from = withApp(from, app)
	}
	for _, rule := range doc.Rules {
		for i := range rule.Steps {
			to = withApp(to, appOf(&rule.Steps[i]))
		}
	}
	if len(from) == 0 {
		from = []App{{Name: "Any app", Icon: "web"}}
	}
	if len(to) == 0 {
		to = []App{{Name: "Patchbay", Icon: "patchbay"}}
	}
	return Apps{From: from, To: to}
}

// appOf is what a step reaches; it has no name where that is nothing outside, or not known.
func appOf(s *engine.Step) App {
	switch s.Action {
	case "slack":
		return App{Name: "Slack", Icon: "slack"}
	case "email":
		return App{Name: "Email", Icon: "mail"}
	case "shell":
		return App{Name: "This server", Icon: "server"}
	case "http":
		address, _ := s.With["url"].(string)
		if host := hostOf(address); host != outOfEvent && !strings.ContainsAny(host, "{}") {
			return App{Name: host, Icon: "web"}
		}
	}
	return App{}
}

func withApp(list []App, app App) []App {
	app.Name = shortened(app.Name, maxTitle)
	if app.Name == "" || slices.ContainsFunc(list, func(a App) bool { return a.Name == app.Name }) {
		return list
	}
	return append(list, app)
}
