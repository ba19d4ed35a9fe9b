package main_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// arrivedMail is a mail as far as it arrived.
type arrivedMail struct {
	id       string // its Message-ID
	complete bool   // up to the final dot
}

// badMailServer is a mail server that does something bad at one stage of its first
// sessions. Stages are the client's commands, greeting, tls (after the answer to
// STARTTLS), body (in the middle of the mail) and end (after its final dot).
type badMailServer struct {
	stage    string
	sessions int // how many are bad
	bad      func(*mailTalk) (goOn bool)
	slow     bool        // says everything one byte at a time
	secure   *tls.Config // offers STARTTLS
	implicit bool        // speaks TLS from the first byte

	listener net.Listener
	serving  sync.WaitGroup
	mu       sync.Mutex
	conns    map[net.Conn]bool
	met      int
	letters  []*arrivedMail
}

// mailTalk is one session.
type mailTalk struct {
	server *badMailServer
	tcp    *net.TCPConn
	conn   net.Conn
	in     *bufio.Reader
	nth    int
}

func (s *badMailServer) open(t *testing.T) {
	t.Helper()
	lc := net.ListenConfig{}
	if s.stage == "body" {
		lc.Control = narrow
	}
	var err error
	s.listener, err = lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.conns = map[net.Conn]bool{}
	s.serving.Go(func() {
		for {
			conn, err := s.listener.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			talk := &mailTalk{server: s, tcp: conn.(*net.TCPConn), nth: s.met} //nolint:errcheck,forcetypeassert // the listener is one of TCP
			s.met++
			s.conns[conn] = true
			s.mu.Unlock()
			s.serving.Go(func() {
				talk.session()
				_ = conn.Close()
			})
		}
	})
	t.Cleanup(func() {
		_ = s.listener.Close()
		s.mu.Lock()
		for conn := range s.conns {
			_ = conn.Close()
		}
		s.mu.Unlock()
		s.serving.Wait()
	})
}

// narrow makes segments and buffers small, so that a long mail cannot have left before
// it is read.
func narrow(_, _ string, raw syscall.RawConn) error {
	var failed error
	err := raw.Control(func(fd uintptr) {
		failed = errors.Join(
			syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_MAXSEG, 1000),
			syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 16<<10),
		)
	})
	return errors.Join(err, failed)
}

func (s *badMailServer) port() string {
	_, port, _ := net.SplitHostPort(s.listener.Addr().String())
	return port
}

// got returns how many mails arrived completely, and the Message-IDs of all of them.
func (s *badMailServer) got() (complete int, ids map[string]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids = map[string]bool{}
	for _, l := range s.letters {
		if l.complete {
			complete++
		}
		if l.id != "" {
			ids[l.id] = true
		}
	}
	return complete, ids
}

// at does what is bad at a stage, if it is to be done there.
func (m *mailTalk) at(stage string) (done, goOn bool) {
	if m.server.bad == nil || m.server.stage != stage || m.nth >= m.server.sessions {
		return false, true
	}
	return true, m.server.bad(m)
}

// reply says something at a stage, or what is bad there.
func (m *mailTalk) reply(stage, text string) (goOn bool) {
	if done, goOn := m.at(stage); done {
		return goOn
	}
	m.say(text)
	return true
}

func (m *mailTalk) say(text string) {
	if m.server.slow {
		m.drip(text+"\r\n", time.Millisecond)
		return
	}
	_, _ = io.WriteString(m.conn, text+"\r\n") // the other end may have gone
}

func (m *mailTalk) drip(text string, every time.Duration) {
	(&visit{Conn: m.conn}).drip(text, every)
}

func (m *mailTalk) encrypt() {
	m.conn = tls.Server(m.tcp, m.server.secure)
	m.in = bufio.NewReader(m.conn)
}

func (m *mailTalk) session() {
	m.conn, m.in = m.tcp, bufio.NewReader(m.tcp)
	if m.server.implicit {
		if _, goOn := m.at("tls"); !goOn {
			return
		}
		m.encrypt()
	}
	if !m.reply("greeting", "220 mail.test ESMTP") {
		return
	}
	for {
		line, err := m.in.ReadString('\n')
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !m.handle(verb) {
			return
		}
	}
}

func (m *mailTalk) handle(verb string) (goOn bool) {
	switch verb {
	case "HELO": // what a client tries when EHLO is not understood
		return m.reply("EHLO", "250 mail.test")
	case "EHLO":
		extensions := "250-mail.test\r\n"
		if m.server.secure != nil && m.conn == m.tcp {
			extensions += "250-STARTTLS\r\n"
		}
		return m.reply(verb, extensions+"250 AUTH PLAIN")
	case "STARTTLS":
		if done, goOn := m.at(verb); done {
			return goOn // it was refused
		}
		m.say("220 go on")
		if _, goOn := m.at("tls"); !goOn {
			return false
		}
		m.encrypt()
		return true
	case "AUTH":
		return m.reply(verb, "235 ok")
	case "DATA":
		return m.reply(verb, "354 go on") && m.letter()
	case "QUIT":
		m.reply(verb, "221 bye")
		return false
	}
	return m.reply(verb, "250 ok")
}

// letter reads a mail.
func (m *mailTalk) letter() (goOn bool) {
	l := &arrivedMail{}
	m.server.mu.Lock()
	m.server.letters = append(m.server.letters, l)
	m.server.mu.Unlock()
	for read := 0; ; {
		line, err := m.in.ReadString('\n')
		if err != nil {
			return false
		}
		if name, value, ok := strings.Cut(line, ": "); ok && strings.EqualFold(name, "Message-ID") {
			m.server.mu.Lock()
			l.id = strings.TrimSpace(value)
			m.server.mu.Unlock()
		}
		if read += len(line); read > 10_000 {
			if done, goOn := m.at("body"); done {
				return goOn
			}
		}
		if line == ".\r\n" {
			break
		}
	}
	m.server.mu.Lock()
	l.complete = true
	m.server.mu.Unlock()
	return m.reply("end", "250 queued")
}

// What a mail server does badly.

func dropMail(*mailTalk) bool { return false }

func resetMail(m *mailTalk) bool { reset(m.tcp); return false }

// hangMail stops reading, too.
func hangMail(m *mailTalk) bool { ignore(m.tcp); return false }

func dripMail(text string, every time.Duration) func(*mailTalk) bool {
	return func(m *mailTalk) bool { m.drip(text, every); return false }
}

func sayMail(text string) func(*mailTalk) bool {
	return func(m *mailTalk) bool { m.say(text); return true }
}

func sayAndDropMail(text string) func(*mailTalk) bool {
	return func(m *mailTalk) bool { m.say(text); return false }
}

// floodMail never comes to the end of a reply.
func floodMail(m *mailTalk) bool {
	for line := "250-" + strings.Repeat("x", 500) + "\r\n"; ; {
		if _, err := io.WriteString(m.conn, line); err != nil {
			return false
		}
	}
}

// connection is the YAML of a connection to this server.
func (s *badMailServer) connection(encryption string) string {
	port, err := strconv.Atoi(s.port())
	if err != nil {
		panic(err) // it is ours
	}
	return "type: smtp, with: { host: 127.0.0.1, port: " + strconv.Itoa(port) + ", tls: " + encryption +
		", from: ops@example.com, username: ops, password: mail-password }"
}
