package actions

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"strings"

	"patchbay/engine"
)

// ConnectionKind is a type of connection: what it needs and how it is tried.
type ConnectionKind interface {
	// Type describes it; it never changes.
	Type() engine.ConnectionType
	// Check refuses settings that could not work; *engine.Error values with Field "with.…".
	Check(c *engine.Connection) error
	// Test tries the connection for real and tells in a sentence what worked.
	// It returns an *engine.Error in words that say what to do.
	Test(ctx context.Context, c *engine.Connection) (string, error)
}

// ConnectionDefinition describes a type of connection; C holds its settings.
type ConnectionDefinition[C any] struct {
	Type    string
	Title   string
	Summary string
	// Check looks at settings whose types and required fields are right. Optional.
	Check func(c *C) error
	// Test tries the connection. An [engine.Failure] it returns is turned into an [engine.Error].
	Test func(ctx context.Context, c *C) (string, error)
	// Choices lists what a field of a step can be; Failures as those of Test. Optional.
	Choices func(ctx context.Context, c *C, field string) ([]engine.Choice, error)
}

// Chooser is a [ConnectionKind] that can list what a field of a step can be.
type Chooser interface {
	Choices(ctx context.Context, c *engine.Connection, field string) ([]engine.Choice, error)
}

// Settings is a [ConnectionKind] whose settings can be read as a C.
type Settings[C any] struct {
	def    ConnectionDefinition[C]
	typ    engine.ConnectionType
	record *record
}

// DefineConnection makes a type of connection. It panics when C has a field of a
// type that no configuration can hold.
func DefineConnection[C any](d ConnectionDefinition[C]) *Settings[C] {
	rec := recordOf[C]()
	return &Settings[C]{def: d, record: rec, typ: engine.ConnectionType{
		Type: d.Type, Title: d.Title, Summary: d.Summary, Schema: rec.schema(), Secrets: rec.secretPaths(),
	}}
}

// Type implements [ConnectionKind].
func (s *Settings[C]) Type() engine.ConnectionType { return s.typ }

// Check implements [ConnectionKind].
func (s *Settings[C]) Check(c *engine.Connection) error {
	settings, err := s.Read(c)
	if err == nil && s.def.Check != nil {
		err = s.def.Check(settings)
	}
	return under("with", err)
}

// Test implements [ConnectionKind].
func (s *Settings[C]) Test(ctx context.Context, c *engine.Connection) (string, error) {
	if err := s.Check(c); err != nil {
		return "", err
	}
	settings, err := s.Read(c)
	if err != nil {
		return "", err
	}
	told, err := s.def.Test(ctx, settings)
	return told, unavailable(err)
}

// Choices implements [Chooser].
func (s *Settings[C]) Choices(ctx context.Context, c *engine.Connection, field string) ([]engine.Choice, error) {
	if s.def.Choices == nil {
		return nil, errNoChoices(field)
	}
	settings, err := s.Read(c)
	if err != nil {
		return nil, err
	}
	list, err := s.def.Choices(ctx, settings, field)
	return list, unavailable(err)
}

func errNoChoices(field string) error {
	return engine.Invalid("field", "What %q can be is not to be had from this connection; type it.", field)
}

// unavailable tells people about a failure at the other side.
func unavailable(err error) error {
	if f, ok := errors.AsType[*engine.Failure](err); ok {
		return &engine.Error{Kind: engine.KindUnavailable, Message: f.Message, Err: f.Err}
	}
	return err
}

// Read returns the settings of a connection, plain and secret ones together.
func (s *Settings[C]) Read(c *engine.Connection) (*C, error) {
	settings := new(C)
	if c == nil {
		return settings, nil
	}
	if err := s.record.decode(settings, merged(c), rendered); err != nil {
		return nil, err
	}
	return settings, nil
}

// merged returns the settings of a connection with its secrets in their places.
func merged(c *engine.Connection) map[string]any {
	if len(c.Secrets) == 0 {
		return c.With
	}
	all := make(map[string]any, len(c.With)+len(c.Secrets))
	maps.Copy(all, c.With)
	for path, secret := range c.Secrets {
		name, rest, nested := strings.Cut(path, ".")
		if !nested {
			all[name] = secret
			continue
		}
		inner := make(map[string]any)
		if old, ok := all[name].(map[string]any); ok {
			maps.Copy(inner, old)
		}
		inner[rest] = secret
		all[name] = inner
	}
	return all
}

func (r *record) secretPaths() []string {
	secret := reflect.TypeFor[engine.Secret]()
	paths := []string{}
	for _, f := range r.fields {
		switch {
		case f.typ == secret:
			paths = append(paths, f.name)
		case f.typ.Kind() == reflect.Map && f.typ.Elem() == secret:
			paths = append(paths, f.name+".*")
		}
	}
	return paths
}

// under puts a prefix before the fields of all *engine.Error values of err.
func under(prefix string, err error) error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range joined.Unwrap() {
			all = append(all, under(prefix, e))
		}
		return errors.Join(all...)
	}
	e, ok := errors.AsType[*engine.Error](err)
	if !ok {
		return err
	}
	moved := *e
	moved.Field = prefix
	if e.Field != "" {
		moved.Field = prefix + "." + e.Field
	}
	return &moved
}
