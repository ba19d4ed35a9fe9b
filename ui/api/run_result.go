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
	p := a.Preview
	if p == nil {
		return ""
	}
	to := strings.Join(p.To, ", ")
	switch {
	case p.Kind == "note":
		return oneSummary(p.Text)
	case p.Kind == "mail" && to != "":
		return oneSummary("Sent to " + to)
	case p.Kind == "message" && to != "":
		return oneSummary("Posted to " + to)
	case p.Kind == "process" && len(p.Argv) > 0:
		return oneSummary(filepath.Base(p.Argv[0]) + " ended well")
	case p.Kind == "request":
		return answered(p.URL, a.Output)
	}
	return ""
}

// answered tells what a web address answered.
func answered(address string, output any) string {
	at, err := url.Parse(address)
	fields, _ := output.(map[string]any)
	status, _ := fields["status"].(int64)
	if err != nil || at.Host == "" || status == 0 {
		return ""
	}
	return oneSummary(at.Host + " answered " + strconv.FormatInt(status, 10) + " " + http.StatusText(int(status)))
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
