package api

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"patchbay/engine"
)

const resolveTimeout = 5 * time.Second

// How far the address of an instance reaches.
const (
	reachUnknown    = "unknown"
	reachLocal      = "local"
	reachPrivate    = "private"
	reachUnresolved = "unresolved"
	reachPublic     = "public"
)

// AddressCheck tells who can reach an address.
type AddressCheck struct {
	URL     string `json:"url"`
	Reach   string `json:"reach" enum:"unknown,local,private,unresolved,public" doc:"unknown: no address is known; unresolved: nobody knows the name."`
	Secure  bool   `json:"secure" doc:"It begins with https."`
	Message string `json:"message" doc:"The verdict in words."`
}

func (m *mount) addressOperation() {
	add(m, operation{
		id: "checkAddress", method: http.MethodGet, path: "/address", tag: "workspace", need: engine.RoleEditor,
		summary: "Who can reach the address of this instance, or the one that is asked about",
	}, m.checkAddress)
}

func (m *mount) checkAddress(ctx context.Context, in *struct {
	URL string `query:"url" maxLength:"400" doc:"The address in use when left out."`
},
) (*plain[AddressCheck], error) {
	text := in.URL
	if text == "" {
		text = m.PublicURL()
	}
	if text == "" {
		return answer(AddressCheck{Reach: reachUnknown, Message: "No public address is set."}), nil
	}
	if err := CheckPublicURL(text); err != nil {
		return nil, engine.Invalid("url", "%s", asProblem(err).Detail)
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, engine.Invalid("url", "This is not an address.")
	}
	out := AddressCheck{URL: text, Secure: u.Scheme == "https", Reach: m.reach(ctx, u.Hostname())}
	switch out.Reach {
	case reachLocal:
		out.Message = "Works only on this computer: no other app can send to it."
	case reachPrivate:
		out.Message = "Works only inside your own network: apps on the internet cannot send to it."
	case reachUnresolved:
		out.Message = "Nobody knows the name " + u.Hostname() + "; check the domain, or wait until it is known everywhere."
	default:
		out.Message = "Looks public."
		if !out.Secure {
			out.Message += " Most apps send to addresses that start with https only."
		}
	}
	return answer(out), nil
}

// reach tells who can reach a host.
func (m *mount) reach(ctx context.Context, host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if addr, err := netip.ParseAddr(host); err == nil {
		return reachOf(addr)
	}
	switch {
	case host == "localhost" || strings.HasSuffix(host, ".localhost"):
		return reachLocal
	case !strings.Contains(host, "."):
		return reachPrivate
	}
	for _, end := range []string{".local", ".lan", ".home", ".internal", ".intranet", ".corp", ".home.arpa"} {
		if strings.HasSuffix(host, end) {
			return reachPrivate
		}
	}
	ctx, cancel := context.WithTimeout(ctx, resolveTimeout)
	defer cancel()
	addresses, err := m.Resolve(ctx, host)
	if err != nil || len(addresses) == 0 {
		return reachUnresolved
	}
	worst := reachPublic
	for _, a := range addresses {
		if r := reachOf(a); r != reachPublic && worst != reachLocal {
			worst = r
		}
	}
	return worst
}

func reachOf(a netip.Addr) string {
	a = a.Unmap()
	shared := netip.MustParsePrefix("100.64.0.0/10") // of providers, behind which many share one address
	switch {
	case a.IsLoopback() || a.IsUnspecified():
		return reachLocal
	case a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsMulticast() || shared.Contains(a):
		return reachPrivate
	}
	return reachPublic
}
