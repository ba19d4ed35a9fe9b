package config

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"patchbay/engine"
)

// CheckConnection checks a connection and moves its secret settings from With to
// Secrets. With is replaced, not changed.
func (c *Checker) CheckConnection(_ context.Context, conn *engine.Connection) error {
	var f faults
	f.include("", engine.CheckName("name", conn.Name))
	f.text("title", conn.Title, maxTitle)
	typ, ok := c.connectionType(conn.Type)
	if !ok {
		f.add("type", "There is no connection type %q; %s", conn.Type, didYouMean(conn.Type, c.connectionTypes()))
		return f.join()
	}
	separate(&f, conn, typ)
	f.noReferences("with", conn.With)
	for _, path := range slices.Sorted(maps.Keys(conn.Secrets)) {
		f.secret("with."+path, conn.Secrets[path])
	}
	if len(f) == 0 {
		f.include("", c.deps.Actions.CheckConnection(conn))
	}
	return f.join()
}

func (c *Checker) connectionType(name string) (engine.ConnectionType, bool) {
	all := c.deps.Actions.ConnectionTypes()
	i := slices.IndexFunc(all, func(t engine.ConnectionType) bool { return t.Type == name })
	if i < 0 {
		return engine.ConnectionType{}, false
	}
	return all[i], true
}

func (c *Checker) connectionTypes() []string {
	var names []string
	for _, t := range c.deps.Actions.ConnectionTypes() {
		names = append(names, t.Type)
	}
	return names
}

// separate moves every secret of the type out of With. A secret given in With
// replaces the one in Secrets; an empty one is left out.
func separate(f *faults, conn *engine.Connection, typ engine.ConnectionType) {
	secrets := maps.Clone(conn.Secrets)
	if secrets == nil {
		secrets = map[string]engine.Secret{}
	}
	conn.With = moveSecrets(conn.With, "", func(path string, value any) bool {
		if !secretPath(typ.Secrets, path) {
			return false
		}
		switch text := value.(type) {
		case nil:
		case string:
			if text != "" {
				secrets[path] = engine.Secret(text)
			}
		case map[string]any, []any:
			f.add("with."+path, "A secret is text.")
		default:
			secrets[path] = engine.Secret(fmt.Sprint(text))
		}
		return true
	})
	conn.Secrets = secrets
}

// moveSecrets returns a copy of the fields without those that take accepts.
func moveSecrets(fields map[string]any, prefix string, take func(path string, value any) bool) map[string]any {
	if fields == nil {
		return nil
	}
	out := make(map[string]any, len(fields))
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		path := join(prefix, name)
		if take(path, fields[name]) {
			continue
		}
		below, ok := fields[name].(map[string]any)
		if !ok {
			out[name] = fields[name]
			continue
		}
		rest := moveSecrets(below, path, take)
		if len(rest) > 0 || len(below) == 0 {
			out[name] = rest
		}
	}
	return out
}

// withSecrets returns With as a file would hold it, every secret as text says.
func withSecrets(conn *engine.Connection, text func(path string, s engine.Secret) string) map[string]any {
	out := moveSecrets(conn.With, "", func(string, any) bool { return false })
	if out == nil {
		out = map[string]any{}
	}
	for path, s := range conn.Secrets {
		at := out
		names := strings.Split(path, ".")
		for _, name := range names[:len(names)-1] {
			below, ok := at[name].(map[string]any)
			if !ok {
				below = map[string]any{}
				at[name] = below
			}
			at = below
		}
		at[names[len(names)-1]] = text(path, s)
	}
	return out
}
