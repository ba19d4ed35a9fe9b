package api

import (
	"context"

	"patchbay/engine/rules/visual"
)

// SentencePart is a piece of a sentence.
type SentencePart struct {
	Kind string `json:"kind" enum:"text,strong,value,code" doc:"strong is what the sentence is about, code a formula."`
	Text string `json:"text"`
}

func sentenceView(parts []visual.Part) []SentencePart {
	return each(parts, func(p visual.Part) SentencePart { return SentencePart{Kind: string(p.Kind), Text: p.Text} })
}

// tell gives rules their sentences.
func (m *mount) tell(ctx context.Context, views ...*Rule) error {
	if len(views) == 0 {
		return nil
	}
	boxes, err := m.Inboxes.Inboxes(ctx)
	if err != nil {
		return err
	}
	titles := make(map[string]string, len(boxes))
	for _, box := range boxes {
		titles[box.Name] = box.Title
	}
	teller := visual.Teller{Rules: m.Expressions, Actions: m.Actions, Inbox: func(name string) string {
		if title := titles[name]; title != "" {
			return title
		}
		return name
	}}
	for _, view := range views {
		view.Sentence = sentenceView(teller.Tell(RuleInput{RuleFields: view.RuleFields}.rule(nil)))
	}
	return nil
}

func refs[T any](list []T) []*T {
	out := make([]*T, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}
