package email_test

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/actions/actiontest"
	"patchbay/actions/email"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

func newClient(t *testing.T, roots *x509.CertPool) *outbound.Client {
	t.Helper()
	c, err := outbound.New(outbound.Options{Allow: []string{"127.0.0.1"}, RootCAs: roots})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func newAction(t *testing.T, roots *x509.CertPool) engine.Action {
	t.Helper()
	c := newClient(t, roots)
	return email.New(c, email.NewConnection(c))
}

func plain() map[string]any { return map[string]any{"tls": "none"} }

func call(c *engine.Connection, with map[string]any) engine.Call {
	return engine.Call{
		With: with, Template: with, Connection: c, Key: "kE-y_1",
		Now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
}

func simple() map[string]any {
	return map[string]any{"to": "ann@example.org", "subject": "Hello", "text": "A line\n.\nwith a dot"}
}

func TestEmail_Conformance(t *testing.T) {
	t.Parallel()
	s := startServer(t, &mailServer{})
	refusing := startServer(t, &mailServer{script: map[string]string{"RCPT": "550 no mail-password here"}})
	hanging := startServer(t, &mailServer{script: map[string]string{"RCPT": "hang"}})
	full := map[string]any{
		"to": []any{"ann@example.org", "Bob <bob@example.org>"}, "cc": "c@example.org", "bcc": "d@example.org",
		"replyTo": "r@example.org", "from": "x@example.com", "subject": "Hi", "text": "mail-password", "html": "<p>x</p>",
	}
	hang := call(hanging.connection(plain()), simple())
	actiontest.Exercise(t, actiontest.Subject{
		New:     func(_ *testing.T, c *outbound.Client) engine.Action { return email.New(c, email.NewConnection(c)) },
		Calls:   []engine.Call{call(s.connection(plain()), full), call(s.connection(plain()), simple())},
		Failing: []engine.Call{call(refusing.connection(plain()), simple())},
		Hanging: &hang, Arrived: hanging.arrived,
		Secrets: []string{"mail-password"},
	})
}

func TestEmail_SendsWhatThePreviewShows(t *testing.T) {
	t.Parallel()
	s := startServer(t, &mailServer{})
	a := newAction(t, nil)
	plan, err := a.Plan(t.Context(), call(s.connection(plain()), map[string]any{
		"to": []any{"Ann Ö <ann@example.org>, b@example.org"}, "cc": "ann@example.org", "bcc": []any{"hidden@example.net"},
		"replyTo": "Support <s@example.org>", "subject": "Grüße {{ not a template }}", "text": "Zeile 1\n.\nZ 2 ä", "html": "<b>x</b>",
	}))
	require.NoError(t, err)
	require.Equal(t, "smtp://"+s.listener.Addr().String(), plan.Destination)
	result, err := a.Do(t.Context(), plan)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"messageId": "<kE-y_1@example.com>"}, result.Output)

	got := s.only(t)
	require.Equal(t, "FROM:<ops@example.com> BODY=8BITMIME", got.from)
	require.Equal(t, []string{"TO:<ann@example.org>", "TO:<b@example.org>", "TO:<hidden@example.net>"}, got.to)
	require.Equal(t, "|ops|mail-password", got.user)
	require.Equal(t, plan.Preview.Body, got.data, "to the byte")
	require.Equal(t, "mail", plan.Preview.Kind)
	require.Equal(t, []string{"ann@example.org", "b@example.org", "hidden@example.net"}, plan.Preview.To)
	require.NotContains(t, got.data, "hidden@")

	m, err := mail.ReadMessage(strings.NewReader(got.data))
	require.NoError(t, err)
	require.Equal(t, "<kE-y_1@example.com>", m.Header.Get("Message-Id"))
	require.Equal(t, "Fri, 02 Jan 2026 03:04:05 +0000", m.Header.Get("Date"))
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	require.NoError(t, err)
	require.Equal(t, "Grüße {{ not a template }}", subject)
	require.Equal(t, `"Support" <s@example.org>`, m.Header.Get("Reply-To"))
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	require.NoError(t, err)
	require.Equal(t, "multipart/alternative", kind)
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, want := range []string{"Zeile 1\r\n.\r\nZ 2 ä", "<b>x</b>"} {
		p, err := parts.NextRawPart()
		require.NoError(t, err)
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		require.NoError(t, err)
		require.Equal(t, want, strings.TrimSpace(string(body)))
	}
}

func TestEmail_Encryption(t *testing.T) {
	t.Parallel()
	config, roots := certificate(t)
	for _, tc := range []struct {
		name    string
		server  *mailServer
		mode    any
		roots   *x509.CertPool
		failure string
	}{
		{"starttls is the default", &mailServer{tls: config}, nil, roots, ""},
		{"tls", &mailServer{tls: config, secure: true}, "tls", roots, ""},
		{"none", &mailServer{tls: config}, "none", nil, ""},
		{"no STARTTLS offered", &mailServer{}, nil, roots, "127.0.0.1 offers no encryption (STARTTLS)"},
		{"certificate not trusted", &mailServer{tls: config}, nil, nil, "is not trusted;"},
		{"certificate not trusted with tls", &mailServer{tls: config, secure: true}, "tls", nil, "is not trusted;"},
		{"tls on a plain port", &mailServer{}, "tls", roots, "does not speak TLS on this port;"},
		{"STARTTLS refused", &mailServer{tls: config, script: map[string]string{"STARTTLS": "454 not now"}}, nil, roots, "with code 454;"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, tc.server)
			with := map[string]any{}
			if tc.mode != nil {
				with["tls"] = tc.mode
			}
			a := newAction(t, tc.roots)
			plan, err := a.Plan(t.Context(), call(s.connection(with), simple()))
			require.NoError(t, err)
			_, err = a.Do(t.Context(), plan)
			if tc.failure == "" {
				require.NoError(t, err)
				require.Equal(t, tc.mode != "none", s.only(t).encrypted)
				return
			}
			require.ErrorContains(t, err, tc.failure)
			require.Equal(t, engine.OutcomeNotSent, engine.AsFailure(err).Outcome)
			s.mu.Lock()
			defer s.mu.Unlock()
			for _, c := range s.commands {
				require.False(t, strings.HasPrefix(c, "AUTH") || strings.HasPrefix(c, "MAIL"), c)
			}
		})
	}
}

func TestEmail_Replies(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name      string
		script    map[string]string
		permanent bool
		down      bool
		outcome   engine.Outcome
		message   string
	}{
		{"greeting 554", map[string]string{"greeting": "554 no"}, true, false, engine.OutcomeNotSent, "127.0.0.1 refused the connection with code 554; its reply says why."},
		{"greeting 421", map[string]string{"greeting": "421 busy"}, false, true, engine.OutcomeNotSent, "127.0.0.1 does not take the connection now, with code 421; its reply says why."},
		{"not SMTP", map[string]string{"greeting": "HTTP/1.1 400 Bad Request"}, false, true, engine.OutcomeNotSent, "127.0.0.1 does not speak like a mail server; check server and port."},
		{"too much talk", map[string]string{"EHLO": "flood"}, false, true, engine.OutcomeNotSent, "127.0.0.1 does not speak like a mail server; check server and port."},
		{"password", map[string]string{"AUTH": "535 no"}, true, false, engine.OutcomeNotSent, "127.0.0.1 refused the user name or password of the connection."},
		{"password later", map[string]string{"AUTH": "454 later"}, false, false, engine.OutcomeNotSent, "127.0.0.1 does not take the connection now, with code 454; its reply says why."},
		{"no AUTH", map[string]string{"EHLO": "250 mail.test"}, true, false, engine.OutcomeNotSent, "127.0.0.1 offers no way to sign in with a user name and password."},
		{"sender", map[string]string{"MAIL": "550 no"}, true, false, engine.OutcomeNotSent, "127.0.0.1 refused the sender ops@example.com with code 550; its reply says why."},
		{"greylisted", map[string]string{"RCPT": "451 later"}, false, false, engine.OutcomeNotSent, "127.0.0.1 does not take the recipient ann@example.org now, with code 451; its reply says why."},
		{"recipient", map[string]string{"RCPT": "550 no"}, true, false, engine.OutcomeNotSent, "127.0.0.1 refused the recipient ann@example.org with code 550; its reply says why."},
		{"data", map[string]string{"DATA": "552 full"}, true, false, engine.OutcomeNotSent, "127.0.0.1 refused the mail with code 552; its reply says why."},
		{"content", map[string]string{"end": "554 spam"}, true, false, engine.OutcomeNotSent, "127.0.0.1 refused the mail with code 554; its reply says why."},
		{"content later", map[string]string{"end": "452 full"}, false, false, engine.OutcomeNotSent, "127.0.0.1 does not take the mail now, with code 452; its reply says why."},
		{"dropped before data", map[string]string{"RCPT": "drop"}, false, true, engine.OutcomeNotSent, "127.0.0.1 broke off the connection before the mail was complete; check the port, and whether the mail server is in order."},
		{"dropped after data", map[string]string{"end": "drop"}, false, true, engine.OutcomeUnknown, "127.0.0.1 did not say whether it took the mail; it may have been sent: ask somebody who should have got it."},
		{"dropped at the end", map[string]string{"QUIT": "drop"}, false, false, engine.OutcomeNone, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, &mailServer{script: tc.script})
			a := newAction(t, nil)
			plan, err := a.Plan(t.Context(), call(s.connection(plain()), simple()))
			require.NoError(t, err)
			_, err = a.Do(t.Context(), plan)
			if tc.message == "" {
				require.NoError(t, err)
				return
			}
			f := engine.AsFailure(err)
			require.Equal(t, tc.message, f.Message)
			require.Equal(t, tc.permanent, f.Permanent)
			require.Equal(t, tc.down, f.Down)
			require.Equal(t, tc.outcome, f.Outcome)
		})
	}
}

func TestEmail_HidesAPasswordThatTheServerRepeats(t *testing.T) {
	t.Parallel()
	said := base64.StdEncoding.EncodeToString([]byte("\x00ops\x00mail-password"))
	s := startServer(t, &mailServer{script: map[string]string{"AUTH": "454 what is " + said + " " + strings.Repeat("x", 900) + " mail-password"}})
	a := newAction(t, nil)
	plan, err := a.Plan(t.Context(), call(s.connection(plain()), simple()))
	require.NoError(t, err)
	_, err = a.Do(t.Context(), plan)
	f := engine.AsFailure(err)
	shown := fmt.Sprint(f.Output, f.Err)
	require.Contains(t, shown, "what is [redacted]")
	require.NotContains(t, shown, said)
	require.NotContains(t, shown, "mail-p")
}

func TestEmail_TimesOut(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]engine.Outcome{"RCPT": engine.OutcomeNotSent, "end": engine.OutcomeUnknown} {
		s := startServer(t, &mailServer{script: map[string]string{command: "hang"}})
		a := newAction(t, nil)
		plan, err := a.Plan(t.Context(), call(s.connection(plain()), simple()))
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		_, err = a.Do(ctx, plan)
		cancel()
		require.Equal(t, want, engine.AsFailure(err).Outcome, command)
	}
}

func TestEmail_WaitsForNoGoodbye(t *testing.T) {
	t.Parallel()
	s := startServer(t, &mailServer{script: map[string]string{"QUIT": "hang"}})
	a := newAction(t, nil)
	plan, err := a.Plan(t.Context(), call(s.connection(plain()), simple()))
	require.NoError(t, err)
	begun := time.Now()
	_, err = a.Do(t.Context(), plan)
	require.NoError(t, err, "the mail is taken")
	require.Less(t, time.Since(begun), 10*time.Second)
}

func TestEmail_KeepsToTheAddressPolicy(t *testing.T) {
	t.Parallel()
	s := startServer(t, &mailServer{})
	c, err := outbound.New(outbound.Options{})
	require.NoError(t, err)
	a := email.New(c, email.NewConnection(c))
	plan, err := a.Plan(t.Context(), call(s.connection(plain()), simple()))
	require.NoError(t, err)
	_, err = a.Do(t.Context(), plan)
	require.ErrorContains(t, err, "is a private address")
	require.True(t, engine.AsFailure(err).Permanent)
}
