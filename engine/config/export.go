package config

import (
	"context"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"patchbay/engine"
	"patchbay/engine/verify"
)

// Export returns the configuration without secrets and address keys; settings of
// connections hold a ${env:…} reference in place of each secret ([Placeholders] does
// the same for inboxes). Rules that were never published are left out. With rules,
// their inboxes, connections and the shared values they name come along, and
// nothing else.
func (a *Applier) Export(ctx context.Context, rules []string) (*engine.Document, error) {
	now, err := a.load(ctx)
	if err != nil {
		return nil, err
	}
	doc := &engine.Document{Version: 1}
	if rules == nil {
		doc.Vars = now.vars
		if alerts := plainAlerts(clone(&now.settings.Alerts)); len(differences(alerts, &engine.Alerts{})) > 0 {
			doc.Alerts = alerts
		}
		rules = slices.Sorted(maps.Keys(now.rules))
		now.exportAll(doc)
	}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(rules))) {
		r, ok := now.rules[id]
		if !ok {
			return nil, engine.NotFound("rule", id)
		}
		if r.Version == 0 {
			continue
		}
		doc.Rules = append(doc.Rules, exportRule(r))
	}
	now.exportNeeds(doc)
	return doc, nil
}

func (now *instance) exportAll(doc *engine.Document) {
	for _, name := range slices.Sorted(maps.Keys(now.inboxes)) {
		doc.Inboxes = append(doc.Inboxes, exportInbox(now.inboxes[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(now.connections)) {
		doc.Connections = append(doc.Connections, exportConnection(now.connections[name]))
	}
}

// exportNeeds adds what the document's rules refer to and that is not in it yet.
func (now *instance) exportNeeds(doc *engine.Document) {
	inboxes := namesOf(doc.Inboxes, func(in *engine.Inbox) string { return in.Name })
	connections := namesOf(doc.Connections, func(c *engine.Connection) string { return c.Name })
	for _, r := range doc.Rules {
		for _, name := range r.AllInboxes() {
			if in, ok := now.inboxes[name]; ok && !slices.Contains(inboxes, name) {
				inboxes = append(inboxes, name)
				doc.Inboxes = append(doc.Inboxes, exportInbox(in))
			}
		}
		for _, s := range r.Steps {
			if c, ok := now.connections[s.Connection]; ok && !slices.Contains(connections, s.Connection) {
				connections = append(connections, s.Connection)
				doc.Connections = append(doc.Connections, exportConnection(c))
			}
		}
		now.exportVars(doc, r)
	}
}

var varName = regexp.MustCompile(`\bvars\s*(?:\??\.\s*([A-Za-z_][A-Za-z0-9_]*)|\[\s*\\?["']([^"'\\]+))`)

// exportVars adds the shared values that a rule names.
func (now *instance) exportVars(doc *engine.Document, r *engine.Rule) {
	text, err := json.Marshal(r)
	if err != nil {
		return
	}
	for _, m := range varName.FindAllStringSubmatch(string(text), -1) {
		name := m[1] + m[2]
		if value, ok := now.vars[name]; ok {
			if doc.Vars == nil {
				doc.Vars = map[string]any{}
			}
			doc.Vars[name] = value
		}
	}
}

func exportRule(r *engine.Rule) *engine.Rule {
	out := plainRule(clone(r))
	if out.ID == engine.Slug(out.Name) {
		out.ID = ""
	}
	return out
}

func exportInbox(in *engine.Inbox) *engine.Inbox {
	out := clone(in)
	out.Verify.Key, out.Verify.Token, out.Verify.Secret, out.Verify.Secrets = "", "", "", nil
	return out
}

func exportConnection(c *engine.Connection) *engine.Connection {
	out := clone(c)
	out.With = withSecrets(c, func(path string, _ engine.Secret) string { return placeholder(c.Name, path).Reveal() })
	out.Secrets = nil
	return out
}

// placeholder returns the reference that stands for a secret of an object.
func placeholder(object, what string) engine.Secret {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		default:
			return '_'
		}
	}, object+"_"+what)
	if name[0] >= '0' && name[0] <= '9' {
		name = "_" + name
	}
	return engine.Secret("${env:" + name + "}")
}

// Placeholders puts a ${env:…} reference in place of the secret of every inbox
// whose scheme needs one, so that an exported document can be applied once these
// variables are set.
func Placeholders(doc *engine.Document) {
	for _, in := range doc.Inboxes {
		p, ok := verify.Lookup(in.Verify.Scheme)
		if ok && p.ID != schemeNone && !NeedsKey(&in.Verify) && !in.Verify.Pending {
			in.Verify.Secret = placeholder(in.Name, "secret")
		}
	}
}
