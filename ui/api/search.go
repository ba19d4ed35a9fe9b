package api

import (
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"patchbay/engine"
)

const (
	foundMost = 8
	// searchedFrom is from how many characters on events are searched: less is in most.
	searchedFrom = 3
)

// Found is an object that a search has found.
type Found struct {
	Kind   string `json:"kind" enum:"rule,inbox,connection,event,run"`
	ID     string `json:"id"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

// FoundList is what a search has found.
type FoundList struct {
	Items    []Found `json:"items" nullable:"false"`
	Complete bool    `json:"complete" doc:"Whether every event was looked at that is searched."`
}

func (m *mount) searchOperation() {
	add(m, operation{
		id: "search", method: http.MethodGet, path: "/search", tag: "workspace", need: engine.RoleViewer,
		summary: "Rules, inboxes, connections, events and runs by name, by what they do, or by any id",
	}, m.search)
}

// finder gathers what is found.
type finder struct {
	words []string
	list  []Found
}

// match adds an object when all words stand in its texts.
func (f *finder) match(found Found, texts ...string) {
	all := strings.ToLower(strings.Join(append(texts, found.ID, found.Title, found.Detail), "\n"))
	for _, w := range f.words {
		if !strings.Contains(all, w) {
			return
		}
	}
	same := 0
	for _, other := range f.list {
		if other.Kind == found.Kind {
			same++
		}
	}
	if same < foundMost {
		f.list = append(f.list, found)
	}
}

func (m *mount) search(ctx context.Context, in *struct {
	Q string `query:"q" required:"true" minLength:"1" maxLength:"200"`
},
) (*plain[FoundList], error) {
	f := &finder{words: strings.Fields(strings.ToLower(in.Q)), list: []Found{}}
	out := FoundList{Complete: true}
	if len(f.words) == 0 {
		out.Items = f.list
		return answer(out), nil
	}
	if err := m.findObjects(ctx, f); err != nil {
		return nil, err
	}
	q := strings.TrimSpace(in.Q)
	if id, err := engine.ParseID(q); err == nil {
		if err := m.findRun(ctx, f, id); err != nil {
			return nil, err
		}
	}
	if utf8.RuneCountInString(q) >= searchedFrom {
		got, err := m.Events.Events(ctx, engine.EventFilter{Query: q, Limit: foundMost, Bodies: summarized})
		if err != nil {
			return nil, err
		}
		out.Complete = got.Complete
		for _, e := range got.Items {
			f.list = append(f.list, m.foundEvent(e))
		}
	}
	out.Items = f.list
	return answer(out), nil
}

func (m *mount) foundEvent(e *engine.Event) Found {
	return Found{Kind: "event", ID: e.ID.String(), Title: m.summaryOf(e), Detail: strings.TrimSpace(e.Type + " " + e.Inbox)}
}

// findObjects looks through the configuration. Rules are found by what they do, too.
func (m *mount) findObjects(ctx context.Context, f *finder) error {
	rules, err := m.Rules.Rules(ctx)
	if err != nil {
		return err
	}
	for _, r := range rules {
		texts := append([]string{r.Note, r.Owner, r.When}, r.Tags...)
		for _, s := range r.Steps {
			texts = append(texts, s.Name, s.Action, s.Connection)
		}
		f.match(Found{Kind: "rule", ID: r.ID, Title: r.Name, Detail: strings.Join(r.AllInboxes(), ", ")}, texts...)
	}
	inboxes, err := m.Inboxes.Inboxes(ctx)
	if err != nil {
		return err
	}
	for _, i := range inboxes {
		f.match(Found{Kind: "inbox", ID: i.Name, Title: titleOr(i.Title, i.Name), Detail: m.schemes()[i.Verify.Scheme].Title})
	}
	connections, err := m.Connections.Connections(ctx)
	if err != nil {
		return err
	}
	for _, c := range connections {
		f.match(Found{Kind: "connection", ID: c.Name, Title: titleOr(c.Title, c.Name), Detail: c.Type})
	}
	return nil
}

func titleOr(title, name string) string {
	if title == "" {
		return name
	}
	return title
}

func (m *mount) findRun(ctx context.Context, f *finder, id engine.ID) error {
	run, _, err := m.Runs.Run(ctx, id)
	if engine.KindOf(err) == engine.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	f.list = append(f.list, Found{Kind: "run", ID: run.ID.String(), Title: run.RuleName, Detail: string(run.State)})
	return nil
}
