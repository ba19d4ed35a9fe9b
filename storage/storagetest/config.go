// Package storagetest holds the conformance suites that every database must pass.
package storagetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

// ConfigStore is what keeps configuration and accounts.
type ConfigStore interface {
	engine.InboxStore
	engine.RuleStore
	engine.ConnectionStore
	engine.UserStore
	engine.TokenStore
	engine.InvitationStore
	engine.SettingsStore
	engine.Watcher
}

// subtest is one behaviour of a store.
type subtest struct {
	name string
	run  func(t *testing.T, store ConfigStore)
}

// Config exercises the ports that keep configuration and accounts. open returns a
// new, empty store each time and closes it with the test.
func Config(t *testing.T, open func(t *testing.T) ConfigStore) {
	t.Helper()
	for _, group := range []struct {
		name  string
		tests []subtest
	}{
		{"Inboxes", inboxTests()},
		{"Rules", ruleTests()},
		{"Connections", connectionTests()},
		{"Users", userTests()},
		{"Invitations", invitationTests()},
		{"Tokens", tokenTests()},
		{"Settings", settingsTests()},
	} {
		t.Run(group.name, func(t *testing.T) {
			t.Parallel()
			for _, test := range group.tests {
				t.Run(test.name, func(t *testing.T) {
					t.Parallel()
					test.run(t, open(t))
				})
			}
		})
	}
}

// requireKind asks for an *engine.Error of one kind with a sentence for the user.
func requireKind(t *testing.T, want engine.Kind, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, want, engine.KindOf(err), err.Error())
	e, ok := errors.AsType[*engine.Error](err)
	require.True(t, ok)
	require.NotEmpty(t, e.Message)
}

// requireOneWinner runs edits at the same time: exactly one succeeds, the others
// are conflicts.
func requireOneWinner(t *testing.T, edits int, edit func(i int) error) {
	t.Helper()
	errs := make([]error, edits)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = edit(i) })
	}
	wg.Wait()
	winners := 0
	for _, err := range errs {
		if err == nil {
			winners++
			continue
		}
		requireKind(t, engine.KindConflict, err)
	}
	require.Equal(t, 1, winners)
}

// watch gathers what the store announces; next waits for the next change.
func watch(t *testing.T, store engine.Watcher) (next func() engine.ConfigChange) {
	t.Helper()
	changes := make(chan engine.ConfigChange, 100)
	stop := store.WatchConfig(func(c engine.ConfigChange) { changes <- c })
	t.Cleanup(stop)
	ctx := t.Context()
	return func() engine.ConfigChange {
		t.Helper()
		return received(ctx, t, changes)
	}
}

func received(ctx context.Context, t *testing.T, changes <-chan engine.ConfigChange) engine.ConfigChange {
	t.Helper()
	select {
	case c := <-changes:
		return c
	case <-ctx.Done():
		require.Fail(t, "nothing was announced")
		return engine.ConfigChange{}
	}
}
