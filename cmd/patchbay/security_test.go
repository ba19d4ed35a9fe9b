package main_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// Half a MiB that becomes 512 must not cost more than what it says it is.
func TestServe_BombsTakeNoMemory(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("the memory of a process is read from /proc")
	}
	dir := t.TempDir()
	p := serve(t, dir, nil)
	apply(t, dir, openInbox)
	packed := bomb(t)
	require.Greater(t, len(packed), 500<<10)
	send := func(header map[string]string) int {
		got, err := p.deliver(t.Context(), delivery{path: "/in/large", header: header, body: packed})
		require.NoError(t, err)
		return got.status
	}
	for range 5 { // what any body of this size takes
		require.Equal(t, http.StatusAccepted, send(nil))
	}
	before := p.memory()
	for _, encoding := range []string{"gzip", "gzip, gzip", "deflate", "br", "identity, gzip"} {
		require.Contains(t, []int{400, 413, 415}, send(map[string]string{"Content-Encoding": encoding}), encoding)
	}
	require.Less(t, p.memory()-before, 16<<20)
}

func TestServe_WritesNoUploadsToDisk(t *testing.T) {
	t.Parallel()
	dir, scratch := t.TempDir(), t.TempDir()
	p := serve(t, dir, []string{"TMPDIR=" + scratch})
	apply(t, dir, openInbox)
	body := strings.Replace(multipart, "\r\n2\r\n", "\r\n"+strings.Repeat("x", 900<<10)+"\r\n", 1)
	got := p.accepted(delivery{path: "/in/large", body: []byte(body), header: map[string]string{"Content-Type": "multipart/form-data; boundary=b"}})
	var e event
	p.client().get("/events/"+got.ID, &e)
	require.Equal(t, map[string]any{"a": "1", "f": map[string]any{"name": "f", "filename": "x", "contentType": "", "size": float64(900 << 10)}}, e.Payload)
	entries, err := os.ReadDir(scratch)
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestServe_RefusesALargeHead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := serve(t, dir, nil)
	apply(t, dir, openInbox)
	for size, status := range map[int]int{12 << 10: http.StatusAccepted, 17 << 10: http.StatusRequestHeaderFieldsTooLarge, 1 << 20: http.StatusRequestHeaderFieldsTooLarge} {
		got, err := p.deliver(t.Context(), delivery{path: "/in/open", header: map[string]string{"X-Large": strings.Repeat("x", size)}, body: []byte("x")})
		require.NoError(t, err)
		require.Equal(t, status, got.status, size)
	}
}

func TestServe_KeepsTheAddressKeyOutOfItsLog(t *testing.T) {
	t.Parallel()
	const key = "the-secret-part-of-an-address-01"
	dir := t.TempDir()
	p := serve(t, dir, nil, "--log-level", "debug")
	apply(t, dir, `{version: 1, inboxes: [{ name: keyed, verify: { scheme: key, key: `+key+` } }]}`)
	p.accepted(delivery{path: "/in/keyed/" + key, body: []byte(`{}`)})
	for _, path := range []string{"/in/keyed/" + key + "x", "/in/keyed?key=" + key, "/in/nothing/" + key, "/in/keyed/" + key + "/more"} {
		got, err := p.deliver(t.Context(), delivery{path: path, body: []byte(`{}`)})
		require.NoError(t, err)
		require.Equal(t, http.StatusNotFound, got.status, path)
	}
	got, err := p.deliver(t.Context(), delivery{path: "/in/keyed/" + key, body: bytes.Repeat([]byte("x"), 2<<20)})
	require.NoError(t, err)
	require.Equal(t, http.StatusRequestEntityTooLarge, got.status)
	require.Zero(t, p.terminate())
	require.NotContains(t, p.logged(), key)
}

func TestServe_AcknowledgesWhileDestinationsHang(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	var done atomic.Int64
	to := newDestination(t, func(http.ResponseWriter, *http.Request) bool {
		<-release
		done.Add(1)
		return false
	})
	dir := t.TempDir()
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
	t.Cleanup(func() { close(release) })
	apply(t, dir, fmt.Sprintf(threeSteps, secret, to.URL))
	var senders errgroup.Group
	senders.SetLimit(16)
	for n := range 200 {
		senders.Go(func() error {
			got, err := p.deliver(t.Context(), load(n))
			if err == nil && got.status != http.StatusAccepted {
				err = fmt.Errorf("%d: %s", got.status, got.body)
			}
			return err
		})
	}
	require.NoError(t, senders.Wait())
	next(t, to.arrived, "a first step")
	require.Zero(t, done.Load(), "all were acknowledged before any step was done")
}

func TestServe_HasNoDefaultCredentials(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	ask := func(method, path, body string, header map[string]string) int {
		req, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/json")
		for name, value := range header {
			req.Header.Set(name, value)
		}
		got, err := send(req)
		require.NoError(t, err)
		return got.status
	}
	require.Equal(t, http.StatusForbidden, ask(http.MethodPost, "/api/v1/setup", `{"token":"","email":"a@example.com","password":"a long password"}`, nil))
	for _, email := range []string{"", "admin", "admin@example.com", "root"} {
		for _, word := range []string{"", "admin", "password", "patchbay"} {
			status := ask(http.MethodPost, "/api/v1/login", fmt.Sprintf(`{"email":%q,"password":%q}`, email, word), nil)
			require.Equal(t, http.StatusUnauthorized, status, email)
		}
	}
	for _, token := range []string{"", "Bearer ", "Bearer admin", "Bearer pb_", "Basic YWRtaW46YWRtaW4=", "Bearer null"} {
		require.Equal(t, http.StatusUnauthorized, ask(http.MethodGet, "/api/v1/inboxes", "", map[string]string{"Authorization": token}), token)
	}
	for _, path := range []string{"/metrics", "/api/v1/backup", "/api/v1/export", "/api/v1/live", "/api/v1/users"} {
		require.Equal(t, http.StatusUnauthorized, ask(http.MethodGet, path, "", nil), path)
	}
}
