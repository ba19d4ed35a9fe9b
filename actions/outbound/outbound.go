// Package outbound is the one way in which Patchbay calls other machines.
//
// A name is resolved once; every address it leads to must be allowed, and the
// address that was checked is the one that is dialled, so that a name server
// cannot answer differently the second time. Addresses inside the operator's own
// network are refused unless they are on the operator's list. This holds for
// every connection: HTTP, its redirects, and whatever else dials through
// [Client.Dial], such as SMTP. Proxy variables of the environment are ignored.
package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"patchbay/engine"
)

// The limits of a call.
const (
	connectTimeout = 10 * time.Second
	tlsTimeout     = 5 * time.Second
	totalTimeout   = 60 * time.Second // of a call whose context has no deadline
	idleTimeout    = 30 * time.Second
	maxRedirects   = 5
	maxHeader      = 64 << 10
	maxBody        = 1 << 20
	idlePerHost    = 64
	maxIdle        = 16 * idlePerHost
)

// Options of a [Client]; the zero value refuses all private addresses.
type Options struct {
	Allow []string        // hosts, addresses and CIDRs that may be called although private; host and address with an optional :port
	Self  func() []string // hosts (with optional :port) under which this server itself is reached; calls to them are refused
	Now   engine.Clock    // for Retry-After dates; required where these are used

	RootCAs  *x509.CertPool // nil: the system's
	Resolver *net.Resolver  // nil: the system's
	// Connect dials an address that was checked; nil uses a net.Dialer that checks again.
	Connect func(ctx context.Context, network, address string) (net.Conn, error)
}

// Client makes outgoing calls. It is safe for concurrent use.
type Client struct {
	policy    policy
	self      func() []string
	now       engine.Clock
	roots     *x509.CertPool
	resolver  *net.Resolver
	connect   func(ctx context.Context, network, address string) (net.Conn, error)
	transport atomic.Pointer[http.Transport]
	plain     atomic.Pointer[plain]
}

// New makes a client. It returns a KindInvalid error for an entry of Allow that
// cannot be read.
func New(o Options) (*Client, error) {
	c := &Client{self: o.Self, now: o.Now, roots: o.RootCAs, resolver: o.Resolver, connect: o.Connect}
	if c.resolver == nil {
		c.resolver = net.DefaultResolver
	}
	if err := c.policy.set(o.Allow); err != nil {
		return nil, err
	}
	c.transport.Store(c.newTransport())
	c.plain.Store(newPlain(c.dial))
	return c, nil
}

func (c *Client) newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                  nil,
		DialContext:            c.Dial,
		TLSClientConfig:        &tls.Config{RootCAs: c.roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    tlsTimeout,
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    idlePerHost,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxHeader,
		DisableCompression:     true, // what is stored is what was sent; nothing is inflated without a limit
		ForceAttemptHTTP2:      true,
	}
}

// SetAllow replaces the list of private addresses that may be called, at once and
// for connections that were kept open as well. It returns a KindInvalid error for
// an entry that cannot be read, and changes nothing then.
func (c *Client) SetAllow(list []string) error {
	if err := c.policy.set(list); err != nil {
		return err
	}
	// Connections that are in use now must not be used again either: they stay behind
	// in transports that get no more calls.
	c.transport.Swap(c.newTransport()).CloseIdleConnections()
	c.plain.Swap(newPlain(c.dial)).CloseIdleConnections()
	return nil
}

func (c *Client) roundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme == "http" && req.ContentLength <= plainBody {
		return c.plain.Load().RoundTrip(req)
	}
	return c.transport.Load().RoundTrip(req) //nolint:wrapcheck // callFault looks at it
}

// Close ends the connections that are kept open for reuse.
func (c *Client) Close() {
	c.transport.Load().CloseIdleConnections()
	c.plain.Load().CloseIdleConnections()
}

// TLS returns the configuration for a TLS connection to a host.
func (c *Client) TLS(host string) *tls.Config {
	return &tls.Config{ServerName: asciiHost(host), RootCAs: c.roots, MinVersion: tls.VersionTLS12}
}

// countedConn counts what was written, to tell whether a request can have arrived, and
// remembers why reading ended: whoever understands half an answer may say only that
// he does not understand it.
type countedConn struct {
	net.Conn

	written atomic.Int64
	ended   atomic.Pointer[error]
}

// Read implements [net.Conn].
func (c *countedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err != nil && !errors.Is(err, net.ErrClosed) { // closed by ourselves tells nothing
		c.ended.CompareAndSwap(nil, &err)
	}
	return n, err //nolint:wrapcheck // a net.Conn passes errors on as they are
}

// Write counts before the bytes leave: an answer to them may be read before it
// returns. What turns out not to have left is taken back.
func (c *countedConn) Write(p []byte) (int, error) {
	c.written.Add(int64(len(p)))
	n, err := c.Conn.Write(p)
	c.written.Add(int64(n - len(p)))
	return n, err //nolint:wrapcheck // a net.Conn passes errors on as they are
}
