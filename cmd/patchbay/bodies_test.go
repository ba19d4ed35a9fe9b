package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"
)

const mostBody = 200 << 10

// newEcho serves an app that answers with the body it was sent, and returns a way to it.
func newEcho(t *testing.T, secure bool) func() net.Conn {
	t.Helper()
	app := fiber.New(fiberConfig(appOptions{maxBody: mostBody}))
	app.Post("/", func(c *fiber.Ctx) error { return c.Send(bytes.Clone(c.Request().Body())) })
	certFile, keyFile := "", ""
	if secure {
		certFile, keyFile = certificate(t)
	}
	listener, err := listen(t.Context(), newCrowd(slog.New(slog.DiscardHandler)), "127.0.0.1:0", certFile, keyFile)
	require.NoError(t, err)
	server := newHTTPServer(app)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		require.NoError(t, server.Shutdown())
		require.NoError(t, <-served)
	})
	return func() net.Conn {
		conn, err := net.Dial("tcp", listener.Addr().String()) //nolint:noctx // a test's own server
		require.NoError(t, err)
		if secure {
			conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
		}
		t.Cleanup(func() { _ = conn.Close() }) // the server may have been quicker
		return conn
	}
}

// certificate makes one that nobody has to trust.
func certificate(t *testing.T) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	require.NoError(t, os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), 0o600))
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	return certFile, keyFile
}

func exchange(t *testing.T, conn net.Conn, req *http.Request) (status int, body string, closed bool) {
	t.Helper()
	sent := make(chan error, 1)
	go func() { sent <- req.Write(conn) }()
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	if resp.Close {
		_ = conn.Close() // what is still being sent is not read
	}
	if err := <-sent; err != nil {
		require.True(t, resp.Close, err)
	}
	return resp.StatusCode, string(text), resp.Close
}

func TestBodies_AreCompleteAndWithinTheLimit(t *testing.T) {
	t.Parallel()
	dial := newEcho(t, false)
	kept := dial()
	for _, size := range []int{0, 1, 8 << 10, 8<<10 + 1, unknownBody, unknownBody + 1, firstPiece, firstPiece + 1, mostBody - 1, mostBody, mostBody + 1} {
		for _, chunked := range []bool{false, true} {
			text := strings.Repeat("x", size)
			var body io.Reader = strings.NewReader(text)
			if chunked {
				body = iotest.OneByteReader(io.MultiReader(io.LimitReader(body, 3), iotest.DataErrReader(body)))
				body = io.MultiReader(body) // hides its length
			}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://patchbay/", body)
			require.NoError(t, err)
			status, got, closed := exchange(t, kept, req)
			name := fmt.Sprint(size, " bytes, chunked: ", chunked)
			if size > mostBody {
				require.Equal(t, http.StatusRequestEntityTooLarge, status, name)
				require.True(t, closed, name)
				kept = dial()
				continue
			}
			require.Equal(t, http.StatusOK, status, name)
			require.Equal(t, len(text), strings.Count(got, "x"), name)
			require.False(t, closed, "another request can follow")
		}
	}
}

func TestBodies_ThatEndEarlyAreNotTaken(t *testing.T) {
	t.Parallel()
	corked := func(secure bool, text string) int { return halfClosed(t, secure, true, text) }
	piecemeal := func(secure bool, text string) int { return halfClosed(t, secure, false, text) }
	for name, text := range map[string]string{
		"in the first piece": "Content-Length: 100\r\n\r\nabc",
		"later":              "Content-Length: 20000\r\n\r\n" + strings.Repeat("x", 19_999),
		"in a chunk":         "Transfer-Encoding: chunked\r\n\r\n10\r\nabc",
		"between chunks":     "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
		"in a length":        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3",
		"before any chunk":   "Transfer-Encoding: chunked\r\n\r\n",
		"with no length":     "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
	} {
		for _, secure := range []bool{false, true} {
			require.Equal(t, http.StatusBadRequest, piecemeal(secure, text), "%s, with TLS: %v", name, secure)
			require.Equal(t, http.StatusBadRequest, corked(secure, text), "%s, all at once, with TLS: %v", name, secure)
		}
	}
	for _, text := range []string{
		"Content-Length: 3\r\n\r\nabc",
		"Content-Length: 20000\r\n\r\n" + strings.Repeat("x", 20_000),
		"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	} {
		for _, secure := range []bool{false, true} {
			require.Equal(t, http.StatusOK, piecemeal(secure, text), "%.60s, with TLS: %v", text, secure)
			require.Equal(t, http.StatusOK, corked(secure, text), "%.60s, all at once, with TLS: %v", text, secure)
		}
	}
}

// corkedConn holds back what is written to it until the cork is pulled.
type corkedConn struct {
	net.Conn

	corked bool
	held   bytes.Buffer
}

func (c *corkedConn) Write(b []byte) (int, error) {
	if c.corked {
		return c.held.Write(b)
	}
	return c.Conn.Write(b)
}

func (c *corkedConn) pull(t *testing.T) {
	t.Helper()
	c.corked = false
	require.NoError(t, c.SetWriteDeadline(time.Time{})) // TLS has ended its own writing
	_, err := c.held.WriteTo(c.Conn)
	require.NoError(t, err)
}

// halfClosed sends a request, then nothing more, and returns the answer. What is sent
// over TLS may arrive together with the notice that nothing more comes.
func halfClosed(t *testing.T, secure, together bool, text string) (status int) {
	t.Helper()
	conn := newEcho(t, secure)()
	below := &corkedConn{}
	if over, ok := conn.(*tls.Conn); ok {
		below.Conn = over.NetConn()
		// The notice of TLS 1.2 can be told from data, and is found with the last of it.
		over = tls.Client(below, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12})
		require.NoError(t, over.HandshakeContext(t.Context()))
		below.corked = together
		conn = over
	}
	_, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\n"+text)
	require.NoError(t, err)
	half, ok := conn.(interface{ CloseWrite() error })
	require.True(t, ok)
	require.NoError(t, half.CloseWrite())
	if together && secure {
		below.pull(t)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer resp.Body.Close()
	return resp.StatusCode
}

func TestBodies_HaveRoomTogether(t *testing.T) {
	t.Parallel()
	b := newBodies(mostBody)
	b.room = 4 * mostBody
	var first, second body
	require.NoError(t, b.read(&first, strings.NewReader(strings.Repeat("x", mostBody)), mostBody))
	require.ErrorIs(t, b.read(&second, strings.NewReader(strings.Repeat("x", mostBody)), mostBody), errNoRoom)
	b.giveBack(&second)
	second = body{}
	require.NoError(t, b.read(&second, strings.NewReader("small"), -1), "what is small still has room")
	require.Equal(t, "small", string(second.bytes))
	b.giveBack(&second)
	b.giveBack(&first)
	require.Zero(t, b.taken.Load())
	b.room = requestCost + 2*(firstPiece+1)
	var exact body
	require.NoError(t, b.read(&exact, strings.NewReader(strings.Repeat("x", firstPiece+1)), firstPiece+1), "an announced length takes no more than it says")
	b.giveBack(&exact)
	b.room = 4 * mostBody
	var third body
	require.NoError(t, b.read(&third, strings.NewReader(strings.Repeat("x", mostBody)), -1))
	require.Len(t, third.bytes, mostBody)
}
