package runner_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/runner"
)

// journal is a log that is read.
type journal struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.String()
}

func (j *journal) into(d *runner.Deps) { d.Log = slog.New(slog.NewTextHandler(j, nil)) }

func TestFault_OfAStepIsInTheLogWithItsPlace(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		plans       func(engine.Call)
		reason, log string
	}{
		"doing":    {nil, "not expected", `error="action panicked: no such thing"`},
		"planning": {func(engine.Call) { panic("no plan for this") }, "could not be planned", `error="plan panicked: no plan for this"`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var log journal
				h := newHarness(t, log.into)
				h.send.plans = tc.plans
				h.send.answers(func(context.Context, engine.Call) (engine.Result, error) { panic("no such thing") })
				h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a")}})
				h.post(`{}`)
				run, _ := h.only()
				require.Contains(t, run.Reason, tc.reason)
				require.Contains(t, log.String(), tc.log)
				require.Contains(t, log.String(), "run_id="+run.ID.String())
				require.Regexp(t, `stack=.*(harness|fault)_test\.go`, log.String())
			})
		})
	}
}

var errBroken = errors.New("the disk is gone")

// noConnections cannot read any connection.
type noConnections struct{ engine.ConnectionStore }

func (noConnections) Connection(context.Context, string) (*engine.Connection, error) {
	return nil, errBroken
}

// noVersions cannot read the rules of before.
type noVersions struct{ engine.RuleStore }

func (noVersions) Version(context.Context, string, int) (*engine.Rule, error) { return nil, errBroken }

func TestRun_ThatOurStorageKeepsWaitingSaysWhyInTheLog(t *testing.T) {
	t.Parallel()
	t.Run("connection", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			var log journal
			h := newHarness(t, log.into, func(d *runner.Deps) { d.Connections = noConnections{d.Connections} })
			h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a", func(s *engine.Step) { s.Connection = "c" })}})
			h.post(`{}`)
			run, _ := h.only()
			require.Equal(t, engine.RunWaiting, run.State)
			require.Regexp(t, `level=WARN .*run_id=`+run.ID.String()+`.*the disk is gone`, log.String())
		})
	})
	t.Run("rule", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			var log journal
			h := newHarness(t, log.into)
			h.send.answers(down)
			h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a")}})
			h.post(`{}`)
			h.rule(&engine.Rule{Steps: []engine.Step{send("other", "a")}})
			h.stop()
			h.adjust = append(h.adjust, func(d *runner.Deps) { d.RuleStore = noVersions{d.RuleStore} })
			h.open()
			h.pass(time.Minute)
			run, _ := h.only()
			require.Equal(t, engine.RunWaiting, run.State)
			require.Regexp(t, `level=WARN .*run_id=`+run.ID.String()+`.*the disk is gone`, log.String())
		})
	})
}
