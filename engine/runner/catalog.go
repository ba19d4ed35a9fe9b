package runner

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// versionsKept bounds the compiled versions, beside those of today, that runs of older
// events still need.
const versionsKept = 512

// catalog holds the configuration that runs need, compiled, and loads it again
// after changes.
type catalog struct {
	deps    *Deps
	changes atomic.Int64
	current atomic.Pointer[snapshot]
	loading sync.Mutex

	mu          sync.Mutex
	versions    map[ruleVersion]*rules.Rule
	connections map[string]*engine.Connection
	connChanges int64
}

type ruleVersion struct {
	id      string
	version int
}

// snapshot is the configuration as of one moment; it never changes.
type snapshot struct {
	changes  int64
	inboxes  map[string]*inboxRules
	compiled map[ruleVersion]*rules.Rule // of the rules that are on
	vars     map[string]any
	settings *engine.Settings
}

// inboxRules are the rules that may start runs for events of one inbox.
type inboxRules struct {
	payload payloadField
	rules   []candidate
	index   *rules.Index
	cost    atomic.Int64 // of judging an event and beginning its runs, a moving average in nanoseconds
}

// payloadField is the form field in which the senders of an inbox put the payload.
type payloadField struct {
	name, encoding string
}

// candidate is a rule that an event is judged by. A rule that cannot be compiled
// has a fault instead of a compiled form.
type candidate struct {
	source *engine.Rule
	rule   *rules.Rule
	fault  string
}

func newCatalog(deps *Deps) *catalog {
	c := &catalog{
		deps:        deps,
		versions:    make(map[ruleVersion]*rules.Rule),
		connections: make(map[string]*engine.Connection),
	}
	c.changes.Store(1)
	c.current.Store(&snapshot{})
	return c
}

// changed is told by the watcher.
func (c *catalog) changed(change engine.ConfigChange) {
	if change.Kind == "connection" {
		c.mu.Lock()
		delete(c.connections, change.Name)
		c.connChanges++
		c.mu.Unlock()
		return
	}
	c.changes.Add(1)
}

// fresh returns the configuration when it is at hand, nil when it has to be loaded.
func (c *catalog) fresh() *snapshot {
	if s := c.current.Load(); s.changes == c.changes.Load() {
		return s
	}
	return nil
}

// snapshot returns the configuration, loading it when it has changed.
func (c *catalog) snapshot(ctx context.Context) (*snapshot, error) {
	if s := c.fresh(); s != nil {
		return s, nil
	}
	c.loading.Lock()
	defer c.loading.Unlock()
	changes := c.changes.Load()
	if s := c.current.Load(); s.changes == changes {
		return s, nil
	}
	s, err := c.load(ctx)
	if err != nil {
		return nil, err
	}
	s.changes = changes
	c.current.Store(s)
	return s, nil
}

func (c *catalog) load(ctx context.Context) (*snapshot, error) {
	inboxes, err := c.deps.Inboxes.Inboxes(ctx)
	if err != nil {
		return nil, fmt.Errorf("load inboxes: %w", err)
	}
	all, err := c.deps.RuleStore.Rules(ctx)
	if err != nil {
		return nil, fmt.Errorf("load rules: %w", err)
	}
	vars, _, err := c.deps.Settings.Vars(ctx)
	if err != nil {
		return nil, fmt.Errorf("load shared values: %w", err)
	}
	settings, err := c.deps.Settings.Settings(ctx)
	if err != nil {
		return nil, fmt.Errorf("load settings: %w", err)
	}
	s := &snapshot{
		inboxes: make(map[string]*inboxRules, len(inboxes)), compiled: make(map[ruleVersion]*rules.Rule, len(all)),
		vars: vars, settings: settings,
	}
	for _, in := range inboxes {
		s.inboxes[in.Name] = &inboxRules{payload: c.payloadField(in)}
	}
	for _, r := range all {
		if r.Version == 0 || !r.On() {
			continue
		}
		cand := c.candidate(r)
		if cand.rule != nil {
			s.compiled[ruleVersion{r.ID, r.Version}] = cand.rule
		}
		for _, name := range r.AllInboxes() {
			if in := s.inboxes[name]; in != nil {
				in.rules = append(in.rules, cand)
			}
		}
	}
	for _, in := range s.inboxes {
		compiled := make([]*rules.Rule, len(in.rules))
		for i, cand := range in.rules {
			compiled[i] = cand.rule
		}
		in.index = rules.NewIndex(compiled)
	}
	return s, nil
}

func (c *catalog) payloadField(in *engine.Inbox) payloadField {
	if c.deps.PayloadField == nil {
		return payloadField{}
	}
	name, encoding := c.deps.PayloadField(in.Verify.Scheme)
	return payloadField{name: name, encoding: encoding}
}

// candidate compiles a published rule.
func (c *catalog) candidate(r *engine.Rule) candidate {
	compiled := c.known(ruleVersion{r.ID, r.Version})
	if compiled == nil {
		var err error
		if compiled, err = c.deps.Rules.CompileRule(r); err != nil {
			return candidate{source: r, fault: "This rule cannot be used: " + sentence(err)}
		}
	}
	return candidate{source: r, rule: compiled}
}

// known returns a version that is compiled, nil when it is not.
func (c *catalog) known(key ruleVersion) *rules.Rule {
	if compiled := c.current.Load().compiled[key]; compiled != nil {
		return compiled
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.versions[key]
}

func (c *catalog) keep(key ruleVersion, r *rules.Rule) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.versions) >= versionsKept {
		clear(c.versions) // rare, and cheap to build again
	}
	c.versions[key] = r
}

// version returns a rule as it was published under a version, also after it was
// deleted. KindNotFound, and KindInvalid when it cannot be compiled any more.
func (c *catalog) version(ctx context.Context, id string, version int) (*rules.Rule, error) {
	key := ruleVersion{id, version}
	compiled := c.known(key)
	if compiled != nil {
		return compiled, nil
	}
	source, err := c.deps.RuleStore.Version(ctx, id, version)
	if err != nil {
		return nil, fmt.Errorf("load version %d of rule %q: %w", version, id, err)
	}
	if compiled, err = c.deps.Rules.CompileRule(source); err != nil {
		return nil, err
	}
	c.keep(key, compiled)
	return compiled, nil
}

// connection returns a connection as it is now. KindNotFound.
func (c *catalog) connection(ctx context.Context, name string) (*engine.Connection, error) {
	c.mu.Lock()
	conn, seen := c.connections[name], c.connChanges
	c.mu.Unlock()
	if conn != nil {
		return conn, nil
	}
	conn, err := c.deps.Connections.Connection(ctx, name)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.connChanges == seen { // else what was read may be older than the change
		c.connections[name] = conn
	}
	return conn, nil
}

// sentence is what a person may read of an error.
func sentence(err error) string {
	if e, ok := errors.AsType[*engine.Error](err); ok {
		return e.Error()
	}
	return "an unexpected fault, see the log."
}
