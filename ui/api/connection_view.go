package api

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"patchbay/engine"
)

// ConnectionInput creates or replaces a connection. In with stand its settings,
// secret ones too; those left out are kept, those that are null are removed.
// Read-only fields are ignored.
type ConnectionInput struct {
	Name  string         `json:"name,omitempty" maxLength:"63" doc:"Never changes; made from the title when left out."`
	Title string         `json:"title,omitempty" maxLength:"200"`
	Type  string         `json:"type" required:"false"`
	With  map[string]any `json:"with,omitempty"`

	Secrets   any        `json:"secrets,omitempty" readOnly:"true"`
	Managed   string     `json:"managed,omitempty" readOnly:"true"`
	Version   int64      `json:"version,omitempty" readOnly:"true"`
	CreatedAt *time.Time `json:"createdAt,omitempty" readOnly:"true"`
	UpdatedAt *time.Time `json:"updatedAt,omitempty" readOnly:"true"`
	LastUsed  *time.Time `json:"lastUsed,omitempty" readOnly:"true"`
	LastError string     `json:"lastError,omitempty" readOnly:"true"`
	UsedBy    any        `json:"usedBy,omitempty" readOnly:"true"`
	Alerts    bool       `json:"alerts,omitempty" readOnly:"true"`
}

// Connection is a stored account without its secrets.
type Connection struct {
	Name      string            `json:"name"`
	Title     string            `json:"title,omitempty"`
	Type      string            `json:"type"`
	With      map[string]any    `json:"with"`
	Secrets   map[string]string `json:"secrets" doc:"The secrets that are set: path to last four characters, empty when it is short."`
	Managed   string            `json:"managed,omitempty" doc:"The file that manages it."`
	Version   int64             `json:"version" doc:"Counts changes; the ETag."`
	CreatedAt time.Time         `json:"createdAt"`
	UpdatedAt time.Time         `json:"updatedAt"`
	LastUsed  *time.Time        `json:"lastUsed" nullable:"true"`
	LastError string            `json:"lastError"`
	UsedBy    []engine.RuleRef  `json:"usedBy" nullable:"false" doc:"The rules whose steps name it."`
	Alerts    bool              `json:"alerts" doc:"Alerts go through it."`
}

// connectionUses tells who uses connections.
type connectionUses struct {
	rules  map[string][]engine.RuleRef // by connection
	alerts []string
}

func (m *mount) connectionUses(ctx context.Context) (connectionUses, error) {
	u := connectionUses{rules: map[string][]engine.RuleRef{}}
	all, err := m.Rules.Rules(ctx)
	if err != nil {
		return u, err
	}
	for _, r := range all {
		named := map[string]bool{"": true}
		for _, s := range r.Steps {
			if !named[s.Connection] {
				named[s.Connection] = true
				u.rules[s.Connection] = append(u.rules[s.Connection], engine.RuleRef{ID: r.ID, Name: r.Name})
			}
		}
	}
	s, err := m.Settings.Settings(ctx)
	if err == nil && len(s.Alerts.On) > 0 {
		u.alerts = []string{s.Alerts.Via, s.Alerts.Fallback}
	}
	return u, err
}

func (m *mount) connectionView(c *engine.Connection, uses connectionUses) Connection {
	v := Connection{
		Name: c.Name, Title: c.Title, Type: c.Type, With: withoutSecrets(c.With, m.secretPaths(c.Type)),
		Secrets: make(map[string]string, len(c.Secrets)), Managed: c.Managed, Version: c.Version,
		CreatedAt: c.CreatedAt.UTC(), UpdatedAt: c.UpdatedAt.UTC(), LastUsed: c.LastUsed, LastError: c.LastError,
		UsedBy: list(uses.rules[c.Name]), Alerts: slices.Contains(uses.alerts, c.Name),
	}
	for path, secret := range c.Secrets {
		v.Secrets[path] = secret.Last4()
	}
	return v
}

func (m *mount) secretPaths(typ string) []string {
	for _, t := range m.Actions.ConnectionTypes() {
		if t.Type == typ {
			return t.Secrets
		}
	}
	return nil
}

// withoutSecrets copies settings and leaves out what the type calls secret. They
// were separated when they were stored; this is the second fence.
func withoutSecrets(with map[string]any, paths []string) map[string]any {
	clean := maps.Clone(with)
	if clean == nil {
		return map[string]any{}
	}
	for _, path := range paths {
		parent, rest, nested := strings.Cut(path, ".")
		inner, isMap := clean[parent].(map[string]any)
		switch {
		case nested && rest != "*" && isMap:
			clean[parent] = withoutSecrets(inner, []string{rest})
		default:
			delete(clean, parent)
		}
	}
	return clean
}

// keepSecrets puts the stored secrets that the input leaves out back into its
// settings; null removes one.
func keepSecrets(with map[string]any, stored map[string]engine.Secret) map[string]any {
	all := maps.Clone(with)
	if all == nil {
		all = map[string]any{}
	}
	for path, secret := range stored {
		keepSecret(all, path, secret.Reveal())
	}
	dropNull(all, stored)
	return all
}

func keepSecret(with map[string]any, path, text string) {
	parent, rest, nested := strings.Cut(path, ".")
	if !nested {
		if _, given := with[path]; !given {
			with[path] = text
		}
		return
	}
	inner, isMap := with[parent].(map[string]any)
	if _, given := with[parent]; given && !isMap {
		return // null removes all of them; the check refuses anything else
	}
	inner = maps.Clone(inner)
	if inner == nil {
		inner = map[string]any{}
	}
	with[parent] = inner
	keepSecret(inner, rest, text)
}

func dropNull(with map[string]any, stored map[string]engine.Secret) {
	for path := range stored {
		parent, rest, nested := strings.Cut(path, ".")
		if with[parent] == nil {
			delete(with, parent)
			continue
		}
		if inner, ok := with[parent].(map[string]any); ok && nested && inner[rest] == nil {
			delete(inner, rest)
		}
	}
}
