package email_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions/actiontest"
	"patchbay/actions/email"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

func wired(tb testing.TB, wire *actiontest.Wire) engine.Action {
	tb.Helper()
	c, err := outbound.New(outbound.Options{Allow: []string{"10.1.1.1"}, Connect: wire.Connect})
	require.NoError(tb, err)
	tb.Cleanup(c.Close)
	return email.New(c, email.NewConnection(c))
}

func wiredConnection(username string) *engine.Connection {
	c := &engine.Connection{Name: "ops-mail", Type: "smtp", With: map[string]any{
		"host": "10.1.1.1", "port": int64(25), "from": "Patchbay <ops@example.com>", "tls": "none",
	}}
	if username != "" {
		c.With["username"], c.Secrets = username, map[string]engine.Secret{"password": "mail-password"}
	}
	return c
}

// Whatever stands in a field for addresses, mail goes to plain addresses only.
func FuzzPlan_Address(f *testing.F) {
	f.Add("ann@example.org")
	f.Add(`"a> NOTIFY=NEVER x"@example.org`)
	f.Add("Ann <ann@example.org>, b@example.org")
	f.Add("=?utf-8?q?a=0D=0AB: c?= <a@b.c>")
	f.Add("ops: a@b.c, d@e.f;")
	f.Add("a@[127.0.0.1]")
	f.Fuzz(func(t *testing.T, address string) {
		with := simple()
		with["to"] = address
		plan, err := wired(t, &actiontest.Wire{}).Plan(t.Context(), call(wiredConnection(""), with))
		if err != nil {
			require.Equal(t, engine.KindInvalid, engine.KindOf(err))
			return
		}
		for _, to := range plan.Preview.To {
			require.False(t, strings.ContainsAny(to, " <>\"\r\n\t\\,;:()[]"), to)
			require.Equal(t, 1, strings.Count(to, "@"))
		}
	})
}

// Whatever a payload puts into a mail, it is one mail with the headers it should have.
func FuzzMail(f *testing.F) {
	f.Add("Hello", "Ann", "A line\n.\nwith a dot", "", "kE-y_1")
	f.Add("a\r\nBcc: evil@example.org", "Ann\r\nX: y", "\r\n.\r\nMAIL FROM:<x@y>", "<p>.\r\n.</p>", "")
	f.Add(strings.Repeat("ä", 400), "\"Ann\" (x)", "\x00\xff", strings.Repeat("x", 2000), "a b\nc")
	f.Add("=?utf-8?q?=0D=0A?=", "Ö", "--patchbay-", "--patchbay-x--", "../..")
	allowed := []string{
		"From", "To", "Subject", "Message-Id", "Date", "Auto-Submitted", "X-Mailer", "Mime-Version", "Content-Type", "Content-Transfer-Encoding",
	}
	f.Fuzz(func(t *testing.T, subject, name, text, html, key string) {
		wire := &actiontest.Wire{Early: true, Answer: []byte("220 a\r\n250 a\r\n250 a\r\n250 a\r\n354 a\r\n250 a\r\n221 a\r\n")}
		a := wired(t, wire)
		with := map[string]any{"to": name + " <ann@example.org>", "subject": subject, "text": text, "html": html}
		c := call(wiredConnection(""), with)
		c.Key = key
		c.Template = map[string]any{"to": "{{ payload.name }} <ann@example.org>"}
		plan, err := a.Plan(t.Context(), c)
		if err != nil {
			require.Equal(t, engine.KindInvalid, engine.KindOf(err), "%v", err)
			return
		}
		_, err = a.Do(t.Context(), plan)
		require.NoError(t, err)
		sent := bufio.NewReader(bytes.NewReader(wire.Sent("10.1.1.1:25")))
		for _, want := range []string{"EHLO example.com", "MAIL FROM:<ops@example.com>", "RCPT TO:<ann@example.org>", "DATA"} {
			line, err := sent.ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, want+"\r\n", line)
		}
		data, err := io.ReadAll(textproto.NewReader(sent).DotReader())
		require.NoError(t, err)
		rest, err := io.ReadAll(sent)
		require.NoError(t, err)
		require.Equal(t, "QUIT\r\n", string(rest), "the mail ended early")
		m, err := mail.ReadMessage(bytes.NewReader(data))
		require.NoError(t, err)
		for header, values := range m.Header {
			require.Contains(t, allowed, header)
			require.Len(t, values, 1, header)
		}
		to, err := m.Header.AddressList("To")
		require.NoError(t, err)
		require.Len(t, to, 1)
		require.Equal(t, "ann@example.org", to[0].Address)
		if plain := strings.Trim(subject, "abcdefghijklmnopqrstuvwxyz") == ""; plain && len(subject) < 60 {
			got, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
			require.NoError(t, err)
			require.Equal(t, subject, got)
		}
	})
}

// Whatever a mail server says, a mail counts as sent only when the server took it,
// and as perhaps sent only when all of it was written.
func FuzzReplies(f *testing.F) {
	f.Add("220 a\r\n250 a\r\n250 a\r\n250 a\r\n354 a\r\n250 queued\r\n221 bye\r\n", "")
	f.Add("220 a\r\n250-a\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256\r\n334 \r\n235 yes\r\n250 a\r\n250 a\r\n354 a\r\n250 a\r\n", "ops")
	f.Add("220 a\r\n250-a\r\n250 AUTH CRAM-MD5\r\n334 !!!\r\n", "ops")
	f.Add("220 a\r\n250-a\r\n250 AUTH SCRAM-SHA-256\r\n334 cj1h\r\n334 r=,s=,i=99999999999\r\n", "ops")
	f.Add("220 a\r\n502 a\r\n250 a\r\n250 a\r\n250 a\r\n354 a\r\n554 mail-password is spam\r\n", "")
	f.Add("421 busy\r\n", "")
	f.Add("HTTP/1.1 400 Bad Request\r\n\r\n", "")
	f.Add("220-\r\n220-\r\n220-", "")
	f.Add("220 a\r\n250 a\r\n250 a\r\n250 a\r\n354 a\r\n", "")
	f.Fuzz(func(t *testing.T, replies, username string) {
		if username != "" {
			username = "ops"
		}
		wire := &actiontest.Wire{Early: true, Answer: []byte(replies)}
		a := wired(t, wire)
		plan, err := a.Plan(t.Context(), call(wiredConnection(username), simple()))
		require.NoError(t, err)
		result, err := a.Do(t.Context(), plan)
		complete := bytes.Contains(wire.Sent("10.1.1.1:25"), []byte("\r\n.\r\n"))
		if err == nil {
			require.True(t, complete, "%q", wire.Sent("10.1.1.1:25"))
			require.Contains(t, codes(replies), 250)
			return
		}
		failure, ok := errors.AsType[*engine.Failure](err)
		require.True(t, ok, "%v", err)
		require.True(t, strings.HasSuffix(failure.Message, "."), failure.Message)
		if failure.Outcome == engine.OutcomeUnknown {
			require.True(t, complete)
		}
		text, err := json.Marshal([]any{failure.Message, failure.Output, result})
		require.NoError(t, err)
		if username != "" {
			require.NotContains(t, string(text), "mail-password")
		}
	})
}

// codes returns the codes of all replies, among lines that are none: a client may go
// on after one, as with HELO when EHLO was answered by it.
func codes(replies string) []int {
	r := textproto.NewReader(bufio.NewReader(strings.NewReader(replies)))
	var all []int
	for {
		code, _, err := r.ReadResponse(0)
		if code != 0 {
			all = append(all, code)
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return slices.Compact(all)
		}
	}
}
