package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/actions/outbound"
	"patchbay/engine"
)

// world is everything that recipes send to: each name is found, and leads to one web
// server, with TLS and without, or to one mail server, which know what is to come.
type world struct {
	roots   *x509.CertPool
	secure  *httptest.Server
	plain   *httptest.Server
	mail    net.Listener
	mailTLS *tls.Config

	mu        sync.Mutex
	promised  []*promised
	surprises []string
	redirects map[string]any
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{roots: x509.NewCertPool(), redirects: map[string]any{}}
	certificates := w.authority(t)
	w.plain = httptest.NewServer(http.HandlerFunc(w.serve))
	w.secure = httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
	w.secure.TLS = &tls.Config{GetCertificate: certificates, MinVersion: tls.VersionTLS12}
	w.secure.StartTLS()
	w.mailTLS = &tls.Config{GetCertificate: certificates, MinVersion: tls.VersionTLS12}
	var err error
	w.mail, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var sessions sync.WaitGroup
	sessions.Go(func() {
		for {
			conn, err := w.mail.Accept()
			if err != nil {
				return
			}
			sessions.Go(func() { w.takeMail(conn) })
		}
	})
	t.Cleanup(func() {
		w.plain.Close()
		w.secure.Close()
		_ = w.mail.Close()
		sessions.Wait()
	})
	return w
}

// authority makes certificates for whatever name is asked for.
func (w *world) authority(t *testing.T) func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "world"}, NotAfter: now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, &key.PublicKey, key)
	require.NoError(t, err)
	root, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	w.roots.AddCert(root)
	return func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		leaf := &x509.Certificate{
			SerialNumber: big.NewInt(2), DNSNames: []string{hello.ServerName}, NotAfter: now().Add(time.Hour),
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		}
		der, err := x509.CreateCertificate(rand.Reader, leaf, root, &key.PublicKey, key)
		return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
	}
}

// outbound leads every call here: names are found at a public address, of which the ports
// decide where a connection ends.
func (w *world) outbound() outbound.Options {
	return outbound.Options{
		RootCAs: w.roots,
		Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go answerName(server)
			return client, nil
		}},
		Connect: func(ctx context.Context, network, address string) (net.Conn, error) {
			to := w.plain.Listener.Addr()
			switch _, port, _ := net.SplitHostPort(address); port {
			case "443":
				to = w.secure.Listener.Addr()
			case "587":
				to = w.mail.Addr()
			}
			return (&net.Dialer{}).DialContext(ctx, network, to.String())
		},
	}
}

// answerName answers one question over a stream: one address for A, none for anything else.
func answerName(conn net.Conn) {
	defer conn.Close()
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return
	}
	question := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(conn, question); err != nil {
		return
	}
	end := 12
	for end < len(question) && question[end] != 0 {
		end += int(question[end]) + 1
	}
	end += 5
	answer := append([]byte(nil), question[:end]...)
	copy(answer[2:], []byte{0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0})
	if binary.BigEndian.Uint16(question[end-4:]) == 1 {
		answer[7] = 1
		answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 93, 184, 215, 14)
	}
	binary.BigEndian.PutUint16(size[:], uint16(len(answer)))
	_, _ = conn.Write(append(size[:], answer...))
}

// serve takes a request if it was promised, and gives the answer that the test names.
func (w *world) serve(out http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	address := scheme + "://" + r.Host + r.URL.RequestURI()
	w.mu.Lock()
	defer w.mu.Unlock()
	if output, ok := w.redirects[address]; ok && r.Method == http.MethodGet {
		respond(out, output)
		return
	}
	for _, p := range w.promised {
		if p.want.Method != r.Method || p.got == p.count || strings.TrimSuffix(p.want.URL, "/") != strings.TrimSuffix(address, "/") {
			continue
		}
		p.got++
		if p.got == 1 {
			p.compare(r, p.want.URL, string(body))
		}
		if r.Host == "script.google.com" { // which answers from another host
			at := "https://script.googleusercontent.com/macros/echo?user_content_key=recipe"
			w.redirects[at] = p.output
			http.Redirect(out, r, at, http.StatusFound)
			return
		}
		respond(out, p.answer())
		return
	}
	w.surprises = append(w.surprises, fmt.Sprintf("%s %s %s", r.Method, address, body))
	out.WriteHeader(http.StatusNotFound)
}

// compare holds what came against what was promised.
func (p *promised) compare(r *http.Request, address, body string) {
	preview := engine.Preview{Kind: "request", Method: r.Method, URL: address, Body: body}
	for name, values := range r.Header {
		preview.Headers = append(preview.Headers, engine.Header{Name: name, Value: values[0]})
	}
	for _, d := range p.want.Compare(&engine.Previewed{Preview: &preview, Items: p.want.Items}) {
		p.faults = append(p.faults, d.String())
	}
	if p.want.JSON != nil && !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		p.faults = append(p.faults, "JSON is sent as "+r.Header.Get("Content-Type"))
	}
	if p.want.Form != nil && r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		p.faults = append(p.faults, "a form is sent as "+r.Header.Get("Content-Type"))
	}
}

// answer is what the step gives for the request at hand: under forEach one of a list.
func (p *promised) answer() any {
	if list, ok := p.output.([]any); ok && p.got <= len(list) {
		return list[p.got-1]
	}
	return p.output
}

// respond writes what a step gives as the answer that gives it.
func respond(out http.ResponseWriter, output any) {
	fields, _ := output.(map[string]any)
	status := http.StatusOK
	if given, ok := fields["status"].(int64); ok {
		status = int(given)
	}
	out.Header().Set("Content-Type", "application/json")
	out.WriteHeader(status)
	body, ok := fields["body"]
	if !ok {
		body = map[string]any{"ok": true}
	}
	_ = json.NewEncoder(out).Encode(body)
}

// takeMail is a mail server that wants TLS and a password.
func (w *world) takeMail(conn net.Conn) {
	defer conn.Close()
	say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
	say("220 mail")
	var to []string
	for in := bufio.NewScanner(conn); in.Scan(); {
		verb, rest, _ := strings.Cut(in.Text(), " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			if _, ok := conn.(*tls.Conn); ok {
				say("250-mail")
				say("250 AUTH PLAIN LOGIN")
				continue
			}
			say("250-mail")
			say("250 STARTTLS")
			continue
		case "STARTTLS":
			say("220 go on")
			secure := tls.Server(conn, w.mailTLS)
			conn, in = secure, bufio.NewScanner(secure)
			continue
		case "AUTH":
			say("235 welcome")
			continue
		case "RCPT":
			to = append(to, strings.Trim(strings.TrimPrefix(rest, "TO:"), "<>"))
		case "DATA":
			say("354 go on")
			var text strings.Builder
			for in.Scan() && in.Text() != "." {
				text.WriteString(strings.TrimPrefix(in.Text(), ".") + "\r\n")
			}
			w.tookMail(to, text.String())
			to = nil
		case "QUIT":
			say("221 bye")
			return
		}
		say("250 ok")
	}
}

func (w *world) tookMail(to []string, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.promised {
		if p.want.Method != "" || p.got == p.count || len(p.want.To) == 0 || p.want.To[0] != to[0] {
			continue
		}
		p.got++
		_, subject, _ := strings.Cut(text, "Subject: ")
		subject, _, _ = strings.Cut(subject, "\r\n")
		preview := engine.Preview{Kind: "mail", To: to, Text: subject, Body: text}
		for _, d := range p.want.Compare(&engine.Previewed{Preview: &preview, Items: p.want.Items}) {
			p.faults = append(p.faults, d.String())
		}
		return
	}
	w.surprises = append(w.surprises, fmt.Sprintf("mail to %v: %s", to, text))
}
