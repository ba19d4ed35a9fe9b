package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.ngrok.com/muxado/v2"
	"golang.ngrok.com/ngrok/v2"

	"patchbay/engine"
)

const ngrokTestToken = "2aBcDeFgHiJkLmNoPqRsTuVwXyZ_secretsecret"

// The kinds of streams in ngrok's protocol: the first three are opened by the library.
const (
	ngrokAuth muxado.StreamType = iota
	ngrokBind
	ngrokUnbind
	ngrokProxy
)

// ngrokService speaks the protocol of ngrok's service, over TLS.
type ngrokService struct {
	t        *testing.T
	listener net.Listener
	trusted  *x509.CertPool

	refusal string // the answer to whoever signs in; "" lets the one with the token in
	busy    string // the answer to whoever wants an address, once; "" gives one

	mu       sync.Mutex
	conns    []net.Conn
	asked    int                         // how often somebody signed in
	bound    int                         // how many addresses it opened
	unbound  int                         // how many sessions that had one are over
	sessions []muxado.TypedStreamSession // those with an address
}

func newNgrokService(t *testing.T, change func(*ngrokService)) *ngrokService {
	t.Helper()
	secure := httptest.NewTLSServer(http.NotFoundHandler()) // for its certificate
	t.Cleanup(secure.Close)
	s := &ngrokService{t: t, trusted: x509.NewCertPool()}
	s.trusted.AddCert(secure.Certificate())
	if change != nil {
		change(s)
	}
	var lc net.ListenConfig
	plain, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.listener = tls.NewListener(plain, &tls.Config{Certificates: secure.TLS.Certificates, MinVersion: tls.VersionTLS12})
	t.Cleanup(func() {
		_ = s.listener.Close()
		s.cut()
	})
	go func() {
		for {
			conn, err := s.listener.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns = append(s.conns, conn)
			s.mu.Unlock()
			go s.talk(conn)
		}
	}()
	return s
}

func (s *ngrokService) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		_ = c.Close()
	}
	s.conns = nil
}

func (s *ngrokService) talk(conn net.Conn) {
	session := muxado.NewHeartbeat(muxado.NewTypedStreamSession(muxado.Server(conn, nil)), func(time.Duration, bool) {}, nil)
	session.Start()
	defer func() {
		_ = session.Close()
		s.mu.Lock()
		s.unbound++
		s.mu.Unlock()
	}()
	for {
		stream, err := session.AcceptTypedStream()
		if err != nil {
			return
		}
		var asked struct{ Extra struct{ Authtoken string } }
		if json.NewDecoder(stream).Decode(&asked) != nil {
			return
		}
		_ = json.NewEncoder(stream).Encode(s.answer(session, stream.StreamType(), asked.Extra.Authtoken))
		_ = stream.Close()
	}
}

func (s *ngrokService) answer(session muxado.TypedStreamSession, kind muxado.StreamType, token string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch kind {
	case ngrokAuth:
		s.asked++
		if s.refusal != "" || token != ngrokTestToken {
			return map[string]any{"Error": strings.ReplaceAll(s.refusal, "TOKEN", token)}
		}
		return map[string]any{"Version": "3", "ClientId": "client", "Extra": map[string]any{"Cookie": "secretcookie"}}
	case ngrokBind:
		if said := s.busy; said != "" {
			s.busy = ""
			return map[string]any{"Error": said}
		}
		s.bound++
		s.sessions = append(s.sessions, session)
		return map[string]any{"Id": "bind", "URL": fmt.Sprintf("https://me-%d.ngrok.app", s.bound), "Proto": "https", "Opts": map[string]any{}}
	}
	return map[string]any{}
}

// visit asks for the page that the newest address leads to, from outside.
func (s *ngrokService) visit(from string) string {
	s.t.Helper()
	s.mu.Lock()
	session := s.sessions[len(s.sessions)-1]
	s.mu.Unlock()
	stream, err := session.OpenTypedStream(ngrokProxy)
	require.NoError(s.t, err)
	header, err := json.Marshal(map[string]any{"Id": "bind", "ClientAddr": from, "Proto": "https"})
	require.NoError(s.t, err)
	require.NoError(s.t, binary.Write(stream, binary.LittleEndian, int64(len(header))))
	_, err = stream.Write(append(header, "GET / HTTP/1.1\r\nHost: me.ngrok.app\r\nX-Forwarded-For: 198.51.100.1\r\nConnection: close\r\n\r\n"...))
	require.NoError(s.t, err)
	resp, err := http.ReadResponse(bufio.NewReader(stream), nil)
	require.NoError(s.t, err)
	text, err := io.ReadAll(resp.Body)
	require.NoError(s.t, err)
	require.NoError(s.t, resp.Body.Close())
	return string(text)
}

func (s *ngrokService) signIns() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func (s *ngrokService) server() ngrokServer { return ngrokAt(s.listener.Addr().String(), s.trusted) }

func ngrokAt(address string, trusted *x509.CertPool) ngrokServer {
	return ngrokServer{token: ngrokTestToken, options: []ngrok.AgentOption{
		ngrok.WithAgentConnectURL(address), ngrok.WithAgentConnectCAs(trusted),
	}}
}

// logged is a log that can be read while it is written.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestTunnelNgrok_LeadsToWhoeverServesIt(t *testing.T) {
	t.Parallel()
	s := newNgrokService(t, nil)
	log := &logged{}
	addresses, err := openingWith(t, s.server(), slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	require.NoError(t, err)
	require.Equal(t, "https://me-1.ngrok.app", next(t, addresses))
	require.Equal(t, "hello 203.0.113.9:4711", s.visit("203.0.113.9:4711"), "the client is who ngrok says, not who the request says")
	require.Equal(t, "hello [2001:db8::1]:4711", s.visit("[2001:db8::1]:4711"))
	require.Contains(t, log.String(), "ngrok: ")
	require.NotContains(t, log.String(), "secret", "neither the token nor what ngrok gives for it")
	require.NotContains(t, log.String(), `"level":"INFO"`)
	require.NotContains(t, log.String(), `"level":"ERROR"`)
}

func TestTunnelNgrok_IsOpenedAgainWhenItBreaks(t *testing.T) {
	t.Parallel()
	s := newNgrokService(t, nil)
	addresses, err := opening(t, s.server())
	require.NoError(t, err)
	require.Equal(t, "https://me-1.ngrok.app", next(t, addresses))
	s.cut()
	require.Empty(t, next(t, addresses), "while it is broken it has no address")
	require.Equal(t, "https://me-2.ngrok.app", next(t, addresses))
	require.Equal(t, "hello 203.0.113.9:4711", s.visit("203.0.113.9:4711"))
	require.Equal(t, 2, s.signIns(), "the library opens nothing beside the tunnel")
}

func TestTunnelNgrok_TellsWhatNgrokSaysOfAToken(t *testing.T) {
	t.Parallel()
	s := newNgrokService(t, func(s *ngrokService) {
		s.refusal = "The authtoken you specified is properly formed, but it is invalid.\nYour authtoken: TOKEN\nThis usually happens when:\n    - You reset your authtoken\n\nERR_NGROK_107\r\n"
	})
	log := &logged{}
	_, err := openingWith(t, s.server(), slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	require.EqualError(t, err, "ngrok does not take the token in NGROK_AUTHTOKEN (ERR_NGROK_107: The authtoken you specified is properly formed, but it is invalid); copy that of your account from https://dashboard.ngrok.com/get-started/your-authtoken.")
	require.Equal(t, engine.KindForbidden, engine.KindOf(err))
	require.Equal(t, 1, s.signIns(), "it is not tried again")
	require.Contains(t, log.String(), "Your authtoken: [redacted]")
	require.NotContains(t, log.String(), ngrokTestToken)
}

// An address that is still held by an earlier start is free after a while.
func TestTunnelNgrok_WaitsForAnAddressThatIsHeld(t *testing.T) {
	t.Parallel()
	s := newNgrokService(t, func(s *ngrokService) {
		s.busy = "The endpoint 'https://me.ngrok.app' is already online.\n\nERR_NGROK_334\r\n"
	})
	log := &logged{}
	addresses, err := openingWith(t, s.server(), slog.New(slog.NewTextHandler(log, nil)))
	require.NoError(t, err)
	require.Equal(t, "https://me-1.ngrok.app", next(t, addresses))
	require.Contains(t, log.String(), "ngrok opens no tunnel (ERR_NGROK_334: The endpoint 'https://me.ngrok.app' is already online); see https://ngrok.com/docs/errors/err_ngrok_334.")
}

func TestTunnelNgrok_EndsItsSession(t *testing.T) {
	t.Parallel()
	s := newNgrokService(t, nil)
	told := make(chan string, 10)
	tun := newTunnel(s.server(), slog.New(slog.DiscardHandler), func(address string) { told <- address })
	require.NoError(t, tun.start(t.Context()))
	require.Equal(t, "https://me-1.ngrok.app", next(t, told))
	tun.hangUp()
	require.Empty(t, next(t, told))
	require.Eventually(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.unbound == 1
	}, 20*time.Second, 10*time.Millisecond)
	require.Equal(t, 1, s.signIns())
}

// Whatever answers there that is not ngrok is tried again, and the program serves
// meanwhile; what it says is one sentence.
func TestTunnelNgrok_AServerThatIsNotNgrokIsTriedAgain(t *testing.T) {
	t.Parallel()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	came := make(chan struct{}, 100)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			came <- struct{}{}
			_, _ = io.WriteString(conn, "220 mail.example.com ESMTP\r\n")
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close() })
	log := &logged{}
	_, err = openingWith(t, ngrokAt(l.Addr().String(), x509.NewCertPool()), slog.New(slog.NewTextHandler(log, nil)))
	require.NoError(t, err)
	for range 2 {
		select {
		case <-came:
		case <-time.After(20 * time.Second):
			require.Fail(t, "it was not tried again")
		}
	}
	require.Regexp(t, `the tunnel could not be opened and is tried again" server=ngrok error="ngrok cannot be reached \([^)]+\); see that this machine may connect to connect.ngrok-agent.com:443\."`, log.String())
}

func TestTunnelNgrok_AServerThatIsNotThereOrSaysNothingIsAnError(t *testing.T) {
	t.Parallel()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	to := ngrokAt(l.Addr().String(), x509.NewCertPool())
	_, err = to.connect(ctx, slog.New(slog.DiscardHandler))
	require.EqualError(t, err, "ngrok does not answer; see that this machine may connect to connect.ngrok-agent.com:443.")
	require.NoError(t, l.Close())
	_, err = to.connect(t.Context(), slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "ngrok cannot be reached (dial tcp 127.0.0.1:")
	require.ErrorContains(t, err, "connection refused")
	require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
}
