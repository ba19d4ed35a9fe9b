package main_test

import (
	"compress/gzip"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// silent are destinations that are not there or say nothing.
func silent(t *testing.T, hanging time.Duration) []*fault {
	t.Helper()
	none := []string{notSent, notSent, notSent}
	return []*fault{
		{name: "refuses", url: "http://" + closedPort(t), want: none, says: " refused the connection; check the port"},
		{name: "takes-no-connection", url: "http://" + blackHole(t, [4]byte{127, 0, 0, 1}, 0), timeout: hanging, want: none, says: unreached},
		{
			name: "never-reads", server: &badServer{deaf: ignore}, timeout: hanging, visits: -1,
			want: []string{unknown, unknown, unknown}, says: inNoTime,
		},
		{name: "hangs", answer: twice((*visit).hang), timeout: hanging, want: []string{unknown, unknown, wasSent}, says: inNoTime},
		{
			name: "drips-head", answer: twice(func(v *visit) {
				v.drip("HTTP/1.1 200 OK\r\nX-A: "+strings.Repeat("a", 10_000), hanging/30)
			}),
			timeout: hanging, want: []string{unknown, unknown, wasSent}, says: inNoTime,
		},
		{
			name: "drips-body", answer: twice(func(v *visit) {
				v.say("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
				v.drip(strings.Repeat("a", 10_000), hanging/30)
			}),
			timeout: hanging, want: []string{unknown, unknown, wasSent}, says: inNoTime,
		},
		{
			name: "drips-in-time", answer: func(v *visit) {
				v.drip("HTTP/1.1 200 OK\r\nContent-Length: 11\r\nContent-Type: application/json\r\n\r\n{\"ok\":true}", 3*time.Millisecond)
			},
			want: []string{wasSent}, check: hasBody(map[string]any{"ok": true}),
		},
		{
			// The head says all: nobody needs to wait for a body that does not come.
			name: "busy-and-hangs", answer: once(func(v *visit) {
				v.say("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 100\r\n\r\nlater")
				v.hang()
			}),
			timeout: hanging, retry: "{ attempts: 2, over: 20s }", want: []string{notSent, wasSent},
			says: " answered 429 Too Many Requests; it takes fewer requests", check: notBefore(time.Second),
		},
	}
}

// ignore holds a connection until the test is over; what was sent stays unread.
func ignore(c *net.TCPConn) {
	if raw, err := c.SyscallConn(); err == nil {
		_ = raw.Read(func(uintptr) bool { return false })
	}
}

// brokenOff are destinations that end the connection at the wrong time.
func brokenOff() []*fault {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n"
	again := []string{unknown, unknown, wasSent}
	resetAfter := func(text string) func(*visit) {
		return twice(func(v *visit) { v.say(text); v.reset() })
	}
	return []*fault{
		{name: "resets-before", answer: twice((*visit).reset), want: again, says: brokeOff},
		{name: "resets-in-head", answer: resetAfter(head[:30]), want: again, says: brokeOff},
		{name: "resets-in-body", answer: resetAfter(head + "\r\nabc"), want: again, says: brokeOff},
		{name: "closes-before", answer: twiceSay(""), want: again, says: brokeOff},
		{name: "closes-in-head", answer: twiceSay(head[:30]), want: again, says: brokeOff},
		{name: "closes-in-body", answer: twiceSay(head + "\r\nabc"), want: again, says: brokeOff},
		{name: "closes-in-chunk", answer: twiceSay("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc"), want: again, says: brokeOff},
		{
			name: "closes-in-refusal", answer: twiceSay("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 1000\r\n\r\nabc"),
			want: []string{notSent, notSent, wasSent}, says: " answered 503 Service Unavailable; it has a problem of its own",
		},
	}
}

// endless are destinations that have no end of an answer.
func endless(t *testing.T, hanging time.Duration) []*fault {
	t.Helper()
	const tenGB = 10 << 30
	again := []string{unknown, unknown, wasSent}
	zeros := gzipped(t, make([]byte, 1<<20))
	small := strings.Repeat(zeros, 512) // members in a row are one file
	return []*fault{
		{
			name: "ten-gigabytes", answer: func(v *visit) {
				v.say("HTTP/1.1 200 OK\r\nContent-Length: " + strconv.Itoa(tenGB) + "\r\n\r\n")
				v.pour("x", tenGB)
			},
			want: []string{wasSent}, check: cutOff(64 << 20),
		},
		{
			name: "ten-gigabytes-in-chunks", answer: func(v *visit) {
				v.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
				v.pour("400\r\n"+strings.Repeat("x", 0x400)+"\r\n", tenGB)
			},
			want: []string{wasSent}, check: cutOff(64 << 20),
		},
		{
			name: "endless-head", answer: twice(func(v *visit) { v.say("HTTP/1.1 200 OK\r\n"); v.pour("X-A: a\r\n", tenGB) }),
			want: again, says: notHTTP, check: little(64 << 20),
		},
		{
			name: "endless-line", answer: twice(func(v *visit) { v.pour("HTTP/1.1 200 OK", tenGB) }),
			want: again, says: notHTTP, check: little(64 << 20),
		},
		{
			name: "endless-hints", answer: twice(func(v *visit) { v.pour("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n", tenGB) }),
			want: again, says: notHTTP, check: little(64 << 20),
		},
		{
			name: "only-hints", answer: twice(func(v *visit) { v.say("HTTP/1.1 102 Processing\r\n\r\n"); v.hang() }),
			timeout: hanging, want: again, says: inNoTime,
		},
		{
			name: "gzip-bomb", answer: func(v *visit) { v.answer("200 OK", small, "Content-Encoding: gzip") },
			want: []string{wasSent}, check: cutOff(64 << 20),
		},
	}
}

func gzipped(t *testing.T, data []byte) string {
	t.Helper()
	var out strings.Builder
	w := gzip.NewWriter(&out)
	_, err := w.Write(data)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.String()
}

// cutOff requires that only the beginning of an answer was read and kept.
func cutOff(most int64) func(*testing.T, *fault, []tried) {
	return func(t *testing.T, f *fault, steps []tried) {
		t.Helper()
		require.Equal(t, true, steps[0].Output["truncated"], f.name)
		text, _ := steps[0].Output["body"].(string)
		require.NotEmpty(t, text)
		require.LessOrEqual(t, len(text), 256<<10, f.name)
		little(most)(t, f, steps)
	}
}

// little requires that the destination could not get rid of much.
func little(most int64) func(*testing.T, *fault, []tried) {
	return func(t *testing.T, f *fault, _ []tried) {
		t.Helper()
		require.Less(t, f.server.said(), most, f.name)
	}
}

// hasBody requires the decoded body of the last answer.
func hasBody(want any) func(*testing.T, *fault, []tried) {
	return func(t *testing.T, f *fault, steps []tried) {
		t.Helper()
		require.Equal(t, want, steps[len(steps)-1].Output["body"], f.name)
	}
}

// improper are destinations whose answers are not what HTTP allows, or are rare.
func improper() []*fault {
	again := []string{unknown, unknown, wasSent}
	just := []string{wasSent}
	say := func(text string) func(*visit) { return func(v *visit) { v.say(text) } }
	return []*fault{
		{name: "speaks-ssh", answer: twiceSay("SSH-2.0-OpenSSH_9.6\r\n"), want: again, says: notHTTP},
		{name: "bad-status", answer: twiceSay("HTTP/1.1 2x0 OK\r\n\r\n"), want: again, says: notHTTP},
		{name: "bad-head", answer: twiceSay("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), want: again, says: notHTTP},
		{name: "bad-length", answer: twiceSay("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"), want: again, says: notHTTP},
		{name: "two-lengths", answer: twiceSay("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"), want: again, says: notHTTP},
		{name: "bad-chunk", answer: twiceSay("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"), want: again, says: notHTTP},
		{name: "zero-bytes", answer: twiceSay(strings.Repeat("\x00", 100) + "\r\n\r\n"), want: again, says: notHTTP},
		{name: "too-short-length", answer: say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc"), want: just, check: hasBody("ab")},
		{name: "no-length", answer: say("HTTP/1.0 200 OK\r\n\r\nhello"), want: just, check: hasBody("hello")},
		{name: "hint-first", answer: say("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), want: just, check: hasBody("hello")},
		{name: "no-content", answer: say("HTTP/1.1 204 No Content\r\n\r\n"), want: just, check: hasBody("")},
		{name: "content-all-the-same", answer: say("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 500 Oh\r\n\r\n"), want: just, check: hasBody("")},
		{
			name: "not-modified", answer: say("HTTP/1.1 304 Not Modified\r\n\r\n"), want: []string{notSent},
			says: " answered 304 Not Modified; check the address and what the step sends.",
		},
		{
			name: "switches", answer: func(v *visit) {
				v.say("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n")
				v.hang()
			},
			want: []string{notSent}, says: " answered 101 Switching Protocols; check the address",
		},
	}
}
