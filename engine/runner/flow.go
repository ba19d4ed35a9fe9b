package runner

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// flow does a step of the runner's own: delay, filter or respond.
func (x *execution) flow(ctx context.Context, s *rules.Step) result {
	if s.Source.Action == "filter" {
		return x.filter(ctx, s)
	}
	if s.Source.Action == "respond" && x.unborn {
		x.putBack() // a run that is not stored after all could not take its answer back
		return stopped
	}
	if f := x.render(ctx, s); f != nil {
		return x.refuse(s, f)
	}
	preview, f := x.flowPreview(ctx, s)
	if f != nil {
		return x.refuse(s, f)
	}
	x.running()
	row := x.attempt(s)
	row.Preview = preview
	x.keep(row)
	x.add(row)
	switch s.Source.Action {
	case "delay":
		return x.delay(s, row)
	case "respond":
		return x.respond(s, row)
	}
	return x.failed(s, row, engine.Permanent("This version of the program cannot do a step of type "+strconv.Quote(s.Source.Action)+".", nil), "")
}

// flowPreview is what history shows of a flow step. Its action's plan also checks
// what was rendered.
func (x *execution) flowPreview(ctx context.Context, s *rules.Step) (*engine.Preview, *engine.Failure) {
	action, ok := x.r.deps.Actions.Action(s.Source.Action)
	if !ok {
		return nil, nil
	}
	plan, err := x.r.plan(ctx, action, x.call(s, nil))
	if err != nil {
		return nil, engine.AsFailure(err)
	}
	return &plan.Preview, nil
}

// filter ends the run when its condition is not true.
func (x *execution) filter(ctx context.Context, s *rules.Step) result {
	passed := true
	if s.Filter != nil {
		var err error
		if passed, _, err = s.Filter.Match(ctx, x.env(s.Filter.Needs())); err != nil {
			return x.refuse(s, engine.Permanent("The filter's condition could not be judged: "+sentence(err), err))
		}
	}
	x.running()
	row := x.attempt(s)
	x.add(row)
	x.succeeded(row, map[string]any{"passed": passed})
	if passed {
		return settled
	}
	x.end(engine.RunFiltered, "Stopped by the filter \""+s.Source.Key+"\".")
	return stopped
}

// delay makes the run wait; its row says until when.
func (x *execution) delay(s *rules.Step, row *engine.Attempt) result {
	until, f := delayUntil(x.step.with, row.StartedAt)
	if f != nil {
		return x.failed(s, row, f, "")
	}
	if !until.After(row.StartedAt) {
		x.succeeded(row, delayOutput(until))
		return settled
	}
	row.State, row.RetryAt = engine.StepWaiting, until
	x.wait(until, "", "Waiting until "+until.UTC().Format(time.RFC3339)+", as the rule says.")
	return stopped
}

// delayed goes on with a delay that was begun before. One that lasts a while is over
// when the run has become due, which is earlier than planned if the clock was set back.
func (x *execution) delayed(row *engine.Attempt) result {
	lasts := !empty(x.step.with["for"]) && !x.run.DueAt.IsZero()
	if x.r.deps.Now().Before(row.RetryAt) && !lasts {
		x.wait(row.RetryAt, "", "Waiting until "+row.RetryAt.UTC().Format(time.RFC3339)+", as the rule says.")
		return stopped
	}
	x.add(row)
	row.Duration = x.r.deps.Now().Sub(row.StartedAt)
	x.succeeded(row, delayOutput(row.RetryAt))
	return settled
}

func delayOutput(until time.Time) any {
	return map[string]any{"until": until.UTC().Format(time.RFC3339)}
}

// maxDelay is the longest delay: what waits longer is rather a mistake.
const maxDelay = 366 * 24 * time.Hour

// delayUntil reads for or until.
func delayUntil(with map[string]any, now time.Time) (time.Time, *engine.Failure) {
	until, f := delayGiven(with, now)
	if f == nil && until.Sub(now) > maxDelay {
		return time.Time{}, engine.Permanent("A delay can last a year at most.", nil)
	}
	return until, f
}

func delayGiven(with map[string]any, now time.Time) (time.Time, *engine.Failure) {
	if v, ok := with["for"]; ok && !empty(v) {
		d, err := engine.ParseWait(plainText(v))
		if err != nil {
			return time.Time{}, engine.Permanent("The delay's for is not a duration; write it like 30s, 5m, 24h or 7d.", err)
		}
		return now.Add(d.Std()), nil
	}
	text, _ := with["until"].(string)
	at, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(text))
	if err != nil {
		return time.Time{}, engine.Permanent("The delay's until is not a time; write it like 2026-05-01T09:00:00Z.", err)
	}
	return at, nil
}

// respond answers the sender of the event, if the request still waits.
func (x *execution) respond(s *rules.Step, row *engine.Attempt) result {
	reply, f := replyOf(x.step.with)
	if f != nil {
		return x.failed(s, row, f, "")
	}
	answered := x.r.deps.Replies.Answer(x.run.EventID, reply) || x.r.deps.Replies.Answer(x.in.event.ParentID, reply)
	row.Outcome = engine.OutcomeNotSent
	if answered {
		row.Outcome = engine.OutcomeSent
	} else {
		row.Error = "Nobody waits for the answer any more: another one came first, the time was over, or the inbox does not wait for rules."
	}
	x.succeeded(row, map[string]any{"answered": answered, "status": int64(reply.Status)})
	return settled
}

// replyOf makes the answer that a respond step describes.
func replyOf(with map[string]any) (engine.Reply, *engine.Failure) {
	r := engine.Reply{Status: http.StatusOK, Headers: make(map[string]string)}
	if status, ok := with["status"]; ok && status != nil {
		n, ok := wholeNumber(status)
		if !ok || n < 200 || n > 599 {
			return r, engine.Permanent("The answer's status must be a number from 200 to 599.", nil)
		}
		r.Status = n
	}
	if headers, ok := with["headers"].(map[string]any); ok {
		for name, v := range headers {
			text := plainText(v)
			if strings.ContainsAny(name+text, "\r\n\x00") || name == "" {
				return r, engine.Permanent("A header of the answer holds a line break.", nil)
			}
			r.Headers[http.CanonicalHeaderKey(name)] = text
		}
	}
	contentType := ""
	if v, ok := with["json"]; ok && v != nil {
		b, err := json.Marshal(v)
		if err != nil {
			return r, engine.Permanent("The answer's json cannot be written as JSON.", err)
		}
		r.Body, contentType = b, "application/json"
	} else if v, ok := with["text"]; ok && v != nil {
		r.Body, contentType = []byte(plainText(v)), "text/plain; charset=utf-8"
	}
	if _, ok := r.Headers["Content-Type"]; !ok && contentType != "" {
		r.Headers["Content-Type"] = contentType
	}
	return r, nil
}

func wholeNumber(v any) (int, bool) {
	switch v := v.(type) {
	case int64:
		return int(v), true
	case int:
		return v, true
	case float64:
		return int(v), v == float64(int(v))
	case json.Number: // a number that a template kept as it was written
		n, err := v.Float64()
		return int(n), err == nil && n == float64(int(n))
	case string:
		n, err := strconv.Atoi(strings.TrimSpace(v))
		return n, err == nil
	}
	return 0, false
}

// plainText writes a value as people would: text as it is, nothing for nil, JSON
// for lists and objects.
func plainText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}
