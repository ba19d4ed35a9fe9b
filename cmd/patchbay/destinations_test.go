package main_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// received is a request that arrived at a destination.
type received struct {
	path string
	key  string
	body string
}

// destination is a real HTTP server that remembers what arrives.
type destination struct {
	*httptest.Server

	mu      sync.Mutex
	all     []received
	arrived chan received
}

// newDestination answers with a ticket number, after answer has been called (if any).
func newDestination(t *testing.T, answer func(w http.ResponseWriter, r *http.Request) bool) *destination {
	t.Helper()
	d := &destination{arrived: make(chan received, 10_000)}
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the sender was killed while it wrote
		}
		got := received{path: r.URL.Path, key: r.Header.Get("Idempotency-Key"), body: string(body)}
		d.mu.Lock()
		d.all = append(d.all, got)
		n := len(d.all)
		d.mu.Unlock()
		d.arrived <- got
		if answer != nil && answer(w, r) {
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, `{"ticket":"T-%d"}`, n)
	}))
	t.Cleanup(d.Close)
	return d
}

func (d *destination) list() []received {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]received(nil), d.all...)
}

// newSlack speaks Slack's API as far as posting goes, and refuses a wrong token.
func newSlack(t *testing.T, token string) (url string, posts <-chan map[string]any) {
	t.Helper()
	arrived := make(chan map[string]any, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		var post map[string]any
		if r.Header.Get("Authorization") != "Bearer "+token || json.NewDecoder(r.Body).Decode(&post) != nil {
			fmt.Fprint(w, `{"ok":false,"error":"invalid_auth"}`)
			return
		}
		arrived <- post
		fmt.Fprint(w, `{"ok":true,"channel":"C024BE91L","ts":"1503435956.000247"}`)
	}))
	t.Cleanup(server.Close)
	return server.URL, arrived
}

// mail is a message that arrived at the mail server.
type mail struct {
	from string
	to   []string
	text string
}

// newMailServer speaks SMTP as far as delivering goes.
func newMailServer(t *testing.T) (port int, mails <-chan mail) {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	arrived := make(chan mail, 100)
	var sessions sync.WaitGroup
	sessions.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			sessions.Go(func() {
				defer conn.Close()
				smtpSession(conn, arrived)
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		sessions.Wait()
	})
	addr, ok := l.Addr().(*net.TCPAddr)
	require.True(t, ok)
	return addr.Port, arrived
}

func smtpSession(conn net.Conn, arrived chan<- mail) {
	say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
	say("220 test")
	var m mail
	for in := bufio.NewScanner(conn); in.Scan(); {
		verb, rest, _ := strings.Cut(in.Text(), " ")
		switch strings.ToUpper(verb) {
		case "MAIL":
			m.from = rest
		case "RCPT":
			m.to = append(m.to, rest)
		case "DATA":
			say("354 go on")
			for in.Scan() && in.Text() != "." {
				m.text += in.Text() + "\n"
			}
			arrived <- m
			m = mail{}
		case "QUIT":
			say("221 bye")
			return
		}
		say("250 ok")
	}
}
