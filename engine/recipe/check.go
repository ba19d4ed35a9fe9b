package recipe

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"patchbay/engine"
)

const (
	maxTitle    = 60
	maxSentence = 240
	maxMinutes  = 240
)

// faults collects what is wrong with a head.
type faults []error

func (f *faults) add(field, format string, args ...any) {
	*f = append(*f, engine.Invalid(headField+"."+field, format, args...))
}

// needed refuses an empty or long text.
func (f *faults) needed(field, text string, limit int) {
	switch {
	case strings.TrimSpace(text) == "":
		f.add(field, "A recipe needs this field.")
	case len(text) > limit:
		f.add(field, "This is longer than %d characters.", limit)
	}
}

// check looks at the head and at the references of the document.
func (r *Recipe) check(doc *engine.Document) error {
	var f faults
	if engine.CheckName("name", r.Name) != nil {
		f.add("name", "A recipe needs a name of small letters, digits and -, such as stripe-payment-slack.")
	}
	if r.Revision < 1 {
		f.add("revision", "A recipe counts its changes, from 1.")
	}
	f.needed("title", r.Title, maxTitle)
	f.needed("sentence", r.Sentence, maxSentence)
	if !slices.Contains([]string{"easy", "medium", "advanced"}, r.Difficulty) {
		f.add("difficulty", "%q is not a choice; use easy, medium or advanced.", r.Difficulty)
	}
	if r.Minutes < 1 || r.Minutes > maxMinutes {
		f.add("minutes", "Say how many minutes it takes, from 1 to %d.", maxMinutes)
	}
	r.checkApps(&f)
	for i := range r.Inputs {
		r.Inputs[i].check(&f, i, r.Inputs[:i])
	}
	for i, rule := range doc.Rules {
		if rule.ID == "" || strings.Contains(rule.ID, opening) {
			f = append(f, engine.Invalid(fmt.Sprintf("rules[%d].id", i), "A rule of a recipe needs an id, such as %s.", r.Name))
		}
	}
	if len(doc.Rules) == 0 {
		f = append(f, engine.Invalid("rules", "A recipe has at least one rule."))
	}
	if len(f) > 0 {
		return errors.Join(f...)
	}
	return r.checkReferences(doc)
}

func (r *Recipe) checkApps(f *faults) {
	for field, list := range map[string][]App{"apps.from": r.Apps.From, "apps.to": r.Apps.To} {
		if len(list) == 0 {
			f.add(field, "Name at least one app.")
		}
		for i, app := range list {
			f.needed(fmt.Sprintf("%s[%d].name", field, i), app.Name, maxTitle)
			f.needed(fmt.Sprintf("%s[%d].icon", field, i), app.Icon, maxTitle)
		}
	}
	for i, d := range r.Setup.Destination {
		if !slices.ContainsFunc(r.Apps.To, func(a App) bool { return a.Name == d.App }) {
			f.add(fmt.Sprintf("setup.destination[%d].app", i), "%q is not one of the apps of apps.to.", d.App)
		}
		if len(d.Steps) == 0 {
			f.add(fmt.Sprintf("setup.destination[%d].steps", i), "Say what is to be done, step by step.")
		}
	}
	if len(r.Checked) == 0 {
		f.add("checked", "Say what the names of fields and the endpoints were checked against.")
	}
}

// check looks at an input of the head; others stand before it.
func (in *Input) check(f *faults, at int, others []Input) {
	field := func(name string) string { return fmt.Sprintf("inputs[%d].%s", at, name) }
	if !inputName.MatchString(in.Name) {
		f.add(field("name"), "%q cannot be the name of an input; use small letters, digits and _.", in.Name)
	}
	if slices.ContainsFunc(others, func(o Input) bool { return o.Name == in.Name }) {
		f.add(field("name"), "Another input is called %q already.", in.Name)
	}
	types := []string{TypeText, TypeNumber, TypeSecret, TypeChoice, TypeAddress, TypeInbox, TypeConnection}
	if !slices.Contains(types, in.Type) {
		f.add(field("type"), "%q is not a type; use one of %s.", in.Type, strings.Join(types, ", "))
		return
	}
	f.needed(field("label"), in.Label, maxTitle*2)
	if _, err := regexp.Compile(`^(?:` + in.Pattern + `)$`); err != nil {
		f.add(field("pattern"), "This is not a regular expression: %v.", err)
		return
	}
	for _, part := range in.Public {
		if !slices.Contains(in.parts(), part) {
			f.add(field("public"), "The pattern has no group %q.", part)
		}
	}
	if (in.Type == TypeChoice) != (len(in.Choices) > 0) {
		f.add(field("choices"), "Choices belong to the type choice, which needs some.")
	}
	if (in.Type == TypeConnection) != (in.Connection != "") {
		f.add(field("connection"), "The type of connection belongs to the type connection, which needs one.")
	}
	if in.Type == TypeSecret && in.Default != nil {
		f.add(field("default"), "A secret that everybody knows is none; give an example instead.")
	}
	if in.Default == nil && in.Example == nil {
		f.add(field("example"), "Give an example or a default; the tests need one.")
	}
	for name, given := range map[string]any{"default": in.Default, "example": in.Example} {
		if given == nil {
			continue
		}
		if _, err := in.Value(given); err != nil {
			f.add(field(name), "%s", strings.TrimPrefix(err.Error(), "inputs."+in.Name+": "))
		}
	}
}

// checkReferences finds the inputs that a document uses, and refuses references that
// would change it, or show what is secret.
func (r *Recipe) checkReferences(doc *engine.Document) error {
	used := map[string]bool{}
	err := walk(doc, func(p place, text string) (any, error) {
		_, err := fill(p, text, func(to ref) (any, error) {
			in := r.input(to.name)
			switch {
			case in == nil:
				return nil, unknownInput("", to.name, r.Inputs)
			case to.part != "" && !slices.Contains(in.parts(), to.part):
				return nil, engine.Invalid("", "The pattern of the input %q has no group %q.", to.name, to.part)
			case in.secret(to.part) && p.form != vault:
				return nil, engine.Invalid("", "The input %q is secret; it can stand in the secret of an inbox and in a connection only.", to.name)
			case strings.Contains(p.path, ".verify.hmac."):
				return nil, engine.Invalid("", "No input can stand here.")
			}
			used[to.name] = true
			r.uses = append(r.uses, use{ref: to, place: p, owner: ownerOf.FindString(p.path)})
			if in.Type == TypeNumber && to.part == "" {
				return int64(1), nil
			}
			return "x", nil
		})
		return text, err
	})
	var f faults
	for i, in := range r.Inputs {
		if err == nil && !used[in.Name] {
			f.add(fmt.Sprintf("inputs[%d].name", i), "Nothing uses the input %q; write ${input:%s} where its value belongs.", in.Name, in.Name)
		}
	}
	return errors.Join(err, errors.Join(f...))
}

// checkTests looks at the tests and their samples.
func (r *Recipe) checkTests() error {
	var f faults
	used := map[string]bool{}
	matching, other := false, false
	for i, t := range r.Tests {
		field := func(name string) string { return fmt.Sprintf("tests[%d].%s", i, name) }
		f.needed(field("name"), t.Name, maxTitle*2)
		if _, ok := r.samples[t.Sample]; !ok {
			f.add(field("sample"), "There is no file %s.http beside the recipe.", t.Sample)
		}
		used[t.Sample] = true
		matching, other = matching || len(t.Rules) > 0, other || len(t.Rules) == 0
		for _, name := range slices.Sorted(maps.Keys(t.Inputs)) {
			if r.input(name) == nil {
				f = append(f, unknownInput(headField+"."+field("inputs."+name), name, r.Inputs))
			}
		}
		for _, id := range slices.Sorted(maps.Keys(t.Rules)) {
			r.checkExpectation(&f, field("rules."+id), id, t.Rules[id])
		}
	}
	if !matching || !other {
		f.add("tests", "A recipe needs a test in which a rule matches, and one in which none does.")
	}
	for _, name := range slices.Sorted(maps.Keys(r.samples)) {
		if !used[name] {
			f.add("tests", "No test uses %s.http.", name)
		}
	}
	return errors.Join(f...)
}

// checkExpectation sees to it that a test speaks of every step.
func (r *Recipe) checkExpectation(f *faults, field, id string, steps Expectation) {
	rule := r.rule(id)
	if rule == nil {
		f.add(field, "The recipe has no rule %q.", id)
		return
	}
	for _, s := range rule.Steps {
		if _, ok := steps[s.Key]; !ok {
			f.add(field, "The test says nothing of the step %q; write what it would do, or skipped: true.", s.Key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(steps)) {
		if !slices.ContainsFunc(rule.Steps, func(s engine.Step) bool { return s.Key == key }) {
			f.add(field+"."+key, "The rule has no step %q.", key)
		}
	}
}
