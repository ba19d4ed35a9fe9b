package main_test

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// refusals are destinations that say no.
func refusals() []*fault {
	var faults []*fault
	for status, advice := range map[int]string{
		http.StatusBadRequest:          "; check the address and what the step sends.",
		http.StatusUnauthorized:        "; check the key or password of the connection.",
		http.StatusNotFound:            "; check the address and what the step sends.",
		http.StatusGone:                ": this address is no longer in use.",
		http.StatusUnprocessableEntity: "; check the address and what the step sends.",
	} {
		answer := strconv.Itoa(status) + " " + http.StatusText(status)
		faults = append(faults, &fault{
			name: "says-" + strconv.Itoa(status), answer: func(v *visit) { v.answer(answer, "{}") },
			want: []string{notSent}, says: " answered " + answer + advice,
		})
	}
	for status, outcome := range map[int]string{
		http.StatusRequestTimeout: notSent, http.StatusTooEarly: notSent, http.StatusTooManyRequests: notSent,
		http.StatusInternalServerError: notSent, http.StatusServiceUnavailable: notSent,
		// What a gateway says tells nothing of the request behind it.
		http.StatusBadGateway: unknown, http.StatusGatewayTimeout: unknown,
	} {
		answer := strconv.Itoa(status) + " " + http.StatusText(status)
		faults = append(faults, &fault{
			name: "says-" + strconv.Itoa(status), answer: twice(func(v *visit) { v.answer(answer, "{}") }),
			want: []string{outcome, outcome, wasSent}, says: " answered " + answer + "; ",
		})
	}
	return faults
}

// waits are destinations that say when to come back.
func waits() []*fault {
	const tooMany, unavailable = "429 Too Many Requests", "503 Service Unavailable"
	const long, short = "{ attempts: 2, over: 20s }", "{ attempts: 2, over: 1s }"
	wait := func(name, status, after, retry string, least time.Duration) *fault {
		return &fault{
			name: name, answer: once(func(v *visit) { v.answer(status, "{}", "Retry-After: "+after) }),
			retry: retry, want: []string{notSent, wasSent}, says: status, check: notBefore(least),
		}
	}
	return []*fault{
		wait("busy-seconds", tooMany, "1", long, time.Second),
		wait("busy-for-a-week", tooMany, "604800", short, time.Second),
		wait("busy-until-2099", tooMany, "Thu, 31 Dec 2099 23:59:59 GMT", short, time.Second),
		wait("busy-nonsense", tooMany, "soon", short, 800*time.Millisecond),
		wait("busy-yesterday", tooMany, "Thu, 01 Jan 2026 00:00:00 GMT", short, 800*time.Millisecond),
		wait("away-seconds", unavailable, "1", long, time.Second),
		untilDate("busy-date", tooMany, long),
		untilDate("away-date", unavailable, long),
	}
}

// untilDate is a destination that names the second in which it may be called again.
func untilDate(name, status, retry string) *fault {
	var until time.Time
	return &fault{
		name: name, answer: once(func(v *visit) {
			until = time.Now().Add(2 * time.Second).Truncate(time.Second)
			v.answer(status, "{}", "Retry-After: "+until.UTC().Format(http.TimeFormat))
		}),
		retry: retry, want: []string{notSent, wasSent}, says: status,
		check: func(t *testing.T, f *fault, _ []tried) {
			t.Helper()
			visits, _ := f.server.seen()
			require.Len(t, visits, 2, f.name)
			require.False(t, visits[1].at.Before(until), "%s: %s is before %s", f.name, visits[1].at, until)
		},
	}
}

// notBefore requires that the second request came at least so long after the first,
// and not much later.
func notBefore(least time.Duration) func(*testing.T, *fault, []tried) {
	return func(t *testing.T, f *fault, _ []tried) {
		t.Helper()
		visits, _ := f.server.seen()
		require.Len(t, visits, 2, f.name)
		gap := visits[1].at.Sub(visits[0].at)
		require.GreaterOrEqual(t, gap, least, f.name)
		require.Less(t, gap, patience, f.name)
	}
}

// errorsInside are destinations that answer 200 and mean something else.
func errorsInside(t *testing.T) []*fault {
	t.Helper()
	const bot = `type: slack, with: { botToken: xoxb-test, apiUrl: "URL" }`
	inside := func(body string, head ...string) func(v *visit) {
		return func(v *visit) { v.answer("200 OK", body, head...) }
	}
	posted := `{"ok":true,"channel":"C1","ts":"1503435956.000247"}`
	thenPosted := func(bad func(*visit)) func(*visit) {
		return func(v *visit) {
			if v.nth < 1 {
				bad(v)
				return
			}
			v.answer("200 OK", posted)
		}
	}
	return []*fault{
		{
			name: "slack-rate", action: "slack", conn: bot, answer: thenPosted(inside(`{"ok":false,"error":"ratelimited"}`, "Retry-After: 2")),
			retry: "{ attempts: 2, over: 20s }", want: []string{notSent, wasSent}, says: "it is tried again when Slack allows it", check: notBefore(2 * time.Second),
		},
		{
			name: "slack-429", action: "slack", conn: bot, answer: thenPosted(func(v *visit) { v.answer("429 Too Many Requests", "", "Retry-After: 1") }),
			retry: "{ attempts: 2, over: 20s }", want: []string{notSent, wasSent}, says: "it is tried again when Slack allows it", check: notBefore(time.Second),
		},
		{
			name: "slack-trouble", action: "slack", conn: bot, answer: thenPosted(inside(`{"ok":false,"error":"internal_error"}`)),
			want: []string{notSent, wasSent}, says: "Slack has a problem of its own (internal_error)",
		},
		{
			name: "slack-channel", action: "slack", conn: bot, answer: inside(`{"ok":false,"error":"channel_not_found"}`),
			want: []string{notSent}, says: "check the name or invite the app",
		},
		{
			name: "slack-page", action: "slack", conn: bot, answer: inside(`<html>Welcome</html>`),
			want: []string{unknown}, says: "in a way that Slack does not; check the address of the API",
		},
		{
			name: "error-in-body", answer: inside(`{"ok":false,"error":"no such thing"}`),
			more: `, { key: b, action: filter, with: { when: "steps.a.body.ok == true" } }, { key: c, action: note, with: { text: never } }`,
			want: []string{wasSent}, state: "filtered", check: hasBody(map[string]any{"ok": false, "error": "no such thing"}),
		},
		{
			name: "not-expected", answer: inside(`{}`), with: `, expect: [201]`,
			want: []string{unknown}, says: " answered 200 OK, which expect does not list; the request may have done what it should",
		},
	}
}

// redirects are destinations that send the request elsewhere.
func redirects(t *testing.T) []*fault {
	t.Helper()
	const follow = ", followRedirects: true"
	to := func(status int, where string) func(*visit) {
		return func(v *visit) { v.answer(fmt.Sprint(status, " Go"), "", "Location: "+where) }
	}
	private := &badServer{answer: (*visit).ok}
	private.open(t, "127.0.0.9:0")
	other := &badServer{answer: (*visit).ok}
	other.open(t, "127.0.0.1:0")
	dead := "http://" + closedPort(t)
	return []*fault{
		{name: "circle", method: "GET", with: follow, answer: to(302, "/"), visits: 6, want: []string{notSent}, says: " redirects too often; check the address"},
		{name: "circle-of-posts", with: follow, answer: to(307, "/"), visits: 6, want: []string{notSent}, says: " redirects too often; check the address"},
		// The POST arrived and got an answer of a kind that forms give when they are done.
		{name: "circle-after-post", with: follow, answer: to(303, "/"), visits: 6, want: []string{unknown}, says: " redirects too often; check the address"},
		{name: "dead-end", with: follow, answer: to(307, dead), want: []string{notSent, notSent, notSent}, says: " refused the connection"},
		{name: "dead-end-after-post", with: follow, answer: to(303, dead), want: []string{unknown, unknown, unknown}, says: " refused the connection"},
		{
			name: "to-private", with: follow, answer: to(307, private.url()), want: []string{notSent}, says: "127.0.0.9 or add it under Settings",
			check: func(t *testing.T, f *fault, _ []tried) {
				t.Helper()
				_, connections := private.seen()
				require.Zero(t, connections, f.name)
			},
		},
		{name: "to-metadata", with: follow, answer: to(302, "http://169.254.169.254/latest"), want: []string{unknown}, says: "is a private address and may not be called"},
		{name: "to-file", method: "GET", with: follow, answer: to(302, "file:///etc/passwd"), want: []string{notSent}, says: "must begin with https:// or http://"},
		{
			name: "to-another-host", with: follow + `, headers: { X-Api-Key: k-secret, Cookie: c-secret }`, answer: to(307, other.url()),
			conn: "type: http, with: { token: t-secret }", want: []string{wasSent},
			check: func(t *testing.T, f *fault, _ []tried) {
				t.Helper()
				first, _ := f.server.seen()
				require.Equal(t, "Bearer t-secret", first[0].header.Get("Authorization"))
				require.Equal(t, "k-secret", first[0].header.Get("X-Api-Key"))
				second, _ := other.seen()
				require.Len(t, second, 1)
				require.NotContains(t, fmt.Sprint(second[0].header), "secret", "credentials are for the first host only")
				require.Equal(t, first[0].key, second[0].key)
				require.Equal(t, first[0].body, second[0].body)
			},
		},
		{name: "moved", answer: to(301, "/new"), want: []string{notSent}, says: "which points to another address; use that one or turn on followRedirects"},
		{name: "done-see-there", answer: to(303, "/done"), want: []string{unknown}, says: "the request may have done what it should: turn on followRedirects"},
	}
}

// overTLS are destinations whose TLS is wrong.
func overTLS(t *testing.T, ids identities, hanging time.Duration) []*fault {
	t.Helper()
	none := []string{notSent, notSent, notSent}
	secure := func(config *tls.Config) *badServer { return &badServer{secure: config, answer: (*visit).ok} }
	deaf := func(do func(*net.TCPConn)) *badServer { return &badServer{secure: ids.good, deaf: do} }
	return []*fault{
		{name: "tls", server: secure(ids.good), want: []string{wasSent}},
		{name: "tls-stranger", server: secure(ids.stranger), visits: -1, want: none, says: "is not trusted; add its authority"},
		{name: "tls-other-name", server: secure(ids.otherName), visits: -1, want: none, says: "is made out to another name; use that name"},
		{name: "tls-expired", server: secure(ids.expired), visits: -1, want: none, says: "is out of date; it has to be renewed"},
		{name: "tls-hangs", server: deaf(hang), timeout: hanging, visits: -1, want: none, says: unreached},
		{name: "tls-resets", server: deaf(reset), visits: -1, want: none, says: " broke off the connection before anything was sent; check the port"},
		{name: "tls-not-spoken", server: deaf(func(c *net.TCPConn) { _, _ = c.Write([]byte("220 mail.test ESMTP\r\n")); hang(c) }), visits: -1, want: none, says: " does not speak TLS on this port; check the port"},
		{
			name: "tls-old", visits: -1, want: none, says: " found no TLS that both take; ask who runs it",
			server: secure(&tls.Config{Certificates: ids.good.Certificates, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}),
		},
		{name: "stream-resets", server: resetStreams(t, ids.good), want: []string{unknown, unknown, wasSent}, says: brokeOff},
		{name: "tls-closes-in-body", server: &badServer{secure: ids.good, answer: twiceSay("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n" + strings.Repeat("a", 20))}, want: []string{unknown, unknown, wasSent}, says: brokeOff},
	}
}
