package api

import (
	"context"
	"net/http"
	"time"

	"patchbay/engine"
)

// sameEdit is within which time saving a draft again is no news for the change log.
const sameEdit = 15 * time.Minute

func (m *mount) draftOperations() {
	const tag = "rules"
	add(m, operation{
		id: "getDraft", method: http.MethodGet, path: "/rules/{id}/draft", tag: tag, summary: "The unpublished edit of a rule", need: engine.RoleViewer,
	}, m.getDraft)
	add(m, operation{
		id: "saveDraft", method: http.MethodPut, path: "/rules/{id}/draft", tag: tag, summary: "Store an edit without publishing it; it may be unfinished",
		need: engine.RoleEditor, audit: "rule.draft",
	}, m.saveDraft)
	add(m, operation{
		id: "discardDraft", method: http.MethodDelete, path: "/rules/{id}/draft", tag: tag, summary: "Discard the edit",
		need: engine.RoleEditor, audit: "rule.discard-draft", status: http.StatusNoContent,
	}, m.discardDraft)
	add(m, operation{
		id: "publishRule", method: http.MethodPost, path: "/rules/{id}/publish", tag: tag, summary: "Make the draft the rule's next version",
		need: engine.RoleEditor, audit: "rule.publish",
	}, m.publishRule)
}

func (m *mount) getDraft(ctx context.Context, in *Named) (*one[Draft], error) {
	r, err := m.Rules.Rule(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	d, err := m.Rules.Draft(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	faults, err := m.faults(ctx, &d.Rule)
	if err != nil {
		return nil, err
	}
	view := ruleView(&d.Rule)
	view.Revision = r.Revision
	if err := m.tell(ctx, &view); err != nil {
		return nil, err
	}
	return &one[Draft]{ETag: etag(r.Revision), Body: Draft{DraftInfo: *draftInfo(d, r.Version), Rule: view, Faults: faults}}, nil
}

// faults lists what keeps a rule from being published.
func (m *mount) faults(ctx context.Context, r *engine.Rule) ([]ProblemField, error) {
	checked := *r
	err := m.Checker.CheckRule(ctx, &checked, engine.Names{})
	if err == nil {
		return []ProblemField{}, nil
	}
	found, ok := faultsOf(err)
	if !ok {
		return nil, err
	}
	return each(found, func(e *engine.Error) ProblemField {
		return ProblemField{Message: e.Message, Location: e.Field, Line: e.Line, Column: e.Column}
	}), nil
}

func (m *mount) saveDraft(ctx context.Context, in *struct {
	Named
	Match
	Body    RuleInput
	BasedOn int `query:"basedOn" minimum:"0" doc:"The published version that the edit was made from; what is stored, or the current one, when left out. An edit that lost a race is kept so: as a draft that is outdated."`
},
) (*one[Draft], error) {
	old, err := m.wantRule(ctx, in.ID, in.required)
	if err != nil {
		return nil, err
	}
	if in.Body.ID != "" && in.Body.ID != old.ID {
		return nil, engine.Invalid("id", "The id of a rule cannot change; change its name, or make a new rule.")
	}
	d := &engine.Draft{Rule: *in.Body.rule(old), BasedOn: old.Version, UpdatedAt: m.Now(), UpdatedBy: callerOf(ctx).who}
	if in.BasedOn > old.Version {
		p := asProblem(engine.Invalid("basedOn", "There is no version %d of this rule yet.", in.BasedOn))
		p.inQuery()
		return nil, p
	}
	before, err := m.Rules.Draft(ctx, old.ID)
	switch {
	case err == nil:
		d.BasedOn = before.BasedOn
		// An edit is saved again and again while somebody types.
		callerOf(ctx).log.minor = before.UpdatedBy == d.UpdatedBy && d.UpdatedAt.Sub(before.UpdatedAt).Abs() < sameEdit
	case engine.KindOf(err) != engine.KindNotFound:
		return nil, err
	}
	if in.BasedOn > 0 {
		d.BasedOn = in.BasedOn
	}
	if err := m.Rules.SaveDraft(ctx, old.ID, d, old.Revision); err != nil {
		return nil, m.racedRule(ctx, err, old.ID, old.Revision)
	}
	return m.getDraft(ctx, &Named{ID: old.ID})
}

func (m *mount) discardDraft(ctx context.Context, in *objectAction) (*none, error) {
	old, err := m.wantRule(ctx, in.ID, in.required)
	if err != nil {
		return nil, err
	}
	return nil, m.racedRule(ctx, m.Rules.SaveDraft(ctx, old.ID, nil, old.Revision), old.ID, old.Revision)
}

func (m *mount) publishRule(ctx context.Context, in *objectAction) (*one[Rule], error) {
	old, err := m.wantRule(ctx, in.ID, in.required)
	if err != nil {
		return nil, err
	}
	d, err := m.Rules.Draft(ctx, old.ID)
	if engine.KindOf(err) == engine.KindNotFound {
		return nil, engine.Conflict("There is no draft to publish; save one first.")
	}
	if err != nil {
		return nil, err
	}
	next := d.Rule
	next.ID, next.Managed, next.Version, next.CreatedAt = old.ID, old.Managed, old.Version, old.CreatedAt
	if err := m.Checker.CheckRule(ctx, &next, engine.Names{}); err != nil {
		return nil, err
	}
	if err := m.Rules.Publish(ctx, &next, callerOf(ctx).who, old.Revision, false); err != nil {
		return nil, m.racedRule(ctx, err, old.ID, old.Revision)
	}
	return m.getRule(ctx, &Named{ID: old.ID})
}
