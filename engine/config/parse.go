package config

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"patchbay/engine"
)

// File is a file to be read: its name, for messages and relative references, and its bytes.
type File struct {
	Name string
	Data []byte
}

// Source is configuration as it was read, with the place of every field.
type Source struct {
	// Document is the configuration, references resolved.
	Document *engine.Document

	positions map[string]mark
}

// Head is a further field at the top of a file, as recipes have one. Into is a pointer to
// a struct with yaml tags; it is read as strictly as the rest, and its places are found
// under Field.
type Head struct {
	Field string
	Into  any
}

// Parse reads one file. It returns joined [FaultError] values.
func Parse(file string, data []byte, lookup Lookup) (*Source, error) {
	return ParseFiles([]File{{Name: file, Data: data}}, lookup)
}

// ParseHeaded reads one file that begins with a head. It returns joined [FaultError] values.
func ParseHeaded(f File, head Head, lookup Lookup) (*Source, error) {
	return parseFiles([]File{f}, head, lookup)
}

// ParseFiles reads several files as one document; no name may stand in two of
// them. It returns joined [FaultError] values.
func ParseFiles(files []File, lookup Lookup) (*Source, error) {
	return parseFiles(files, Head{}, lookup)
}

func parseFiles(files []File, head Head, lookup Lookup) (*Source, error) {
	s := &Source{Document: &engine.Document{Version: 1}, positions: map[string]mark{}}
	var faults []error
	for _, f := range files {
		d := &decoder{file: f.Name, lookup: lookup, head: head, positions: s.positions}
		s.read(d, f.Data)
		faults = append(faults, d.faults...)
	}
	if len(faults) == 0 {
		faults = s.clashes()
	}
	if len(faults) > maxFaults {
		more := len(faults) - maxFaults
		faults = append(faults[:maxFaults:maxFaults], engine.Invalid("", "There are %d more faults like these.", more))
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return s, nil
}

// recipeField is the head of recipes, named here to tell what such a file is.
const recipeField = "recipe"

func (s *Source) read(d *decoder, data []byte) {
	if len(data) > maxFileBytes {
		d.faultAt(0, 0, engine.Invalid("", "The file is larger than %s; split it into a folder of files.", engine.Size(maxFileBytes)))
		return
	}
	tree, err := parseTree(data)
	if err != nil {
		e := engineError(err)
		d.faultAt(e.Line, e.Column, &engine.Error{Kind: e.Kind, Message: e.Message, Err: e.Err})
		return
	}
	if tree.kind != kindMap {
		d.fault(tree, "", "A file begins with version: 1, followed by inboxes, connections or rules.")
		return
	}
	if v := tree.get("version"); v == nil {
		d.faultAt(1, 1, engine.Invalid("version", "version: 1 is missing; it stands at the top of every file."))
	} else if v.value != int64(1) {
		d.fault(v, "version", "This program reads version: 1 only.")
	}
	for i := range tree.entries {
		s.section(d, &tree.entries[i])
	}
}

// section reads one top-level field of a file into the document.
func (s *Source) section(d *decoder, e *entry) {
	doc := s.Document
	if _, ok := s.positions[e.name]; !ok {
		d.mark(e.value, e.name, e)
	}
	switch e.name {
	case "version":
	case "inboxes":
		doc.Inboxes = decodeList(d, e, doc.Inboxes)
	case "connections":
		doc.Connections = decodeList(d, e, doc.Connections)
	case "rules":
		doc.Rules = decodeList(d, e, doc.Rules)
	case "vars":
		s.vars(d, e)
	case "alerts":
		if doc.Alerts != nil {
			d.faultAt(e.line, e.column, engine.Invalid("alerts", "alerts stand in two files; keep one of them."))
			return
		}
		d.decode(e.value, reflect.ValueOf(&doc.Alerts).Elem(), "alerts")
	default:
		s.head(d, e)
	}
}

// head reads the field that only some files have.
func (s *Source) head(d *decoder, e *entry) {
	switch {
	case d.head.Into != nil && e.name == d.head.Field:
		d.decode(e.value, reflect.ValueOf(d.head.Into).Elem(), e.name)
	case d.head.Into == nil && e.name == recipeField:
		d.faultAt(e.line, e.column, engine.Invalid(e.name, "This is a recipe, which is imported: patchbay recipe import %s.", d.file))
	default:
		d.unknown(e, "", reflect.TypeFor[engine.Document]())
	}
}

func decodeList[T any](d *decoder, e *entry, list []*T) []*T {
	if e.value.kind == kindNull {
		return list
	}
	if e.value.kind != kindList {
		d.wrongKind(e.value, e.name, "a list")
		return list
	}
	for _, item := range e.value.items {
		path := fmt.Sprintf("%s[%d]", e.name, len(list))
		d.mark(item, path, nil)
		out := new(T)
		if item.kind == kindNull {
			d.wrongKind(item, path, "fields")
		}
		d.decode(item, reflect.ValueOf(out).Elem(), path)
		list = append(list, out)
	}
	return list
}

func (s *Source) vars(d *decoder, e *entry) {
	if e.value.kind == kindNull {
		return
	}
	if e.value.kind != kindMap {
		d.wrongKind(e.value, "vars", "fields")
		return
	}
	if s.Document.Vars == nil {
		s.Document.Vars = map[string]any{}
	}
	for i := range e.value.entries {
		v := &e.value.entries[i]
		path := join("vars", v.name)
		if _, taken := s.Document.Vars[v.name]; taken {
			d.faultAt(v.line, v.column, engine.Invalid(path, "The name %q is taken by %s.", v.name, s.place(path)))
			continue
		}
		d.mark(v.value, path, v)
		s.Document.Vars[v.name] = d.free(v.value, path)
	}
}

// clashes finds names that stand twice.
func (s *Source) clashes() []error {
	var faults []error
	check := func(kind, field string, names []string) {
		first := map[string]string{}
		for i, name := range names {
			path := fmt.Sprintf("%s[%d]", kind, i)
			if name == "" {
				continue
			}
			if other, taken := first[name]; taken {
				err := engine.Invalid(path+"."+field, "The name %q is taken by %s.", name, s.place(other))
				faults = append(faults, s.locate(err))
				continue
			}
			first[name] = path
		}
	}
	check("inboxes", "name", namesOf(s.Document.Inboxes, func(in *engine.Inbox) string { return in.Name }))
	check("connections", "name", namesOf(s.Document.Connections, func(c *engine.Connection) string { return c.Name }))
	check("rules", "id", namesOf(s.Document.Rules, ruleID))
	return faults
}

func namesOf[T any](list []*T, name func(*T) string) []string {
	names := make([]string, len(list))
	for i, v := range list {
		names[i] = name(v)
	}
	return names
}

// ruleID returns a rule's identity: its id, or the slug of its name.
func ruleID(r *engine.Rule) string {
	if r.ID != "" {
		return r.ID
	}
	return engine.Slug(r.Name)
}

// place tells in words where a field stands.
func (s *Source) place(path string) string {
	m, ok := s.find(path)
	if !ok {
		return path
	}
	return fmt.Sprintf("%s:%d", m.File, m.Line)
}

// File returns the name of the file in which a field of the document stands.
func (s *Source) File(path string) string {
	m, _ := s.find(path)
	return m.File
}

// Locate adds file and line to every [engine.Error] of err whose field is a path
// into the document, and leaves all other errors as they are.
func (s *Source) Locate(err error) error {
	var all []error
	for _, e := range Faults(err) {
		if fault := engineError(e); fault != nil {
			e = s.locate(fault)
		}
		all = append(all, e)
	}
	return errors.Join(all...)
}

func (s *Source) locate(err *engine.Error) error {
	m, ok := s.find(err.Field)
	if !ok {
		return err
	}
	p := m.Position
	if err.Line > 0 && m.text && s.exact(err.Field) {
		p = m.inside(err.Line, err.Column)
	}
	return &FaultError{Position: p, Err: err}
}

func (s *Source) exact(path string) bool {
	_, ok := s.positions[path]
	return ok
}

// inside returns the place of a line and column within a text.
func (m mark) inside(line, column int) Position {
	p := m.Position
	switch {
	case m.style == styleBlock:
		p.Line, p.Column = p.Line+line, 0
	case line > 1:
		p.Column = 0
	case m.style == styleQuoted:
		p.Column += column
	default:
		p.Column += max(column-1, 0)
	}
	return p
}

// find returns the place of a field, or of the nearest field above it that stands in a file.
func (s *Source) find(path string) (mark, bool) {
	for path != "" {
		if m, ok := s.positions[path]; ok {
			return m, true
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return mark{}, false
}

func engineError(err error) *engine.Error {
	e, ok := errors.AsType[*engine.Error](err)
	if !ok {
		return nil
	}
	return e
}
