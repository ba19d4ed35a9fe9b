package main_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
)

// wire is one keep-alive connection to a server, light enough that a few thousand
// of them offer more than a server can take.
type wire struct {
	address string
	conn    net.Conn
	in      *bufio.Reader
	out     []byte
}

func (p *process) wire() *wire {
	u, err := url.Parse(p.url)
	require.NoError(p.t, err)
	return &wire{address: u.Host}
}

// dial opens the connection unless it is open.
func (w *wire) dial(ctx context.Context) error {
	if w.conn != nil {
		return nil
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", w.address)
	if err != nil {
		return err
	}
	w.conn = conn
	if w.in == nil {
		w.in = bufio.NewReaderSize(conn, 1<<10)
	}
	w.in.Reset(conn)
	return nil
}

// close ends the connection; the next request opens another.
func (w *wire) close() {
	if w.conn != nil {
		_ = w.conn.Close() // the other end may have been quicker
		w.conn = nil
	}
}

// post delivers a request and reads the answer, for at most patience.
func (w *wire) post(ctx context.Context, d delivery) (answer, error) {
	if err := w.dial(ctx); err != nil {
		return answer{}, err
	}
	got, err := w.exchange(d)
	if err != nil {
		w.close()
	}
	return got, err
}

func (w *wire) exchange(d delivery) (answer, error) {
	if err := w.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return answer{}, err
	}
	w.out = fmt.Appendf(w.out[:0], "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", d.path, w.address, len(d.body))
	for name, value := range d.header {
		w.out = append(w.out, name+": "+value+"\r\n"...)
	}
	w.out = append(append(w.out, "\r\n"...), d.body...)
	if _, err := w.conn.Write(w.out); err != nil {
		return answer{}, err
	}
	resp, err := http.ReadResponse(w.in, nil)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, err
	}
	got := answer{status: resp.StatusCode, header: resp.Header, body: string(body)}
	_ = json.Unmarshal(body, &got) // refusals have no id
	if resp.Close {
		w.close()
	}
	return got, nil
}

// tallied is a request that arrived at a tally: its path and the first word of its
// body, which the rules of these tests make {{ event.id }}.
type tallied struct {
	path  string
	event string
	at    time.Time
}

// tally is a destination that counts what arrives, light enough not to be what holds
// a load back.
type tally struct {
	url    string
	socket int
	server *fasthttp.Server
	served chan error
	slow   atomic.Int64 // nanoseconds that an answer takes

	mu    sync.Mutex
	order []tallied
}

// newTally takes an address at which nobody listens yet: who calls it is refused.
func newTally(t *testing.T) *tally {
	t.Helper()
	d := &tally{served: make(chan error, 1)}
	var err error
	d.socket, err = syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	require.NoError(t, syscall.Bind(d.socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	name, err := syscall.Getsockname(d.socket)
	require.NoError(t, err)
	bound, ok := name.(*syscall.SockaddrInet4)
	require.True(t, ok)
	d.url = fmt.Sprintf("http://127.0.0.1:%d", bound.Port)
	t.Cleanup(func() {
		if d.server == nil {
			require.NoError(t, syscall.Close(d.socket))
			return
		}
		require.NoError(t, d.server.Shutdown())
		require.NoError(t, <-d.served)
	})
	return d
}

// live begins to listen.
func (d *tally) live(t *testing.T) *tally {
	t.Helper()
	require.NoError(t, syscall.Listen(d.socket, 4096))
	file := os.NewFile(uintptr(d.socket), d.url)
	listener, err := net.FileListener(file)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	d.server = &fasthttp.Server{Handler: d.take, IdleTimeout: time.Minute, CloseOnShutdown: true}
	go func() { d.served <- d.server.Serve(listener) }()
	return d
}

func (d *tally) take(ctx *fasthttp.RequestCtx) {
	event, _, _ := strings.Cut(string(ctx.Request.Body()), " ")
	d.mu.Lock()
	d.order = append(d.order, tallied{path: string(ctx.Path()), event: event, at: time.Now()})
	d.mu.Unlock()
	time.Sleep(time.Duration(d.slow.Load()))
	ctx.SetBodyString("{}")
}

func (d *tally) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.order)
}

// arrivals returns what arrived, in order.
func (d *tally) arrivals() []tallied {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]tallied(nil), d.order...)
}

// times counts the arrivals of each event at a path.
func (d *tally) times(path string) map[string]int {
	times := map[string]int{}
	for _, a := range d.arrivals() {
		if a.path == path {
			times[a.event]++
		}
	}
	return times
}

// reaches waits until so many requests have arrived, as long as more of them come.
func (d *tally) reaches(t *testing.T, want int) {
	t.Helper()
	for have, moved := 0, time.Now(); have < want; time.Sleep(20 * time.Millisecond) {
		if now := d.count(); now > have {
			have, moved = now, time.Now()
		}
		require.Less(t, time.Since(moved), 2*patience, "nothing arrives any more: %d of %d", have, want)
	}
}

// quantile returns a time below which a part of the times lies.
func quantile(times []time.Duration, part float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	times = slices.Sorted(slices.Values(times))
	return times[min(len(times)-1, int(part*float64(len(times))))]
}

// post asks the API to do something and returns the status of its answer.
func (c *client) post(path string) int {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.base+path, http.NoBody)
	require.NoError(c.t, err)
	req.Header.Set("Authorization", "Bearer "+c.token)
	got, err := send(req)
	require.NoError(c.t, err)
	return got.status
}

// cause is an error without the addresses that make each one different.
func cause(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Op + ": " + op.Err.Error()
	}
	return err.Error()
}
