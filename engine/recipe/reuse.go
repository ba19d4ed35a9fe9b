package recipe

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"patchbay/engine"
	"patchbay/engine/config"
	"patchbay/engine/verify"
)

// Existing is what an instance has already: the schemes of its inboxes and the types of
// its connections, by their names.
type Existing struct {
	Inboxes     map[string]string
	Connections map[string]string
}

// Reused finds the inboxes and connections that the person named and that exist. One that
// only the recipe's default names is not taken unasked. It returns a KindInvalid error
// where what exists is of another kind than the recipe needs.
func (r *Recipe) Reused(values map[string]any, exists Existing) ([]string, error) {
	var reuse []string
	for name, kind := range r.Creates() {
		given, ok := values[name].(string)
		if !ok {
			continue
		}
		in := r.input(name)
		scheme, inbox := exists.Inboxes[given]
		typ, connection := exists.Connections[given]
		switch {
		case kind == TypeInbox && inbox:
			if want := r.schemeOf(in); provider(scheme).ID != provider(want).ID {
				return nil, in.invalid("The inbox %q does not check its sender as this recipe needs it: that is %s there, and has to be %s.",
					given, provider(scheme).Title, provider(want).Title)
			}
			reuse = append(reuse, name)
		case kind == TypeConnection && connection:
			if typ != in.Connection {
				return nil, in.invalid("The connection %q is of type %s; this recipe needs %s.", given, typ, in.Connection)
			}
			reuse = append(reuse, name)
		}
	}
	slices.Sort(reuse)
	return reuse, nil
}

// schemeOf is how the inbox that an input names checks its sender.
func (r *Recipe) schemeOf(in *Input) string {
	for _, box := range r.Document.Inboxes {
		if box.Name == in.reference() {
			return box.Verify.Scheme
		}
	}
	return ""
}

// Scheme is how the recipe's inbox checks its sender.
func (r *Recipe) Scheme() string {
	for _, box := range r.Document.Inboxes {
		return box.Verify.Scheme
	}
	return ""
}

// SenderSteps are the steps at the sender, with {{address}} for the address of the inbox.
func (r *Recipe) SenderSteps() []string {
	if len(r.Setup.Sender) > 0 {
		return r.Setup.Sender
	}
	return provider(r.Scheme()).Setup
}

func provider(scheme string) verify.Provider {
	p, ok := verify.Lookup(scheme)
	if !ok {
		return verify.Provider{ID: scheme, Title: scheme}
	}
	return p
}

// NotAsked tells by the name of an input the inputs that are not asked when what this one
// names exists already.
func (r *Recipe) NotAsked() map[string][]string {
	needless := map[string][]string{}
	for name := range r.Creates() {
		asked := r.Asked([]string{name})
		for i := range r.Inputs {
			if other := &r.Inputs[i]; other.Name != name && !slices.Contains(asked, other) {
				needless[name] = append(needless[name], other.Name)
			}
		}
	}
	return needless
}

// CanWait reports whether an input is the secret of the sender, which may be left for later.
func (r *Recipe) CanWait(name string) bool {
	in := r.input(name)
	return in != nil && r.canWait(in)
}

// Rename gives rules of a configuration that was filled in other ids, by the old ones.
func (r *Recipe) Rename(doc *engine.Document, ids map[string]string) error {
	var faults []error
	for from, to := range ids {
		at := slices.IndexFunc(r.Document.Rules, func(rule *engine.Rule) bool { return rule.ID == from })
		if at < 0 {
			faults = append(faults, engine.Invalid("rename."+from, "The recipe has no rule %q.", from))
			continue
		}
		doc.Rules[at].ID = to
	}
	return errors.Join(faults...)
}

var nameField = regexp.MustCompile(`^(inboxes|connections|rules)\[(\d+)\]\.(?:name|id)$`)

// AtInputs lets the failures that are about a name in a filled configuration say which
// answer it came from: inputs.NAME, or rename.ID for the id of a rule.
func (r *Recipe) AtInputs(doc *engine.Document, values map[string]any, err error) error {
	var all []error
	for _, e := range config.Faults(err) {
		if fault, ok := errors.AsType[*engine.Error](e); ok {
			if field := r.answerOf(doc, values, fault.Field); field != "" {
				moved := *fault
				moved.Field, moved.Line, moved.Column = field, 0, 0
				e = &moved
			}
		}
		all = append(all, e)
	}
	return errors.Join(all...)
}

func (r *Recipe) answerOf(doc *engine.Document, values map[string]any, field string) string {
	m := nameField.FindStringSubmatch(field)
	if m == nil {
		return ""
	}
	at, err := strconv.Atoi(m[2])
	if err != nil {
		return ""
	}
	var name, kind string
	switch {
	case m[1] == "rules" && at < len(r.Document.Rules):
		return "rename." + r.Document.Rules[at].ID
	case m[1] == "inboxes" && at < len(doc.Inboxes):
		name, kind = doc.Inboxes[at].Name, TypeInbox
	case m[1] == "connections" && at < len(doc.Connections):
		name, kind = doc.Connections[at].Name, TypeConnection
	}
	for input, makes := range r.Creates() {
		given := values[input]
		if given == nil {
			given = r.input(input).Default
		}
		if makes == kind && fmt.Sprint(given) == name {
			return "inputs." + input
		}
	}
	return ""
}

// Hosts are the only hosts that the connection may be used for which an input names, where
// they are known before anything is filled in.
func (r *Recipe) Hosts(name string) []string {
	in := Input{Name: name}
	for _, c := range r.Document.Connections {
		if c.Name != in.reference() {
			continue
		}
		var hosts []string
		list, _ := c.With["hosts"].([]any)
		for _, item := range list {
			if host, ok := item.(string); ok && !reference.MatchString(host) {
				hosts = append(hosts, host)
			}
		}
		return hosts
	}
	return nil
}

// Default is what an input is when nothing is given, "" for what is no text.
func (r *Recipe) Default(name string) string {
	in := r.input(name)
	if in == nil {
		return ""
	}
	text, _ := in.Default.(string)
	return text
}
