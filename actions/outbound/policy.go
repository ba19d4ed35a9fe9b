package outbound

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"

	"patchbay/engine"
)

// policy decides which addresses may be called.
type policy struct {
	allow atomic.Pointer[allowList]
}

// allowList is the operator's list, ready for look-ups.
type allowList struct {
	hosts map[string]bool // "host" and "host:port"
	nets  []allowedNet
}

type allowedNet struct {
	prefix netip.Prefix
	port   string // "" is any
}

func (p *policy) set(entries []string) error {
	list := &allowList{hosts: make(map[string]bool)}
	for _, e := range entries {
		if err := list.add(strings.TrimSpace(e)); err != nil {
			return err
		}
	}
	p.allow.Store(list)
	return nil
}

// CheckAllow returns a KindInvalid error for an entry that cannot stand in
// [Options].Allow.
func CheckAllow(entry string) error {
	list := &allowList{hosts: make(map[string]bool)}
	return list.add(strings.TrimSpace(entry))
}

func (l *allowList) add(entry string) error {
	if prefix, err := netip.ParsePrefix(entry); err == nil {
		l.nets = append(l.nets, allowedNet{prefix: prefix.Masked()})
		return nil
	}
	host, port := entry, ""
	if h, p, err := net.SplitHostPort(entry); err == nil {
		host, port = h, p
		if n, err := strconv.ParseUint(p, 10, 16); err != nil || n == 0 {
			return engine.Invalid("allowPrivate", "%q has no proper port; write it like db.internal:8080.", entry)
		}
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if addr, err := netip.ParseAddr(host); err == nil {
		addr = addr.Unmap()
		l.nets = append(l.nets, allowedNet{prefix: netip.PrefixFrom(addr, addr.BitLen()), port: port})
		return nil
	}
	host = plainHost(host)
	if host == "" || !isASCII(host) || strings.ContainsAny(host, "/:*?#@ \t\\") || numericHost(host) {
		return engine.Invalid("allowPrivate", "%q is not a host, an address or a range; write it like db.internal, 10.0.0.5 or 10.0.0.0/8.", entry)
	}
	if port != "" {
		host += ":" + port
	}
	l.hosts[host] = true
	return nil
}

// allows reports whether the operator's list names this way to an address.
func (p *policy) allows(host, port string, addr netip.Addr) bool {
	list := p.allow.Load()
	if list.hosts[host] || list.hosts[host+":"+port] {
		return true
	}
	return list.allowsAddr(port, addr)
}

func (l *allowList) allowsAddr(port string, addr netip.Addr) bool {
	for _, n := range l.nets {
		if n.prefix.Contains(addr) && (n.port == "" || n.port == port) {
			return true
		}
	}
	return false
}

// plainHost is the form of a host name in which it is compared.
func plainHost(host string) string {
	return strings.ToLower(strings.TrimSuffix(asciiHost(host), "."))
}

// numericHost reports whether a host that is not a proper address ends in a
// number: some resolvers read 2130706433, 0x7f.1 or 0177.0.0.1 as an address.
func numericHost(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == "" {
		return false
	}
	if strings.HasPrefix(last, "0x") || strings.HasPrefix(last, "0X") {
		return strings.Trim(last[2:], "0123456789abcdefABCDEF") == ""
	}
	return strings.Trim(last, "0123456789") == ""
}

// public reports whether an address belongs to the open internet.
func public(addr netip.Addr) bool {
	addr = addr.Unmap()
	if addr.Zone() != "" || !addr.IsValid() {
		return false
	}
	if addr.Is4() {
		return !within(addr, closedIPv4())
	}
	return globalIPv6().Contains(addr) && !within(addr, closedIPv6())
}

func within(addr netip.Addr, prefixes []netip.Prefix) bool {
	for _, p := range prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// v4 makes a prefix without parsing text: these lists are walked for each connection.
func v4(a, b, c, bits byte) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{a, b, c, 0}), int(bits))
}

// closedIPv4 lists what IANA keeps for special purposes and what a cloud answers to
// its own machines only: none of it is a public server.
func closedIPv4() []netip.Prefix {
	return []netip.Prefix{
		v4(0, 0, 0, 8),     // this network, unspecified
		v4(10, 0, 0, 8),    // private
		v4(100, 64, 0, 10), // carrier-grade NAT
		v4(127, 0, 0, 8),   // loopback
		netip.PrefixFrom(netip.AddrFrom4([4]byte{168, 63, 129, 16}), 32), // Azure's host, among it metadata
		v4(169, 254, 0, 16),  // link-local, cloud metadata
		v4(172, 16, 0, 12),   // private
		v4(192, 0, 0, 24),    // protocol assignments
		v4(192, 0, 2, 24),    // documentation
		v4(192, 88, 99, 24),  // 6to4 relays
		v4(192, 168, 0, 16),  // private
		v4(198, 18, 0, 15),   // benchmarks
		v4(198, 51, 100, 24), // documentation
		v4(203, 0, 113, 24),  // documentation
		v4(224, 0, 0, 4),     // multicast
		v4(240, 0, 0, 4),     // reserved, broadcast
	}
}

func v6(a, b, c, d byte, bits int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom16([16]byte{a, b, c, d}), bits)
}

// globalIPv6 is the only range from which public addresses are given out. All else
// is closed: ::, ::1, 64:ff9b::/96, fc00::/7, fe80::/10, ff00::/8 and the rest.
func globalIPv6() netip.Prefix { return v6(0x20, 0, 0, 0, 3) }

// closedIPv6 lists the parts of it that carry an IPv4 address or are no servers.
func closedIPv6() []netip.Prefix {
	return []netip.Prefix{
		v6(0x20, 0x01, 0, 0, 23),       // Teredo and other protocol assignments
		v6(0x20, 0x01, 0x0d, 0xb8, 32), // documentation
		v6(0x20, 0x02, 0, 0, 16),       // 6to4
		v6(0x3f, 0xff, 0, 0, 20),       // documentation
	}
}
