package api

import (
	"context"
	"errors"
	"net/http"

	"patchbay/engine"
)

// SettingsInput replaces the settings. Read-only fields are ignored.
type SettingsInput struct {
	Name         string           `json:"name,omitempty" maxLength:"200"`
	PublicURL    string           `json:"publicUrl,omitempty" maxLength:"400"`
	Timezone     string           `json:"timezone,omitempty" maxLength:"100"`
	Money        engine.Money     `json:"money,omitempty" doc:"How amounts are written, by example: 1,234.50 (when left out), 1.234,50, 1 234,50 or 1'234.50."`
	AllowPrivate []string         `json:"allowPrivate,omitempty" nullable:"false" doc:"Hosts and ranges that steps may call although they are private."`
	Keep         engine.Retention `json:"keep" required:"false"`
	Alerts       engine.Alerts    `json:"alerts" required:"false"`
	Version      int64            `json:"version,omitempty" readOnly:"true"`
}

func (m *mount) workspaceOperations() {
	const tag = "workspace"
	add(m, operation{
		id: "getSettings", method: http.MethodGet, path: "/settings", tag: tag, summary: "The workspace's settings", need: engine.RoleViewer,
	}, m.getSettings)
	add(m, operation{
		id: "replaceSettings", method: http.MethodPut, path: "/settings", tag: tag, summary: "Change the settings", need: engine.RoleAdmin, audit: "settings.update",
	}, m.replaceSettings)
	add(m, operation{
		id: "getAlerts", method: http.MethodGet, path: "/alerts", tag: tag, summary: "Who is told when something fails", need: engine.RoleViewer,
	}, m.getAlerts)
	add(m, operation{
		id: "replaceAlerts", method: http.MethodPut, path: "/alerts", tag: tag, summary: "Change who is told", need: engine.RoleEditor, audit: "alerts.update",
	}, m.replaceAlerts)
	add(m, operation{
		id: "getVars", method: http.MethodGet, path: "/vars", tag: tag, summary: "The values that rules share", need: engine.RoleViewer,
	}, m.getVars)
	add(m, operation{
		id: "replaceVars", method: http.MethodPut, path: "/vars", tag: tag, summary: "Replace the shared values", need: engine.RoleEditor, audit: "vars.update",
	}, m.replaceVars)
	m.tableOperations()
	m.instanceOperations()
	m.addressOperation()
	m.searchOperation()
}

func (m *mount) getSettings(ctx context.Context, _ *none) (*one[engine.Settings], error) {
	s, err := m.Settings.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return &one[engine.Settings]{ETag: etag(s.Version), Body: *s}, nil
}

// wantSettings returns the settings once the caller's If-Match allows to change them.
func (m *mount) wantSettings(ctx context.Context, match Match) (*engine.Settings, error) {
	s, err := m.Settings.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return s, match.required(etag(s.Version), *s)
}

func (m *mount) storeSettings(ctx context.Context, next engine.Settings, seen int64) (*one[engine.Settings], error) {
	next.Version = seen
	if err := m.Settings.PutSettings(ctx, &next); err != nil {
		return nil, raced(err, seen, func() (int64, engine.Settings, error) {
			now, err := m.Settings.Settings(ctx)
			if err != nil {
				return 0, engine.Settings{}, err
			}
			return now.Version, *now, nil
		})
	}
	return m.getSettings(ctx, nil)
}

func (m *mount) replaceSettings(ctx context.Context, in *struct {
	Match
	Body SettingsInput
},
) (*one[engine.Settings], error) {
	old, err := m.wantSettings(ctx, in.Match)
	if err != nil {
		return nil, err
	}
	b := in.Body
	if err := errors.Join(m.checkSettings(b), m.checkAlerts(ctx, "alerts.", b.Alerts)); err != nil {
		return nil, err
	}
	about(ctx, "settings", "")
	return m.storeSettings(ctx, engine.Settings{
		Name: b.Name, PublicURL: b.PublicURL, Timezone: b.Timezone, Money: b.Money, AllowPrivate: b.AllowPrivate, Keep: b.Keep, Alerts: b.Alerts,
	}, old.Version)
}

func (m *mount) getAlerts(ctx context.Context, _ *none) (*one[engine.Alerts], error) {
	s, err := m.Settings.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return &one[engine.Alerts]{ETag: etag(s.Version), Body: s.Alerts}, nil
}

func (m *mount) replaceAlerts(ctx context.Context, in *struct {
	Match
	Body engine.Alerts
},
) (*one[engine.Alerts], error) {
	old, err := m.wantSettings(ctx, in.Match)
	if err != nil {
		return nil, err
	}
	if err := m.checkAlerts(ctx, "", in.Body); err != nil {
		return nil, err
	}
	about(ctx, "alerts", "")
	next := *old
	next.Alerts = in.Body
	got, err := m.storeSettings(ctx, next, old.Version)
	if err != nil {
		return nil, err
	}
	return &one[engine.Alerts]{ETag: got.ETag, Body: got.Body.Alerts}, nil
}

func (m *mount) getVars(ctx context.Context, _ *none) (*one[map[string]any], error) {
	vars, version, err := m.Settings.Vars(ctx)
	if err != nil {
		return nil, err
	}
	if vars == nil {
		vars = map[string]any{}
	}
	return &one[map[string]any]{ETag: etag(version), Body: vars}, nil
}

func (m *mount) replaceVars(ctx context.Context, in *struct {
	Match
	Body map[string]any
},
) (*one[map[string]any], error) {
	old, seen, err := m.Settings.Vars(ctx)
	if err != nil {
		return nil, err
	}
	if err := in.required(etag(seen), old); err != nil {
		return nil, err
	}
	about(ctx, "vars", "")
	if err := m.Settings.PutVars(ctx, in.Body, seen); err != nil {
		return nil, raced(err, seen, func() (int64, map[string]any, error) {
			vars, version, err := m.Settings.Vars(ctx)
			return version, vars, err
		})
	}
	return m.getVars(ctx, nil)
}
