package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"patchbay/engine"
)

// PreviewInput names a step of a rule, saved or not, whose other steps may be
// unfinished, and an event: a stored one, or a sample. With neither of them the newest
// event that the rule's inbox accepted is taken.
type PreviewInput struct {
	EventID engine.ID      `json:"eventId,omitzero"`
	Sample  *EvalSample    `json:"sample,omitempty"`
	Rule    RuleInput      `json:"rule"`
	Step    string         `json:"step" doc:"Its key."`
	Outputs map[string]any `json:"outputs,omitempty" doc:"What earlier steps gave, by key."`
}

// StepPreview is what a step would do for an event.
type StepPreview struct {
	engine.Preview
	Skipped string    `json:"skipped" doc:"Why it would do nothing; empty when it would. kind may be empty then."`
	Items   int       `json:"items,omitempty" doc:"Under forEach: how many times it would; the first one is shown."`
	EventID engine.ID `json:"eventId" doc:"The event that it is shown for; empty for a sample."`
}

// TestInput asks to do a step once, for real.
type TestInput struct {
	PreviewInput
	ToMe *bool `json:"toMe,omitempty" doc:"Mail goes to the caller alone, which is the default; false sends it to its recipients."`
}

// StepTest is what came of a step that was tested.
type StepTest struct {
	Preview     StepPreview     `json:"preview"`
	Done        bool            `json:"done" doc:"It was done, whether that worked or not."`
	Destination string          `json:"destination"`
	Output      any             `json:"output" doc:"What the other side answered."`
	Log         string          `json:"log"`
	Error       string          `json:"error" doc:"Why it did not work, and what to do; empty when it worked."`
	Outcome     engine.Outcome  `json:"outcome" enum:",sent,not-sent,unknown"`
	Duration    engine.Duration `json:"duration"`
}

func (m *mount) previewOperations() {
	const tag = "expressions"
	add(m, operation{
		id: "preview", method: http.MethodPost, path: "/preview", tag: tag, summary: "What a step would do for an event, without doing it",
		need: engine.RoleViewer, data: true, body: 16 << 20,
	}, m.preview)
	add(m, operation{
		id: "testStep", method: http.MethodPost, path: "/test-step", tag: tag, summary: "Do a step once, for real, marked as a test",
		need: engine.RoleEditor, audit: "step.test", data: true, body: 16 << 20, timeout: 2 * time.Minute,
	}, m.testStep)
}

// request resolves the event of an input.
func (m *mount) request(ctx context.Context, in PreviewInput) (engine.PreviewRequest, error) {
	req := engine.PreviewRequest{Event: in.EventID, Rule: in.Rule.rule(nil), Step: in.Step, Outputs: in.Outputs}
	boxes := append(req.Rule.AllInboxes(), "")
	switch {
	case in.Sample != nil:
		sample := *in.Sample
		if sample.Body == nil && sample.Payload != nil {
			text, err := json.Marshal(sample.Payload)
			if err != nil {
				return req, engine.Invalid("sample.payload", "This payload cannot be written as JSON.")
			}
			body := string(text)
			sample.Body, sample.ContentType = &body, contentJSON
		}
		req.Sample = sample.event(boxes[0], m.Now())
	case in.EventID.IsZero():
		newest, err := m.Events.Events(ctx, engine.EventFilter{Inbox: boxes[0], Verdict: engine.Accepted, Limit: 1})
		if err != nil {
			return req, err
		}
		if len(newest.Items) == 0 {
			return req, engine.Invalid("eventId", "There is no event yet to show this step for; send one to the inbox, or give a sample.")
		}
		req.Event = newest.Items[0].ID
	}
	return req, nil
}

func previewView(p engine.Previewed, event engine.ID) StepPreview {
	v := StepPreview{Skipped: p.Skipped, Items: p.Items, EventID: event}
	if p.Preview != nil {
		v.Preview = *p.Preview
	}
	return v
}

func (m *mount) preview(ctx context.Context, in *struct{ Body PreviewInput }) (*plain[StepPreview], error) {
	req, err := m.request(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	got, err := m.Controller.Preview(ctx, req)
	if err != nil {
		return nil, under("rule", err)
	}
	return answer(previewView(*got, req.Event)), nil
}

func (m *mount) testStep(ctx context.Context, in *struct{ Body TestInput }) (*plain[StepTest], error) {
	req, err := m.request(ctx, in.Body.PreviewInput)
	if err != nil {
		return nil, err
	}
	test := engine.TestRequest{PreviewRequest: req}
	if test.MailTo, err = in.Body.mailTo(callerOf(ctx)); err != nil {
		return nil, err
	}
	about(ctx, req.Rule.ID, req.Step)
	got, err := m.Controller.Test(ctx, test)
	if err != nil {
		return nil, under("rule", err)
	}
	v := StepTest{
		Preview: previewView(got.Previewed, req.Event), Done: got.Done, Destination: got.Destination, Output: got.Output, Log: got.Log,
		Duration: engine.Duration(got.Duration),
	}
	switch {
	case got.Failure != nil:
		v.Error, v.Outcome = got.Failure.Message, got.Failure.Outcome
	case got.Done && got.Destination != "":
		v.Outcome = engine.OutcomeSent
	}
	return answer(v), nil
}

// mailTo is where mail of a tested step goes instead of to its recipients.
func (in TestInput) mailTo(who caller) (string, error) {
	action := ""
	for _, s := range in.Rule.Steps {
		if s.Key == in.Step {
			action = s.Action
		}
	}
	switch {
	case action != "email" || in.ToMe != nil && !*in.ToMe:
		return "", nil
	case who.user == nil:
		return "", engine.Invalid("toMe", "A token has no mail address; send toMe as false to mail the recipients themselves.")
	}
	return who.user.Email, nil
}
