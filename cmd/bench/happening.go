package main

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"patchbay/engine"
)

// happening is one event of the history, with what became of it.
type happening struct {
	n       int
	at      time.Time
	inbox   string
	kind    string
	verdict engine.Verdict
	again   bool // a duplicate of the event before it in its inbox
	runs    []ending
}

// ending is how a run ended, or that it waits.
type ending struct {
	rule, name string
	state      engine.RunState
	due        time.Time
}

// oldEvents is how many events at the beginning have kinds, states and an inbox that
// do not come again: filters for those find very old rows only.
const oldEvents = 2000

// plan draws the n-th event. Times grow with the number.
func (h *historian) plan(n int) *happening {
	draw := mix(uint64(n)) //nolint:gosec // not negative
	j := &happening{n: n, at: h.start.Add(time.Duration(n) * (historySpan / historyEvents)), verdict: engine.Accepted}
	switch d := draw % 1000; {
	case n < oldEvents && d < 100:
		j.inbox, j.kind = "legacy", "ping"
	case d < 600:
		j.inbox, j.kind = "github", pick(draw>>10, "issues", "issues", "issue_comment", "pull_request", "push", "workflow_run", "star")
	case d < 850:
		j.inbox, j.kind = "shop", pick(draw>>10, "order.created", "order.paid", "order.shipped", "customer.updated")
	case d < 995:
		j.inbox = "forms"
	default:
		j.inbox, j.kind = "alarms", "alarm"
	}
	if n < oldEvents && draw>>20%20 == 0 {
		j.kind = "release"
	}
	switch d := draw >> 30 % 1000; {
	case d < 3:
		j.verdict = engine.Rejected
	case d < 30:
		j.again = true
	case n > historyEvents/2 && d == 30 && draw>>40%20 == 0:
		j.verdict = engine.Held
	case d < 850:
		h.planRuns(j, draw)
	}
	return j
}

func pick(draw uint64, list ...string) string { return list[draw%uint64(len(list))] }

// planRuns draws the runs of a matched event so that their number comes out.
func (h *historian) planRuns(j *happening, draw uint64) {
	wanted := 1
	if left, events := historyRuns-h.runs, historyEvents-j.n; draw>>40%100 < 23 || left > events {
		wanted = 2
	}
	for range min(wanted, historyRuns-h.runs) {
		h.runs++
		j.runs = append(j.runs, h.endOf(j, len(j.runs), h.runs))
	}
}

// endOf draws what becomes of the n-th run of all.
func (h *historian) endOf(j *happening, which, n int) ending {
	draw := mix(uint64(n) << 32) //nolint:gosec // not negative
	e := ending{rule: "mirror", name: "Mirror to the archive", state: engine.RunSucceeded}
	if n > historyRuns-historyWaiting {
		i := n - (historyRuns - historyWaiting)
		due := h.due.Add(time.Duration(i) * (dueSpan / historyWaiting))
		return ending{rule: "crm", name: "Customers to the CRM", state: engine.RunWaiting, due: due}
	}
	if which == 0 {
		switch j.inbox {
		case "github":
			e.rule, e.name = "tell-the-team", "Tell the team"
		case "shop":
			e.rule, e.name = "invoice", "Write the invoice"
		case "forms":
			e.rule, e.name = "answer-forms", "Answer forms"
		case "alarms":
			e.rule, e.name = "wake-somebody", "Wake somebody"
		case "legacy":
			e.rule, e.name = "first-try", "First try"
		}
	}
	switch d := draw % 1000; {
	case j.n < oldEvents && d < 50:
		e.state = engine.RunCanceled
	case d < 30:
		e.state = engine.RunFailed
	case d < 80 && e.rule == "mirror":
		e.state = engine.RunFiltered
	case d < 90:
		e.state = engine.RunSkipped
	}
	return e
}

// happen stores one event and what became of it.
func (h *historian) happen(ctx context.Context, j *happening, body []byte) error {
	e := h.event(j, body)
	claim := engine.Claim{Key: e.DeliveryID, Window: 2 * historySpan}
	if j.verdict != engine.Accepted {
		_, err := h.db.Accept(ctx, e, claim)
		return err
	}
	r := engine.Routing{Event: e.ID, Inbox: e.Inbox, Route: engine.RouteUnmatched, Epoch: h.epoch}
	var later []engine.Settlement
	for _, end := range j.runs {
		r.Route = engine.RouteMatched
		made, then := h.run(j, e, end)
		r.Runs = append(r.Runs, made)
		if then.Run != nil {
			later = append(later, then)
		}
	}
	if _, _, err := h.db.AcceptRouted(ctx, e, claim, r); err != nil {
		return err
	}
	for _, s := range later {
		if _, err := h.db.Settle(ctx, s); err != nil {
			return err
		}
	}
	if j.again {
		twin := h.event(j, body)
		twin.ID = engine.ID{}
		_, err := h.db.Accept(ctx, twin, claim)
		return err
	}
	return nil
}

// event makes the request. Bodies have 11.6 KB, 3 KB or half a KB, as the inbox says.
func (h *historian) event(j *happening, body []byte) *engine.Event {
	number := strconv.Itoa(j.n)
	draw := mix(uint64(j.n)) //nolint:gosec // not negative
	e := &engine.Event{
		ID: idAt(j.at, draw), Inbox: j.inbox, ReceivedAt: j.at, Verdict: j.verdict, Type: j.kind,
		DeliveryID: deliveryID(j.n), Method: "POST", Path: "/in/" + j.inbox, ContentType: "application/json",
		IP: "140.82.115." + strconv.FormatUint(draw%250, 10),
		Headers: []engine.Header{
			{Name: "Host", Value: "hooks.example.com"},
			{Name: "User-Agent", Value: "GitHub-Hookshot/7e0b1a2"},
			{Name: "Content-Type", Value: "application/json"},
			{Name: "Accept", Value: "*/*"},
			{Name: "X-GitHub-Delivery", Value: deliveryID(j.n)},
			{Name: "X-GitHub-Event", Value: j.kind},
			{Name: "X-GitHub-Hook-ID", Value: "459872136"},
			{Name: "X-Hub-Signature-256", Value: fmt.Sprintf("hash:%016x", draw)},
		},
	}
	switch j.inbox {
	case "github":
		e.Verified, e.Summary = "github", "opened: Storage grows without bound #"+number
		e.Body = h.large(body, j.n)
	case "shop":
		e.Summary = "order #" + number
		items := strings.Repeat(fmt.Sprintf(`{"sku":"SKU-%05d","title":"Enamel mug, %d ml","price":%d,"vat":"19 %%"},`, draw%99999, draw%700, draw%9000), 28)
		e.Body = fmt.Appendf(nil, `{"order":%d,"customer":"customer-%d@example.com","items":[%s{}]}`, j.n, draw%50000, items)
	case "forms":
		e.ContentType, e.Headers = "application/x-www-form-urlencoded", e.Headers[:4]
		e.Body = fmt.Appendf(nil, "name=Person+%d&mail=person%d%%40example.com&message=%s", j.n, draw%50000, strings.Repeat("Please+call+me+back+soon.+", 12))
	default:
		e.Summary = "alarm " + number
		e.Body = fmt.Appendf(nil, `{"alarm":%d,"room":"%x","level":%d}`, j.n, draw, draw%9)
	}
	if j.verdict == engine.Rejected {
		e.Reason = "The signature does not fit."
	}
	return e
}

// large makes a GitHub delivery of 13 KB, of which half a KB is its own.
func (h *historian) large(body []byte, n int) []byte {
	putNumber(body[h.payload.offset:], int64(n))
	text := body[:len(h.payload.raw)-1]
	text = append(text, `,"hashes":"`...)
	noise := rand.New(rand.NewPCG(uint64(n), 0)) //nolint:gosec // as random as hashes have to be here
	for range historyNoise / 8 {
		text = hex.AppendEncode(text, binary.BigEndian.AppendUint64(nil, noise.Uint64()))
	}
	return append(text, `"}`...)
}

// deliveryID is the same for every history.
func deliveryID(n int) string {
	draw := mix(uint64(n) + 1<<40)                                                                              //nolint:gosec // not negative
	return fmt.Sprintf("%08x-%04x-11f0-8%03x-%012x", uint32(draw), uint16(draw>>32), uint16(draw>>48)&0xfff, n) //nolint:gosec // parts of it
}

// run makes a run as it ended. One that belongs to a problem is still going on when it
// is made; then the settlement is what comes next.
func (h *historian) run(j *happening, e *engine.Event, end ending) (engine.NewRun, engine.Settlement) {
	run := &engine.Run{
		ID: h.newID(), EventID: e.ID, Inbox: e.Inbox, RuleID: end.rule, RuleName: end.name, RuleVersion: 1,
		Trigger: engine.TriggerLive, State: end.state, CreatedAt: j.at, FinishedAt: j.at.Add(stepTime),
	}
	made := engine.NewRun{Run: run}
	if end.state == engine.RunSkipped {
		run.Reason = "Another run of this rule was still going on."
		return made, engine.Settlement{}
	}
	run.StartedAt = j.at
	if end.rule == "mirror" {
		made.Attempts = append(made.Attempts, &engine.Attempt{
			RunID: run.ID, Key: "keep", Action: "filter", Number: 1, State: engine.StepSucceeded, StartedAt: j.at, Output: end.state != engine.RunFiltered,
		})
		if end.state == engine.RunFiltered {
			run.Reason = "Stopped by the filter \"keep\"."
			return made, engine.Settlement{}
		}
		run.Step = 1
	}
	post := h.post(run, e)
	made.Attempts = append(made.Attempts, post)
	switch end.state {
	case engine.RunWaiting:
		return made, h.waits(run, post, end.due)
	case engine.RunFailed:
		return made, h.fails(run, post)
	case engine.RunCanceled:
		run.Reason, post.State, post.Outcome = "Canceled by somebody.", engine.StepCanceled, engine.OutcomeUnknown
	default:
		run.Step++
		post.State, post.Outcome, post.Duration = engine.StepSucceeded, engine.OutcomeSent, stepTime
		post.Output = map[string]any{"status": int64(200), "headers": map[string]any{"content-type": "application/json"}, "body": map[string]any{"ok": true}}
	}
	return made, engine.Settlement{}
}

// post makes the attempt of the step that posts, as it is before it is done.
func (h *historian) post(run *engine.Run, e *engine.Event) *engine.Attempt {
	return &engine.Attempt{
		RunID: run.ID, Step: run.Step, Key: "post", Action: "http", Number: 1, State: engine.StepRunning, StartedAt: run.StartedAt,
		With: map[string]any{"method": "POST", "url": deadDestination + "/", "json": map[string]any{"title": e.Summary, "by": "octocat"}},
		Preview: &engine.Preview{
			Kind: "request", Method: "POST", URL: deadDestination + "/", Body: `{"by":"octocat","title":"` + e.Summary + `"}`,
			Headers: []engine.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "Idempotency-Key", Value: e.DeliveryID}},
		},
	}
}

// waits makes a run go on and returns how it came to wait.
func (h *historian) waits(run *engine.Run, post *engine.Attempt, due time.Time) engine.Settlement {
	run.State, run.FinishedAt = engine.RunRunning, time.Time{}
	then, failed := *run, h.failed(post)
	failed.Outcome, failed.Error, failed.RetryAt = engine.OutcomeNotSent, refusedText, due
	then.State, then.DueAt, then.Destination, then.Reason = engine.RunWaiting, due, deadDestination, refusedText
	return engine.Settlement{
		Run: &then, Epoch: h.epoch, Attempts: []*engine.Attempt{failed}, Problem: &engine.Cause{Destination: deadDestination, Reason: refusedText},
	}
}

// fails makes a run go on and returns how it came to fail.
func (h *historian) fails(run *engine.Run, post *engine.Attempt) engine.Settlement {
	then, failed := *run, h.failed(post)
	run.State, run.FinishedAt = engine.RunRunning, time.Time{}
	failed.Outcome, failed.Error = engine.OutcomeSent, absentText
	then.Reason = absentText
	return engine.Settlement{
		Run: &then, Epoch: h.epoch, Attempts: []*engine.Attempt{failed},
		Problem: &engine.Cause{Destination: "https://archive.example.com", Reason: absentText, Permanent: true},
	}
}

// failed is an attempt after it failed; what was stored before it stays.
func (h *historian) failed(post *engine.Attempt) *engine.Attempt {
	failed := *post
	failed.With, failed.Preview, failed.State, failed.Duration = nil, nil, engine.StepFailed, stepTime
	return &failed
}

// stepTime is how long a step took.
const stepTime = 3 * time.Millisecond

// Why runs wait and why they failed.
const (
	refusedText = "127.0.0.1 refused the connection; nothing listens there."
	absentText  = "The destination answered 404 Not Found."
)
