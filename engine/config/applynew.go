package config

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"patchbay/engine"
)

// clashes refuses a document of which anything exists already.
func (now *instance) clashes(doc *engine.Document) error {
	var all []error
	taken := func(field, thing, name string) {
		all = append(all, &engine.Error{
			Kind: engine.KindConflict, Field: field,
			Message: fmt.Sprintf("There is %s %q already; choose another name.", thing, name),
		})
	}
	for i, c := range doc.Connections {
		if now.connections[c.Name] != nil {
			taken(fmt.Sprintf("connections[%d].name", i), "a connection", c.Name)
		}
	}
	for i, in := range doc.Inboxes {
		if now.inboxes[in.Name] != nil {
			taken(fmt.Sprintf("inboxes[%d].name", i), "an inbox", in.Name)
		}
	}
	for i, r := range doc.Rules {
		if id := ruleID(r); now.rules[id] != nil {
			taken(fmt.Sprintf("rules[%d].id", i), "a rule", id)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Vars)) {
		if _, ok := now.vars[name]; ok {
			taken(join("vars", name), "a shared value", name)
		}
	}
	if doc.Alerts != nil {
		all = append(all, engine.Conflict("Alerts are the whole instance's; set them on their own."))
	}
	return errors.Join(all...)
}

// undo takes back what was created, the last first. What somebody has changed meanwhile
// stays.
func (a *Applier) undo(ctx context.Context, doc *engine.Document, done []engine.ApplyChange) error {
	var all []error
	for _, c := range slices.Backward(done) {
		if c.Action == actionCreate {
			all = append(all, a.remove(ctx, doc, c))
		}
	}
	return errors.Join(all...)
}

func (a *Applier) remove(ctx context.Context, doc *engine.Document, c engine.ApplyChange) error {
	switch c.Kind {
	case kindRule:
		for _, r := range doc.Rules {
			if r.ID == c.Name {
				return a.deps.Rules.DeleteRule(ctx, r.ID, r.Revision)
			}
		}
	case kindInbox:
		for _, in := range doc.Inboxes {
			if in.Name == c.Name {
				return a.deps.Inboxes.DeleteInbox(ctx, in.Name, in.Version)
			}
		}
	case kindConnection:
		for _, conn := range doc.Connections {
			if conn.Name == c.Name {
				return a.deps.Connections.DeleteConnection(ctx, conn.Name, conn.Version)
			}
		}
	case kindVars:
		return a.forget(ctx, slices.Collect(maps.Keys(doc.Vars)))
	}
	return nil
}

// forget removes shared values.
func (a *Applier) forget(ctx context.Context, names []string) error {
	vars, version, err := a.deps.Settings.Vars(ctx)
	if err != nil {
		return fmt.Errorf("read shared values: %w", err)
	}
	left := maps.Clone(vars)
	for _, name := range names {
		delete(left, name)
	}
	return a.deps.Settings.PutVars(ctx, left, version)
}
