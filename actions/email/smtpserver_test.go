package email_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"maps"
	"math/big"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

// mailServer is an SMTP server (RFC 5321 with STARTTLS and AUTH PLAIN) on loopback.
// script changes what it says to a command: the key is the beginning of the command
// line, "greeting", or "end" for the final dot; the reply "drop" closes the connection.
type mailServer struct {
	script map[string]string
	tls    *tls.Config
	secure bool // TLS from the first byte

	listener net.Listener
	arrived  chan struct{}
	mu       sync.Mutex
	mails    []taken
	commands []string
}

type taken struct {
	from, data string
	to         []string
	encrypted  bool
	user       string
}

func startServer(t *testing.T, s *mailServer) *mailServer {
	t.Helper()
	var err error
	s.listener, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.arrived = make(chan struct{}, 1)
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := s.listener.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { s.talk(conn) })
		}
	})
	t.Cleanup(func() {
		_ = s.listener.Close()
		wg.Wait()
	})
	return s
}

func (s *mailServer) port() int {
	_, port, _ := net.SplitHostPort(s.listener.Addr().String())
	n, _ := strconv.Atoi(port)
	return n
}

// dialogue is one connection.
type dialogue struct {
	s    *mailServer
	conn net.Conn
	r    *bufio.Reader
	m    taken
}

func (s *mailServer) talk(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	d := &dialogue{s: s, conn: conn}
	if s.secure {
		d.encrypt()
	}
	d.r = bufio.NewReader(d.conn)
	if !d.say("greeting", "220 mail.test ESMTP") {
		return
	}
	for {
		line, err := d.r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.mu.Lock()
		s.commands = append(s.commands, line)
		s.mu.Unlock()
		if !d.handle(line) {
			return
		}
	}
}

func (d *dialogue) encrypt() {
	d.conn = tls.Server(d.conn, d.s.tls)
	d.r = bufio.NewReader(d.conn)
	d.m.encrypted = true
}

// say writes the scripted reply to a command, or the usual one.
func (d *dialogue) say(command, usual string) bool {
	reply := usual
	for begin, scripted := range d.s.script {
		if strings.HasPrefix(command, begin) {
			reply = scripted
		}
	}
	switch reply {
	case "drop":
		return false
	case "hang":
		select {
		case d.s.arrived <- struct{}{}:
		default:
		}
		_, _ = d.r.ReadByte()
		return false
	case "flood":
		for {
			if _, err := d.conn.Write([]byte("250-" + strings.Repeat("x", 1000) + "\r\n")); err != nil {
				return false
			}
		}
	}
	_, err := d.conn.Write([]byte(reply + "\r\n"))
	return err == nil
}

func (d *dialogue) handle(line string) bool {
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "EHLO":
		extensions := "250-mail.test\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
		if d.s.tls != nil && !d.m.encrypted {
			extensions += "250-STARTTLS\r\n"
		}
		return d.say(line, extensions+"250 AUTH PLAIN")
	case "STARTTLS":
		if !d.say(line, "220 go") {
			return false
		}
		d.encrypt()
		return true
	case "AUTH":
		_, initial, _ := strings.Cut(rest, " ")
		plain, _ := base64.StdEncoding.DecodeString(initial)
		d.m.user = strings.ReplaceAll(string(plain), "\x00", "|")
		return d.say(line, "235 ok")
	case "MAIL":
		d.m.from = rest
		return d.say(line, "250 ok")
	case "RCPT":
		d.m.to = append(d.m.to, rest)
		return d.say(line, "250 ok")
	case "DATA":
		return d.say(line, "354 go") && (d.s.script["DATA"] != "" || d.data())
	case "QUIT":
		d.say(line, "221 bye")
		return false
	}
	return d.say(line, "500 what?")
}

func (d *dialogue) data() bool {
	var b strings.Builder
	for {
		line, err := d.r.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
	d.m.data = b.String()
	d.s.mu.Lock()
	d.s.mails = append(d.s.mails, d.m)
	d.s.mu.Unlock()
	return d.say("end", "250 queued")
}

func (s *mailServer) only(t *testing.T) taken {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.Len(t, s.mails, 1)
	return s.mails[0]
}

func (s *mailServer) connection(with map[string]any) *engine.Connection {
	all := map[string]any{
		"host": "127.0.0.1", "port": int64(s.port()), "from": "Patchbay <ops@example.com>", "username": "ops",
	}
	maps.Copy(all, with)
	return &engine.Connection{
		Name: "ops-mail", Type: "smtp", With: all, Secrets: map[string]engine.Secret{"password": "mail-password"},
	}
}

// certificate makes a certificate for 127.0.0.1 and the pool that trusts it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}, pool
}
