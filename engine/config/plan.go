package config

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"patchbay/engine"
)

// planner finds what an instance must change to be as a checked document says.
type planner struct {
	deps    ApplierDeps
	now     *instance
	opt     engine.ApplyOptions
	changes []change
}

// plan orders the changes so that nothing ever refers to what does not exist.
func (p *planner) plan(doc *engine.Document) {
	p.vars(doc.Vars)
	for i, c := range doc.Connections {
		c.Managed = p.file("connections", i)
		p.connection(c)
	}
	for i, in := range doc.Inboxes {
		in.Managed = p.file("inboxes", i)
		p.inbox(in)
	}
	for i, r := range doc.Rules {
		r.Managed = p.file("rules", i)
		p.rule(r)
	}
	p.alerts(doc.Alerts)
	if p.opt.Prune {
		p.prune(doc)
	}
}

func (p *planner) add(action, kind, name string, fields []string, do func(context.Context) error) {
	if do != nil {
		inner := do
		do = func(ctx context.Context) error { return conflict(inner(ctx)) }
	}
	p.changes = append(p.changes, change{
		ApplyChange: engine.ApplyChange{Action: action, Kind: kind, Name: name, Fields: fields}, do: do,
	})
}

// file returns where the object at a place of the document stands.
func (p *planner) file(list string, i int) string {
	return cmp.Or(p.opt.Files[fmt.Sprintf("%s[%d]", list, i)], p.opt.Source)
}

// brought tells whether an earlier apply of the same file or folder brought an object.
func brought(managed string, opt engine.ApplyOptions) bool {
	return managed == opt.Source || isYAML(managed) && filepath.Dir(managed) == opt.Source
}

// managed adds what changes hands to the fields that differ.
func managed(was, is string, fields []string) []string {
	if was != is {
		return append(fields, "managed")
	}
	return fields
}

func (p *planner) connection(c *engine.Connection) {
	old := p.now.connections[c.Name]
	if old == nil {
		p.add(actionCreate, kindConnection, c.Name, nil, func(ctx context.Context) error {
			return p.deps.Connections.PutConnection(ctx, c, 0)
		})
		return
	}
	fields := managed(old.Managed, c.Managed, differences(plainConnection(old), plainConnection(c)))
	if len(fields) == 0 {
		p.add(actionUnchanged, kindConnection, c.Name, nil, nil)
		return
	}
	p.add(actionUpdate, kindConnection, c.Name, fields, func(ctx context.Context) error {
		return p.deps.Connections.PutConnection(ctx, c, old.Version)
	})
}

func (p *planner) inbox(in *engine.Inbox) {
	old := p.now.inboxes[in.Name]
	if old == nil {
		p.add(actionCreate, kindInbox, in.Name, nil, func(ctx context.Context) error {
			return p.deps.Inboxes.PutInbox(ctx, in, 0)
		})
		return
	}
	fields := managed(old.Managed, in.Managed, differences(old, in))
	if len(fields) == 0 {
		p.add(actionUnchanged, kindInbox, in.Name, nil, nil)
		return
	}
	p.add(actionUpdate, kindInbox, in.Name, fields, func(ctx context.Context) error {
		return p.deps.Inboxes.PutInbox(ctx, in, old.Version)
	})
}

func (p *planner) rule(r *engine.Rule) {
	old := p.now.rules[r.ID]
	if old == nil {
		p.add(actionCreate, kindRule, r.ID, nil, func(ctx context.Context) error {
			return p.deps.Rules.Publish(ctx, r, p.opt.By, 0, true)
		})
		return
	}
	fields := managed(old.Managed, r.Managed, differences(plainRule(old), plainRule(r)))
	if old.Version == 0 {
		fields = append(fields, "published")
	}
	if len(fields) == 0 {
		p.add(actionUnchanged, kindRule, r.ID, nil, nil)
		return
	}
	p.add(actionUpdate, kindRule, r.ID, fields, func(ctx context.Context) error {
		return p.deps.Rules.Publish(ctx, r, p.opt.By, old.Revision, true)
	})
}

// vars changes the named values and leaves the others.
func (p *planner) vars(vars map[string]any) {
	if len(vars) == 0 {
		return
	}
	next := maps.Clone(p.now.vars)
	if next == nil {
		next = map[string]any{}
	}
	var fields []string
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		old, exists := next[name]
		if !exists || !sameValue(old, vars[name]) {
			fields = append(fields, name)
		}
		next[name] = vars[name]
	}
	if len(fields) == 0 {
		p.add(actionUnchanged, kindVars, kindVars, nil, nil)
		return
	}
	action := actionUpdate
	if len(p.now.vars) == 0 {
		action = actionCreate
	}
	p.add(action, kindVars, kindVars, fields, func(ctx context.Context) error {
		return p.deps.Settings.PutVars(ctx, next, p.now.varsVersion)
	})
}

func sameValue(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

func (p *planner) alerts(al *engine.Alerts) {
	if al == nil {
		return
	}
	fields := differences(plainAlerts(&p.now.settings.Alerts), plainAlerts(al))
	if len(fields) == 0 {
		p.add(actionUnchanged, kindSettings, "alerts", nil, nil)
		return
	}
	p.add(actionUpdate, kindSettings, "alerts", fields, func(ctx context.Context) error {
		next := *p.now.settings
		next.Alerts = *al
		return p.deps.Settings.PutSettings(ctx, &next)
	})
}

// prune removes what the same source brought earlier and no longer holds: rules
// before what they refer to.
func (p *planner) prune(doc *engine.Document) {
	gone := func(names []string, list []string) []string {
		return slices.DeleteFunc(names, func(n string) bool { return slices.Contains(list, n) })
	}
	rules := managedNames(p.now.rules, func(r *engine.Rule) bool { return brought(r.Managed, p.opt) })
	for _, id := range gone(rules, namesOf(doc.Rules, ruleID)) {
		p.add(actionDelete, kindRule, id, nil, func(ctx context.Context) error {
			return p.deps.Rules.DeleteRule(ctx, id, p.now.rules[id].Revision)
		})
	}
	inboxes := managedNames(p.now.inboxes, func(in *engine.Inbox) bool { return brought(in.Managed, p.opt) })
	for _, name := range gone(inboxes, namesOf(doc.Inboxes, func(in *engine.Inbox) string { return in.Name })) {
		p.add(actionDelete, kindInbox, name, nil, func(ctx context.Context) error {
			return p.deps.Inboxes.DeleteInbox(ctx, name, p.now.inboxes[name].Version)
		})
	}
	connections := managedNames(p.now.connections, func(c *engine.Connection) bool { return brought(c.Managed, p.opt) })
	for _, name := range gone(connections, namesOf(doc.Connections, func(c *engine.Connection) string { return c.Name })) {
		p.add(actionDelete, kindConnection, name, nil, func(ctx context.Context) error {
			return p.deps.Connections.DeleteConnection(ctx, name, p.now.connections[name].Version)
		})
	}
}

func managedNames[T any](all map[string]*T, ours func(*T) bool) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if ours(all[name]) {
			names = append(names, name)
		}
	}
	return names
}
