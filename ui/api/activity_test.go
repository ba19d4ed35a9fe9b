package api_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

// lived makes a world in which something has happened: an inbox, a published rule, an
// event of a sender and one run of it, which succeeded by sending something.
func lived(t *testing.T, options ...option) (*world, *engine.Event, *engine.Run) {
	t.Helper()
	w := newWorld(t, options...)
	w.do(call{Method: "POST", URL: "/api/v1/inboxes", As: engine.RoleEditor, Body: `{"name":"shop","verify":{"scheme":"none"}}`}).is(201)
	w.do(call{Method: "POST", URL: "/api/v1/rules", As: engine.RoleEditor, Body: `{"id":"tell","name":"Tell","inbox":"shop","steps":[{"key":"n","action":"note","with":{"text":"x"}}]}`}).is(201)
	e := &engine.Event{
		ID: newID(), Inbox: "shop", ReceivedAt: w.clock(), Origin: engine.OriginSender, Verdict: engine.Accepted, Method: "POST",
		ContentType: "application/json", Body: []byte(`{"total":"640.00"}`), Type: "orders/create", Summary: "Order #1001", DeliveryID: "delivery-1",
	}
	_, err := w.db.Accept(t.Context(), e, engine.Claim{})
	require.NoError(t, err)
	epoch, err := w.db.Begin(t.Context())
	require.NoError(t, err)
	run := &engine.Run{
		ID: newID(), EventID: e.ID, Inbox: "shop", RuleID: "tell", RuleName: "Tell", RuleVersion: 1,
		Trigger: engine.TriggerLive, State: engine.RunRunning, CreatedAt: w.clock(),
	}
	_, err = w.db.Route(t.Context(), engine.Routing{
		Event: e.ID, Inbox: "shop", Route: engine.RouteMatched, Epoch: epoch, Runs: []engine.NewRun{{Run: run}},
	})
	require.NoError(t, err)
	run.State, run.FinishedAt, run.Warnings = engine.RunSucceeded, w.clock(), []string{"Something else did not work."}
	_, err = w.db.Settle(t.Context(), engine.Settlement{Run: run, Epoch: epoch, Attempts: []*engine.Attempt{{
		RunID: run.ID, Key: "n", Action: "http", Number: 1, State: engine.StepSucceeded, Outcome: engine.OutcomeSent, StartedAt: w.clock(),
	}}})
	require.NoError(t, err)
	return w, e, run
}

func TestOverview_TellsWhatHappenedToday(t *testing.T) {
	t.Parallel()
	w, _, run := lived(t)
	o := as[api.Overview](w.do(call{Method: "GET", URL: "/api/v1/overview", As: engine.RoleViewer}).is(200))
	now := w.clock()
	require.Equal(t, time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC), o.Today.Since)
	require.Equal(t, engine.EventCounts{Received: 1, Accepted: 1, Matched: 1}, o.Today.Events)
	require.Equal(t, engine.RunCounts{Started: 1, Succeeded: 1, Warned: 1, Done: 1, Sent: 1}, o.Today.Runs)
	require.Equal(t, api.Checklist{Inbox: true, Event: true, Rule: true, Delivery: true}, o.Checklist)
	require.Len(t, o.Rules, 1)
	require.Equal(t, run.ID, o.Rules[0].Last.RunID)
	require.True(t, o.Rules[0].Last.Warned)
	require.EqualValues(t, 1, o.Rules[0].Today.Started)
	require.Equal(t, []api.InboxActivity{{Inbox: "shop", Today: o.Today.Events}}, o.Inboxes)
	w.advance(24 * time.Hour)
	o = as[api.Overview](w.do(call{Method: "GET", URL: "/api/v1/overview", As: engine.RoleViewer}).is(200))
	require.Zero(t, o.Today.Events)
	require.Zero(t, o.Today.Runs)
	require.NotNil(t, o.Rules[0].Last, "the last run stays the last")
	require.True(t, o.Checklist.Delivery)
}

func TestOverview_ChecklistBeginsEmpty(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := as[api.Overview](w.do(call{Method: "GET", URL: "/api/v1/overview", As: engine.RoleViewer}).is(200))
	require.Zero(t, o.Checklist)
	require.NotNil(t, o.Rules)
	require.NotNil(t, o.Inboxes)
	w.do(call{Method: "POST", URL: "/api/v1/inboxes", As: engine.RoleEditor, Body: `{"name":"shop","verify":{"scheme":"none"}}`}).is(201)
	w.do(call{Method: "POST", URL: "/api/v1/rules?draft=true", As: engine.RoleEditor, Body: `{"name":"Tell","inbox":"shop"}`}).is(201)
	_, err := w.db.Accept(t.Context(), &engine.Event{ID: newID(), Inbox: "shop", Origin: engine.OriginSample, Verdict: engine.Accepted}, engine.Claim{})
	require.NoError(t, err)
	o = as[api.Overview](w.do(call{Method: "GET", URL: "/api/v1/overview", As: engine.RoleViewer}).is(200))
	require.Equal(t, api.Checklist{Inbox: true, Event: true}, o.Checklist, "a draft is no rule yet, a sample is an event")
	require.Zero(t, o.Today.Events, "samples are not counted")
}

func TestActivity_HasEveryStep(t *testing.T) {
	t.Parallel()
	w, _, _ := lived(t)
	a := as[api.Activity](w.do(call{Method: "GET", URL: "/api/v1/activity", As: engine.RoleViewer}).is(200))
	require.InDelta(t, 25, len(a.Events), 1)
	require.Len(t, a.Runs, len(a.Events))
	last := len(a.Events) - 1
	require.EqualValues(t, 1, a.Events[last].Received)
	require.EqualValues(t, 1, a.Runs[last].Sent)
	require.Zero(t, a.Events[0].EventCounts)
	require.Equal(t, a.Since, a.Events[0].At)
	for i := 1; i < len(a.Events); i++ {
		require.Equal(t, time.Hour, a.Events[i].At.Sub(a.Events[i-1].At))
	}
	other := as[api.Activity](w.do(call{Method: "GET", URL: "/api/v1/activity?inbox=other&rule=other&step=15m", As: engine.RoleViewer}).is(200))
	require.Zero(t, other.Events[len(other.Events)-1].EventCounts)
	require.Zero(t, other.Runs[len(other.Runs)-1].RunCounts)
	days := as[api.Activity](w.do(call{Method: "GET", URL: "/api/v1/activity?step=1d&since=2000-01-01T00:00:00Z", As: engine.RoleViewer}).is(200))
	require.InDelta(t, 33, len(days.Events), 1)
	require.Zero(t, days.Events[0].At.Hour())
	w.run([]scenario{
		{Name: "too many steps", Call: call{Method: "GET", URL: "/api/v1/activity?step=15m&since=2000-01-01T00:00:00Z", As: engine.RoleViewer}, Status: 422, Contains: []string{"step"}},
		{Name: "backwards", Call: call{Method: "GET", URL: "/api/v1/activity?until=2000-01-01T00:00:00Z", As: engine.RoleViewer}, Status: 422, Contains: []string{"since"}},
	})
}

// sizes stands for what was measured in the last days.
type sizes struct {
	engine.ActivityStore
	list []engine.DiskSize
}

func TestStorage_TellsWhenTheDiskIsFull(t *testing.T) {
	t.Parallel()
	w, e, _ := lived(t)
	s := as[api.Storage](w.do(call{Method: "GET", URL: "/api/v1/storage", As: engine.RoleViewer}).is(200))
	require.Nil(t, s.PerDay, "nothing was measured yet")
	require.EqualValues(t, 1<<29, s.Disk.Free)
	require.Equal(t, []engine.Use{{Inbox: "shop", Events: 1, Bytes: int64(len(e.Body))}}, s.Inboxes)

	grown := func(before int64) api.Storage {
		w, _, _ := lived(t, func(d *api.Deps) {
			d.Activity = sizes{d.Activity, []engine.DiskSize{{At: d.Now().Add(-48 * time.Hour), Used: before}}}
		})
		return as[api.Storage](w.do(call{Method: "GET", URL: "/api/v1/storage", As: engine.RoleViewer}).is(200))
	}
	s = grown(1024) // of 4096 bytes 1024 are free for what comes next
	require.EqualValues(t, 1024, *s.PerDay)
	require.InDelta(t, float64(1<<29+1024)/1024, *s.FullInDays, 0.01)
	s = grown(8192)
	require.Negative(t, *s.PerDay)
	require.Nil(t, s.FullInDays, "a database that shrinks fills no disk")
}

func (s sizes) DiskSizes(context.Context) ([]engine.DiskSize, error) { return s.list, nil }

func TestActivity_DaysFollowTheClock(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	w := newWorld(t, func(d *api.Deps) { d.Location = func() *time.Location { return berlin } })
	w.set(time.Date(2026, 10, 24, 22, 30, 0, 0, time.UTC)) // half past midnight of the day on which the clocks are set back
	receive := func() {
		_, err := w.db.Accept(t.Context(), &engine.Event{ID: newID(), Inbox: "shop", Origin: engine.OriginSender, Verdict: engine.Accepted}, engine.Claim{})
		require.NoError(t, err)
	}
	receive()
	w.set(time.Date(2026, 10, 25, 22, 30, 0, 0, time.UTC)) // half past eleven in the evening of that day
	receive()
	w.set(time.Date(2026, 10, 27, 11, 0, 0, 0, time.UTC))
	for step, want := range map[string]int{"1d": 5, "6h": 4*4 + 1 + 2, "1h": 4*24 + 1 + 12} {
		a := as[api.Activity](w.do(call{Method: "GET", URL: "/api/v1/activity?step=" + step + "&since=2026-10-22T22:00:00Z", As: engine.RoleViewer}).is(200))
		require.Len(t, a.Events, want, step)
		require.Len(t, a.Runs, want, step)
		days := map[string]int64{}
		for _, b := range a.Events {
			days[b.At.In(berlin).Format(time.DateOnly)] += b.Received
			if step == "1d" {
				require.Zero(t, b.At.In(berlin).Hour(), b.At)
			}
		}
		require.Equal(t, map[string]int64{"2026-10-23": 0, "2026-10-24": 0, "2026-10-25": 2, "2026-10-26": 0, "2026-10-27": 0}, days, step)
	}
}

func TestProblems_NameTheFieldWhereItStands(t *testing.T) {
	t.Parallel()
	w, _, _ := lived(t)
	for url, want := range map[string]string{
		"/activity?until=2000-01-01T00:00:00Z": "query.since",
		"/runs?cursor=nonsense!":               "query.cursor",
		"/address?url=nonsense":                "query.url",
	} {
		got := as[api.Problem](w.editor("GET", url, "").is(422))
		require.Equal(t, want, got.Errors[0].Location, url)
		require.Regexp(t, "^[A-Z].*[.]$", got.Detail, url)
	}
	rule := `{"name":"Tell","inbox":"shop","steps":[]}`
	got := w.editor("PUT", "/rules/tell/draft?basedOn=9", rule, "If-Match", "*").is(422)
	require.Equal(t, "query.basedOn", as[api.Problem](got).Errors[0].Location)
}
