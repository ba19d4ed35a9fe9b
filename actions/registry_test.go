package actions_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions"
	"patchbay/engine"
)

type settings struct {
	Host    string                   `json:"host" title:"Host" required:"true"`
	Key     engine.Secret            `json:"key" title:"Key"`
	Secrets map[string]engine.Secret `json:"secrets" title:"Secrets"`
}

func kind() *actions.Settings[settings] {
	return actions.DefineConnection(actions.ConnectionDefinition[settings]{
		Type: "box", Title: "Box", Summary: "A box.",
		Check: func(s *settings) error {
			if s.Host == "bad" {
				return engine.Invalid("host", "This host is bad.")
			}
			return nil
		},
		Test: func(_ context.Context, s *settings) (string, error) {
			if s.Host == "down" {
				return "", engine.Temporary("It is down.", nil)
			}
			return "It works.", nil
		},
	})
}

func TestSettings_ReadsPlainAndSecretOnes(t *testing.T) {
	t.Parallel()
	c := &engine.Connection{
		Type: "box", With: map[string]any{"host": "h", "secrets": map[string]any{"OLD": "o"}},
		Secrets: map[string]engine.Secret{"key": "k", "secrets.NEW": "n"},
	}
	s, err := kind().Read(c)
	require.NoError(t, err)
	require.Equal(t, &settings{Host: "h", Key: "k", Secrets: map[string]engine.Secret{"OLD": "o", "NEW": "n"}}, s)
	require.Equal(t, map[string]any{"host": "h", "secrets": map[string]any{"OLD": "o"}}, c.With, "the connection is left as it was")
	require.Equal(t, []string{"key", "secrets.*"}, kind().Type().Secrets)
	properties, ok := kind().Type().Schema["properties"].(map[string]any)
	require.True(t, ok)
	require.Equal(t, map[string]any{"type": "string", "writeOnly": true, "format": "password", "title": "Key", "x-order": 1}, properties["key"])
}

func TestRegistry_ChecksAndTestsConnections(t *testing.T) {
	t.Parallel()
	r, err := actions.NewRegistry(nil, []actions.ConnectionKind{kind()})
	require.NoError(t, err)
	box := func(host string) *engine.Connection {
		return &engine.Connection{Type: "box", With: map[string]any{"host": host}}
	}
	require.NoError(t, r.CheckConnection(box("good")))
	require.EqualError(t, r.CheckConnection(box("bad")), "with.host: This host is bad.")
	require.EqualError(t, r.CheckConnection(box("")), "with.host: This field is empty; it must be filled in.")
	require.EqualError(t, r.CheckConnection(&engine.Connection{Type: "bxo"}), `type: There is no connection type "bxo"; did you mean "box"?`)
	require.EqualError(t, r.CheckConnection(&engine.Connection{Type: "something"}), `type: There is no connection type "something"; choose one of box.`)
	told, err := r.TestConnection(t.Context(), box("good"))
	require.NoError(t, err)
	require.Equal(t, "It works.", told)
	_, err = r.TestConnection(t.Context(), box("down"))
	require.EqualError(t, err, "It is down.")
	require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
	_, err = r.TestConnection(t.Context(), box("bad"))
	require.Equal(t, engine.KindInvalid, engine.KindOf(err))
	_, err = r.TestConnection(t.Context(), &engine.Connection{Type: "x"})
	require.Equal(t, engine.KindInvalid, engine.KindOf(err))
}

func TestRegistry_KnowsItsActions(t *testing.T) {
	t.Parallel()
	r, err := actions.NewRegistry([]engine.Action{probe()}, []actions.ConnectionKind{kind()})
	require.NoError(t, err)
	_, ok := r.Action("probe")
	require.True(t, ok)
	_, ok = r.Action("prob")
	require.False(t, ok)
	require.Len(t, r.Specs(), 1)
	require.Len(t, r.ConnectionTypes(), 1)
}

func TestNewRegistry_Refuses(t *testing.T) {
	t.Parallel()
	named := func(typ string, connections ...string) engine.Action {
		return actions.Define(actions.Definition[settings, int]{Spec: engine.ActionSpec{Type: typ, Connections: connections}})
	}
	_, err := actions.NewRegistry([]engine.Action{probe(), probe()}, nil)
	require.Error(t, err)
	_, err = actions.NewRegistry([]engine.Action{named("Bad Name")}, nil)
	require.Error(t, err)
	_, err = actions.NewRegistry([]engine.Action{named("x", "box")}, nil)
	require.Error(t, err)
	_, err = actions.NewRegistry(nil, []actions.ConnectionKind{kind(), kind()})
	require.Error(t, err)
}
