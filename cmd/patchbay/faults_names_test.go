package main_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	nameMissing = " was not found by the name server; check the spelling"
	nameSilent  = "The name server did not answer when asked for "
	isPrivate   = " is a private address and may not be called; to allow it,"
)

// TestFault_NamesByGo and TestFault_NamesByC have names fail, come late and change,
// with either of the resolvers that the program may use.
func TestFault_NamesByGo(t *testing.T) {
	t.Parallel()
	badNames(t, "go")
}

func TestFault_NamesByC(t *testing.T) {
	t.Parallel()
	badNames(t, "cgo")
}

func badNames(t *testing.T, resolver string) {
	t.Helper()
	dns := newNameServer(t)
	live := newPace(t)
	live.url = strings.Replace(live.url, "127.0.0.1", "live.faults.test", 1)
	dns.knows("live.faults.test", at("127.0.0.1"))
	p := dns.serve(t, []string{"GODEBUG=netdns=" + resolver}, "--allow-private", "127.0.0.1", "--allow-private", "127.0.0.2", "--allow-private", "127.0.0.3", "--allow-private", "127.0.0.4")
	apply(t, p.dir, "version: 1\ninboxes:\n"+paceInbox+"rules:\n"+live.rule())
	live.begin(p)
	private := &badServer{answer: (*visit).ok}
	private.open(t, "127.0.0.9:0")
	faults := nameFaults(t, dns, private)
	tries := provoke(t, p, p.client(), faults, live.rule())
	_, connections := private.seen()
	require.Zero(t, connections, "a private address was called")
	if resolver == "go" {
		for _, f := range faults {
			require.Equal(t, len(f.want), dns.lookups(f.name+".faults.test"), "%s: what was checked is what is called, so each attempt asks once", f.name)
		}
	}
	beside := live.end(time.Second)
	faultNote(t, "%d kinds of bad name (resolver %s), %d attempts, all recorded as they were; %s", len(faults), resolver, tries, beside)
}

// nameFaults are the destinations whose names are bad: the rule NAME calls
// NAME.faults.test. Good addresses are 127.0.0.3; 127.0.0.2 refuses, 127.0.0.4 takes
// no connection; all others are not to be called.
func nameFaults(t *testing.T, dns *nameServer, private *badServer) []*fault {
	t.Helper()
	good, dead := at("127.0.0.3"), at("127.0.0.2")
	again := []string{notSent, notSent, wasSent}
	just, never := []string{wasSent}, []string{notSent}
	_, privatePort, err := net.SplitHostPort(private.address())
	require.NoError(t, err)
	faults := []*fault{}
	add := func(f fault, list ...lookup) {
		f.server = &badServer{answer: (*visit).ok}
		if f.answer != nil {
			f.server.answer = f.answer
		}
		address := "127.0.0.3:0"
		if f.conn == "private" { // the port must be one at which the private address would answer
			f.conn, address = "", "127.0.0.3:"+privatePort
		}
		f.server.open(t, address)
		tcp, ok := f.server.listener.Addr().(*net.TCPAddr)
		require.True(t, ok)
		holdPort(t, [4]byte{127, 0, 0, 2}, tcp.Port)
		if list == nil {
			blackHole(t, [4]byte{127, 0, 0, 4}, tcp.Port)
			list = []lookup{at("127.0.0.4", "127.0.0.3")}
		}
		f.url = fmt.Sprintf("http://%s.faults.test:%d", f.name, tcp.Port)
		dns.knows(f.name+".faults.test", list...)
		faults = append(faults, &f)
	}
	none, broken, silent, garbage, cut := lookup{code: 3}, lookup{code: 2}, lookup{silent: true}, lookup{garbage: true}, lookup{truncated: true}
	add(fault{name: "unknown", want: again, says: nameMissing, visits: 1}, none, none, good)
	add(fault{name: "empty", want: again, says: nameMissing, visits: 1}, at(), at(), good)
	add(fault{name: "server-fails", want: again, says: nameSilent, visits: 1}, broken, broken, good)
	add(fault{name: "no-answer", want: again, says: nameSilent, visits: 1}, silent, silent, good)
	add(fault{name: "garbage", want: again, says: nameSilent, visits: 1}, garbage, garbage, good)
	add(fault{name: "truncated", want: again, says: nameSilent, visits: 1}, cut, cut, good)
	add(fault{name: "slow", want: just}, lookup{addrs: good.addrs, after: lookupTime * 6 / 10})
	add(fault{name: "slower-than-the-step", timeout: lookupTime / 2, want: []string{notSent, notSent, notSent}, says: nameSilent, visits: -1}, silent)
	add(fault{name: "dead-and-good", want: just}, at("127.0.0.2", "127.0.0.3"))
	add(fault{name: "moves", want: again, says: " refused the connection", visits: 1}, dead, dead, good)
	add(fault{name: "hole-and-good", timeout: 3 * time.Second, want: just})
	add(fault{name: "private", want: never, says: isPrivate, visits: -1}, at("127.0.0.9"))
	add(fault{name: "good-and-private", want: never, says: isPrivate, visits: -1}, at("127.0.0.3", "127.0.0.9"))
	add(fault{name: "private6", want: never, says: isPrivate, visits: -1}, at("127.0.0.3", "::1"))
	add(fault{name: "metadata", want: never, says: isPrivate, visits: -1}, at("169.254.169.254"))
	add(fault{name: "mapped", want: never, says: isPrivate, visits: -1}, at("::ffff:10.0.0.1"))
	add(fault{
		name: "rebinds", conn: "private", answer: func(v *visit) { v.answer("503 Service Unavailable", "") }, want: []string{notSent, notSent}, visits: 1,
		check: func(t *testing.T, f *fault, steps []tried) {
			t.Helper()
			require.Contains(t, steps[0].Error, "answered 503", f.name)
			require.Contains(t, steps[1].Error, isPrivate, f.name)
		},
	}, good, at("127.0.0.9"))
	return faults
}
