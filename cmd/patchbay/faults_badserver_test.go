package main_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// visit is a request that arrived completely, and the connection to answer it on.
type visit struct {
	net.Conn

	tcp    *net.TCPConn
	at     time.Time
	method string
	header http.Header
	key    string
	body   string
	nth    int // how many with the same key came before it
	server *badServer
}

// badServer is a destination that writes its answers by hand, so that it can do it wrong.
type badServer struct {
	secure *tls.Config        // speaks TLS; nil is plain HTTP
	deaf   func(*net.TCPConn) // what it does with a connection instead of reading it
	answer func(*visit)

	listener net.Listener
	serving  sync.WaitGroup
	mu       sync.Mutex
	conns    map[net.Conn]bool
	visits   []*visit
	nth      map[string]int
	accepted int
	wrote    int64
}

// open begins to listen at an address.
func (s *badServer) open(t *testing.T, address string) {
	t.Helper()
	var err error
	s.listener, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
	require.NoError(t, err)
	s.conns, s.nth = map[net.Conn]bool{}, map[string]int{}
	s.serving.Go(func() {
		for {
			conn, err := s.listener.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns[conn] = true
			s.accepted++
			s.mu.Unlock()
			s.serving.Go(func() {
				s.take(conn.(*net.TCPConn)) //nolint:errcheck,forcetypeassert // the listener is one of TCP
				s.mu.Lock()
				delete(s.conns, conn)
				s.mu.Unlock()
				_ = conn.Close()
			})
		}
	})
	t.Cleanup(s.close)
}

func (s *badServer) close() {
	_ = s.listener.Close()
	s.mu.Lock()
	for conn := range s.conns {
		_ = conn.Close()
	}
	s.mu.Unlock()
	s.serving.Wait()
}

func (s *badServer) address() string { return s.listener.Addr().String() }

func (s *badServer) url() string {
	if s.secure != nil {
		return "https://" + s.address()
	}
	return "http://" + s.address()
}

func (s *badServer) take(tcp *net.TCPConn) {
	if s.deaf != nil {
		s.deaf(tcp)
		return
	}
	v := &visit{Conn: tcp, tcp: tcp, server: s}
	if s.secure != nil {
		v.Conn = tls.Server(tcp, s.secure)
	}
	r, err := http.ReadRequest(bufio.NewReader(v.Conn))
	if err != nil {
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	v.body = string(body)
	s.note(v, r)
	s.answer(v)
}

func (s *badServer) note(v *visit, r *http.Request) {
	v.at, v.method, v.header, v.key = time.Now(), r.Method, r.Header, r.Header.Get("Idempotency-Key")
	s.mu.Lock()
	defer s.mu.Unlock()
	v.nth = s.nth[v.key]
	s.nth[v.key]++
	s.visits = append(s.visits, v)
}

// seen returns the requests that arrived, and how many connections were made.
func (s *badServer) seen() (visits []*visit, connections int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*visit(nil), s.visits...), s.accepted
}

// said returns how many bytes it could get rid of with pour.
func (s *badServer) said() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wrote
}

// say writes text.
func (v *visit) say(text string) { _, _ = io.WriteString(v, text) } // the other end may have gone

// ok is a proper answer.
func (v *visit) ok() { v.answer("200 OK", `{"ok":true}`) }

// answer is a complete answer with a body of JSON and more lines of head.
func (v *visit) answer(status, body string, head ...string) {
	v.say("HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: " +
		big.NewInt(int64(len(body))).String() + "\r\n" + strings.Join(append(head, ""), "\r\n") + "\r\n" + body)
}

// drip writes text one byte at a time.
func (v *visit) drip(text string, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for i := range len(text) {
		<-tick.C
		if _, err := io.WriteString(v, text[i:i+1]); err != nil {
			return
		}
	}
}

// pour writes text again and again until so many bytes are out or nobody takes them.
func (v *visit) pour(text string, bytes int64) {
	text = strings.Repeat(text, 1+(64<<10)/len(text))
	for left := bytes; left > 0; {
		n, err := io.WriteString(v, text[:min(int64(len(text)), left)])
		left -= int64(n)
		v.server.mu.Lock()
		v.server.wrote += int64(n)
		v.server.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// reset ends the connection with a TCP reset.
func (v *visit) reset() { reset(v.tcp) }

func reset(conn *net.TCPConn) {
	_ = conn.SetLinger(0)
	_ = conn.Close()
}

// hang says nothing more until the other end gives up.
func (v *visit) hang() { _, _ = io.Copy(io.Discard, v.tcp) }

func hang(conn *net.TCPConn) { _, _ = io.Copy(io.Discard, conn) }

// twice does something bad to the first two attempts and answers the others properly.
func twice(bad func(v *visit)) func(*visit) {
	return func(v *visit) {
		if v.nth < 2 {
			bad(v)
			return
		}
		v.ok()
	}
}

// once does something bad to the first attempt.
func once(bad func(v *visit)) func(*visit) {
	return func(v *visit) {
		if v.nth < 1 {
			bad(v)
			return
		}
		v.ok()
	}
}

// twiceSay says something bad to the first two attempts and closes.
func twiceSay(text string) func(*visit) { return twice(func(v *visit) { v.say(text) }) }

// holdPort takes a port of an address without listening there, so that who calls is
// refused and nobody else can begin to listen. Port 0 is any.
func holdPort(t *testing.T, host [4]byte, port int) (fd int, address string) {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = syscall.Close(fd) })
	require.NoError(t, syscall.Bind(fd, &syscall.SockaddrInet4{Addr: host, Port: port}))
	own, err := syscall.Getsockname(fd)
	require.NoError(t, err)
	in, ok := own.(*syscall.SockaddrInet4)
	require.True(t, ok)
	return fd, (&net.TCPAddr{IP: in.Addr[:], Port: in.Port}).String()
}

// blackHole returns an address that takes no connection and refuses none either: its
// queue of connections is full.
func blackHole(t *testing.T, host [4]byte, port int) string {
	t.Helper()
	fd, address := holdPort(t, host, port)
	require.NoError(t, syscall.Listen(fd, 0))
	for range 16 {
		conn, err := (&net.Dialer{Timeout: 200 * time.Millisecond}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			return address
		}
		t.Cleanup(func() { _ = conn.Close() })
	}
	require.Fail(t, "the queue does not fill")
	return ""
}

// closedPort returns an address where nothing listens.
func closedPort(t *testing.T) string {
	t.Helper()
	_, address := holdPort(t, [4]byte{127, 0, 0, 1}, 0)
	return address
}

// resetStreams is a destination of HTTP/2 that breaks off the stream of the first two
// attempts, and leaves the connection open.
func resetStreams(t *testing.T, secure *tls.Config) *badServer {
	t.Helper()
	s := &badServer{secure: secure, nth: map[string]int{}}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		v := &visit{body: string(body), server: s}
		s.note(v, r)
		if v.nth < 2 {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(http.StatusOK)
	}))
	server.EnableHTTP2 = true
	server.TLS = secure.Clone()
	server.StartTLS()
	t.Cleanup(server.Close)
	s.listener = server.Listener
	return s
}

// identities are ways to be, or not to be, 127.0.0.1.
type identities struct {
	good, otherName, expired, stranger *tls.Config
	roots                              string // file with the authorities to trust: all but the stranger's
}

func newIdentities(t *testing.T) identities {
	t.Helper()
	var roots []byte
	issue := func(serial int64, until time.Duration, trusted bool, names ...string) *tls.Config {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		template := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "Patchbay test " + big.NewInt(serial).String()},
			NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(until), IsCA: true, BasicConstraintsValid: true,
		}
		if len(names) == 0 {
			template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
		}
		template.DNSNames = names
		der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
		require.NoError(t, err)
		if trusted {
			roots = append(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
		}
		return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
	}
	ids := identities{
		good: issue(1, time.Hour, true), otherName: issue(2, time.Hour, true, "elsewhere.example.com"),
		expired: issue(3, -time.Hour, true), stranger: issue(4, time.Hour, false),
		roots: filepath.Join(t.TempDir(), "roots.pem"),
	}
	require.NoError(t, os.WriteFile(ids.roots, roots, 0o600))
	return ids
}
