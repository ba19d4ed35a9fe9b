package api_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

// receive stores an accepted event.
func (w *world) receive(inbox, body string) *engine.Event {
	w.t.Helper()
	e := &engine.Event{
		ID: newID(), Inbox: inbox, ReceivedAt: w.clock(), Origin: engine.OriginSender, Verdict: engine.Accepted, Route: engine.RoutePending,
		Type: "issues", Summary: "opened", DeliveryID: "d-1", Method: "POST", Path: "/in/" + inbox, Query: "a=1&b=2&b=3",
		Headers:     []engine.Header{{Name: "X-GitHub-Event", Value: "issues"}, {Name: "Content-Type", Value: "application/json"}},
		ContentType: "application/json", IP: "192.0.2.1", Verified: "github", Size: int64(len(body)), Body: []byte(body),
	}
	_, err := w.db.Accept(w.t.Context(), e, engine.Claim{})
	require.NoError(w.t, err)
	return e
}

// start routes an event to one run of a rule, as the runner would.
func (w *world) start(e *engine.Event, rule string, attempts ...*engine.Attempt) *engine.Run {
	w.t.Helper()
	epoch, err := w.db.Begin(w.t.Context())
	require.NoError(w.t, err)
	run := &engine.Run{
		ID: newID(), EventID: e.ID, Inbox: e.Inbox, RuleID: rule, RuleName: "Rule " + rule, RuleVersion: 1,
		Trigger: engine.TriggerLive, State: engine.RunRunning, CreatedAt: w.clock(), StartedAt: w.clock(),
	}
	for _, a := range attempts {
		a.RunID = run.ID
	}
	_, err = w.db.Route(w.t.Context(), engine.Routing{
		Event: e.ID, Inbox: e.Inbox, Route: engine.RouteMatched, Epoch: epoch, Runs: []engine.NewRun{{Run: run, Attempts: attempts}},
	})
	require.NoError(w.t, err)
	return run
}

func (w *world) inbox(name string) {
	w.t.Helper()
	w.editor("POST", "/inboxes", `{"name":"`+name+`","verify":{"scheme":"none"}}`).is(201)
}

func TestEvent_TellsOfKeysThatStandMoreThanOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	e := w.receive("a", `{"campaign":"old","campaign":"new","list":[{"id":1,"id":2}]}`)
	got := w.editor("GET", "/events/"+e.ID.String(), "").is(200)
	v := as[api.Event](got)
	require.Equal(t, map[string]any{"campaign": "new", "list": []any{map[string]any{"id": 2.0}}}, v.Payload)
	require.Empty(t, v.DecodeError, "it could be read")
	require.ElementsMatch(t, []string{
		`The key "campaign" stands more than once at the top; the last one counts.`,
		`The key "id" stands more than once in /list/0; the last one counts.`,
	}, v.PayloadNotes)
	e = w.receive("a", `{"campaign":"new"}`)
	require.Contains(t, w.editor("GET", "/events/"+e.ID.String(), "").is(200).Body, `"payloadNotes":[]`)
}

func TestEvent_Reads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	e := w.receive("a", `{"n":9007199254740993,"a/b":[640.00,12345678901234567890],"html":"<script>alert(1)</script>"}`)
	run := w.start(e, "r")

	got := w.editor("GET", "/events/"+e.ID.String(), "").is(200)
	require.Contains(t, got.Body, `"n":9007199254740993`)
	require.Contains(t, got.Body, `"a/b":[640.00,12345678901234567890]`, "digit by digit")
	v := as[api.Event](got)
	require.Equal(t, e.ID, v.ID)
	require.Equal(t, engine.Accepted, v.Verdict)
	require.Equal(t, engine.RouteMatched, v.Route)
	require.Equal(t, "a=1&b=2&b=3", v.Query)
	require.Equal(t, e.Headers, v.Headers)
	require.Equal(t, run.ID, v.Runs[0].ID)
	for field := range strings.FieldsSeq(`id seq inbox receivedAt origin originalId parentId verdict reason route type summary deliveryId
		method path query headers contentType size payload decodeError verified runs`) {
		require.Contains(t, got.Body, `"`+field+`":`)
	}

	list := as[api.EventList](w.editor("GET", "/events?inbox=a&verdict=accepted&type=issues&q=opened&since="+w.clock().Add(-time.Minute).Format(time.RFC3339), "").is(200))
	require.Equal(t, e.ID, list.Items[0].ID)
	require.Empty(t, as[api.EventList](w.editor("GET", "/events?verdict=held", "").is(200)).Items)

	body := w.editor("GET", "/events/"+e.ID.String()+"/body", "").is(200)
	require.JSONEq(t, string(e.Body), body.Body)
	require.Equal(t, "application/octet-stream", body.Header.Get("Content-Type"))
	require.True(t, strings.HasPrefix(body.Header.Get("Content-Disposition"), "attachment;"))
	require.Equal(t, "nosniff", body.Header.Get("X-Content-Type-Options"))
	require.Contains(t, body.Header.Get("Content-Security-Policy"), "sandbox")
	require.Len(t, body.Header.Values("Content-Security-Policy"), 1)

	w.editor("DELETE", "/events/"+e.ID.String(), "").is(409) // its run is not finished
	w.editor("DELETE", "/events/"+newID().String(), "").is(404)
	other := w.receive("a", `{}`)
	w.start(other, "r")
	w.editor("GET", "/events/"+other.ID.String(), "").is(200)
}

func TestEvent_Pages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	for i := range 5 {
		w.receive("a", strconv.Itoa(i))
	}
	var seen []engine.ID
	cursor := ""
	for range 3 {
		page := as[api.EventList](w.editor("GET", "/events?limit=2&cursor="+cursor, "").is(200))
		for _, e := range page.Items {
			seen = append(seen, e.ID)
		}
		cursor = page.NextCursor
	}
	require.Len(t, seen, 5)
	require.Empty(t, cursor)
	w.editor("GET", "/events?cursor=!!!", "").is(422)
}

func TestEvent_Replay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	e := w.receive("a", `{}`)
	at := "/events/" + e.ID.String() + "/replay"
	require.Len(t, as[api.Replayed](w.editor("POST", at, "").is(202)).Runs, 1)
	w.editor("POST", at, `{"rules":["r"],"version":3,"force":true,"body":"${env:X}","headers":[{"name":"A","value":"b"}]}`).is(202)
	got := w.control.replays[1]
	require.Equal(t, []string{"r"}, got.Rules)
	require.Equal(t, 3, got.Version)
	require.True(t, got.Force)
	require.Equal(t, "${env:X}", string(got.Body))
	require.Equal(t, "token:token of editor", got.By)
	require.Nil(t, w.control.replays[0].Body)
	w.editor("POST", at, `{"bodyBase64":"AAEC"}`).is(202)
	require.Equal(t, []byte{0, 1, 2}, w.control.replays[2].Body)
	w.editor("POST", at, `{"bodyBase64":"?"}`).is(422)
	w.editor("POST", at, `{"body":"a","bodyBase64":"AAEC"}`).is(422)
	w.editor("POST", at, `{"version":2}`).is(422)

	for range 3 {
		w.receive("a", `{}`)
	}
	w.editor("POST", "/events/replay", `{}`).is(422)
	w.editor("POST", "/events/replay", `{"filter":{}}`).is(422)
	many := as[api.ManyResult](w.editor("POST", "/events/replay", `{"filter":{"inbox":"a"}}`).is(202))
	require.Len(t, many.Done, 4)
	require.False(t, many.More)
	w.control.refuse = engine.Conflict("Not this one.")
	refused := as[api.ManyResult](w.editor("POST", "/events/replay", `{"ids":["`+e.ID.String()+`"]}`).is(202))
	require.Equal(t, "Not this one.", refused.Refused[0].Message)
	w.control.refuse = errInternal
	w.editor("POST", "/events/replay", `{"filter":{"inbox":"a"}}`).is(500)
}

func TestRun_StepsAndAttempts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	w.editor("POST", "/rules", `{"id":"r","name":"R","inbox":"a","steps":[
		{"key":"first","action":"note","name":"Say it","with":{"text":"x"}},{"key":"many","action":"note","forEach":"payload.items","with":{"text":"{{ item }}"}},{"key":"last","action":"note","with":{"text":"x"}}]}`).is(201)
	e := w.receive("a", `{"items":[1,2]}`)
	run := w.start(e, "r",
		&engine.Attempt{Step: 0, Key: "first", Action: "note", Number: 1, State: engine.StepFailed, Outcome: engine.OutcomeNotSent, StartedAt: w.clock(), Duration: 1500 * time.Millisecond, Error: "no", RetryAt: w.clock()},
		&engine.Attempt{
			Step: 0, Key: "first", Action: "note", Number: 2, State: engine.StepSucceeded, Outcome: engine.OutcomeSent, StartedAt: w.clock(),
			Preview: &engine.Preview{Kind: "note", Text: "x"}, Output: map[string]any{"text": "x"},
		},
		&engine.Attempt{Step: 1, Key: "many", Action: "note", Item: engine.WholeStep, State: engine.StepRunning, With: []any{"1", "2"}, StartedAt: w.clock()},
		&engine.Attempt{Step: 1, Key: "many", Action: "note", Item: 0, Number: 1, State: engine.StepSucceeded, Outcome: engine.OutcomeSent, StartedAt: w.clock()},
		&engine.Attempt{Step: 1, Key: "many", Action: "note", Item: 1, Number: 1, State: engine.StepFailed, Outcome: engine.OutcomeUnknown, StartedAt: w.clock()},
	)
	got := w.editor("GET", "/runs/"+run.ID.String(), "").is(200)
	v := as[api.Run](got)
	for field := range strings.FieldsSeq(`id eventId ruleId ruleName ruleVersion trigger state reason warnings dueAt startedAt finishedAt steps
		key action state outcome attempts number item duration preview output error retryAt`) {
		require.Contains(t, got.Body, `"`+field+`":`)
	}
	require.Len(t, v.Steps, 3)
	first, many, last := v.Steps[0], v.Steps[1], v.Steps[2]
	require.Equal(t, "Say it", first.Name)
	require.Len(t, first.Attempts, 2)
	require.Equal(t, engine.OutcomeSent, first.Outcome)
	require.Contains(t, got.Body, `"duration":"1.5s"`)
	require.Equal(t, 2, *many.Items)
	require.Len(t, many.Attempts, 2)
	require.Equal(t, engine.OutcomeUnknown, many.Outcome)
	require.Equal(t, 1, many.Attempts[1].Item)
	require.Equal(t, engine.StepPending, last.State)
	require.Empty(t, last.Attempts)

	require.Equal(t, api.RunEvent{Origin: engine.OriginSender, Type: "issues", Summary: "opened"}, v.Event)
	page := as[api.Page[api.RunSummary]](w.editor("GET", "/runs?rule=r&state=running&inbox=a&event="+e.ID.String(), "").is(200))
	require.Equal(t, run.ID, page.Items[0].ID)
	require.Empty(t, as[api.Page[api.RunSummary]](w.editor("GET", "/runs?state=failed", "").is(200)).Items)
	w.editor("GET", "/runs?problem=x", "").is(404)
}

func TestRun_Actions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	run := w.start(w.receive("a", `{}`), "r")
	at := "/runs/" + run.ID.String()
	require.JSONEq(t, `{"id":"`+run.ID.String()+`"}`, w.editor("POST", at+"/retry", "").is(202).Body)
	w.editor("POST", at+"/retry", `{"from":"start","version":"current"}`).is(202)
	require.Equal(t, []string{"failed", "start current"}, w.control.retries)
	w.editor("POST", at+"/retry", `{"from":"middle"}`).is(422)
	w.editor("POST", at+"/cancel", `{"reason":"no longer needed"}`).is(200)
	require.Equal(t, []engine.ID{run.ID}, w.control.cancels)
	w.editor("POST", "/runs/"+newID().String()+"/cancel", "").is(404)
	w.editor("POST", at+"/steps/notify/settle", "").is(202)
	require.Equal(t, "notify by token:token of editor", w.control.settled)

	w.editor("POST", "/runs/cancel", `{}`).is(422)
	require.Len(t, as[api.ManyResult](w.editor("POST", "/runs/cancel", `{"filter":{"rule":"r"}}`).is(200)).Done, 1)
	require.Empty(t, as[api.ManyResult](w.editor("POST", "/runs/retry", `{"filter":{"rule":"r"}}`).is(202)).Done) // none has failed
	require.Len(t, as[api.ManyResult](w.editor("POST", "/runs/retry", `{"filter":{"rule":"r","state":"running"}}`).is(202)).Done, 1)
	w.control.refuse = engine.Conflict("The run has not failed.")
	w.editor("POST", at+"/retry", "").is(409)
}

func TestProblems_ListAndCheck(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	e := w.receive("a", `{}`)
	w.start(e, "r")
	epoch, err := w.db.Begin(t.Context())
	require.NoError(t, err)
	work, err := w.db.Due(t.Context(), epoch, w.clock(), 10)
	require.NoError(t, err)
	require.Len(t, work, 1)
	run := work[0].Run
	run.State, run.Destination, run.DueAt = engine.RunWaiting, "https://down.example:443", w.clock().Add(time.Hour)
	_, err = w.db.Settle(t.Context(), engine.Settlement{Run: run, Epoch: epoch, Problem: &engine.Cause{Destination: run.Destination, Reason: "It does not answer."}})
	require.NoError(t, err)

	got := as[api.Page[api.Trouble]](w.editor("GET", "/problems", "").is(200))
	require.Len(t, got.Items, 1)
	require.Equal(t, int64(1), got.Items[0].Waiting)
	require.JSONEq(t, `{"runs":7}`, w.editor("POST", "/problems/"+got.Items[0].ID+"/check", "").is(202).Body)
	require.Equal(t, "https://down.example:443", w.control.checked)
	w.editor("POST", "/problems/999/check", "").is(404)
	require.Len(t, as[api.Page[api.RunSummary]](w.editor("GET", "/runs?problem="+got.Items[0].ID, "").is(200)).Items, 1)
}

func TestRun_TellsWhatItDid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	done := func(action string, preview engine.Preview, output any) api.Run {
		run := w.start(w.receive("a", `{}`), "r", &engine.Attempt{
			Step: 0, Key: "s", Action: action, Number: 1, State: engine.StepFailed, StartedAt: w.clock(), Error: "no",
		}, &engine.Attempt{
			Step: 0, Key: "s", Action: action, Number: 2, State: engine.StepSucceeded, StartedAt: w.clock(), Preview: &preview, Output: output, Error: "Seen to have arrived by ann.",
		}, &engine.Attempt{Step: 1, Key: "wait", Action: "delay", Number: 1, State: engine.StepSucceeded, StartedAt: w.clock()})
		epoch, err := w.db.Begin(t.Context())
		require.NoError(t, err)
		work, err := w.db.Due(t.Context(), epoch, w.clock(), 10)
		require.NoError(t, err)
		for _, found := range work {
			found.Run.State = engine.RunSucceeded
			_, err = w.db.Settle(t.Context(), engine.Settlement{Run: found.Run, Epoch: epoch})
			require.NoError(t, err)
		}
		return as[api.Run](w.editor("GET", "/runs/"+run.ID.String(), "").is(200))
	}
	require.Equal(t, "Ada wrote", done("note", engine.Preview{Kind: "note", Text: "Ada\nwrote"}, nil).Result)
	require.Equal(t, "crm.example answered 201 Created",
		done("http", engine.Preview{Kind: "request", URL: "https://crm.example/key/secret"}, map[string]any{"status": 201}).Result)
	require.Equal(t, "Sent to a@example.com, b@example.com", done("email", engine.Preview{Kind: "mail", To: []string{"a@example.com", "b@example.com"}}, nil).Result)
	require.Equal(t, "Posted to #orders", done("slack", engine.Preview{Kind: "message", To: []string{"#orders"}}, nil).Result)
	last := done("shell", engine.Preview{Kind: "process", Argv: []string{"/usr/bin/backup", "now"}}, nil)
	require.Equal(t, "backup ended well", last.Result)
	require.Equal(t, "Seen to have arrived by ann.", last.Steps[0].Attempts[1].Note)
	require.Empty(t, last.Steps[0].Attempts[1].Error)
	page := as[api.Page[api.RunSummary]](w.editor("GET", "/runs?limit=2", "").is(200))
	require.Equal(t, []string{"backup ended well", "Posted to #orders"}, []string{page.Items[0].Result, page.Items[1].Result})
}

func TestPreview_TakesTheNewestEventThatWasAccepted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	w.receive("a", `{"n":1}`)
	_, err := w.db.Accept(t.Context(), &engine.Event{
		ID: newID(), Inbox: "a", ReceivedAt: w.clock(), Origin: engine.OriginSender, Verdict: engine.Rejected, Reason: "No signature.", Size: 7, Body: []byte(`{"n":2}`),
	}, engine.Claim{})
	require.NoError(t, err)
	require.Contains(t, w.editor("POST", "/expressions/eval", `{"inbox":"a","expression":"payload.n"}`).is(200).Body, `"value":1`)
}
