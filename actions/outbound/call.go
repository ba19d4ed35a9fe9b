package outbound

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"patchbay/engine"
)

// Request is an outgoing call. Header belongs to the client from then on.
type Request struct {
	Method          string
	URL             *url.URL
	Header          http.Header
	Body            []byte
	Hops            int // of the event behind the call; one more is sent
	FollowRedirects bool
	Private         []string // names of headers that hold credentials: not passed on to another host
	PrivateBody     bool     // the body holds credentials: never sent to another host
	Keep            int      // how many bytes of the answer's body are wanted; 0, and at most, 1 MiB
}

// Response is an answer; the body is cut at what the request keeps.
type Response struct {
	Status    int
	Header    http.Header
	Body      []byte
	Truncated bool
	Host      string // that answered
	// Rewritten tells that a redirect turned a request that changes something into a GET:
	// the host that redirected may have done what it was asked.
	Rewritten bool
}

// Do makes a call. Every error is an *engine.Failure that names the host. When an
// answer breaks off in its body, its head is returned together with the failure.
func (c *Client) Do(ctx context.Context, r *Request) (*Response, error) {
	if r.Hops+1 > engine.MaxHops {
		return nil, engine.Permanent("This event has passed through too many routers; it goes round in a loop.", nil)
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, totalTimeout)
		defer cancel()
	}
	if r.Header == nil {
		r.Header = make(http.Header, 1)
	}
	r.Header[engine.HopHeader] = []string{strconv.Itoa(r.Hops + 1)}
	resp, rewritten, f := c.follow(ctx, r)
	if resp != nil {
		resp.Rewritten = rewritten
	}
	if f == nil {
		return resp, nil
	}
	if rewritten {
		f.Outcome = engine.OutcomeUnknown
	}
	return resp, f
}

// follow sends a request and goes where the answers point to, if that is wanted.
func (c *Client) follow(ctx context.Context, r *Request) (_ *Response, rewritten bool, _ *engine.Failure) {
	if err := checkURL(r.URL); err != nil {
		return nil, false, engine.Permanent(err.Error(), err)
	}
	for redirects := 0; ; redirects++ {
		resp, f := c.once(ctx, r)
		if f != nil || !r.FollowRedirects || !isRedirect(resp) {
			return resp, rewritten, f
		}
		rewritten = rewritten || changes(r.Method) && becomesGet(resp)
		if redirects == maxRedirects {
			return nil, rewritten, engine.Permanent(r.URL.Host+" redirects too often; check the address.", nil)
		}
		if r, f = redirected(r, resp); f != nil {
			return nil, rewritten, f
		}
	}
}

// changes reports whether a request of a method is meant to change something.
func changes(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return false
	}
	return true
}

// flight follows one request on its way, to tell afterwards whether it can have arrived.
type flight struct {
	conn     atomic.Pointer[countedConn]
	before   atomic.Int64
	answered atomic.Bool // the first byte of an answer came
	naming   atomic.Bool // the name server was asked and has told no address
}

func (f *flight) gotConn(info httptrace.GotConnInfo) {
	conn := info.Conn
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	if counted, ok := conn.(*countedConn); ok {
		f.before.Store(counted.written.Load())
		f.conn.Store(counted)
	}
}

func (f *flight) sent() bool {
	conn := f.conn.Load()
	return f.answered.Load() || conn != nil && conn.written.Load() > f.before.Load()
}

// ended is why nothing more could be read from the connection; nil while it could.
func (f *flight) ended() error {
	if conn := f.conn.Load(); conn != nil {
		if err := conn.ended.Load(); err != nil {
			return *err
		}
	}
	return nil
}

var (
	errMaybeSent = errors.New("the request may have arrived")
	errNoStatus  = errors.New("the status is none of HTTP")
)

func (c *Client) once(ctx context.Context, r *Request) (*Response, *engine.Failure) {
	var way flight
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:              way.gotConn,
		GotFirstResponseByte: func() { way.answered.Store(true) },
		DNSStart:             func(httptrace.DNSStartInfo) { way.naming.Store(true) },
		DNSDone:              func(done httptrace.DNSDoneInfo) { way.naming.Store(done.Err != nil) },
	})
	if deadline, ok := ctx.Deadline(); ok {
		ctx = context.WithValue(ctx, dialUntil{}, deadline)
	}
	resp, err := c.roundTrip(way.request(ctx, r))
	if err != nil {
		if ctx.Err() != nil {
			err = errors.Join(ctx.Err(), err)
		}
		return nil, callFault(r.URL.Host, &way, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode < http.StatusContinue {
		return nil, callFault(r.URL.Host, &way, errNoStatus)
	}
	if r.Method == http.MethodHead {
		resp.ContentLength = 0 // it tells of the body that a GET would have
	}
	keep := int64(maxBody)
	if r.Keep > 0 {
		keep = min(keep, int64(r.Keep))
	}
	body, cut, err := readBody(resp, keep)
	answer := &Response{Status: resp.StatusCode, Header: resp.Header, Body: body, Truncated: cut, Host: r.URL.Host}
	if err != nil {
		if ctx.Err() != nil {
			err = errors.Join(ctx.Err(), err)
		}
		answer.Truncated = true
		return answer, callFault(r.URL.Host, &way, err)
	}
	return answer, nil
}

// request makes the standard library's form of a request. net/http sends a request
// again by itself when a kept connection breaks and the request looks idempotent
// to it; here that happens only while nothing of it was written.
func (f *flight) request(ctx context.Context, r *Request) *http.Request {
	to := asciiURL(r.URL)
	req := (&http.Request{
		Method: r.Method, URL: to, Host: to.Host, Header: r.Header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	if len(r.Body) == 0 {
		// net/http takes a request with such a header and no body for repeatable; it
		// does not look for the header in small letters.
		for _, name := range [...]string{"Idempotency-Key", "X-Idempotency-Key"} {
			if key, ok := req.Header[name]; ok {
				req.Header = req.Header.Clone()
				delete(req.Header, name)
				req.Header[strings.ToLower(name)] = key
			}
		}
		return req
	}
	req.ContentLength = int64(len(r.Body))
	req.Body = io.NopCloser(bytes.NewReader(r.Body))
	req.GetBody = func() (io.ReadCloser, error) {
		if f.sent() {
			return nil, errMaybeSent
		}
		return io.NopCloser(bytes.NewReader(r.Body)), nil
	}
	return req
}

// readBody reads at most keep bytes. The rest of an answer that is not large is read
// too, and dropped, so that its connection can be used again.
func readBody(resp *http.Response, keep int64) (body []byte, cut bool, err error) {
	if n := resp.ContentLength; n >= 0 && n <= keep {
		body = make([]byte, n)
		read, err := io.ReadFull(resp.Body, body)
		return body[:read], false, err //nolint:wrapcheck // callFault looks at it
	}
	body, err = io.ReadAll(io.LimitReader(resp.Body, keep))
	if err != nil || resp.ContentLength > maxBody {
		return body, true, err //nolint:wrapcheck // callFault looks at it
	}
	rest, err := io.Copy(io.Discard, io.LimitReader(resp.Body, maxBody+1-keep))
	return body, rest > 0, err //nolint:wrapcheck // callFault looks at it
}

// Destination names what a call depends on: the scheme, host and port of its URL.
func Destination(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "http":
		port = "80"
	default:
		port = "443"
	}
	return u.Scheme + "://" + net.JoinHostPort(plainHost(u.Hostname()), port)
}
