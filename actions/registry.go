package actions

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"patchbay/engine"
)

var typePattern = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)

// Registry is a set of actions and connection types. It never changes.
type Registry struct {
	actions map[string]engine.Action
	specs   []engine.ActionSpec
	kinds   map[string]ConnectionKind
	types   []engine.ConnectionType
}

var _ engine.Actions = (*Registry)(nil)

// NewRegistry makes a registry. It refuses names that are not proper or stand
// twice, and actions that want a connection type which is not there.
func NewRegistry(list []engine.Action, kinds []ConnectionKind) (*Registry, error) {
	r := &Registry{actions: make(map[string]engine.Action, len(list)), kinds: make(map[string]ConnectionKind, len(kinds))}
	for _, k := range kinds {
		t := k.Type()
		if !typePattern.MatchString(t.Type) || r.kinds[t.Type] != nil {
			return nil, fmt.Errorf("register connection type %q: the name is not proper or stands twice", t.Type)
		}
		r.kinds[t.Type] = k
		r.types = append(r.types, t)
	}
	for _, a := range list {
		s := a.Spec()
		if !typePattern.MatchString(s.Type) || r.actions[s.Type] != nil {
			return nil, fmt.Errorf("register action %q: the name is not proper or stands twice", s.Type)
		}
		for _, c := range s.Connections {
			if r.kinds[c] == nil {
				return nil, fmt.Errorf("register action %q: no connection type %q", s.Type, c)
			}
		}
		r.actions[s.Type] = a
		r.specs = append(r.specs, s)
	}
	slices.SortFunc(r.specs, func(a, b engine.ActionSpec) int { return strings.Compare(a.Type, b.Type) })
	slices.SortFunc(r.types, func(a, b engine.ConnectionType) int { return strings.Compare(a.Type, b.Type) })
	return r, nil
}

// Action implements [engine.Actions].
func (r *Registry) Action(typ string) (engine.Action, bool) {
	a, ok := r.actions[typ]
	return a, ok
}

// Specs implements [engine.Actions].
func (r *Registry) Specs() []engine.ActionSpec { return slices.Clone(r.specs) }

// ConnectionTypes implements [engine.Actions].
func (r *Registry) ConnectionTypes() []engine.ConnectionType { return slices.Clone(r.types) }

// CheckConnection implements [engine.Actions].
func (r *Registry) CheckConnection(c *engine.Connection) error {
	k, err := r.kind(c)
	if err != nil {
		return err
	}
	return k.Check(c)
}

// TestConnection implements [engine.Actions].
func (r *Registry) TestConnection(ctx context.Context, c *engine.Connection) (string, error) {
	k, err := r.kind(c)
	if err != nil {
		return "", err
	}
	return k.Test(ctx, c)
}

// Choices implements [engine.Actions].
func (r *Registry) Choices(ctx context.Context, c *engine.Connection, field string) ([]engine.Choice, error) {
	k, err := r.kind(c)
	if err != nil {
		return nil, err
	}
	if chooser, ok := k.(Chooser); ok {
		return chooser.Choices(ctx, c, field)
	}
	return nil, errNoChoices(field)
}

func (r *Registry) kind(c *engine.Connection) (ConnectionKind, error) {
	if k := r.kinds[c.Type]; k != nil {
		return k, nil
	}
	known := make([]string, len(r.types))
	for i, t := range r.types {
		known[i] = t.Type
	}
	if near := engine.Nearest(c.Type, known); near != "" {
		return nil, engine.Invalid("type", "There is no connection type %q; did you mean %q?", c.Type, near)
	}
	return nil, engine.Invalid("type", "There is no connection type %q; choose one of %s.", c.Type, strings.Join(known, ", "))
}
