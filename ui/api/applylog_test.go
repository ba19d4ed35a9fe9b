package api_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/config"
	"patchbay/ui/api"
)

// stopping fails on its second rule, as when the client is gone by then.
type stopping struct {
	engine.RuleStore
	stored int
}

func (s *stopping) Publish(ctx context.Context, r *engine.Rule, by string, ifRevision int64, keepDraft bool) error {
	s.stored++
	if s.stored > 1 {
		return context.Canceled
	}
	return s.RuleStore.Publish(ctx, r, by, ifRevision, keepDraft)
}

func stoppedApplier(d *api.Deps) {
	checker, _ := d.Checker.(*config.Checker)
	d.Applier = config.NewApplier(config.ApplierDeps{
		Inboxes: d.Inboxes, Rules: &stopping{RuleStore: d.Rules}, Connections: d.Connections, Settings: d.Settings, Checker: checker,
	})
}

func TestApply_ThatStopsLeavesInTheChangeLogWhatItChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, stoppedApplier)
	rule := func(id string) *engine.Rule {
		return &engine.Rule{ID: id, Name: id, Inbox: "a", Steps: []engine.Step{{Key: "n", Action: "note", With: map[string]any{"text": "hi"}}}}
	}
	doc := api.NewDocument(&engine.Document{
		Version: 1, Inboxes: []*engine.Inbox{{Name: "a", Verify: engine.Verify{Scheme: "none"}}},
		Rules: []*engine.Rule{rule("one"), rule("two")},
	})
	w.editor("POST", "/apply", toJSON(t, api.ApplyInput{Document: doc, Source: "patchbay.yaml"})).is(503)
	lines, err := w.db.AuditLog(t.Context(), engine.AuditQuery{Kind: "configuration"}, 10)
	require.NoError(t, err)
	require.Len(t, lines, 2)
	require.Equal(t, "configuration.apply", lines[0].Action)
	require.Equal(t, "stopped after 2 changes: create inbox a, create rule one", lines[0].Detail)
	// This line was there before anything changed: a program that is killed leaves it.
	require.Equal(t, "configuration.begin", lines[1].Action)
	require.Equal(t, "is about to create inbox a, create rule one, create rule two", lines[1].Detail)
}
