package outbound

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

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

// redirected returns the request that a redirect asks for. A place that has moved for
// good (301) gets what the old one would have got: a GET instead, as browsers send, would
// be answered as if all were well, and what was to be delivered would be gone. What was
// meant for one host only is not passed on to another one.
func redirected(r *Request, resp *Response) (*Request, *engine.Failure) {
	to, err := r.URL.Parse(resp.Header.Get("Location"))
	if err != nil {
		return nil, engine.Permanent(r.URL.Host+" redirects to an address that cannot be read.", err)
	}
	to.Fragment, to.RawFragment = "", ""
	next := *r
	next.URL = to
	next.Header = r.Header.Clone()
	if resp.Status == http.StatusFound || resp.Status == http.StatusSeeOther {
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
	if err := CheckURL(u); err != nil {
		return nil, err
	}
	return u, nil
}

// CheckURL refuses addresses that a call cannot be made to whatever they resolve to.
func CheckURL(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return engine.Invalid("", "The address must begin with https:// or http://.")
	case u.Hostname() == "":
		return engine.Invalid("", "The address names no host; write it like https://example.com/hook.")
	case u.User != nil:
		return engine.Invalid("", "The address holds a user name or password; put these into a connection.")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return engine.Invalid("", "The address has no proper port; ports are 1 to 65535.")
		}
	}
	return nil
}
