package api

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"patchbay/engine"
)

// placeFields lists the settings of connections that say where their secrets go.
func placeFields() []string {
	return []string{"host", "port", "tls", "hosts", "testUrl", "apiUrl"}
}

// checkPlace refuses to send stored secrets to another place than the one they were
// given for: whoever may change a connection could read them there. Kept are those
// that stay unless with gives them; at is where with stands.
func (m *mount) checkPlace(at string, old *engine.Connection, with map[string]any, kept map[string]engine.Secret) error {
	defaults := m.defaults(old.Type)
	for _, field := range placeFields() {
		if slices.Equal(setting(old.With, defaults, field), setting(with, defaults, field)) {
			continue
		}
		var faults []error
		for _, path := range slices.Sorted(maps.Keys(kept)) {
			if !gives(with, path) {
				faults = append(faults, engine.Invalid(at+"."+path, "Give this secret again: %s has changed, and with it where the secret goes.", field))
			}
		}
		return errors.Join(faults...)
	}
	return nil
}

// checkPlaces is checkPlace for the connections of a document.
func (m *mount) checkPlaces(ctx context.Context, all []ConnectionInput) error {
	var faults []error
	for i, c := range all {
		old, err := m.Connections.Connection(ctx, c.Name)
		switch {
		case engine.KindOf(err) == engine.KindNotFound:
		case err != nil:
			return err
		case old.Type == c.Type: // another type takes over no secrets
			faults = append(faults, m.checkPlace(fmt.Sprintf("connections[%d].with", i), old, c.With, old.Secrets))
		}
	}
	return errors.Join(faults...)
}

// defaults returns what the settings of a type are when they are left out.
func (m *mount) defaults(typ string) map[string]any {
	all := map[string]any{}
	for _, t := range m.Actions.ConnectionTypes() {
		fields, ok := t.Schema["properties"].(map[string]any)
		if t.Type != typ || !ok {
			continue
		}
		for name, field := range fields {
			if schema, ok := field.(map[string]any); ok {
				all[name] = schema["default"]
			}
		}
	}
	return all
}

// setting returns a setting as texts, in which it can be compared: numbers have
// other types when they come from the database. An empty one is as good as none.
func setting(with, defaults map[string]any, field string) []string {
	value := with[field]
	if value == nil || value == "" {
		value = defaults[field]
	}
	list, ok := value.([]any)
	if !ok && value != nil {
		list = []any{value}
	}
	return each(list, func(v any) string { return fmt.Sprint(v) })
}

// gives reports whether settings hold a secret.
func gives(with map[string]any, path string) bool {
	parent, rest, nested := strings.Cut(path, ".")
	if !nested {
		return with[path] != nil && with[path] != ""
	}
	inner, ok := with[parent].(map[string]any)
	return ok && gives(inner, rest)
}
