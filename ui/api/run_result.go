package api

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"patchbay/engine"
)

// RunEvent is the event of a run in few words.
type RunEvent struct {
	Origin  engine.Origin `json:"origin" enum:",sender,sample,edited,split"`
	Type    string        `json:"type"`
	Summary string        `json:"summary" doc:"One line made from its payload; empty where that is large."`
}

// told are the actions whose result can be put into a line.
func told() []string { return []string{"http", "email", "slack", "note", "shell"} }

// resultOf puts what a step did into a line. Nothing of it is secret: of an address only
// the host is told.
func resultOf(a *engine.Attempt) string {
	with, _ := a.With.(map[string]any)
	output, _ := a.Output.(map[string]any)
	text := func(of map[string]any, field string) string { return scalar(of[field]) }
	switch a.Action {
	case "note":
		return text(with, "text")
	case "email":
		return phrase("Sent to ", strings.Join(texts(with["to"]), ", "))
	case "slack":
		channel := text(with, "channel")
		if channel == "" {
			channel = text(output, "channel")
		}
		return phrase("Posted to ", channel)
	case "shell":
		if argv := texts(with["argv"]); len(argv) > 0 {
			return filepath.Base(argv[0]) + " ended well"
		}
	case "http":
		at, err := url.Parse(text(with, "url"))
		status, _ := output["status"].(int64)
		if err != nil || at.Host == "" || status == 0 {
			return ""
		}
		return strings.TrimSpace(at.Host + " answered " + strconv.FormatInt(status, 10) + " " + http.StatusText(int(status)))
	}
	return ""
}

func phrase(begin, rest string) string {
	if rest == "" {
		return ""
	}
	return oneSummary(begin + rest)
}

// texts reads a text or a list of them.
func texts(v any) []string {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var all []string
	for _, item := range list {
		if text := scalar(item); text != "" {
			all = append(all, text)
		}
	}
	return all
}

// runSummaries are runs as lists show them, with what the lists say of their events and
// results.
func (m *mount) runSummaries(ctx context.Context, runs []*engine.Run) ([]RunSummary, error) {
	list := each(runs, runSummary)
	var events, done []engine.ID
	for _, r := range runs {
		if !slices.Contains(events, r.EventID) {
			events = append(events, r.EventID)
		}
		if r.State == engine.RunSucceeded {
			done = append(done, r.ID)
		}
	}
	about, err := m.Activity.EventsOf(ctx, events, summarized)
	if err != nil {
		return nil, err
	}
	last, err := m.Activity.LastDone(ctx, done, told())
	if err != nil {
		return nil, err
	}
	summaries := make(map[engine.ID]RunEvent, len(about))
	for id, e := range about {
		summaries[id] = RunEvent{Origin: e.Origin, Type: e.Type, Summary: m.summaryOf(e)}
	}
	for i := range list {
		list[i].Event = summaries[list[i].EventID]
		if a := last[list[i].ID]; a != nil {
			list[i].Result = resultOf(a)
		}
	}
	return list, nil
}
