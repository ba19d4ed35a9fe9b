package main_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// crawlers are connections that never come to the end of a request.
type crawlers struct {
	conns   []net.Conn
	cut     atomic.Int64 // ended by the server
	told    atomic.Int64 // of them: after a status
	last    atomic.Int64 // when, in nanoseconds since 1970
	quit    chan struct{}
	reading sync.WaitGroup
	writing sync.WaitGroup
}

// crawl opens connections that say nothing, a head byte by byte, or a body byte by
// byte whose length is announced as large as the server takes it.
func crawl(t *testing.T, p *process, n int) *crawlers {
	t.Helper()
	c := &crawlers{quit: make(chan struct{})}
	address := strings.TrimPrefix(p.url, "http://")
	var drips []string
	for i := range n {
		conn, err := net.Dial("tcp", address) //nolint:noctx // it is the server that has to end it
		require.NoError(t, err)
		c.conns = append(c.conns, conn)
		drip := ""
		switch i % 3 {
		case 1:
			drip = "POST /in/load HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 4096)
		case 2:
			fmt.Fprintf(conn, "POST /in/load HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", 16<<20)
			drip = strings.Repeat("y", 4096)
		}
		drips = append(drips, drip)
		c.reading.Go(func() { c.read(conn) })
	}
	c.writing.Go(func() { c.write(drips) })
	t.Cleanup(c.end)
	return c
}

// read waits for the end of a connection.
func (c *crawlers) read(conn net.Conn) {
	in := bufio.NewReader(conn)
	first, err := in.ReadString('\n')
	for err == nil {
		_, err = in.ReadString('\n')
	}
	select {
	case <-c.quit:
		return
	default:
	}
	if strings.HasPrefix(first, "HTTP/1.1 408 ") {
		c.told.Add(1)
	}
	c.last.Store(time.Now().UnixNano())
	c.cut.Add(1)
}

// write adds a byte to each connection every so often.
func (c *crawlers) write(drips []string) {
	for i := 0; ; i++ {
		for n, conn := range c.conns {
			if i < len(drips[n]) {
				_, _ = conn.Write([]byte{drips[n][i]}) // it may have been cut
			}
		}
		select {
		case <-c.quit:
			return
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// end closes all connections from this side.
func (c *crawlers) end() {
	select {
	case <-c.quit:
		return
	default:
	}
	close(c.quit)
	c.writing.Wait()
	for _, conn := range c.conns {
		_ = conn.Close() // the server may have been quicker
	}
	c.reading.Wait()
}

// descriptors counts the open files of the server.
func (p *process) descriptors() int {
	p.t.Helper()
	list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid))
	require.NoError(p.t, err)
	return len(list)
}

func TestFault_SlowLoris(t *testing.T) {
	t.Parallel()
	slow, others := size(300, 1_000), size(100, 1_000)
	to := newTally(t).live(t)
	dir := t.TempDir()
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
	apply(t, dir, fmt.Sprintf(oneStep, secret, to.url))
	event := issues(t)
	serving := func(phase string) []time.Duration {
		sent := p.post(8, others, 2*time.Millisecond, func(i int) delivery { return event(phase + strconv.Itoa(i)) })
		return to.delivered(t, sent)
	}
	serving("warm")
	alone := serving("alone")
	memory, descriptors := p.memory(), p.descriptors()

	began := time.Now()
	c := crawl(t, p, slow)
	eventually(t, func() bool { return p.descriptors() >= slow }, func() string { return fmt.Sprint(p.descriptors(), " descriptors") })
	beside := serving("beside")
	require.Less(t, quantile(beside, 0.5), 3*quantile(alone, 0.5)+20*time.Millisecond)
	require.Less(t, quantile(beside, 0.99), 3*quantile(alone, 0.99)+500*time.Millisecond)
	require.Zero(t, c.cut.Load(), "slow is not forbidden, too slow is")
	grown := p.memory() - memory
	require.Less(t, grown, slow*(64<<10)+(32<<20), "an announced length takes memory")

	end := "ended by the clients"
	if *full {
		for _, some := range []int64{1, int64(slow)} { // the time-out of a request is a minute
			eventually(t, func() bool { return c.cut.Load() >= some }, func() string { return fmt.Sprint(c.cut.Load(), " of ", slow, " were cut") })
		}
		end = fmt.Sprintf("all cut %v after the first came, %d told 408", time.Unix(0, c.last.Load()).Sub(began).Round(time.Second), c.told.Load())
	}
	c.end()
	eventually(t, func() bool { return p.descriptors() <= descriptors+8 }, func() string { return fmt.Sprint(p.descriptors(), " of ", descriptors) })
	faultNote(t, "%d connections: others in p50 %v, p99 %v (alone %v, %v); %s; %d MB more; descriptors %d, after %d",
		slow, quantile(beside, 0.5).Round(10*time.Microsecond), quantile(beside, 0.99).Round(10*time.Microsecond),
		quantile(alone, 0.5).Round(10*time.Microsecond), quantile(alone, 0.99).Round(10*time.Microsecond), end, grown>>20, descriptors, p.descriptors())
}

// limitDescriptors lets the server have so many more files open than now.
func (p *process) limitDescriptors(more int) {
	p.t.Helper()
	limit := syscall.Rlimit{Cur: uint64(p.descriptors() + more), Max: uint64(p.descriptors() + more)}
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(p.cmd.Process.Pid), syscall.RLIMIT_NOFILE, uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
	require.Zero(p.t, errno)
}

func TestFault_MoreConnectionsThanDescriptors(t *testing.T) {
	t.Parallel()
	to := newTally(t).live(t)
	dir := t.TempDir()
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
	apply(t, dir, fmt.Sprintf(oneStep, secret, to.url))
	event := issues(t)
	w := p.wire()
	defer w.close()
	first, err := w.post(t.Context(), event("before"))
	require.NoError(t, err)
	require.Equal(t, http.StatusAccepted, first.status)
	to.reaches(t, 1)

	const free, all = 16, 64
	p.limitDescriptors(free)
	c := crawl(t, p, all)
	eventually(t, func() bool { return strings.Contains(p.logged(), "connections cannot be accepted") }, p.logged)
	during, err := w.post(t.Context(), event("during"))
	require.NoError(t, err)
	require.Equal(t, http.StatusAccepted, during.status, "who is connected is served")
	c.end()
	after := p.accepted(event("after"))
	to.reaches(t, 3)
	for _, got := range []answer{first, during, after} {
		require.Equal(t, 1, to.times("/a")[got.ID])
	}
	require.Zero(t, p.terminate())
	faultNote(t, "%d connections where %d descriptors are free: the server lives, takes events meanwhile and new connections afterwards", all, free)
}
