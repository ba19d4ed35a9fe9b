package api

import (
	"context"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"patchbay/engine"
)

// Instance is what this server is and was started with.
type Instance struct {
	Version      string      `json:"version"`
	Go           string      `json:"go" doc:"The version of Go that it was built with."`
	StartedAt    time.Time   `json:"startedAt"`
	PublicURL    string      `json:"publicUrl" doc:"The address in use; empty when none is known."`
	PublicFrom   string      `json:"publicUrlFrom" enum:"start,tunnel,settings," doc:"Where that comes from: the command line, a tunnel or the settings; empty when none is known."`
	Timezone     string      `json:"timezone" doc:"The time zone in use."`
	AllowShell   []string    `json:"allowShell" nullable:"false" doc:"The programs that steps may run, as the operator has named them."`
	AllowPrivate []string    `json:"allowPrivate" nullable:"false" doc:"What steps may call although it is private, as the operator has named it; the settings may name more."`
	Components   []Component `json:"components" nullable:"false" doc:"The libraries that it is made of."`
}

// Component is a library.
type Component struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	License string `json:"license" doc:"As SPDX names it; empty when it is not known."`
}

// Finding is what one check of the instance has found.
type Finding struct {
	Check string `json:"check"`
	State string `json:"state" enum:"ok,warning,failed"`
	Found string `json:"found"`
	Do    string `json:"do,omitempty" doc:"What to do about it; left out when it is well."`
}

// AlertTrial is what came of a test message through one connection.
type AlertTrial struct {
	Via   string `json:"via"`
	Error string `json:"error" doc:"Why it did not leave, and what to do; empty when it did."`
}

// AlertTrials is what came of a test of alerts.
type AlertTrials struct {
	Items []AlertTrial `json:"items" nullable:"false"`
}

func (m *mount) instanceOperations() {
	const tag = "workspace"
	add(m, operation{
		id: "getInstance", method: http.MethodGet, path: "/instance", tag: tag, summary: "What this server is, and was started with", need: engine.RoleViewer,
	}, m.getInstance)
	add(m, operation{
		id: "checkHealth", method: http.MethodPost, path: "/health-check", tag: tag, summary: "Check address, clock, disk, key and every connection",
		need: engine.RoleAdmin, timeout: 2 * time.Minute,
	}, m.checkHealth)
	add(m, operation{
		id: "testAlerts", method: http.MethodPost, path: "/alerts/test", tag: tag, summary: "Send a test message the way that alerts would go, stored or not",
		need: engine.RoleEditor, audit: "alerts.test", timeout: 2 * time.Minute,
	}, m.testAlerts)
}

func (m *mount) getInstance(context.Context, *none) (*plain[Instance], error) {
	v := Instance{
		Version: m.Version, StartedAt: m.Started.UTC(), PublicURL: m.PublicURL(), PublicFrom: m.PublicFrom(), Timezone: m.Location().String(),
		AllowShell: list(m.AllowShell), AllowPrivate: list(m.AllowPrivate), Components: []Component{},
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		v.Go = strings.TrimPrefix(info.GoVersion, "go")
		for _, dep := range info.Deps {
			v.Components = append(v.Components, Component{Name: dep.Path, Version: dep.Version, License: LicenseOf(dep.Path)})
		}
	}
	return answer(v), nil
}

func (m *mount) checkHealth(ctx context.Context, in *struct {
	Only string `query:"only" enum:"address" doc:"What to check; all when left out."`
},
) (*plain[Page[Finding]], error) {
	found, err := m.Examine(ctx, in.Only)
	if err != nil {
		return nil, err
	}
	return answer(Page[Finding]{Items: list(found)}), nil
}

func (m *mount) testAlerts(ctx context.Context, in *struct{ Body engine.Alerts }) (*plain[AlertTrials], error) {
	if in.Body.Via == "" {
		return nil, engine.Invalid("via", "Name the connection that alerts go through.")
	}
	if err := m.checkAlerts(ctx, "", in.Body); err != nil {
		return nil, err
	}
	about(ctx, "alerts", in.Body.Via)
	out := AlertTrials{Items: []AlertTrial{}}
	for _, way := range []engine.Alerts{{Via: in.Body.Via, To: in.Body.To}, {Via: in.Body.Fallback, To: in.Body.FallbackTo}} {
		if way.Via == "" {
			continue
		}
		trial := AlertTrial{Via: way.Via}
		if err := m.TestAlert(ctx, way.Via, way.To); err != nil {
			trial.Error = sentenceOf(err)
		}
		out.Items = append(out.Items, trial)
	}
	return answer(out), nil
}

// sentenceOf is what people are told about a failure of a step.
func sentenceOf(err error) string { return engine.AsFailure(unwrapped(err)).Message }

// unwrapped returns the first failure in a chain that is meant for people.
func unwrapped(err error) error {
	if faults, ok := faultsOf(err); ok {
		return &engine.Failure{Message: faults[0].Message}
	}
	return err
}
