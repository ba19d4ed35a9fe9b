package main_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const openInbox = `version: 1
inboxes:
  - { name: open, verify: { scheme: none }, limits: { body: 64KiB, rate: 0 } }
  - { name: large, verify: { scheme: none }, limits: { body: 1MiB, rate: 0 } }
`

// multipart stands for bytes that would not survive being taken apart and put together.
const multipart = "--b\r\ncontent-disposition: form-data; name=a\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../x\"\r\n\r\n2\r\n--b--\r\nend"

// bomb is a little gzip that becomes 512 MiB.
func bomb(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	require.NoError(t, err)
	zeros := make([]byte, 1<<20)
	for range 512 {
		_, err := w.Write(zeros)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

// memory returns the resident memory of the server in bytes.
func (p *process) memory() int {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	require.NoError(p.t, err)
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.Atoi(strings.Fields(rest)[0])
			require.NoError(p.t, err)
			return kib << 10
		}
	}
	require.Fail(p.t, "no VmHWM")
	return 0
}

func TestServe_KeepsToItsLimits(t *testing.T) {
	t.Parallel()
	const limit = 64 << 10
	dir := t.TempDir()
	p := serve(t, dir, nil, "--max-body", "2MiB")
	apply(t, dir, openInbox)
	api := p.client()
	laughs := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY l2 "&lol;&lol;&lol;&lol;">]><lolz>&l2;</lolz>`
	cases := []struct {
		name, inbox string
		body        []byte
		chunked     bool
		header      map[string]string
		status      int
		decodeError bool
	}{
		{name: "at the limit", body: bytes.Repeat([]byte("x"), limit), status: 202},
		{name: "limit+1", body: bytes.Repeat([]byte("x"), limit+1), status: 413},
		{name: "limit+1 chunked", body: bytes.Repeat([]byte("x"), limit+1), chunked: true, status: 413},
		{name: "over the server's limit", body: bytes.Repeat([]byte("x"), 2<<20+1), status: 413},
		{name: "over the server's limit, chunked", body: bytes.Repeat([]byte("x"), 2<<20+1), chunked: true, status: 413},
		{name: "gzip bomb", inbox: "large", body: bomb(t), header: map[string]string{"Content-Encoding": "gzip"}, status: 413},
		{name: "unknown encoding", body: []byte("x"), header: map[string]string{"Content-Encoding": "zstd"}, status: 415},
		{name: "broken gzip", body: []byte("x"), header: map[string]string{"Content-Encoding": "gzip"}, status: 400},
		{name: "deep json", body: []byte(strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)), header: jsonType(), status: 400},
		{name: "form index", body: []byte("a[99999999]=x"), header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, status: 400},
		{name: "billion laughs", body: []byte(laughs), header: map[string]string{"Content-Type": "application/xml"}, status: 202, decodeError: true},
		{name: "broken utf-8", body: []byte("{\"a\":\"\xff\xfe\"}"), header: jsonType(), status: 202},
		{name: "not json", body: []byte("{"), header: jsonType(), status: 202, decodeError: true},
		{name: "many headers", body: []byte("x"), header: headers(150), status: 431},
		{name: "a zero byte", body: []byte("{\"a\":\"\\u0000\"}"), header: jsonType(), status: 202},
		{name: "multipart", body: []byte(multipart), header: map[string]string{"Content-Type": "multipart/form-data; boundary=b"}, status: 202},
		{name: "empty", status: 202},
	}
	want := ledger{}
	for _, c := range cases {
		inbox := c.inbox
		if inbox == "" {
			inbox = "open"
		}
		var body io.Reader = bytes.NewReader(c.body)
		if c.chunked {
			body = io.MultiReader(body) // hides its length
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+"/in/"+inbox, body)
		require.NoError(t, err)
		for k, v := range c.header {
			req.Header.Set(k, v)
		}
		got, err := send(req)
		require.NoError(t, err, c.name)
		require.Equal(t, c.status, got.status, "%s: %s", c.name, got.body)
		if inbox == "open" {
			want.Received++
			if c.status == 202 {
				want.Accepted++
			} else {
				want.Rejected++
			}
		}
		if c.status != 202 {
			require.True(t, json.Valid([]byte(got.body)), "%s: %s", c.name, got.body)
			continue
		}
		var e event
		api.get("/events/"+got.ID, &e)
		require.Equal(t, c.decodeError, e.DecodeError != "", "%s: %q", c.name, e.DecodeError)
	}
	eventually(t, func() bool { return api.ledger("open").Pending == 0 }, func() string { return fmt.Sprint(api.ledger("open")) })
	got := api.ledger("open")
	require.Equal(t, want.Received, got.Received)
	require.Equal(t, want.Accepted, got.Accepted)
	require.Equal(t, want.Rejected, got.Rejected)
	require.Less(t, p.memory(), 256<<20, "a small request must not become a large one")
}

func jsonType() map[string]string { return map[string]string{"Content-Type": "application/json"} }

func headers(n int) map[string]string {
	out := map[string]string{}
	for i := range n {
		out[fmt.Sprint("X-Test-", i)] = "1"
	}
	return out
}

func TestServe_KeepsLineBreaksOutOfWhatItSends(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	to := newDestination(t, nil)
	mailPort, mails := newMailServer(t)
	slack, posts := newSlack(t, "xoxb-test")
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
	apply(t, dir, fmt.Sprintf(`version: 1
inboxes: [{ name: open, verify: { scheme: none } }]
connections:
  - { name: mail, type: smtp, with: { host: 127.0.0.1, port: %d, tls: none, from: patchbay@example.com } }
  - { name: chat, type: slack, with: { botToken: xoxb-test, apiUrl: "%s" } }
rules:
  - { name: Header, inbox: open, steps: [{ key: a, action: http, with: { method: POST, url: "%s/x", headers: { X-Title: "{{ payload.title }}" } } }] }
  - { name: Mail, inbox: open, steps: [{ key: a, action: email, connection: mail, with: { to: a@example.com, subject: "{{ payload.title }}", text: t } }] }
  - { name: Recipient, inbox: open, steps: [{ key: a, action: email, connection: mail, with: { to: "{{ payload.to }}", subject: s, text: t } }] }
  - { name: Chat, inbox: open, steps: [{ key: a, action: slack, connection: chat, with: { channel: "#ops", text: "{{ payload.title }}" } }] }
`, mailPort, slack, to.URL))
	api := p.client()
	p.accepted(delivery{path: "/in/open", header: jsonType(), body: []byte(
		`{"title":"a\r\nBcc: evil@example.com\r\n\r\n<!channel> <@U1>","to":"a@example.com>\r\nRCPT TO:<evil@example.com"}`)})
	states := map[string]string{}
	for _, r := range api.settled("", 4) {
		states[r.RuleID] = r.State
	}
	require.Equal(t, "failed", states["header"], "a header with a line break is refused")
	require.Empty(t, to.list())
	require.Equal(t, "failed", states["recipient"])
	for range len(mails) {
		m := next(t, mails, "a mail")
		require.Equal(t, []string{"TO:<a@example.com>"}, m.to)
		head, _, _ := strings.Cut(m.text, "\n\n")
		require.NotContains(t, head, "\nBcc:")
	}
	require.Equal(t, "succeeded", states["chat"])
	text := fmt.Sprint(next(t, posts, "the Slack message")["text"])
	require.NotContains(t, text, "<!channel>")
	require.NotContains(t, text, "<@U1>")
}

func TestServe_TrustsNobodyAboutAddressesUnlessTold(t *testing.T) {
	t.Parallel()
	spoofed := func(flags ...string) string {
		dir := t.TempDir()
		p := serve(t, dir, nil, flags...)
		apply(t, dir, openInbox)
		got := p.accepted(delivery{path: "/in/open", header: map[string]string{"X-Forwarded-For": "203.0.113.9"}, body: []byte("x")})
		var e event
		p.client().get("/events/"+got.ID, &e)
		return e.IP
	}
	require.Equal(t, "127.0.0.1", spoofed())
	require.Equal(t, "203.0.113.9", spoofed("--trusted-proxy", "127.0.0.0/8"))
}

func TestServe_VerifiesMultipartOverItsOwnBytes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := serve(t, dir, nil)
	apply(t, dir, fmt.Sprintf(`{version: 1, inboxes: [{ name: load, verify: { scheme: github, secret: %q } }]}`, secret))
	p.accepted(signed(delivery{path: "/in/load", body: []byte(multipart), header: map[string]string{"Content-Type": "multipart/form-data; boundary=b"}}))
}
