package outbound

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"patchbay/engine"
)

func isRedirect(r *Response) bool {
	switch r.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return r.Header.Get("Location") != ""
	}
	return false
}

// becomesGet reports whether a redirect asks to look at what came of the request.
func becomesGet(r *Response) bool {
	return r.Status == http.StatusFound || r.Status == http.StatusSeeOther
}

// redirected returns the request that a redirect asks for. A place that has moved for
// good (301) gets what the old one would have got: a GET instead, as browsers send, would
// be answered as if all were well, and what was to be delivered would be gone. What was
// meant for one host only is not passed on to another one.
func redirected(r *Request, resp *Response) (*Request, *engine.Failure) {
	to, err := r.URL.Parse(resp.Header.Get("Location"))
	if err != nil {
		return nil, engine.Permanent(r.URL.Host+" redirects to an address that cannot be read; use another address.", err)
	}
	if why, _ := unfit(to); why != "" {
		return nil, engine.Permanent(r.URL.Host+" redirects to an address that cannot be called: it "+why+"; use another address.", nil)
	}
	to.Fragment, to.RawFragment = "", ""
	to.RawQuery = strings.ReplaceAll(to.RawQuery, " ", "%20") // would end the address in the request
	next := *r
	next.URL = to
	next.Header = r.Header.Clone()
	if becomesGet(resp) {
		if r.Method != http.MethodHead {
			next.Method = http.MethodGet
		}
		next.Body, next.PrivateBody = nil, false
		next.Header.Del("Content-Type")
		next.Header.Del("Content-Encoding")
	}
	if Destination(to) == Destination(r.URL) {
		return &next, nil
	}
	if next.PrivateBody {
		return nil, engine.Permanent(r.URL.Host+" redirects to another host, which must not get the secrets of this step.", nil)
	}
	for name := range next.Header {
		if !safeToForward(name) || slices.Contains(next.Private, name) {
			delete(next.Header, name)
		}
	}
	return &next, nil
}

// safeToForward lists the headers that say nothing about who sends: anything else
// may be a credential under a name of its own.
func safeToForward(name string) bool {
	switch name {
	case "Accept", "Accept-Language", "Content-Type", "User-Agent", "Idempotency-Key", engine.HopHeader:
		return true
	}
	return false
}

// ParseURL reads the address of a call. It returns a KindInvalid error in words.
func ParseURL(text string) (*url.URL, error) {
	for _, r := range text {
		if r <= ' ' || r == 0x7f || r == '\\' {
			return nil, engine.Invalid("", "The address holds a space, a line break or a backslash; write them as %%20, %%0A or %%5C.")
		}
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, &engine.Error{Kind: engine.KindInvalid, Message: "The address cannot be read; write it like https://example.com/hook."}
	}
	u.Fragment, u.RawFragment = "", ""
	if err := checkURL(u); err != nil {
		return nil, err
	}
	return u, nil
}

// checkURL refuses addresses that a call cannot be made to whatever they resolve to.
func checkURL(u *url.URL) error {
	if why, remedy := unfit(u); why != "" {
		return engine.Invalid("", "The address %s.", why+remedy)
	}
	return nil
}

// unfit tells why no call can be made to an address, whatever it resolves to, and what
// its author can do about it. Both are empty when one can be made.
func unfit(u *url.URL) (why, remedy string) {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return "must begin with https:// or http://", ""
	case u.Hostname() == "":
		return "names no host", "; write it like https://example.com/hook"
	case u.User != nil:
		return "holds a user name or password", "; put these into a connection"
	case !isASCII(asciiHost(u.Hostname())):
		return "has a host that cannot be the name of one", "; check its spelling"
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "has no proper port", "; ports are 1 to 65535"
		}
	}
	return "", ""
}
