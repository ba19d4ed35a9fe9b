// Package actiontest is the suite that every action passes: its description is
// complete, unknown fields are refused, a plan does no I/O, doing it stops when it
// is told to, secrets stay hidden and outputs are plain values.
package actiontest

import (
	"context"
	"encoding/json"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/actions/outbound"
	"patchbay/engine"
)

// patience is how long an action may take to notice that it was stopped.
const patience = 5 * time.Second

// Subject is an action under test.
type Subject struct {
	// New makes the action over a client that may call loopback addresses and that
	// notices calls made while planning.
	New func(t *testing.T, client *outbound.Client) engine.Action
	// Calls are uses of the action that succeed; at least one.
	Calls []engine.Call
	// Failing are uses whose Do fails. Optional.
	Failing []engine.Call
	// Hanging is a use whose Do does not end by itself; Arrived is closed, or gets a
	// value, once it is on its way. Optional.
	Hanging *engine.Call
	Arrived <-chan struct{}
	// Secrets must not be seen anywhere.
	Secrets []string
}

// guard notices I/O while an action plans.
type guard struct {
	planning atomic.Bool
	broken   atomic.Bool
}

func (g *guard) connect(ctx context.Context, network, address string) (net.Conn, error) {
	if g.planning.Load() {
		g.broken.Store(true)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, address) //nolint:wrapcheck // the client looks at it
}

// plainContext is a context that notices waiting: a plan has nothing to wait for.
type plainContext struct {
	context.Context //nolint:containedctx // it is a context itself

	guard *guard
}

// Done implements [context.Context].
func (c plainContext) Done() <-chan struct{} {
	c.guard.broken.Store(true)
	return c.Context.Done()
}

// Exercise runs the suite.
func Exercise(t *testing.T, s Subject) {
	t.Helper()
	g := &guard{}
	client, err := outbound.New(outbound.Options{
		Allow: []string{"127.0.0.0/8", "::1"}, Connect: g.connect,
		Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) },
	})
	require.NoError(t, err)
	t.Cleanup(client.Close)
	b := &bench{subject: s, guard: g, action: s.New(t, client)}
	b.spec(t)
	b.unknownFields(t)
	for _, call := range s.Calls {
		require.NoError(t, b.action.Check(call.With))
		plan := b.plan(t, call)
		if b.action.Spec().Flow {
			continue
		}
		b.succeeds(t, plan)
		b.stopsBefore(t, plan)
	}
	for _, call := range s.Failing {
		b.fails(t, b.plan(t, call))
	}
	if s.Hanging != nil {
		b.stopsWithin(t, b.plan(t, *s.Hanging))
	}
}

type bench struct {
	subject Subject
	guard   *guard
	action  engine.Action
}

func (b *bench) spec(t *testing.T) {
	t.Helper()
	spec := b.action.Spec()
	require.NotEmpty(t, spec.Type)
	require.NotEmpty(t, spec.Title)
	require.True(t, strings.HasSuffix(spec.Summary, "."), "the summary is a sentence")
	require.NotEmpty(t, spec.Phrase)
	require.Equal(t, strings.ToLower(spec.Phrase[:1]), spec.Phrase[:1], "the phrase stands within a sentence")
	require.Positive(t, spec.Retry.Attempts)
	require.Positive(t, spec.Timeout)
	require.Contains(t, []string{"retry", "stop"}, spec.OnUnknown)
	require.NotNil(t, spec.Connections)
	require.NotNil(t, spec.Required)
	require.NotNil(t, spec.Literal)
	if spec.NeedConnection {
		require.NotEmpty(t, spec.Connections)
	}
	properties := b.properties(t)
	for name, property := range properties {
		p, ok := property.(map[string]any)
		require.True(t, ok)
		require.NotEmpty(t, p["title"], "field %s has a title", name)
		require.Contains(t, p, "x-order", "field %s has its place", name)
	}
	for _, names := range [][]string{spec.Required, spec.Literal} {
		for _, name := range names {
			require.Contains(t, properties, name)
		}
	}
	for name := range spec.Escape {
		require.Contains(t, properties, name)
	}
	for _, call := range b.subject.Calls {
		for name := range call.With {
			require.Contains(t, properties, name)
		}
	}
	_, err := json.Marshal(spec)
	require.NoError(t, err)
}

func (b *bench) properties(t *testing.T) map[string]any {
	t.Helper()
	schema := b.action.Spec().Schema
	require.Equal(t, "object", schema["type"])
	require.Equal(t, false, schema["additionalProperties"])
	properties, ok := schema["properties"].(map[string]any)
	require.True(t, ok)
	require.NotEmpty(t, properties)
	return properties
}

// unknownFields also takes one away and misspells one, if there is a required one.
func (b *bench) unknownFields(t *testing.T) {
	t.Helper()
	require.NotEmpty(t, b.subject.Calls)
	call := b.subject.Calls[0]
	call.With = copyOf(call.With)
	call.With["zzUnknown"] = "x"
	refusedAt(t, b.action.Check(call.With), "zzUnknown")
	_, err := b.action.Plan(t.Context(), call)
	refusedAt(t, err, "zzUnknown")
	for name := range b.properties(t) {
		if len(name) < 5 {
			continue
		}
		with := copyOf(b.subject.Calls[0].With)
		with[name+"x"] = "x"
		require.ErrorContains(t, b.action.Check(with), `did you mean "`+name+`"`)
	}
	for _, name := range b.action.Spec().Required {
		with := copyOf(b.subject.Calls[0].With)
		delete(with, name)
		refusedAt(t, b.action.Check(with), name)
	}
}

// plan makes a plan twice and looks for I/O, secrets and differences.
func (b *bench) plan(t *testing.T, call engine.Call) engine.Plan {
	t.Helper()
	before, err := json.Marshal(call.With)
	require.NoError(t, err)
	b.guard.planning.Store(true)
	ctx := plainContext{Context: context.Background(), guard: b.guard}
	plan, err := b.action.Plan(ctx, call)
	require.NoError(t, err)
	again, err := b.action.Plan(ctx, call)
	require.NoError(t, err)
	b.guard.planning.Store(false)
	require.False(t, b.guard.broken.Load(), "a plan does no I/O and waits for nothing")
	require.Equal(t, plan.Preview, again.Preview)
	require.Equal(t, plan.Destination, again.Destination)
	require.Equal(t, b.action.Spec().Type, plan.Action)
	require.NotEmpty(t, plan.Preview.Kind)
	if !b.action.Spec().Flow {
		require.NotEmpty(t, plan.Destination)
	}
	after, err := json.Marshal(call.With)
	require.NoError(t, err)
	require.JSONEq(t, string(before), string(after), "the configuration is left as it was")
	b.hides(t, plan.Preview)
	b.hides(t, plan.Destination)
	return plan
}

func (b *bench) succeeds(t *testing.T, plan engine.Plan) {
	t.Helper()
	result, err := b.action.Do(t.Context(), plan)
	require.NoError(t, err)
	isPlain(t, result.Output)
	b.hides(t, result.Output)
	b.hides(t, result.Log)
}

func (b *bench) fails(t *testing.T, plan engine.Plan) {
	t.Helper()
	_, err := b.action.Do(t.Context(), plan)
	require.Error(t, err)
	f := engine.AsFailure(err)
	require.NotEmpty(t, f.Outcome)
	require.True(t, strings.HasSuffix(f.Message, "."), "%q is a sentence", f.Message)
	isPlain(t, f.Output)
	b.hides(t, f.Message)
	b.hides(t, f.Output)
	if f.Err != nil {
		b.hides(t, f.Err.Error())
	}
	_, err = b.action.Do(t.Context(), plan)
	require.EqualError(t, err, f.Message, "the same cause has the same words")
}

func (b *bench) stopsBefore(t *testing.T, plan engine.Plan) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := b.action.Do(ctx, plan)
	require.Error(t, err)
	require.Equal(t, engine.OutcomeNotSent, engine.AsFailure(err).Outcome)
}

func (b *bench) stopsWithin(t *testing.T, plan engine.Plan) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := b.action.Do(ctx, plan)
		done <- err
	}()
	select {
	case <-b.subject.Arrived:
	case <-time.After(patience):
		require.Fail(t, "the hanging call did not arrive")
	}
	cancel()
	select {
	case err := <-done:
		require.Error(t, err)
		b.hides(t, err.Error())
	case <-time.After(patience):
		require.Fail(t, "the action did not stop when it was told to")
	}
}

// hides looks for the secrets in whatever v shows of itself.
func (b *bench) hides(t *testing.T, v any) {
	t.Helper()
	text, ok := v.(string)
	if !ok {
		shown, err := json.Marshal(v)
		require.NoError(t, err)
		text = string(shown)
	}
	for _, secret := range b.subject.Secrets {
		require.NotContains(t, text, secret)
	}
}
