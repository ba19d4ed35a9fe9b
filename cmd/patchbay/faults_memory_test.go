package main_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestFault_TenGigabytes has many destinations send 10 GB each at the same time. All
// of them stop in the middle of the part that is read, so that what is kept of every
// answer is in memory at once.
func TestFault_TenGigabytes(t *testing.T) {
	t.Parallel()
	const perServer, tenGB, first = 64, 10 << 30, 512 << 10
	servers := size(2, 7)
	answers := servers * perServer
	var begun atomic.Int64
	all := make(chan struct{})
	list := make([]*badServer, 0, servers)
	var rules strings.Builder
	for n := range servers {
		s := &badServer{answer: func(v *visit) {
			v.say("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
			v.pour("0123456789abcdef", first)
			if begun.Add(1) == int64(answers) {
				close(all)
			}
			select {
			case <-all:
			case <-time.After(10 * time.Second): // not all of them are let in at once
			}
			v.pour("0123456789abcdef", tenGB)
		}}
		s.open(t, "127.0.0.1:0")
		list = append(list, s)
		fmt.Fprintf(&rules, `  - { name: Large %d, inbox: faults, steps: [{ key: a, action: http, timeout: 30s, with: { method: POST, url: %q, text: x } }] }
`, n, s.url())
	}
	live := newPace(t)
	p := serve(t, t.TempDir(), nil, "--allow-private", "127.0.0.1")
	apply(t, p.dir, "version: 1\ninboxes:\n  - { name: faults, verify: { scheme: none }, limits: { rate: 0 } }\n"+paceInbox+"rules:\n"+rules.String()+live.rule())
	api := p.client()
	idle := p.memory()
	live.begin(p)
	for range perServer {
		p.accepted(delivery{path: "/in/faults", header: jsonType(), body: []byte(`{}`)})
	}
	runs := api.settled("inbox=faults", answers)
	for _, r := range runs {
		require.Equal(t, "succeeded", r.State, r.Reason)
	}
	beside := live.end(time.Second)
	said := int64(0)
	for _, s := range list {
		said += s.said()
	}
	require.Less(t, said/int64(answers), int64(16<<20), "the rest is not fetched")
	steps := api.attempts(runs[0].ID)
	require.Equal(t, true, steps[0].Output["truncated"])
	text, _ := steps[0].Output["body"].(string)
	require.True(t, strings.HasPrefix(text, "0123456789abcdef"))
	require.Len(t, text, 64<<10)
	peak := p.memory()
	require.Less(t, peak, 250<<20, "what is read of an answer is bounded, whatever is sent")
	faultNote(t, "%d answers of 10 GB at once, %d MB fetched of each at most; peak memory %d MB (idle %d MB); %s",
		answers, said/int64(answers)>>20, peak>>20, idle>>20, beside)
}
