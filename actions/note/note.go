// Package note is the action note: a text shown in Patchbay itself. It needs no
// account, so that the first rule works at once.
package note

import (
	"context"
	"time"

	"patchbay/actions"
	"patchbay/engine"
)

// Config is the with of a note step.
type Config struct {
	Text string `json:"text" title:"Text" format:"multiline" required:"true" doc:"Shown with the run."`
}

// New makes the action note.
func New() engine.Action {
	return actions.Define(actions.Definition[Config, string]{
		Spec: engine.ActionSpec{
			Type: "note", Title: "Show a note in Patchbay", Phrase: "show a note in Patchbay",
			Summary:   "A text that stands with the run.",
			Retry:     engine.Retry{Attempts: 1},
			Timeout:   engine.Duration(5 * time.Second),
			OnUnknown: "retry",
		},
		Plan: plan, Do: do,
	})
}

func plan(_ context.Context, _ engine.Call, c *Config) (engine.Plan, error) {
	text, cut := actions.Clip(c.Text, actions.Keep)
	return engine.Plan{
		Destination: "note:",
		Detail:      text,
		Preview:     engine.Preview{Kind: "note", Text: text, Truncated: cut},
	}, nil
}

func do(context.Context, string) (engine.Result, error) { return engine.Result{}, nil }
