package main_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// lookup is what a name server does with a question.
type lookup struct {
	addrs     []string
	code      uint16 // 2 is SERVFAIL, 3 is NXDOMAIN
	after     time.Duration
	silent    bool
	truncated bool // says that the rest is to be fetched over TCP, where nobody listens
	garbage   bool // bytes that are no answer
}

// at is a lookup that finds addresses.
func at(addrs ...string) lookup { return lookup{addrs: addrs} }

const (
	typeA      = 1
	lookupTime = time.Second // after which the program gives a question up
)

// nameServer is a DNS server on port 53 of a loopback address of its own. What it
// knows of a name changes: each lookup, which asks for A and for AAAA, gets the next
// entry of the name's list, and the last one stays.
type nameServer struct {
	conn    net.PacketConn
	serving sync.WaitGroup

	mu    sync.Mutex
	names map[string][]lookup
	asked map[string]int
}

// newNameServer starts one; the test is skipped where port 53 may not be had.
func newNameServer(t *testing.T) *nameServer {
	t.Helper()
	address := fmt.Sprintf("127.%d.%d.%d:53", 64+rand.IntN(64), rand.IntN(256), 1+rand.IntN(254))
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", address)
	if errors.Is(err, syscall.EACCES) || errors.Is(err, syscall.EADDRINUSE) {
		t.Skip("port 53 cannot be had here: ", err)
	}
	require.NoError(t, err)
	s := &nameServer{conn: conn, names: map[string][]lookup{}, asked: map[string]int{}}
	s.serving.Go(func() {
		for buf := make([]byte, 1500); ; {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			query := append([]byte(nil), buf[:n]...)
			s.serving.Go(func() { s.reply(query, from) })
		}
	})
	t.Cleanup(func() {
		_ = conn.Close()
		s.serving.Wait()
	})
	return s
}

func (s *nameServer) reply(query []byte, from net.Addr) {
	name, kind, question := readQuestion(query)
	if question == nil {
		return
	}
	l := s.next(name, kind)
	time.Sleep(l.after)
	switch {
	case l.silent:
		return
	case l.garbage:
		_, _ = s.conn.WriteTo([]byte(strings.Repeat("garbage", 20)), from)
		return
	}
	flags := 0x8180 | l.code
	if l.truncated {
		flags |= 0x0200
	}
	var records []byte
	count := 0
	for _, text := range l.addrs {
		addr := netip.MustParseAddr(text)
		if addr.Is4() != (kind == typeA) {
			continue
		}
		count++
		// The name of the question, the type, class IN, no time to live, the length.
		records = append(records, 0xC0, 12, 0, byte(kind), 0, 1, 0, 0, 0, 0, 0, byte(addr.BitLen()/8))
		records = append(records, addr.AsSlice()...)
	}
	reply := append([]byte{}, query[:2]...)
	reply = append(reply, byte(flags>>8), byte(flags), 0, 1, 0, byte(count), 0, 0, 0, 0)
	_, _ = s.conn.WriteTo(append(append(reply, question...), records...), from)
}

// readQuestion returns the name in small letters, the type asked for, and the question's bytes.
func readQuestion(query []byte) (name string, kind uint16, question []byte) {
	var labels []string
	i := 12
	for i < len(query) && query[i] != 0 && i+1+int(query[i]) <= len(query) {
		labels = append(labels, string(query[i+1:i+1+int(query[i])]))
		i += 1 + int(query[i])
	}
	if i+5 > len(query) {
		return "", 0, nil
	}
	return strings.ToLower(strings.Join(labels, ".")), uint16(query[i+1])<<8 | uint16(query[i+2]), query[12 : i+5]
}

func (s *nameServer) next(name string, kind uint16) lookup {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.names[name]
	if len(list) == 0 {
		return lookup{code: 3}
	}
	key := fmt.Sprint(name, " ", kind)
	n := s.asked[key]
	s.asked[key]++
	return list[min(n, len(list)-1)]
}

// lookups returns how often the addresses of a name were asked for.
func (s *nameServer) lookups(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[fmt.Sprint(name, " ", typeA)]
}

// knows sets what the server says of a name.
func (s *nameServer) knows(name string, list ...lookup) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[name] = list
}

// serve starts a server that asks this name server and no other: in a mount namespace
// of its own it finds another /etc/resolv.conf.
func (s *nameServer) serve(t *testing.T, env []string, flags ...string) *process {
	t.Helper()
	host, _, err := net.SplitHostPort(s.conn.LocalAddr().String())
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "resolv.conf")
	// One question for each lookup, so that they can be counted.
	conf := fmt.Sprintf("nameserver %s\noptions timeout:%d attempts:1\n", host, int(lookupTime/time.Second))
	require.NoError(t, os.WriteFile(file, []byte(conf), 0o600))
	// The namespace belongs to this thread, and what it starts inherits it. The thread
	// stays locked, and so it ends with the test.
	runtime.LockOSThread()
	if err := syscall.Unshare(syscall.CLONE_NEWNS); err != nil {
		runtime.UnlockOSThread()
		t.Skip("a mount namespace cannot be had here: ", err)
	}
	require.NoError(t, syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""))
	if err := syscall.Mount(file, "/etc/resolv.conf", "", syscall.MS_BIND, ""); err != nil {
		t.Skip("/etc/resolv.conf cannot be replaced here: ", err)
	}
	return serve(t, t.TempDir(), env, flags...)
}
