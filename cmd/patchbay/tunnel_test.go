package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// sshServer is a server that opens addresses for tunnels, as far as it is let.
type sshServer struct {
	t        *testing.T
	listener net.Listener
	host     ssh.Signer
	config   *ssh.ServerConfig

	says     string // on the screen, with PORT for the port that was opened
	privy    bool   // port 80 is not for everybody
	closed   bool   // no address is opened
	sessions atomic.Int64

	mu    sync.Mutex
	conns []net.Conn
	ports []string // of the addresses that it opened
}

func newKey(t *testing.T) (ssh.Signer, []byte) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	signer, err := ssh.NewSignerFromKey(private)
	require.NoError(t, err)
	block, err := ssh.MarshalPrivateKey(private, "")
	require.NoError(t, err)
	return signer, pem.EncodeToMemory(block)
}

func newSSHServer(t *testing.T, change func(*sshServer)) *sshServer {
	t.Helper()
	s := &sshServer{t: t, config: &ssh.ServerConfig{NoClientAuth: true}}
	s.host, _ = newKey(t)
	if change != nil {
		change(s)
	}
	s.config.AddHostKey(s.host)
	var lc net.ListenConfig
	var err error
	s.listener, err = lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = s.listener.Close()
		s.cut()
	})
	go s.accept()
	return s
}

func (s *sshServer) accept() {
	for {
		raw, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns = append(s.conns, raw)
		s.mu.Unlock()
		go s.talk(raw)
	}
}

// cut ends all connections, as a network does.
func (s *sshServer) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		_ = c.Close()
	}
	s.conns = nil
}

func (s *sshServer) opened() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.ports...)
}

func (s *sshServer) talk(raw net.Conn) {
	conn, chans, requests, err := ssh.NewServerConn(raw, s.config)
	if err != nil {
		return
	}
	s.sessions.Add(1)
	port := make(chan string, 1)
	go func() {
		for r := range requests {
			if r.Type == "tcpip-forward" {
				s.forward(conn, r, port)
			} else if r.WantReply {
				_ = r.Reply(true, nil)
			}
		}
	}()
	for ch := range chans {
		channel, requests, err := ch.Accept()
		if err != nil {
			continue
		}
		go func() {
			for r := range requests {
				_ = r.Reply(r.Type == "shell", nil)
				if r.Type == "shell" {
					_, _ = io.WriteString(channel, strings.ReplaceAll(s.says, "PORT", <-port))
				}
			}
		}()
	}
}

func (s *sshServer) forward(conn *ssh.ServerConn, r *ssh.Request, opened chan<- string) {
	var ask struct {
		Addr string
		Port uint32
	}
	if ssh.Unmarshal(r.Payload, &ask) != nil || s.closed || s.privy && ask.Port != 0 {
		_ = r.Reply(false, nil)
		return
	}
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		_ = r.Reply(false, nil)
		return
	}
	at, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		_ = r.Reply(false, nil)
		return
	}
	port := at.Port
	told := ask.Port
	if told == 0 {
		told = uint32(port)
		_ = r.Reply(true, ssh.Marshal(struct{ Port uint32 }{told}))
	} else {
		_ = r.Reply(true, nil)
	}
	s.mu.Lock()
	s.ports = append(s.ports, strconv.Itoa(port))
	s.mu.Unlock()
	opened <- strconv.Itoa(port)
	go func() {
		_ = conn.Wait()
		_ = l.Close()
	}()
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go bridge(conn, c, ask.Addr, told)
	}
}

func bridge(conn *ssh.ServerConn, c net.Conn, addr string, port uint32) {
	payload := ssh.Marshal(struct {
		Addr       string
		Port       uint32
		Origin     string
		OriginPort uint32
	}{addr, port, "203.0.113.9", 4711})
	ch, requests, err := conn.OpenChannel("forwarded-tcpip", payload)
	if err != nil {
		_ = c.Close()
		return
	}
	go ssh.DiscardRequests(requests)
	go func() {
		_, _ = io.Copy(ch, c)
		_ = ch.CloseWrite()
	}()
	_, _ = io.Copy(c, ch)
	_ = c.Close()
}

// target is how the server is reached by somebody who knows it.
func (s *sshServer) target() sshTarget {
	s.t.Helper()
	home := s.t.TempDir()
	to := sshTarget{address: s.listener.Addr().String(), user: "nokey", home: home, system: filepath.Join(home, "none")}
	require.NoError(s.t, os.Mkdir(filepath.Join(home, ".ssh"), 0o700))
	s.know(to, s.host.PublicKey())
	return to
}

func (s *sshServer) know(to sshTarget, key ssh.PublicKey) {
	s.t.Helper()
	line := knownhosts.Line([]string{knownhosts.Normalize(to.address)}, key) + "\n"
	require.NoError(s.t, os.WriteFile(to.knownFile(), []byte(line), 0o600))
}

// opening is a tunnel that is served by a handler which says hello to whoever comes.
func opening(t *testing.T, to tunnelServer) (addresses <-chan string, err error) {
	t.Helper()
	return openingWith(t, to, slog.New(slog.DiscardHandler))
}

func openingWith(t *testing.T, to tunnelServer, log *slog.Logger) (addresses <-chan string, err error) {
	t.Helper()
	told := make(chan string, 100)
	tun := newTunnel(to, log, func(address string) { told <- address })
	tun.pause = 10 * time.Millisecond
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "hello %s", r.RemoteAddr)
	})}
	served := make(chan error, 1)
	go func() { served <- server.Serve(tun) }()
	t.Cleanup(func() {
		_ = server.Close()
		tun.hangUp()
		require.ErrorIs(t, <-served, http.ErrServerClosed)
	})
	return told, tun.start(t.Context())
}

func next(t *testing.T, addresses <-chan string) string {
	t.Helper()
	select {
	case a := <-addresses:
		return a
	case <-time.After(20 * time.Second):
		require.Fail(t, "no address was told")
		return ""
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return string(text)
}

func TestTunnel_TakesTheAddressThatTheServerAnnounces(t *testing.T) {
	t.Parallel()
	s := newSSHServer(t, func(s *sshServer) {
		s.says = "Welcome to localhost.run!\r\nTo set up custom domains go to https://admin.localhost.run/\r\n" +
			"More details: https://localhost.run/docs/forever-free/\r\n\x1b[32mabc.lhr.life\x1b[0m tunneled with tls termination, https://abc.lhr.life\r\n"
	})
	addresses, err := opening(t, s.target())
	require.NoError(t, err)
	require.Equal(t, "https://abc.lhr.life", next(t, addresses))
	require.Equal(t, "hello 203.0.113.9:4711", get(t, "http://127.0.0.1:"+s.opened()[0]+"/"))
}

func TestTunnel_TakesThePortOfAServerThatSaysNothing(t *testing.T) {
	t.Parallel()
	s := newSSHServer(t, func(s *sshServer) { s.privy = true })
	addresses, err := opening(t, s.target())
	require.NoError(t, err)
	address := next(t, addresses)
	require.Equal(t, "http://127.0.0.1:"+s.opened()[0], address)
	require.Equal(t, "hello 203.0.113.9:4711", get(t, address))
}

func TestTunnel_IsOpenedAgainWhenItBreaks(t *testing.T) {
	t.Parallel()
	s := newSSHServer(t, func(s *sshServer) { s.says = "Forwarding HTTP traffic from http://127.0.0.1:PORT\r\n" })
	addresses, err := opening(t, s.target())
	require.NoError(t, err)
	first := next(t, addresses)
	require.Contains(t, get(t, first), "hello")
	s.cut()
	require.Empty(t, next(t, addresses), "while it is broken it has no address")
	second := next(t, addresses)
	require.NotEqual(t, first, second)
	require.Contains(t, get(t, second), "hello")
	require.EqualValues(t, 2, s.sessions.Load())
}

func TestTunnel_AnUnknownServerIsNotTrusted(t *testing.T) {
	t.Parallel()
	s := newSSHServer(t, nil)
	to := s.target()
	require.NoError(t, os.WriteFile(to.knownFile(), nil, 0o600))
	_, err := opening(t, to)
	require.ErrorContains(t, err, "is not known here")
	require.ErrorContains(t, err, ssh.FingerprintSHA256(s.host.PublicKey()))
	line := err.Error()[strings.LastIndex(err.Error(), "[127.0.0.1]"):]
	require.Zero(t, s.sessions.Load(), "nobody signed in there")

	require.NoError(t, os.WriteFile(to.knownFile(), []byte(line+"\n"), 0o600))
	_, err = opening(t, to)
	require.NoError(t, err, "the line of the message is what it takes")

	other, _ := newKey(t)
	s.know(to, other.PublicKey())
	_, err = opening(t, to)
	require.ErrorContains(t, err, "somebody may be in between")
	require.ErrorContains(t, err, "known_hosts line 1")
	require.EqualValues(t, 1, s.sessions.Load())
}

func TestTunnel_SignsInWithAKeyFile(t *testing.T) {
	t.Parallel()
	key, file := newKey(t)
	s := newSSHServer(t, func(s *sshServer) {
		s.says = "Forwarding HTTP traffic from https://x.serveo.net\r\n"
		s.config.NoClientAuth = false
		s.config.PublicKeyCallback = func(c ssh.ConnMetadata, k ssh.PublicKey) (*ssh.Permissions, error) {
			if c.User() != "nokey" || !bytes.Equal(k.Marshal(), key.PublicKey().Marshal()) {
				return nil, errors.New("not this key")
			}
			return nil, nil
		}
	})
	to := s.target()
	_, err := opening(t, to)
	require.ErrorContains(t, err, "does not let the user nokey in")
	require.NoError(t, os.WriteFile(filepath.Join(to.home, ".ssh", "id_ed25519"), file, 0o600))
	addresses, err := opening(t, to)
	require.NoError(t, err)
	require.Equal(t, "https://x.serveo.net", next(t, addresses))
}

func TestTunnel_AServerThatOpensNothingIsAnError(t *testing.T) {
	t.Parallel()
	s := newSSHServer(t, func(s *sshServer) { s.closed = true })
	_, err := opening(t, s.target())
	require.ErrorContains(t, err, "opens no address")
}

func TestTunnel_ReadsAnnouncements(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"abc.lhr.life tunneled with tls termination, https://abc.lhr.life":       "https://abc.lhr.life",
		"Forwarding HTTP traffic from https://abc.serveo.net":                    "https://abc.serveo.net",
		"HTTP: http://me-app.tuns.sh":                                            "http://me-app.tuns.sh",
		"HTTPS: https://me-app.tuns.sh/":                                         "https://me-app.tuns.sh",
		"\x1b[1;32mForwarding\x1b[0m https://a.example.com\r":                    "https://a.example.com",
		"To set up and manage custom domains go to https://admin.localhost.run/": "",
		"Your tunneled pages: https://localhost.run/docs/":                       "",
		"Forwarding from somewhere":                                              "",
		"Forwarding http://[bad":                                                 "",
		"":                                                                       "",
	} {
		require.Equal(t, want, announced(line), line)
	}
}

func TestTunnel_RefusesWhatIsNoServer(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "localhost.run", "http://localhost.run", "ssh://", "ssh://me:secret@localhost.run", "ssh://localhost.run/x", "ssh://localhost.run?a=1", "ngrok:8080", "ngrok://me.ngrok.app"} {
		_, err := parseTunnel(text)
		require.ErrorContains(t, err, "--tunnel", text)
		require.NotContains(t, err.Error(), "secret")
	}
	to, err := parseSSH("ssh://nokey@localhost.run")
	require.NoError(t, err)
	require.Equal(t, "localhost.run:22", to.address)
	require.Equal(t, "nokey", to.user)
	to, err = parseSSH("ssh://[::1]:2222/")
	require.NoError(t, err)
	require.Equal(t, "[::1]:2222", to.address)
	require.NotEmpty(t, to.user)
}
