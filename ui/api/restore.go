package api

import (
	"context"
	"net/http"

	"patchbay/engine"
)

// RestoreInput says how a deleted rule comes back.
type RestoreInput struct {
	Enabled bool `json:"enabled,omitempty" doc:"Whether it starts runs again at once."`
}

func (m *mount) restoreOperation() {
	add(m, operation{
		id: "restoreRule", method: http.MethodPost, path: "/rules/{id}/restore", tag: "rules", summary: "Bring a deleted rule back as it was last published",
		need: engine.RoleEditor, audit: "rule.restore", status: http.StatusCreated,
	}, m.restoreRule)
}

func (m *mount) restoreRule(ctx context.Context, in *struct {
	Named
	Body *RestoreInput
},
) (*one[Rule], error) {
	_, err := m.Rules.Rule(ctx, in.ID)
	if err == nil {
		return nil, engine.Conflict("The rule is there; nothing is to be restored.")
	}
	if engine.KindOf(err) != engine.KindNotFound {
		return nil, err
	}
	versions, err := m.Rules.Versions(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if len(versions) == 0 {
		return nil, engine.NotFound("rule", in.ID)
	}
	on := in.Body != nil && in.Body.Enabled
	r := versions[0].Rule
	r.ID, r.Enabled, r.Managed, r.Version, r.Revision = in.ID, &on, "", 0, 0
	about(ctx, r.ID, "")
	if err := m.Checker.CheckRule(ctx, &r, engine.Names{}); err != nil {
		return nil, err
	}
	if err := m.Rules.Publish(ctx, &r, callerOf(ctx).who, 0, false); err != nil {
		return nil, err
	}
	out, err := m.getRule(ctx, &Named{ID: r.ID})
	if err != nil {
		return nil, err
	}
	out.Location = prefix + "/rules/" + r.ID
	return out, nil
}
