package ingest_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func zipped(t *testing.T, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(body)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestIngest_RefusesWhatIsOverTheLimits(t *testing.T) {
	t.Parallel()
	limit := int(engine.DefaultBodyLimit)
	deep := strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)
	cases := []struct {
		name     string
		body     []byte
		headers  []string
		status   int
		reason   string
		accepted bool
	}{
		{name: "the largest body", body: bytes.Repeat([]byte("x"), limit), status: 202, accepted: true},
		{name: "one byte more", body: bytes.Repeat([]byte("x"), limit+1), status: 413, reason: "1MiB"},
		{name: "gzip", body: zipped(t, []byte(`{"a":1}`)), headers: []string{"Content-Encoding", "gzip"}, status: 202, accepted: true},
		{
			name: "gzip bomb", body: zipped(t, make([]byte, 64<<20)), headers: []string{"Content-Encoding", "gzip"},
			status: 413, reason: "larger",
		},
		{name: "not gzip at all", body: []byte("hello"), headers: []string{"Content-Encoding", "gzip"}, status: 400, reason: "gzip"},
		{name: "unknown encoding", body: []byte("x"), headers: []string{"Content-Encoding", "zstd"}, status: 415, reason: "not supported"},
		{name: "deep JSON", body: []byte(deep), headers: []string{"Content-Type", "application/json"}, status: 400, reason: "deep"},
		{
			name: "huge form index", body: []byte("a[99999999]=x"), headers: []string{"Content-Type", "application/x-www-form-urlencoded"},
			status: 400, reason: "index",
		},
		{name: "loop", body: []byte(`{}`), headers: []string{engine.HopHeader, "8"}, status: 400, reason: "loop"},
		{name: "broken UTF-8 stays", body: []byte("{\"a\":\"\xff\xfe\"}"), status: 202, accepted: true},
		{name: "broken JSON stays", body: []byte(`{"a":`), headers: []string{"Content-Type", "application/json"}, status: 202, accepted: true},
		{name: "NUL stays", body: []byte("a\x00b"), status: 202, accepted: true},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, open("open"))
			got := b.send(http.MethodPost, "/in/open", tc.body, tc.headers...)
			require.Equal(t, tc.status, got.status, got.body)
			events := b.stored("open")
			require.Len(t, events, 1)
			e, err := b.db.Event(t.Context(), events[0].ID)
			require.NoError(t, err)
			if tc.accepted {
				require.Equal(t, engine.Accepted, e.Verdict)
				require.Equal(t, tc.body, e.Body)
				return
			}
			require.Equal(t, engine.Rejected, e.Verdict)
			require.Contains(t, e.Reason, tc.reason)
			require.LessOrEqual(t, len(e.Body), 64<<10)
			require.EqualValues(t, len(tc.body), e.Size)
			require.Equal(t, len(tc.body) > 64<<10, e.Truncated)
		})
	}
}

func TestIngest_RefusesManyHeaders(t *testing.T) {
	t.Parallel()
	b := setup(t, open("open"))
	var headers []string
	for i := range engine.MaxHeaders + 1 {
		headers = append(headers, fmt.Sprintf("X-Header-%d", i), "x")
	}
	require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, b.send(http.MethodPost, "/in/open", nil, headers...).status)
	require.EqualValues(t, 1, b.ledger("open").Rejected)
}

func TestIngest_CountsARequestThatComesInChunks(t *testing.T) {
	t.Parallel()
	b := setup(t, open("open"))
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- b.app.Listener(ln) }()
	t.Cleanup(func() {
		require.NoError(t, b.app.Shutdown())
		require.NoError(t, <-served)
	})
	for _, tc := range []struct{ size, status int }{{1 << 20, 202}, {1<<20 + 1, 413}} {
		reader := struct{ *strings.Reader }{strings.NewReader(strings.Repeat("x", tc.size))}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+ln.Addr().String()+"/in/open", reader)
		require.NoError(t, err)
		require.Zero(t, req.ContentLength, "the length must not be known")
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, tc.status, resp.StatusCode)
	}
}

func TestIngest_LimitsTheRateWithoutCountingWhatItTurnsAway(t *testing.T) {
	t.Parallel()
	two := engine.Rate(2)
	slow := open("slow")
	slow.Limits.Rate = &two
	b := setup(t, slow)
	statuses := map[int]int{}
	for range 5 {
		got := b.send(http.MethodPost, "/in/slow", []byte(`{}`))
		statuses[got.status]++
		if got.status == http.StatusTooManyRequests {
			require.Equal(t, "1", got.header.Get("Retry-After"))
		}
	}
	require.Equal(t, map[int]int{202: 2, 429: 3}, statuses)
	require.EqualValues(t, 2, b.ledger("slow").Received)
	require.EqualValues(t, 3, b.handler.Refused()["slow"].Limited)
	require.EqualValues(t, 3, b.handler.Refused()["slow"].InARow)

	later := b.now.Load().Add(time.Second)
	b.now.Store(&later)
	require.Equal(t, http.StatusAccepted, b.send(http.MethodPost, "/in/slow", []byte(`{}`)).status)
	require.Zero(t, b.handler.Refused()["slow"].InARow, "what was taken ends the row")
}

func TestIngest_CountsWhatIsTooLargeOnlyAsThat(t *testing.T) {
	t.Parallel()
	two := engine.Rate(2)
	slow := open("slow")
	slow.Limits.Rate = &two
	b := setup(t, slow)
	b.app = newApp()
	b.app.Post("/in/*", b.handler.Oversized)
	for range 5 {
		require.Equal(t, http.StatusRequestEntityTooLarge, b.send(http.MethodPost, "/in/slow", []byte(`{}`)).status)
	}
	b.work.full.Store(true)
	require.Equal(t, http.StatusRequestEntityTooLarge, b.send(http.MethodPost, "/in/slow", []byte(`{}`)).status)
	require.EqualValues(t, 2, b.ledger("slow").Rejected)
	require.Zero(t, b.handler.Refused()["slow"], "nobody was told to come back later")
}

func TestIngest_AcknowledgesNothingWhenItCannotStore(t *testing.T) {
	t.Parallel()
	b := setup(t, open("open"))
	b.work.full.Store(true)
	got := b.send(http.MethodPost, "/in/open", []byte(`{}`))
	require.Equal(t, http.StatusServiceUnavailable, got.status)
	require.NotEmpty(t, got.header.Get("Retry-After"))
	require.Zero(t, b.ledger("open").Received)
	b.work.full.Store(false)
	require.Equal(t, http.StatusAccepted, b.send(http.MethodPost, "/in/open", []byte(`{}`)).status)
}
