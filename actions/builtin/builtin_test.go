package builtin_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions/builtin"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

func TestNew_HasAllActions(t *testing.T) {
	t.Parallel()
	client, err := outbound.New(outbound.Options{})
	require.NoError(t, err)
	r, err := builtin.New(builtin.Options{Client: client})
	require.NoError(t, err)
	var types, answering []string
	for _, s := range r.Specs() {
		types = append(types, s.Type)
		if s.Example != nil {
			answering = append(answering, s.Type)
		}
	}
	require.Equal(t, []string{"email", "http", "shell", "slack"}, answering, "those whose answer later steps can read show what it looks like")
	require.Equal(t, []string{"delay", "email", "filter", "http", "note", "respond", "shell", "slack"}, types)
	types = nil
	for _, c := range r.ConnectionTypes() {
		types = append(types, c.Type)
		require.NotEmpty(t, c.Title)
		require.NotEmpty(t, c.Summary)
	}
	require.Equal(t, []string{"http", "slack", "smtp"}, types)
}

func TestNew_RefusesShellProgramsThatAreNoPaths(t *testing.T) {
	t.Parallel()
	_, err := builtin.New(builtin.Options{Shell: []string{"sh"}})
	require.Equal(t, engine.KindInvalid, engine.KindOf(err))
}
