package config

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"patchbay/engine"
)

// The actions and kinds of an [engine.ApplyChange].
const (
	actionCreate    = "create"
	actionUpdate    = "update"
	actionDelete    = "delete"
	actionUnchanged = "unchanged"

	kindInbox      = "inbox"
	kindConnection = "connection"
	kindRule       = "rule"
	kindVars       = "vars"
	kindSettings   = "settings"
)

// ApplierDeps is what an [Applier] works with.
type ApplierDeps struct {
	Inboxes     engine.InboxStore
	Rules       engine.RuleStore
	Connections engine.ConnectionStore
	Settings    engine.SettingsStore
	Checker     *Checker
}

// Applier brings an instance in line with a document, and writes one from it.
type Applier struct {
	deps ApplierDeps
}

var _ engine.Applier = (*Applier)(nil)

// NewApplier makes an applier.
func NewApplier(deps ApplierDeps) *Applier { return &Applier{deps: deps} }

// instance is what is stored, by name.
type instance struct {
	inboxes     map[string]*engine.Inbox
	connections map[string]*engine.Connection
	rules       map[string]*engine.Rule
	settings    *engine.Settings
	vars        map[string]any
	varsVersion int64
}

func (a *Applier) load(ctx context.Context) (*instance, error) {
	now := &instance{
		inboxes: map[string]*engine.Inbox{}, connections: map[string]*engine.Connection{}, rules: map[string]*engine.Rule{},
	}
	inboxes, err := a.deps.Inboxes.Inboxes(ctx)
	if err != nil {
		return nil, fmt.Errorf("list inboxes: %w", err)
	}
	for _, in := range inboxes {
		now.inboxes[in.Name] = in
	}
	connections, err := a.deps.Connections.Connections(ctx)
	if err != nil {
		return nil, fmt.Errorf("list connections: %w", err)
	}
	for _, c := range connections {
		now.connections[c.Name] = c
	}
	rules, err := a.deps.Rules.Rules(ctx)
	if err != nil {
		return nil, fmt.Errorf("list rules: %w", err)
	}
	for _, r := range rules {
		now.rules[r.ID] = r
	}
	if now.settings, err = a.deps.Settings.Settings(ctx); err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	if now.vars, now.varsVersion, err = a.deps.Settings.Vars(ctx); err != nil {
		return nil, fmt.Errorf("read shared values: %w", err)
	}
	return now, nil
}

// change is one difference and what makes it go away; do is nil when there is none.
type change struct {
	engine.ApplyChange
	do func(ctx context.Context) error
}

// Apply checks the whole document before it changes anything. A secret that the
// document leaves out is kept where the object exists, as are address keys; shared
// values that the document does not name stay.
//
// Should the instance be changed by somebody else in the middle, Apply stops with a
// KindConflict error, and returns what it did; applying again continues.
func (a *Applier) Apply(ctx context.Context, doc *engine.Document, opt engine.ApplyOptions) ([]engine.ApplyChange, error) {
	if opt.Prune && opt.Source == "" {
		return nil, engine.Invalid("source", "Deleting what a source no longer holds needs the name of the source.")
	}
	now, err := a.load(ctx)
	if err != nil {
		return nil, err
	}
	doc = clone(doc)
	if opt.New {
		if err := now.clashes(doc); err != nil {
			return nil, err
		}
	}
	if err := a.check(ctx, doc, now, opt); err != nil {
		return nil, err
	}
	p := planner{deps: a.deps, now: now, opt: opt}
	p.plan(doc)
	if err := begin(p.changes, opt); err != nil {
		return nil, err
	}
	done := make([]engine.ApplyChange, 0, len(p.changes))
	for _, c := range p.changes {
		if c.do != nil && !opt.DryRun {
			if err := c.do(ctx); err != nil {
				if opt.New {
					err = errors.Join(err, a.undo(context.WithoutCancel(ctx), doc, done))
					done = nil
				}
				return done, fmt.Errorf("%s %s %q: %w", c.Action, c.Kind, c.Name, err)
			}
		}
		done = append(done, c.ApplyChange)
	}
	return done, nil
}

// begin tells what is about to be changed.
func begin(all []change, opt engine.ApplyOptions) error {
	if opt.Begin == nil || opt.DryRun {
		return nil
	}
	var ahead []engine.ApplyChange
	for _, c := range all {
		if c.do != nil {
			ahead = append(ahead, c.ApplyChange)
		}
	}
	if len(ahead) == 0 {
		return nil
	}
	return opt.Begin(ahead)
}

// references returns what rules may rely on: what is stored, without what pruning
// removes. What the document itself holds is added while it is checked.
func (now *instance) references(opt engine.ApplyOptions) known {
	k := known{connections: map[string]string{}}
	for name, in := range now.inboxes {
		if !opt.Prune || !brought(in.Managed, opt) {
			k.inboxes = append(k.inboxes, name)
		}
	}
	for name, c := range now.connections {
		if !opt.Prune || !brought(c.Managed, opt) {
			k.connections[name] = c.Type
		}
	}
	return k
}

// check fills in what the document leaves to the instance and checks everything.
func (a *Applier) check(ctx context.Context, doc *engine.Document, now *instance, opt engine.ApplyOptions) error {
	if doc.Version != 1 {
		return engine.Invalid("version", "This program reads version 1 only.")
	}
	var f faults
	k := now.references(opt)
	names := map[string]bool{}
	unique := func(kind, name, field string) {
		if name != "" && names[kind+name] {
			f.add(field, "The name %q is taken by another %s of the document.", name, kind)
		}
		names[kind+name] = true
	}
	for i, c := range doc.Connections {
		path := fmt.Sprintf("connections[%d]", i)
		unique(kindConnection, c.Name, path+".name")
		keepSecrets(c, now.connections[c.Name])
		f.include(path, a.deps.Checker.CheckConnection(ctx, c))
		k.connections[c.Name] = c.Type
	}
	for i, in := range doc.Inboxes {
		path := fmt.Sprintf("inboxes[%d]", i)
		unique(kindInbox, in.Name, path+".name")
		keepVerify(in, now.inboxes[in.Name])
		f.include(path, a.deps.Checker.CheckInbox(ctx, in))
		k.inboxes = append(k.inboxes, in.Name)
	}
	for i, r := range doc.Rules {
		path := fmt.Sprintf("rules[%d]", i)
		f.include(path, a.deps.Checker.checkRule(r, k))
		unique(kindRule, r.ID, path+".id")
	}
	f.noReferences("vars", doc.Vars)
	if doc.Alerts != nil {
		checkAlerts(&f, doc.Alerts, k)
	}
	return f.join()
}

// keepSecrets takes over stored secrets that the document does not give.
func keepSecrets(c, stored *engine.Connection) {
	if stored == nil || stored.Type != c.Type {
		return
	}
	secrets := maps.Clone(stored.Secrets)
	if secrets == nil {
		secrets = map[string]engine.Secret{}
	}
	maps.Copy(secrets, c.Secrets)
	c.Secrets = secrets
}

// keepVerify takes over the stored address key and secrets that the document does not give.
func keepVerify(in, stored *engine.Inbox) {
	if stored == nil {
		return
	}
	v, old := &in.Verify, stored.Verify
	scheme := v.Scheme
	if scheme == "" {
		scheme = schemeKey
	}
	if scheme != old.Scheme {
		return
	}
	if v.Key == "" {
		v.Key = old.Key
	}
	if v.Token == "" {
		v.Token = old.Token
	}
	if len(v.Active()) == 0 {
		v.Secret, v.Secrets = old.Secret, slices.Clone(old.Secrets)
	}
}

func checkAlerts(f *faults, al *engine.Alerts, k known) {
	events := []string{"run.failed", "inbox.rejected", "queue.age", "disk", "destination"}
	for i, on := range al.On {
		if !slices.Contains(events, on) {
			f.add(fmt.Sprintf("alerts.on[%d]", i), "There is no alert %q; %s", on, didYouMean(on, slices.Clone(events)))
		}
	}
	for field, name := range map[string]string{"alerts.via": al.Via, "alerts.fallback": al.Fallback} {
		if _, ok := k.connections[name]; name != "" && !ok {
			f.add(field, "There is no connection %q; %s", name, didYouMean(name, slices.Collect(maps.Keys(k.connections))))
		}
	}
	if len(al.On) > 0 && al.Via == "" {
		f.add("alerts.via", "Alerts need a connection to be sent through.")
	}
	if al.Cap < 0 {
		f.add("alerts.cap", "A cap cannot be negative.")
	}
	f.noReference("alerts.to", al.To)
	f.noReference("alerts.fallbackTo", al.FallbackTo)
}

// conflict says what to do about an object that changed while it was being applied.
func conflict(err error) error {
	if e, ok := errors.AsType[*engine.Error](err); ok && e.Kind == engine.KindConflict {
		return &engine.Error{Kind: engine.KindConflict, Message: "It changed meanwhile; apply again.", Err: err}
	}
	return err
}
