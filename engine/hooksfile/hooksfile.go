// Package hooksfile makes a Patchbay document of a file of hook definitions as
// github.com/adnanh/webhook reads it (hooks.json, hooks.yaml), with a report of what is
// carried over otherwise than written, and of what is not.
//
// A hook becomes an inbox and a rule of its name. The part of its trigger rule that
// proves the sender (a signature, a token in a header) becomes the sender check; an
// inbox without such a part gets a secret part in its address, which is new to the
// sender anyway. What is left becomes the rule's condition, the command a shell step.
//
// Decisions: a request that is not triggered is judged as webhook judges it, down to a
// "not" whose value is missing (see condition.go); a secret that has to stand in the
// payload or the query gives way to the secret part of the address, since a condition is
// readable and even a hash in it could be guessed from; repeats are not
// recognised, because webhook does not; a hook whose protection, command or values
// cannot be carried over is imported turned off, with "false" for a condition of which
// a part is missing. A name with dots is a path; webhook would first look for a key with dots.
package hooksfile

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"patchbay/engine"
	"patchbay/engine/config"
)

// Options answer what only the machine knows on which the programs run. All may be nil.
type Options struct {
	// Find returns the absolute path of a program that a hook names otherwise, "" when
	// there is none; dir is the hook's working directory.
	Find func(program, dir string) string
	// Interprets reports whether a program runs what its arguments say.
	Interprets func(program string) bool
	// Variable tells why a variable cannot be set for a program.
	Variable func(name string) error
}

// Remark tells what became of a field of a hook; Hook is "" when it is about all.
type Remark struct {
	Hook    string `json:"hook,omitempty"`
	Field   string `json:"field,omitempty"`
	Lost    bool   `json:"lost"` // it could not be carried over
	Message string `json:"message"`
}

// Import is what a file of hooks was made into.
type Import struct {
	Document *engine.Document
	Remarks  []Remark
	Off      []string // hooks whose rules are turned off until somebody has looked at them
}

// Recognizes reports whether a file holds hook definitions: a list of objects, the
// first of which has an id or a command.
func Recognizes(data []byte) bool {
	tree, err := read(data)
	if err != nil {
		return false
	}
	list, _ := tree.([]any)
	if len(list) == 0 {
		return false
	}
	first, _ := list[0].(map[string]any)
	return first["execute-command"] != nil || first["id"] != nil
}

// read takes JSON first: people indent it by tabs, which YAML refuses.
func read(data []byte) (any, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var tree any
	if len(data) <= maxBytes && engine.DecodeJSON(data, &tree) == nil {
		return tree, nil
	}
	return config.Value(data)
}

const (
	maxBytes = 4 << 20
	maxHooks = 1000
)

// Read makes a document of a file of hooks. Errors are joined [engine.Error] values with
// the fields of the file.
func Read(data []byte, opt Options) (*Import, error) {
	tree, err := read(data)
	if err != nil {
		if bytes.Contains(data, []byte("{{")) {
			return nil, engine.Invalid("", "The file is a template of webhook; fill it in first, and import what comes out.")
		}
		return nil, err
	}
	list, ok := tree.([]any)
	switch {
	case !ok || len(list) == 0:
		return nil, engine.Invalid("", "The file holds no hooks; it should be a list of objects with id and execute-command.")
	case len(list) > maxHooks:
		return nil, engine.Invalid("", "The file holds more than %d hooks; split it.", maxHooks)
	}
	r := &reader{}
	hooks := make([]hook, 0, len(list))
	for i, item := range list {
		hooks = append(hooks, r.hook(item, fmt.Sprintf("[%d]", i)))
	}
	if err := r.err(hooks); err != nil {
		return nil, err
	}
	made := &Import{Document: &engine.Document{Version: 1}, Remarks: r.remarks}
	for i := range hooks {
		m := &maker{hook: &hooks[i], opt: opt, into: made}
		m.make()
	}
	made.general()
	return made, nil
}

// general tells what is different for every hook.
func (i *Import) general() {
	for _, message := range []string{
		"The addresses are new: enter those that are printed here at the senders.",
		"A request whose proof is missing or wrong is answered with 401, whatever the hook said.",
		"Programs do not inherit the server's environment, and have to be allowed by the operator: --allow-shell PROGRAM.",
		"An argument that comes from a request and begins with - is refused, because the program would take it for an option.",
	} {
		i.Remarks = append(i.Remarks, Remark{Message: message})
	}
}

// maker makes the objects of one hook.
type maker struct {
	*hook

	opt    Options
	into   *Import
	name   string
	off    bool
	parsed []parameter
}

func (m *maker) lost(field, format string, args ...any) {
	m.off = true
	m.into.Remarks = append(m.into.Remarks, Remark{Hook: m.id, Field: field, Lost: true, Message: fmt.Sprintf(format, args...)})
}

func (m *maker) changed(field, format string, args ...any) {
	m.into.Remarks = append(m.into.Remarks, Remark{Hook: m.id, Field: field, Message: fmt.Sprintf(format, args...)})
}

func (m *maker) make() {
	m.name = engine.Slug(m.id)
	box := &engine.Inbox{Name: m.name, Methods: m.allowed(), Dedupe: engine.Dedupe{Off: true}}
	if m.name != m.id {
		box.Title = m.id
		m.changed("id", "The inbox is called %s: names have small letters, digits and hyphens.", m.name)
	}
	m.parameters()
	if m.preHook {
		m.lost("pre-hook-command", "No program runs before a request is judged; do what it does in a shell step of the rule, then turn the rule on.")
	}
	verify, rest := m.sender(m.rule)
	box.Verify = verify
	when := m.triggered(rest)
	rule := &engine.Rule{ID: m.name, Name: m.id, Inbox: m.name, When: when, Tags: []string{"webhook"}}
	if when == "true" {
		rule.When = ""
	}
	run := m.command()
	m.answer(box, rule, run)
	box.Respond.Unmatched = m.mismatch(when)
	if m.contentType != "" {
		m.changed("incoming-payload-content-type", "Patchbay reads JSON and forms by their content and Content-Type; send %s as Content-Type where it is not recognised.", m.contentType)
	}
	if m.off {
		m.into.Off = append(m.into.Off, m.id)
		off := false
		rule.Enabled = &off
		box.Respond = engine.Respond{} // nobody answers while they are off
	}
	m.into.Document.Inboxes = append(m.into.Document.Inboxes, box)
	m.into.Document.Rules = append(m.into.Document.Rules, rule)
}

// allowed are the methods that make an event; webhook takes any where none are named.
func (m *maker) allowed() []string {
	all := []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
	if len(m.methods) == 0 {
		return all
	}
	var list []string
	for _, method := range m.methods {
		method = strings.ToUpper(strings.TrimSpace(method))
		if slices.Contains(all, method) {
			if !slices.Contains(list, method) {
				list = append(list, method)
			}
			continue
		}
		m.changed("http-methods", "Requests with the method %s never make an event here; let the sender use POST.", method)
	}
	if len(list) == 0 {
		m.lost("http-methods", "None of these methods can bring an event; let the sender use POST.")
	}
	return list
}
