package main_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestExamples_FirstChainArrives(t *testing.T) {
	t.Parallel()
	dir, logFile := t.TempDir(), filepath.Join(t.TempDir(), "log")
	tickets := newDestination(t, func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"id":"T-7"}`))
		return true
	})
	mailPort, mails := newMailServer(t)
	slack, posts := newSlack(t, "xoxb-example")
	tee, err := exec.LookPath("tee")
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "first", "patchbay.yaml"))
	require.NoError(t, err)
	file := write(t, "patchbay.yaml", strings.NewReplacer(
		"http://127.0.0.1:9900/tickets", tickets.URL+"/tickets", "http://127.0.0.1:9900/api", slack,
		"9925", strconv.Itoa(mailPort), "/usr/bin/tee", tee, "/tmp/patchbay-first.log", logFile,
	).Replace(string(text)))
	p := serve(t, dir, []string{"PATCHBAY_ALLOW_PRIVATE=127.0.0.1,::1", "PATCHBAY_ALLOW_SHELL=" + tee})
	env := []string{"GITHUB_WEBHOOK_SECRET=" + secret, "SLACK_BOT_TOKEN=xoxb-example"}
	r := patchbay(t, env, "apply", file, "--data", dir)
	require.Zero(t, r.status, r.err)
	must(t, "send", "github", "--event", "issues", "--data", dir)
	next(t, tickets.arrived, "the ticket")
	require.Contains(t, next(t, mails, "the mail").text, "Subject: Ticket T-7: Spelling error in the README file")
	require.Equal(t, "New issue *Spelling error in the README file*, ticket T-7", next(t, posts, "the message")["text"])
	api := p.client()
	require.Equal(t, "succeeded", api.settled("", 1)[0].State)
	line, err := os.ReadFile(logFile)
	require.NoError(t, err)
	require.Contains(t, string(line), "ticket T-7 mail <")
	require.Zero(t, api.ledger("github").Received, "what people send stands outside the ledger")
	require.Equal(t, "sample", api.events("")[0].Origin)
}

func TestServe_SpeaksTLS(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	cert := write(t, "cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	private8 := write(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))

	p := serve(t, t.TempDir(), nil, "--tls-cert", cert, "--tls-key", private8)
	require.True(t, strings.HasPrefix(p.url, "https://"), p.url)
	roots := x509.NewCertPool()
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	roots.AddCert(parsed)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	resp, err := client.Get(p.url + "/healthz") //nolint:noctx // a test's own server
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)

	bad := patchbay(t, nil, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--tls-cert", private8, "--tls-key", private8)
	require.Equal(t, 1, bad.status)
	require.Contains(t, bad.err, "cannot be used")
}
