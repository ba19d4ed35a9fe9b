package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

// fail makes a run of an event that failed; its message may have been sent or not.
func (w *world) fail(e *engine.Event, outcome engine.Outcome) *engine.Run {
	w.t.Helper()
	epoch, err := w.db.Begin(w.t.Context())
	require.NoError(w.t, err)
	run := &engine.Run{
		ID: newID(), EventID: e.ID, Inbox: "shop", RuleID: "tell", RuleName: "Tell", RuleVersion: 1,
		Trigger: engine.TriggerReplay, State: engine.RunRunning, CreatedAt: w.clock(),
	}
	_, err = w.db.Route(w.t.Context(), engine.Routing{
		Event: e.ID, Inbox: "shop", Route: engine.RouteMatched, Epoch: epoch, Runs: []engine.NewRun{{Run: run}}, Replay: true,
	})
	require.NoError(w.t, err)
	run.State, run.FinishedAt = engine.RunFailed, w.clock()
	_, err = w.db.Settle(w.t.Context(), engine.Settlement{
		Run: run, Epoch: epoch, Problem: &engine.Cause{Destination: "https://down.example", Reason: "It does not answer."},
		Attempts: []*engine.Attempt{{RunID: run.ID, Key: "n", Action: "http", Number: 1, State: engine.StepFailed, Outcome: outcome, StartedAt: w.clock()}},
	})
	require.NoError(w.t, err)
	return run
}

// failed makes two runs that failed, the second of which may have been sent.
func failed(t *testing.T) (w *world, plain, unknown *engine.Run) {
	t.Helper()
	w, e, _ := lived(t)
	plain, unknown = w.fail(e, engine.OutcomeNotSent), w.fail(e, engine.OutcomeUnknown)
	return w, plain, unknown
}

func TestRetryMany_LeavesOutWhatMayHaveBeenSent(t *testing.T) {
	t.Parallel()
	w, plain, unknown := failed(t)
	many := func(path, body string) api.ManyResult {
		return as[api.ManyResult](w.editor("POST", path, body).is(map[string]int{"/runs/cancel": 200}[path] + map[string]int{"/runs/retry": 202, "/events/replay": 202}[path]))
	}
	got := many("/runs/retry", `{"filter":{"rule":"tell"},"dryRun":true}`)
	require.Equal(t, 1, got.Count)
	require.Equal(t, 1, got.LeftOut)
	require.Empty(t, got.Done)
	require.Empty(t, w.control.retries, "it was only counted")
	got = many("/runs/retry", `{"filter":{"rule":"tell"}}`)
	require.Equal(t, []engine.ID{plain.ID}, got.Done)
	got = many("/runs/retry", `{"filter":{"rule":"tell","unknown":"only"}}`)
	require.Equal(t, []engine.ID{unknown.ID}, got.Done, "whoever asks for them gets them")
	require.Zero(t, got.LeftOut)
	require.Len(t, many("/runs/retry", `{"ids":["`+unknown.ID.String()+`"]}`).Done, 1)
	require.Contains(t, w.editor("POST", "/runs/retry", `{"filter":{},"dryRun":true}`).is(422).Body, "body.filter")

	got = many("/runs/cancel", `{"filter":{"rule":"tell","state":"failed"},"dryRun":true}`)
	require.Equal(t, 2, got.Count)
	require.Empty(t, w.control.cancels)
	got = many("/events/replay", `{"filter":{"inbox":"shop"},"dryRun":true}`)
	require.Equal(t, 1, got.Count)
	require.Empty(t, w.control.replays)
}

func TestRuns_AreListedByHowTheyWent(t *testing.T) {
	t.Parallel()
	w, plain, unknown := failed(t)
	list := func(query string) []api.RunSummary {
		return as[api.Page[api.RunSummary]](w.admin("GET", "/runs?"+query, "").is(200)).Items
	}
	got := list("warned=true")
	require.Len(t, got, 1)
	require.NotEmpty(t, got[0].Warnings)
	got = list("state=failed&unknown=only")
	require.Len(t, got, 1)
	require.Equal(t, unknown.ID, got[0].ID)
	require.True(t, got[0].Unknown)
	got = list("state=failed&unknown=without")
	require.Len(t, got, 1)
	require.Equal(t, plain.ID, got[0].ID)
}

func TestProblem_ShowsItsRulesAndWhatBecameOfItsRuns(t *testing.T) {
	t.Parallel()
	w, plain, unknown := failed(t)
	all := as[api.Page[api.Trouble]](w.admin("GET", "/problems", "").is(200)).Items
	require.Len(t, all, 1)
	require.Equal(t, []engine.RuleRef{{ID: "tell", Name: "Tell"}}, all[0].Rules)
	one := as[api.Trouble](w.admin("GET", "/problems/"+all[0].ID, "").is(200))
	require.Equal(t, all[0], one)
	solved := func() []api.Trouble {
		return as[api.Page[api.Trouble]](w.admin("GET", "/problems?solved=true", "").is(200)).Items
	}
	require.Empty(t, solved(), "an open one is no solved one")
	require.NoError(t, w.db.Reopen(t.Context(), plain.ID, -1, 0))
	require.NoError(t, w.db.Reopen(t.Context(), unknown.ID, -1, 0))
	one = as[api.Trouble](w.admin("GET", "/problems/"+all[0].ID, "").is(200))
	require.NotNil(t, one.SolvedAt)
	require.EqualValues(t, 2, one.Recovered)
	require.Equal(t, []api.Trouble{one}, solved())
	require.Empty(t, as[api.Page[api.Trouble]](w.admin("GET", "/problems", "").is(200)).Items)
	w.admin("GET", "/problems/99", "").is(404)
	w.admin("POST", "/problems/"+all[0].ID+"/check", "").is(404)
}

func TestMany_TakesNoMoreThanItSays(t *testing.T) {
	t.Parallel()
	w, e, _ := lived(t)
	epoch, err := w.db.Begin(t.Context())
	require.NoError(t, err)
	var runs []engine.NewRun
	for i := range 1400 {
		state := engine.RunRunning
		if i%2 == 0 {
			state = engine.RunWaiting
		}
		runs = append(runs, engine.NewRun{Run: &engine.Run{
			ID: newID(), EventID: e.ID, Inbox: "shop", RuleID: "tell", RuleName: "Tell", RuleVersion: 1, Trigger: engine.TriggerReplay, State: state, CreatedAt: w.clock(), DueAt: w.clock(),
		}})
	}
	_, err = w.db.Route(t.Context(), engine.Routing{Event: e.ID, Inbox: "shop", Route: engine.RouteMatched, Epoch: epoch, Runs: runs, Replay: true})
	require.NoError(t, err)
	got := as[api.ManyResult](w.editor("POST", "/runs/cancel", `{"filter":{"rule":"tell"}}`).is(200))
	require.Equal(t, 1000, got.Count)
	require.Len(t, got.Done, 1000)
	require.True(t, got.More)
	got = as[api.ManyResult](w.editor("POST", "/runs/cancel", `{"filter":{"rule":"tell","state":"waiting"},"dryRun":true}`).is(200))
	require.Equal(t, 700, got.Count)
	require.False(t, got.More)
}

func TestMany_TheChangeLogTellsWhatWasDoneBeforeAFailure(t *testing.T) {
	t.Parallel()
	w, plain, unknown := failed(t)
	w.control.failAfter = 1
	w.editor("POST", "/runs/retry", `{"ids":["`+plain.ID.String()+`","`+unknown.ID.String()+`"]}`).is(503)
	log := as[api.Page[api.AuditLine]](w.admin("GET", "/audit?kind=run", "").is(200)).Items
	require.Len(t, log, 1)
	require.Equal(t, "run.retry-many", log[0].Action)
	require.Equal(t, "1 runs", log[0].Object)
	w.editor("POST", "/runs/retry", `{"ids":["`+plain.ID.String()+`"]}`).is(503)
	require.Len(t, as[api.Page[api.AuditLine]](w.admin("GET", "/audit?kind=run", "").is(200)).Items, 1, "nothing was done")
}
