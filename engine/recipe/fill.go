package recipe

import (
	"errors"
	"maps"
	"regexp"
	"slices"

	"patchbay/engine"
	"patchbay/engine/config"
)

// use is one reference to an input.
type use struct {
	ref

	place place
	owner string // the entry that it stands in, such as "inboxes[0]"
}

var ownerOf = regexp.MustCompile(`^[a-z]+\[\d+\]`)

// Answers are what a person gave. Reuse names the inputs of type inbox and connection
// whose value is something that exists: the recipe's own entry is left out then. Later
// leaves sender checks unfinished whose secret is not known yet.
type Answers struct {
	Values map[string]any
	Reuse  []string
	Later  bool
}

// Fill returns the recipe's configuration with the inputs filled in. It returns joined
// [engine.Error] values: for inputs that are missing, unknown or wrong their fields are
// inputs.NAME.
func (r *Recipe) Fill(a Answers) (*engine.Document, error) {
	values, err := r.values(a)
	if err != nil {
		return nil, err
	}
	src, err := r.read()
	if err != nil {
		return nil, err
	}
	doc := src.Document
	leaveOut(doc, a.Reuse)
	if a.Later {
		r.leaveOpen(doc, values)
	}
	err = walk(doc, func(p place, text string) (any, error) {
		return fill(p, text, func(to ref) (any, error) { return r.input(to.name).part(values[to.name], to.part), nil })
	})
	return doc, src.Locate(err)
}

// leaveOpen marks the sender checks of which the secret is missing.
func (r *Recipe) leaveOpen(doc *engine.Document, values map[string]any) {
	for _, box := range doc.Inboxes {
		m := reference.FindStringSubmatch(box.Verify.Secret.Reveal())
		if len(m) > 1 && values[m[1]] == nil {
			box.Verify.Secret, box.Verify.Pending = "", true
		}
	}
}

// canWait reports whether an input is the secret of a sender check and nothing else.
func (r *Recipe) canWait(in *Input) bool {
	waits := false
	for _, u := range r.uses {
		if u.name == in.Name {
			if u.place.path != u.owner+".verify.secret" {
				return false
			}
			waits = true
		}
	}
	return waits
}

// Asked returns the inputs that have to be answered, in order: those that are used by
// what is left of the recipe.
func (r *Recipe) Asked(reuse []string) []*Input {
	left := r.left(reuse)
	var asked []*Input
	for i := range r.Inputs {
		in := &r.Inputs[i]
		if slices.ContainsFunc(r.uses, func(u use) bool { return u.name == in.Name && left(u.owner) }) {
			asked = append(asked, in)
		}
	}
	return asked
}

// values reads the answers, and takes the defaults of those that were not given.
func (r *Recipe) values(a Answers) (map[string]any, error) {
	var faults []error
	values := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(a.Values)) {
		if in := r.input(name); in == nil {
			faults = append(faults, unknownInput("inputs."+name, name, r.Inputs))
		}
	}
	for _, in := range r.Asked(a.Reuse) {
		given, ok := a.Values[in.Name]
		if !ok {
			given = in.Default
		}
		if given == nil && a.Later && r.canWait(in) {
			continue
		}
		if given == nil {
			faults = append(faults, in.invalid("%s is needed; %s", in.Label, in.hint()))
			continue
		}
		value, err := in.Value(given)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		values[in.Name] = value
	}
	return values, errors.Join(faults...)
}

// Example returns answers with which a recipe can be tried: those given, the examples for
// the others.
func (r *Recipe) Example(given map[string]any) Answers {
	values := map[string]any{}
	for _, in := range r.Inputs {
		if in.Example != nil {
			values[in.Name] = in.Example
		}
	}
	maps.Copy(values, given)
	return Answers{Values: values}
}

// Creates tells by the name of the input what the recipe makes itself: "inbox" or
// "connection".
func (r *Recipe) Creates() map[string]string {
	made := map[string]string{}
	for _, in := range r.Inputs {
		if slices.ContainsFunc(r.Document.Inboxes, func(b *engine.Inbox) bool { return b.Name == in.reference() }) ||
			slices.ContainsFunc(r.Document.Connections, func(c *engine.Connection) bool { return c.Name == in.reference() }) {
			made[in.Name] = in.Type
		}
	}
	return made
}

func (in *Input) reference() string { return opening + in.Name + "}" }

func leaveOut(doc *engine.Document, reuse []string) {
	for _, name := range reuse {
		in := Input{Name: name}
		doc.Inboxes = slices.DeleteFunc(doc.Inboxes, func(b *engine.Inbox) bool { return b.Name == in.reference() })
		doc.Connections = slices.DeleteFunc(doc.Connections, func(c *engine.Connection) bool { return c.Name == in.reference() })
	}
}

// left tells whether an entry stays.
func (r *Recipe) left(reuse []string) func(owner string) bool {
	gone := map[string]bool{}
	for _, u := range r.uses {
		if slices.Contains(reuse, u.name) && u.place.path == u.owner+".name" {
			gone[u.owner] = true
		}
	}
	return func(owner string) bool { return !gone[owner] }
}

func (r *Recipe) input(name string) *Input {
	i := slices.IndexFunc(r.Inputs, func(in Input) bool { return in.Name == name })
	if i < 0 {
		return nil
	}
	return &r.Inputs[i]
}

func unknownInput(field, name string, known []Input) error {
	names := make([]string, len(known))
	for i, in := range known {
		names[i] = in.Name
	}
	if near := engine.Nearest(name, names); near != "" {
		return engine.Invalid(field, "There is no input %q; did you mean %q?", name, near)
	}
	return engine.Invalid(field, "There is no input %q; add it to the inputs of the recipe.", name)
}

// read reads the recipe's bytes once more: filling in changes what was read.
func (r *Recipe) read() (*config.Source, error) {
	return config.ParseHeaded(config.File{Name: r.file, Data: r.source}, config.Head{Field: headField, Into: new(Head)}, config.Lookup{})
}
