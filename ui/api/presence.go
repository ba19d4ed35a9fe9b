package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"patchbay/engine"
)

// editorStays is for how long somebody counts as editing a rule after the editor said so.
const editorStays = 45 * time.Second

// Editing is somebody who has a rule open in the editor.
type Editing struct {
	Who  string `json:"who" doc:"As in the change log."`
	Name string `json:"name" doc:"Of the person; who, where there is none."`
}

// Editors are the others who have a rule open in the editor, by name.
type Editors struct {
	Others []Editing `json:"others" nullable:"false"`
}

// presence knows who edits which rule. It is kept in memory only: after a start the
// editors that are still open say so again.
type presence struct {
	now   engine.Clock
	mu    sync.Mutex
	rules map[string]map[Editing]time.Time // by id: until when each counts
}

func newPresence(now engine.Clock) *presence {
	return &presence{now: now, rules: make(map[string]map[Editing]time.Time)}
}

// come notes that somebody edits a rule, and returns the others who do.
func (p *presence) come(rule string, who Editing) []Editing {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget()
	if p.rules[rule] == nil {
		p.rules[rule] = make(map[Editing]time.Time)
	}
	p.rules[rule][who] = p.now().Add(editorStays)
	others := []Editing{}
	for other := range p.rules[rule] {
		if other.Who != who.Who {
			others = append(others, other)
		}
	}
	slices.SortFunc(others, func(a, b Editing) int { return strings.Compare(a.Name+a.Who, b.Name+b.Who) })
	return others
}

func (p *presence) leave(rule string, who Editing) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.rules[rule], who)
	p.forget()
}

// forget drops whoever has not been heard of for long.
func (p *presence) forget() {
	now := p.now()
	for rule, people := range p.rules {
		for who, until := range people {
			if now.After(until) {
				delete(people, who)
			}
		}
		if len(people) == 0 {
			delete(p.rules, rule)
		}
	}
}

func (m *mount) presenceOperations() {
	const tag = "rules"
	add(m, operation{
		id: "editRule", method: http.MethodPut, path: "/rules/{id}/editing", tag: tag, need: engine.RoleEditor,
		summary: "Say every 15 seconds that the caller has the rule open in the editor; returns the others who have",
	}, func(ctx context.Context, in *Named) (*plain[Editors], error) {
		if _, err := m.Rules.Rule(ctx, in.ID); err != nil {
			return nil, err
		}
		return answer(Editors{Others: m.editors.come(in.ID, editing(ctx))}), nil
	})
	add(m, operation{
		id: "leaveRule", method: http.MethodDelete, path: "/rules/{id}/editing", tag: tag, need: engine.RoleEditor,
		summary: "Say that the caller has closed the editor", status: http.StatusNoContent,
	}, func(ctx context.Context, in *Named) (*none, error) {
		m.editors.leave(in.ID, editing(ctx))
		return nil, nil
	})
}

func editing(ctx context.Context) Editing {
	c := callerOf(ctx)
	if c.user != nil && c.user.Name != "" {
		return Editing{Who: c.who, Name: c.user.Name}
	}
	return Editing{Who: c.who, Name: c.who}
}
