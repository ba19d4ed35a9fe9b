package storagetest

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func eventTests() []historyTest {
	return []historyTest{
		{"come back whole", eventComesBack},
		{"get numbers in the order of their commits", eventNumbers},
		{"cut rejected bodies", eventRejectedCut},
		{"do not exist twice", eventTwice},
		{"are deleted with their runs", eventDeleted},
		{"are kept while work is left", eventNotDeleted},
		{"resolve once held", eventResolved},
		{"resolve to a duplicate when the key is taken", eventResolvedDuplicate},
		{"keep little of a body that is rejected later", eventResolvedRejected},
		{"tell what changed", eventChanges},
	}
}

func eventComesBack(t *testing.T, f *fixture) {
	t.Helper()
	e := f.event(func(e *engine.Event) {
		e.Origin, e.OriginalID, e.ParentID = engine.OriginEdited, f.id(), f.id()
		e.Summary, e.DeliveryID, e.Query, e.IP, e.Reason = "opened: ünïcode", "d-1", "a=1&b=2", "192.0.2.1", "delivery id missing"
		e.Headers = []engine.Header{{Name: "X-A", Value: "1"}, {Name: "x-a", Value: "bytes \xff\xfe"}, {Name: "Empty"}}
		e.Body = bytes.Repeat([]byte("0123456789abcdef"), 4096)
	})
	want := *e
	receipt, err := f.s.Accept(t.Context(), e, engine.Claim{})
	require.NoError(t, err)
	require.Equal(t, engine.Receipt{ID: want.ID, Seq: e.Seq}, receipt)

	got, err := f.s.Event(t.Context(), e.ID)
	require.NoError(t, err)
	want.Seq, want.Route, want.Size = e.Seq, engine.RoutePending, int64(len(want.Body))
	require.Equal(t, &want, got)

	for name, body := range map[string][]byte{"nothing": {}, "one byte": {0}, "short": []byte(strings.Repeat("ab", 300)), "random": randomBytes(70_000)} {
		e := f.accept(t, func(e *engine.Event) { e.Body = body })
		got, err := f.s.Event(t.Context(), e.ID)
		require.NoError(t, err)
		require.True(t, bytes.Equal(body, got.Body), name)
	}
	_, err = f.s.Event(t.Context(), f.id())
	requireKind(t, engine.KindNotFound, err)
}

// randomBytes cannot be compressed and is the same each time.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	x := uint32(2463534242)
	for i := range b {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b[i] = byte(x) //nolint:gosec // its low bits
	}
	return b
}

func eventNumbers(t *testing.T, f *fixture) {
	t.Helper()
	var last int64
	for range 5 {
		e := f.accept(t)
		require.Greater(t, e.Seq, last)
		last = e.Seq
	}
}

func eventRejectedCut(t *testing.T, f *fixture) {
	t.Helper()
	body := randomBytes(100 << 10)
	e := f.accept(t, func(e *engine.Event) { e.Verdict, e.Reason, e.Body = engine.Rejected, "The signature is wrong.", body })
	require.True(t, e.Truncated)
	require.Empty(t, e.Route)
	got, err := f.s.Event(t.Context(), e.ID)
	require.NoError(t, err)
	require.True(t, got.Truncated)
	require.Equal(t, body[:64<<10], got.Body)
	require.EqualValues(t, len(body), got.Size)
	require.Equal(t, "The signature is wrong.", got.Reason)
}

func eventTwice(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	e := f.accept(t)
	again := f.event(func(again *engine.Event) { again.ID = e.ID })
	_, err := f.s.Accept(t.Context(), again, engine.Claim{})
	requireKind(t, engine.KindConflict, err)
	ledger, err := f.s.Ledger(t.Context(), "github")
	require.NoError(t, err)
	require.EqualValues(t, 1, ledger.Received)
}

func eventDeleted(t *testing.T, f *fixture) {
	t.Helper()
	run := f.started(t)
	f.fail(t, run)
	require.NoError(t, f.s.DeleteEvent(t.Context(), run.EventID))
	_, err := f.s.Event(t.Context(), run.EventID)
	requireKind(t, engine.KindNotFound, err)
	_, _, err = f.s.Run(t.Context(), run.ID)
	requireKind(t, engine.KindNotFound, err)
	problems, err := f.s.Problems(t.Context(), false)
	require.NoError(t, err)
	require.Empty(t, problems)
	requireKind(t, engine.KindNotFound, f.s.DeleteEvent(t.Context(), run.EventID))
}

func eventNotDeleted(t *testing.T, f *fixture) {
	t.Helper()
	run := f.started(t)
	requireKind(t, engine.KindConflict, f.s.DeleteEvent(t.Context(), run.EventID))
	pending := f.accept(t)
	requireKind(t, engine.KindConflict, f.s.DeleteEvent(t.Context(), pending.ID))
}

func eventResolved(t *testing.T, f *fixture) {
	t.Helper()
	f.putInbox(t, "github")
	held := func(e *engine.Event) { e.Verdict, e.Verified = engine.Held, "" }
	good, bad := f.accept(t, held), f.accept(t, held)
	receipt, err := f.s.Resolve(t.Context(), good.ID, engine.Accepted, "", "github", engine.Claim{Key: "k"})
	require.NoError(t, err)
	require.Equal(t, engine.Receipt{ID: good.ID, Seq: good.Seq}, receipt)
	_, err = f.s.Resolve(t.Context(), bad.ID, engine.Rejected, "The signature is wrong.", "", engine.Claim{})
	require.NoError(t, err)

	got, err := f.s.Event(t.Context(), good.ID)
	require.NoError(t, err)
	require.Equal(t, engine.Accepted, got.Verdict)
	require.Equal(t, engine.RoutePending, got.Route)
	require.Equal(t, "github", got.Verified)
	pending, err := f.s.Pending(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Len(t, pending, 1)
	ledger, err := f.s.Ledger(t.Context(), "github")
	require.NoError(t, err)
	require.Equal(t, [5]int64{2, 1, 1, 0, 1}, [5]int64{ledger.Received, ledger.Accepted, ledger.Rejected, ledger.Held, ledger.Pending})

	_, err = f.s.Resolve(t.Context(), good.ID, engine.Accepted, "", "", engine.Claim{})
	requireKind(t, engine.KindConflict, err)
	_, err = f.s.Resolve(t.Context(), f.id(), engine.Accepted, "", "", engine.Claim{})
	requireKind(t, engine.KindNotFound, err)
}

func eventResolvedDuplicate(t *testing.T, f *fixture) {
	t.Helper()
	first := f.event()
	_, err := f.s.Accept(t.Context(), first, engine.Claim{Key: "k", Window: time.Hour})
	require.NoError(t, err)
	held := f.accept(t, func(e *engine.Event) { e.Verdict = engine.Held })
	receipt, err := f.s.Resolve(t.Context(), held.ID, engine.Accepted, "", "github", engine.Claim{Key: "k", Window: time.Hour})
	require.NoError(t, err)
	require.Equal(t, engine.Receipt{ID: first.ID, Seq: held.Seq, Duplicate: true}, receipt)
	got, err := f.s.Event(t.Context(), held.ID)
	require.NoError(t, err)
	require.Equal(t, engine.Duplicate, got.Verdict)
	require.Contains(t, got.Reason, first.ID.String())
}

func eventResolvedRejected(t *testing.T, f *fixture) {
	t.Helper()
	held := f.accept(t, func(e *engine.Event) { e.Verdict, e.Body = engine.Held, randomBytes(80<<10) })
	_, err := f.s.Resolve(t.Context(), held.ID, engine.Rejected, "The signature is wrong.", "", engine.Claim{})
	require.NoError(t, err)
	got, err := f.s.Event(t.Context(), held.ID)
	require.NoError(t, err)
	require.True(t, got.Truncated)
	require.Len(t, got.Body, 64<<10)
	require.Equal(t, held.Headers, got.Headers)
}

func eventChanges(t *testing.T, f *fixture) {
	t.Helper()
	wake, stop := f.s.WatchSeq()
	defer stop()
	first := f.accept(t)
	<-wake
	n := f.newRun(first)
	f.route(t, first, n)
	second := f.accept(t)
	f.settle(t, n.Run, engine.RunSucceeded)

	list, reset, err := f.s.Changes(t.Context(), 0, 10)
	require.NoError(t, err)
	require.False(t, reset)
	require.Equal(t, []engine.Change{
		{Seq: first.Seq, Kind: "event", ID: first.ID}, {Seq: second.Seq, Kind: "event", ID: second.ID}, {Seq: n.Run.Seq, Kind: "run", ID: n.Run.ID},
	}, list)
	list, _, err = f.s.Changes(t.Context(), first.Seq, 1)
	require.NoError(t, err)
	require.Equal(t, second.ID, list[0].ID)

	_, reset, err = f.s.Changes(t.Context(), n.Run.Seq+1_000_000, 10)
	require.NoError(t, err)
	require.True(t, reset, "a number of another database")
	require.NoError(t, f.s.DeleteEvent(t.Context(), first.ID))
	_, reset, err = f.s.Changes(t.Context(), 0, 10)
	require.NoError(t, err)
	require.False(t, reset, "from the beginning of what is kept")
	_, reset, err = f.s.Changes(t.Context(), first.Seq, 10)
	require.NoError(t, err)
	require.True(t, reset, "what followed is not kept any more")
}
