package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"patchbay/engine"
)

type ruleChange struct {
	Named
	Match
	Body RuleInput
}

func (m *mount) ruleOperations() {
	const tag = "rules"
	add(m, operation{
		id: "listRules", method: http.MethodGet, path: "/rules", tag: tag, summary: "All rules", need: engine.RoleViewer,
	}, m.listRules)
	add(m, operation{
		id: "createRule", method: http.MethodPost, path: "/rules", tag: tag, summary: "Create a rule, published or as a draft",
		need: engine.RoleEditor, audit: "rule.create", status: http.StatusCreated,
	}, m.createRule)
	add(m, operation{
		id: "getRule", method: http.MethodGet, path: "/rules/{id}", tag: tag, summary: "One rule", need: engine.RoleViewer,
	}, m.getRule)
	add(m, operation{
		id: "replaceRule", method: http.MethodPut, path: "/rules/{id}", tag: tag, summary: "Publish a new version at once; a draft stays",
		need: engine.RoleEditor, audit: "rule.update",
	}, m.replaceRule)
	add(m, operation{
		id: "deleteRule", method: http.MethodDelete, path: "/rules/{id}", tag: tag, summary: "Delete a rule; its runs stay",
		need: engine.RoleEditor, audit: "rule.delete", status: http.StatusNoContent,
	}, m.deleteRule)
	add(m, operation{
		id: "enableRule", method: http.MethodPost, path: "/rules/{id}/enable", tag: tag, summary: "Let the rule start runs",
		need: engine.RoleEditor, audit: "rule.enable",
	}, m.setEnabled(true))
	add(m, operation{
		id: "disableRule", method: http.MethodPost, path: "/rules/{id}/disable", tag: tag, summary: "Keep the rule from starting runs",
		need: engine.RoleEditor, audit: "rule.disable",
	}, m.setEnabled(false))
	add(m, operation{
		id: "listRuleVersions", method: http.MethodGet, path: "/rules/{id}/versions", tag: tag, summary: "The published versions, newest first", need: engine.RoleViewer,
	}, m.listRuleVersions)
	add(m, operation{
		id: "getRuleVersion", method: http.MethodGet, path: "/rules/{id}/versions/{version}", tag: tag, summary: "One published version", need: engine.RoleViewer,
	}, m.getRuleVersion)
	m.draftOperations()
	m.presenceOperations()
	m.restoreOperation()
}

func (m *mount) listRules(ctx context.Context, in *struct {
	Listing
	Inbox string `query:"inbox" maxLength:"63"`
},
) (*plain[Page[Rule]], error) {
	all, err := m.Rules.Rules(ctx)
	if err != nil {
		return nil, err
	}
	published, err := m.Activity.Publications(ctx)
	if err != nil {
		return nil, err
	}
	var views []Rule
	for _, r := range all {
		if in.Inbox != "" && !slices.Contains(r.AllInboxes(), in.Inbox) {
			continue
		}
		view, err := m.wholeRule(ctx, r, published)
		if err != nil {
			return nil, err
		}
		views = append(views, view)
	}
	out, err := page(views, func(r Rule) string { return r.ID }, in.Listing)
	if err != nil {
		return nil, err
	}
	return out, m.tell(ctx, refs(out.Body.Items)...)
}

func (m *mount) getRule(ctx context.Context, in *Named) (*one[Rule], error) {
	r, err := m.Rules.Rule(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return m.showRule(ctx, r)
}

func (m *mount) showRule(ctx context.Context, r *engine.Rule) (*one[Rule], error) {
	published, err := m.Activity.Publications(ctx)
	if err != nil {
		return nil, err
	}
	view, err := m.wholeRule(ctx, r, published)
	if err != nil {
		return nil, err
	}
	out := &one[Rule]{ETag: etag(r.Revision), Body: view}
	return out, m.tell(ctx, &out.Body)
}

// wholeRule shows a rule with what stands beside its content.
func (m *mount) wholeRule(ctx context.Context, r *engine.Rule, published map[string]engine.Publication) (Rule, error) {
	view := ruleView(r)
	if p, ok := published[r.ID]; ok {
		view.Published = &engine.Publication{At: p.At.UTC(), By: p.By}
	}
	d, err := m.Rules.Draft(ctx, r.ID)
	switch {
	case err == nil:
		view.Draft = draftInfo(d, r.Version)
	case engine.KindOf(err) != engine.KindNotFound:
		return view, err
	}
	return view, nil
}

func (m *mount) createRule(ctx context.Context, in *struct {
	Draft bool `query:"draft" doc:"Store it unpublished; it may be unfinished then."`
	Body  RuleInput
},
) (*one[Rule], error) {
	r := in.Body.rule(nil)
	if err := m.nameRule(ctx, r); err != nil {
		return nil, err
	}
	about(ctx, r.ID, "")
	if err := m.storeNewRule(ctx, r, in.Draft); err != nil {
		return nil, err
	}
	out, err := m.getRule(ctx, &Named{ID: r.ID})
	if err != nil {
		return nil, err
	}
	out.Location = prefix + "/rules/" + r.ID
	return out, nil
}

func (m *mount) storeNewRule(ctx context.Context, r *engine.Rule, draft bool) error {
	if draft {
		return m.Rules.SaveDraft(ctx, r.ID, &engine.Draft{Rule: *r, UpdatedAt: m.Now(), UpdatedBy: callerOf(ctx).who}, 0)
	}
	if err := m.Checker.CheckRule(ctx, r, engine.Names{}); err != nil {
		return err
	}
	return m.Rules.Publish(ctx, r, callerOf(ctx).who, 0, false)
}

// nameRule gives a new rule without an id one that is free.
func (m *mount) nameRule(ctx context.Context, r *engine.Rule) error {
	if r.ID != "" {
		return engine.CheckName("id", r.ID)
	}
	base := engine.Slug(r.Name)
	if base == "" {
		base = "rule"
	}
	all, err := m.Rules.Rules(ctx)
	if err != nil {
		return err
	}
	taken := map[string]bool{"new": true} // /rules/new is the page that makes one
	for _, other := range all {
		taken[other.ID] = true
	}
	r.ID = base
	for n := 2; taken[r.ID]; n++ {
		r.ID = base + "-" + strconv.Itoa(n)
	}
	return nil
}

// wantRule returns a rule once the caller's If-Match allows to change it.
func (m *mount) wantRule(ctx context.Context, id string, allowed func(string, any) error) (*engine.Rule, error) {
	r, err := m.Rules.Rule(ctx, id)
	if err != nil {
		return nil, err
	}
	about(ctx, r.ID, "")
	shown, err := m.showRule(ctx, r)
	if err != nil {
		return nil, err
	}
	return r, allowed(shown.ETag, shown.Body)
}

func (m *mount) racedRule(ctx context.Context, err error, id string, seen int64) error {
	return raced(err, seen, func() (int64, Rule, error) {
		now, err := m.getRule(ctx, &Named{ID: id})
		if err != nil {
			return 0, Rule{}, err
		}
		return now.Body.Revision, now.Body, nil
	})
}

func (m *mount) replaceRule(ctx context.Context, in *ruleChange) (*one[Rule], error) {
	old, err := m.wantRule(ctx, in.ID, in.required)
	if err != nil {
		return nil, err
	}
	if in.Body.ID != "" && in.Body.ID != old.ID {
		return nil, engine.Invalid("id", "The id of a rule cannot change; change its name, or make a new rule.")
	}
	next := in.Body.rule(old)
	if err := m.Checker.CheckRule(ctx, next, engine.Names{}); err != nil {
		return nil, err
	}
	if err := m.Rules.Publish(ctx, next, callerOf(ctx).who, old.Revision, true); err != nil {
		return nil, m.racedRule(ctx, err, old.ID, old.Revision)
	}
	return m.getRule(ctx, &Named{ID: old.ID})
}

func (m *mount) deleteRule(ctx context.Context, in *objectAction) (*none, error) {
	old, err := m.wantRule(ctx, in.ID, in.required)
	if err != nil {
		return nil, err
	}
	return nil, m.racedRule(ctx, m.Rules.DeleteRule(ctx, old.ID, old.Revision), old.ID, old.Revision)
}

func (m *mount) setEnabled(on bool) func(context.Context, *objectAction) (*one[Rule], error) {
	return func(ctx context.Context, in *objectAction) (*one[Rule], error) {
		old, err := m.wantRule(ctx, in.ID, in.optional)
		if err != nil {
			return nil, err
		}
		if old.Version == 0 {
			return nil, engine.Conflict("The rule is not published yet; publish it first.")
		}
		if old.On() == on {
			return m.showRule(ctx, old)
		}
		next := *old
		next.Enabled = &on
		if err := m.Rules.Publish(ctx, &next, callerOf(ctx).who, old.Revision, true); err != nil {
			return nil, m.racedRule(ctx, err, old.ID, old.Revision)
		}
		return m.getRule(ctx, &Named{ID: old.ID})
	}
}

func (m *mount) listRuleVersions(ctx context.Context, in *struct {
	Named
	Listing
},
) (*plain[Page[RuleVersion]], error) {
	all, err := m.Rules.Versions(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		if _, err := m.Rules.Rule(ctx, in.ID); err != nil {
			return nil, err
		}
	}
	views := each(all, func(v *engine.RuleVersion) RuleVersion {
		return RuleVersion{Version: v.Version, Rule: ruleView(&v.Rule), PublishedAt: v.PublishedAt.UTC(), PublishedBy: v.PublishedBy}
	})
	newestFirst := func(v RuleVersion) string { return strconv.FormatInt(1<<40-int64(v.Version), 10) }
	out, err := page(views, newestFirst, in.Listing)
	if err != nil {
		return nil, err
	}
	return out, m.tell(ctx, each(refs(out.Body.Items), func(v *RuleVersion) *Rule { return &v.Rule })...)
}

func (m *mount) getRuleVersion(ctx context.Context, in *struct {
	Named
	Version int `path:"version" minimum:"1"`
},
) (*plain[Rule], error) {
	r, err := m.Rules.Version(ctx, in.ID, in.Version)
	if err != nil {
		return nil, err
	}
	view := ruleView(r)
	if err := m.tell(ctx, &view); err != nil {
		return nil, err
	}
	return answer(view), nil
}
