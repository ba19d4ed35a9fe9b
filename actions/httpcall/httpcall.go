// Package httpcall is the action http: it sends a request to any web service.
//
// JSON bodies are built from values, never from pasted text. A connection of type
// http adds credentials, and holds named secrets that stand in with as
// ${secret:NAME}. Such a reference counts only where the author of the rule wrote
// it: the same text coming out of a payload stays text.
package httpcall

import (
	"context"
	"errors"
	"time"

	"patchbay/actions"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

// Config is the with of an http step.
type Config struct {
	Method          string            `json:"method" title:"Method" enum:"GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS" doc:"POST when there is something to send, GET otherwise."`
	URL             string            `json:"url" title:"Address" format:"uri" required:"true" escape:"url" example:"https://example.com/hook" doc:"Where the request goes."`
	Headers         map[string]string `json:"headers" title:"Headers" advanced:"true" doc:"Said beside what is sent. Those that belong to the connection itself, such as Host, cannot be set."`
	Query           map[string]any    `json:"query" title:"Added to the address" advanced:"true" doc:"Names and values behind the question mark."`
	JSON            any               `json:"json" title:"Data (JSON)" format:"json" oneOf:"What to send"`
	Form            map[string]any    `json:"form" title:"Web form" oneOf:"What to send"`
	Text            string            `json:"text" title:"Text" format:"multiline" oneOf:"What to send"`
	Body            string            `json:"body" title:"Exactly this" format:"multiline" oneOf:"What to send" doc:"Sent as it is; say what it is with a Content-Type header."`
	FollowRedirects bool              `json:"followRedirects" title:"Follow redirects" advanced:"true" doc:"Go on to the address that an answer points to, at most five times."`
	Expect          actions.List      `json:"expect" title:"Answers that count as done" advanced:"true" example:"2xx" doc:"Such as 200, 2xx or 200-204; 2xx when left out."`
	ExpectBody      map[string]any    `json:"expectBody" title:"What the answer has to say" advanced:"true" doc:"Fields of a JSON answer with the value that each of them has when it is done, such as ok: true. For services that answer 200 with an error inside."`
	RetryAfter      string            `json:"retryAfter" title:"Field that says when to try again" advanced:"true" literal:"true" example:"parameters.retry_after" doc:"Where a refusal says after how many seconds it may be tried again, when it is not in the header Retry-After."`
}

// caller performs http steps.
type caller struct {
	client   *outbound.Client
	accounts *actions.Settings[Account]
}

// New makes the action http; accounts is what [NewConnection] made.
func New(client *outbound.Client, accounts *actions.Settings[Account]) engine.Action {
	c := &caller{client: client, accounts: accounts}
	return actions.Define(actions.Definition[Config, *exchange]{
		Spec: engine.ActionSpec{
			Type: "http", Title: "Send to a web address", Phrase: "send to a web address[ at {url|host}]",
			Summary:     "Sends a request to any web service and gives its answer to later steps.",
			Connections: []string{accounts.Type().Type},
			Retry:       engine.Retry{Attempts: 8, Over: engine.Duration(24 * time.Hour)},
			Timeout:     engine.Duration(30 * time.Second),
			OnUnknown:   "retry",
			Example: map[string]any{
				"status": 200, "headers": map[string]any{"content-type": "application/json"}, "body": map[string]any{"id": 1, "ok": true},
			},
		},
		Check: check, Plan: c.plan, Do: c.do,
	})
}

// exchange is a planned request and what is to be made of its answer.
type exchange struct {
	request    *outbound.Request
	expect     statuses
	expectBody map[string]any
	retryAfter string
	mask       *actions.Mask
}

func (a *caller) plan(_ context.Context, call engine.Call, c *Config) (engine.Plan, error) {
	expect, err := parseStatuses(c.Expect)
	if err != nil {
		return engine.Plan{}, err
	}
	if faults := checkAnswerPaths(c); len(faults) > 0 {
		return engine.Plan{}, errors.Join(faults...)
	}
	shown, err := build(c, call)
	if err != nil {
		return engine.Plan{}, err
	}
	plan := engine.Plan{
		Destination: outbound.Destination(shown.URL),
		Bytes:       2*len(shown.Body) + maxAnswer + actions.Keep,
	}
	x := &exchange{request: shown, expect: expect, expectBody: c.ExpectBody, retryAfter: c.RetryAfter}
	if call.Connection == nil && !mentionsSecret(call.Template) {
		plan.Detail, plan.Preview = x, preview(shown, nil)
		return plan, nil
	}
	account, err := a.accounts.Read(call.Connection)
	if err != nil {
		return engine.Plan{}, err
	}
	if err := account.mayCall(shown.URL, call); err != nil {
		return engine.Plan{}, err
	}
	x.mask = account.mask()
	if x.request, err = account.request(c, call, shown); err != nil {
		return engine.Plan{}, err
	}
	plan.Detail, plan.Preview = x, preview(account.show(shown), x.mask)
	return plan, nil
}

func (a *caller) do(ctx context.Context, x *exchange) (engine.Result, error) {
	resp, err := a.client.Do(ctx, x.request)
	if err != nil && (resp == nil || x.expect.contain(resp.Status)) {
		return engine.Result{}, x.mask.Failure(err)
	}
	// A refusal stands in the first line of an answer; the rest of it may be missing.
	output := outputOf(resp, x.mask)
	var f *engine.Failure
	if x.expect.contain(resp.Status) {
		f = x.contradiction(resp, output)
	} else {
		f = refusal(x.request.Method, resp)
	}
	if f == nil {
		return engine.Result{Output: output, Log: resp.Host + " answered " + statusText(resp.Status) + "."}, nil
	}
	f.Output = output
	f.RetryAfter = a.retryAfter(x, resp, output)
	return engine.Result{}, x.mask.Failure(f)
}
