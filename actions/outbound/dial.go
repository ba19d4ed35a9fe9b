package outbound

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

// Why a connection could not be made; see fault.go for the words.
var (
	errPrivate  = errors.New("private address")
	errSelf     = errors.New("own address")
	errSpelling = errors.New("unusual spelling of an address")
	errNoName   = errors.New("name not found")
	errNaming   = errors.New("name server does not answer")
)

// dialUntil is the key under which a context holds the deadline of the call that a
// connection is made for: net/http dials under a context that has lost it.
type dialUntil struct{}

// Dial connects to host:port over TCP, if all addresses of the host may be called.
// It is the DialContext of everything that leaves this program.
func (c *Client) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := c.dial(ctx, network, address)
	if err != nil {
		return nil, err // not a nil connection in an interface
	}
	return conn, nil
}

func (c *Client) dial(ctx context.Context, network, address string) (*countedConn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("dial %q: %w", address, err)
	}
	host = asciiHost(host)
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if until, ok := ctx.Value(dialUntil{}).(time.Time); ok {
		ctx, cancel = context.WithDeadline(ctx, until)
		defer cancel()
	}
	addrs, err := c.resolve(ctx, host, port)
	if err != nil {
		return nil, err
	}
	var last error
	for i, addr := range addrs {
		conn, err := c.dialOne(ctx, network, netip.AddrPortFrom(addr, 0), target{host: plainHost(host), port: port, left: len(addrs) - i})
		if err == nil {
			return &countedConn{Conn: conn}, nil
		}
		last = err
		if ctx.Err() != nil {
			break
		}
	}
	return nil, last
}

// target is what is dialled: the name it was asked for by, and how many addresses are left to try.
type target struct {
	host, port string
	left       int
}

func (c *Client) dialOne(ctx context.Context, network string, addr netip.AddrPort, t target) (net.Conn, error) {
	if deadline, ok := ctx.Deadline(); ok && t.left > 1 {
		// One dead address must not use up the time of the others.
		share := max(time.Until(deadline)/time.Duration(t.left), time.Second)
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, share)
		defer cancel()
	}
	checked := net.JoinHostPort(addr.Addr().String(), t.port)
	if c.connect != nil {
		conn, err := c.connect(ctx, network, checked)
		if err != nil {
			return nil, fmt.Errorf("connect to %s: %w", t.host, err)
		}
		return conn, nil
	}
	dialer := net.Dialer{KeepAlive: idleTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		return c.recheck(address, t)
	}}
	conn, err := dialer.DialContext(ctx, network, checked)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", t.host, err)
	}
	return conn, nil
}

// recheck looks at the address that the kernel is about to be given.
func (c *Client) recheck(address string, t target) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %w", errSpelling, err)
	}
	if addr := ap.Addr().Unmap(); !public(addr) && !c.policy.allows(t.host, t.port, addr) {
		return errPrivate
	}
	return nil
}

// resolve returns the addresses of a host, after all of them were found allowed.
func (c *Client) resolve(ctx context.Context, host, port string) ([]netip.Addr, error) {
	name := plainHost(host)
	if c.isSelf(name, port) {
		return nil, errSelf
	}
	addrs, err := c.addresses(ctx, name, host)
	if err != nil {
		return nil, err
	}
	for i, addr := range addrs {
		addrs[i] = addr.Unmap()
		if !public(addr) && !c.policy.allows(name, port, addrs[i]) {
			return nil, errPrivate
		}
	}
	return addrs, nil
}

func (c *Client) addresses(ctx context.Context, name, host string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(name); err == nil {
		return []netip.Addr{addr}, nil
	}
	if numericHost(name) {
		return nil, errSpelling
	}
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		// RFC 6761: never asked of a name server.
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}, nil
	}
	addrs, err := c.resolver.LookupNetIP(ctx, "ip", host)
	if err == nil && len(addrs) > 0 {
		return addrs, nil
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("%w: %w", errNaming, ctx.Err())
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && !dns.IsNotFound {
		return nil, fmt.Errorf("%w: %w", errNaming, err)
	}
	return nil, errors.Join(errNoName, err)
}

// isSelf reports whether host:port is this server. A name without a port stands
// for the ports of http and https.
func (c *Client) isSelf(name, port string) bool {
	if c.self == nil {
		return false
	}
	for _, own := range c.self() {
		ownHost, ownPort, err := net.SplitHostPort(own)
		if err != nil {
			ownHost, ownPort = strings.Trim(own, "[]"), ""
		}
		if plainHost(ownHost) == name && (ownPort == port || ownPort == "" && (port == "80" || port == "443")) {
			return true
		}
	}
	return false
}
