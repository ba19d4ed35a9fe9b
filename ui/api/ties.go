package api

import (
	"context"
	"net/http"
	"strings"

	"patchbay/engine"
)

// Ties is what hangs on a user: what needs somebody else before the user goes.
type Ties struct {
	Rules  []engine.RuleRef `json:"rules" nullable:"false" doc:"Rules that name the user as their owner."`
	Drafts []engine.RuleRef `json:"drafts" nullable:"false" doc:"Rules with an edit of the user that is not published."`
	Alerts bool             `json:"alerts" doc:"Alerts go to the user's mail address."`
}

func (m *mount) tiesOperation() {
	add(m, operation{
		id: "getUserTies", method: http.MethodGet, path: "/users/{id}/ties", tag: "users", summary: "What hangs on a user", need: engine.RoleAdmin,
	}, m.getUserTies)
}

func (m *mount) getUserTies(ctx context.Context, in *Named) (*plain[Ties], error) {
	u, err := m.user(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	rules, err := m.Rules.Rules(ctx)
	if err != nil {
		return nil, err
	}
	ties := Ties{Rules: []engine.RuleRef{}, Drafts: []engine.RuleRef{}}
	for _, r := range rules {
		ref := engine.RuleRef{ID: r.ID, Name: r.Name}
		if owner := strings.TrimSpace(r.Owner); owner != "" && (strings.EqualFold(owner, u.Email) || strings.EqualFold(owner, u.Name)) {
			ties.Rules = append(ties.Rules, ref)
		}
		d, err := m.Rules.Draft(ctx, r.ID)
		switch {
		case err == nil && strings.EqualFold(d.UpdatedBy, u.Email):
			ties.Drafts = append(ties.Drafts, ref)
		case err != nil && engine.KindOf(err) != engine.KindNotFound:
			return nil, err
		}
	}
	s, err := m.Settings.Settings(ctx)
	if err != nil {
		return nil, err
	}
	ties.Alerts = strings.EqualFold(s.Alerts.To, u.Email) || strings.EqualFold(s.Alerts.FallbackTo, u.Email)
	return answer(ties), nil
}
