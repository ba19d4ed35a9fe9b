package runner_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/runner"
)

// A step that does not heed its end may come back when its run goes on elsewhere.
func TestCancel_WhatComesBackLateChangesNothing(t *testing.T) {
	t.Parallel()
	for name, late := range map[string]error{"as done": nil, "as failed": engine.Temporary("No.", nil)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHarness(t)
				h.rule(&engine.Rule{Steps: []engine.Step{send("one", "a"), send("two", "b")}})
				release, second := make(chan struct{}), make(chan struct{})
				h.send.answers(func(ctx context.Context, call engine.Call) (engine.Result, error) {
					if call.Attempt == 1 {
						<-release
						return engine.Result{}, late
					}
					<-ctx.Done()
					close(second)
					return engine.Result{}, engine.Unknown("Broken off.", ctx.Err())
				})
				h.post(`{}`)
				run, _ := h.only()
				_, err := h.runner.Cancel(t.Context(), []engine.ID{run.ID}, "stop")
				require.NoError(t, err)
				_, err = h.runner.Retry(t.Context(), run.ID, false, false)
				require.NoError(t, err)
				h.pass(time.Second)
				require.Equal(t, 2, h.send.count("a"), "it goes on")
				close(release)
				h.settle()
				require.Zero(t, h.send.count("b"))
				now, _ := h.run(run.ID)
				require.Equal(t, engine.RunRunning, now.State)
				_, err = h.runner.Cancel(t.Context(), []engine.ID{run.ID}, "stop again")
				require.NoError(t, err)
				h.settle()
				select {
				case <-second:
				default:
					require.Fail(t, "the step that is being done was not broken off")
				}
			})
		})
	}
}

// failingRoute refuses to store routings as a full disk would.
type failingRoute struct {
	engine.RunStore
	fail atomic.Bool
}

func (f *failingRoute) Route(ctx context.Context, r engine.Routing) (engine.Routed, error) {
	if f.fail.Load() {
		return engine.Routed{}, engine.Unavailable(nil, "The disk is full.")
	}
	return f.RunStore.Route(ctx, r)
}

func TestReplay_EditedCopyThatIsCutShortActsOnNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &failingRoute{}
		h := newHarness(t, func(d *runner.Deps) { store.RunStore, d.Runs = d.Runs, store })
		h.rule(&engine.Rule{ID: "a", Steps: []engine.Step{send("s", "a")}})
		h.rule(&engine.Rule{ID: "b", Steps: []engine.Step{send("s", "b")}})
		e := h.post(`{}`)
		require.Len(t, h.send.all(), 2)
		store.fail.Store(true)
		_, err := h.runner.Replay(t.Context(), engine.ReplayRequest{Event: e.ID, Rules: []string{"a"}, Body: []byte(`{}`)})
		require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
		store.fail.Store(false)
		h.pass(5 * time.Second)
		require.Len(t, h.send.all(), 2, "least of all the rules that were not chosen")
		depth, err := h.db.Depth(t.Context())
		require.NoError(t, err)
		require.Zero(t, depth.Pending, "it waits for nothing")
	})
}

// failingCancel cancels the first run and fails then, as a disk does that runs full.
type failingCancel struct{ engine.RunStore }

func (f failingCancel) Cancel(ctx context.Context, ids []engine.ID, reason string) ([]engine.ID, error) {
	done, err := f.RunStore.Cancel(ctx, ids[:1], reason)
	return done, errors.Join(err, engine.Unavailable(nil, "The disk is full."))
}

func TestCancel_BreaksOffWhatWasCanceledBeforeAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness(t, func(d *runner.Deps) { d.Runs = failingCancel{d.Runs} })
		h.rule(&engine.Rule{Steps: []engine.Step{send("one", "a")}})
		broken := make(chan struct{})
		h.send.answers(func(ctx context.Context, _ engine.Call) (engine.Result, error) {
			<-ctx.Done()
			close(broken)
			return engine.Result{}, engine.Unknown("Broken off.", ctx.Err())
		})
		h.post(`{}`)
		run, _ := h.only()
		canceled, err := h.runner.Cancel(t.Context(), []engine.ID{run.ID, newID()}, "stop")
		require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
		require.Equal(t, []engine.ID{run.ID}, canceled)
		h.settle()
		select {
		case <-broken:
		default:
			require.Fail(t, "the step of a canceled run goes on")
		}
	})
}
