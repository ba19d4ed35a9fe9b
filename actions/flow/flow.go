// Package flow describes the actions that the runner performs itself: delay,
// filter and respond. Their configurations are checked and shown here; Do is never
// called.
package flow

import (
	"context"
	"strings"
	"time"

	"patchbay/actions"
	"patchbay/engine"
)

// New makes the flow actions.
func New() []engine.Action {
	return []engine.Action{delay(), filter(), respond()}
}

// spec completes what is the same for all flow actions: they are not tried twice.
func spec(typ, title, phrase, summary string) engine.ActionSpec {
	return engine.ActionSpec{
		Type: typ, Title: title, Phrase: phrase, Summary: summary, Flow: true,
		Retry: engine.Retry{Attempts: 1}, Timeout: engine.Duration(5 * time.Second), OnUnknown: "retry",
	}
}

// Delay is the with of a delay step.
type Delay struct {
	For   string `json:"for" title:"For a while" format:"duration" example:"10m" oneOf:"How long"`
	Until string `json:"until" title:"Until a time" format:"date-time" oneOf:"How long" example:"2026-01-31T08:00:00Z" doc:"A date and time with its zone."`
}

func delay() engine.Action {
	return actions.Define(actions.Definition[Delay, struct{}]{
		Spec:  spec("delay", "Wait", "wait[ {for|duration}][ until {until}]", "Waits for a while or until a time before the next step; it survives a restart."),
		Check: func(c *Delay, _ map[string]any) error { return c.check() },
		Plan: func(_ context.Context, _ engine.Call, c *Delay) (engine.Plan, error) {
			text := "Waits until " + c.Until + "."
			if c.For != "" {
				wait, err := engine.ParseWait(c.For)
				if err != nil {
					return engine.Plan{}, notALength(c.For)
				}
				c.For = wait.String()
				text = "Waits for " + c.For + "."
			}
			if err := c.check(); err != nil {
				return engine.Plan{}, err
			}
			return engine.Plan{Preview: engine.Preview{Kind: "wait", Text: text}}, nil
		},
	})
}

func (c *Delay) check() error {
	if (c.For == "") == (c.Until == "") {
		return engine.Invalid("for", "Say either how long to wait (for) or until when (until).")
	}
	if c.For != "" && !actions.HasTemplate(c.For) {
		if _, err := engine.ParseDuration(c.For); err != nil {
			return notALength(c.For)
		}
	}
	if c.Until != "" && !actions.HasTemplate(c.Until) {
		if _, err := time.Parse(time.RFC3339, strings.TrimSpace(c.Until)); err != nil {
			return engine.Invalid("until", "%q is not a date and time with a zone; write it like 2026-01-31T08:00:00Z.", c.Until)
		}
	}
	return nil
}

func notALength(text string) error {
	return engine.Invalid("for", "%q is not a length of time; write it like 30s, 5m, 24h or 7d.", text)
}

// Filter is the with of a filter step.
type Filter struct {
	When any `json:"when" title:"Go on only if" format:"expression" required:"true" literal:"true" doc:"Otherwise the run ends here, which is no failure."`
}

func filter() engine.Action {
	return actions.Define(actions.Definition[Filter, struct{}]{
		Spec: spec("filter", "Stop unless", "stop[ unless {when|condition}]", "Ends the run here, without a failure, unless a condition is true."),
		Check: func(c *Filter, _ map[string]any) error {
			switch c.When.(type) {
			case string, bool:
				return nil
			}
			return engine.Invalid("when", "The condition must be text, such as steps.post.status == 200.")
		},
		Plan: func(_ context.Context, _ engine.Call, c *Filter) (engine.Plan, error) {
			text, err := actions.Text(c.When)
			if err != nil {
				return engine.Plan{}, engine.Invalid("when", "The condition must be text.")
			}
			return engine.Plan{Preview: engine.Preview{Kind: "filter", Text: text}}, nil
		},
	})
}

// Respond is the with of a respond step.
type Respond struct {
	Status  int               `json:"status" title:"Status" default:"200" doc:"Of the answer, 200 to 599."`
	Headers map[string]string `json:"headers" title:"Headers" advanced:"true"`
	Text    string            `json:"text" title:"Text" format:"multiline" oneOf:"What to answer"`
	JSON    any               `json:"json" title:"Data (JSON)" format:"json" oneOf:"What to answer"`
}
