package verify

import (
	"bytes"
	"slices"
	"strings"

	"patchbay/engine"
)

// Handshake is how a provider tries an address out before it sends events there: how
// such a request is recognised, what it has to show, and how it is answered. It makes
// no event. Everything about it is data; [Recognise] and [Handshake.Answer] carry it out.
type Handshake struct {
	Method  string
	When    []Condition // all of them hold; cheap ones first
	Signed  bool        // the inbox's sender check comes first
	Token   Source      // has to be the inbox's verify token
	Value   Source      // what the answer gives back or signs
	Capture bool        // Value is the secret of what comes: it is kept while the operator waits for it, never otherwise
	Show    bool        // of Capture: the operator has to enter it at the sender, who shows it nowhere
	Confirm []string    // Value is an address to be fetched, at one of these hosts; a * is one label
	Reply   Reply
}

// Condition is something that a request holds: any value, or just Is. Absent turns it around.
type Condition struct {
	Source

	Is     string
	Absent bool
}

// Reply is an answer as data. Its texts hold {value}, {hmac:hex} and {hmac:base64}
// (HMAC-SHA256 of the value under the inbox's secret), and {rate}, the requests that
// the inbox takes in a minute or *. Type "" is plain text.
type Reply struct {
	Status  int
	Type    string
	Body    string
	Headers [][2]string
}

// Asking is a request that may be a handshake. Header and Query return all values of a
// name, the latter decoded; Field the scalar at a path of a JSON or form body.
type Asking interface {
	Header(name string) []string
	Query(name string) []string
	Body() []byte
	Field(path string) (string, bool)
}

const (
	maxTrial   = 8 << 10 // of the body of a handshake: none is near that
	maxEcho    = 1 << 10
	maxAddress = 2 << 10

	minCaptured = 16
	maxCaptured = 256
)

// Recognise returns the handshake that a request is, nil for a usual one.
func Recognise(list []Handshake, method string, r Asking) *Handshake {
	for i := range list {
		h := &list[i]
		if h.Method == method && !slices.ContainsFunc(h.When, func(c Condition) bool { return !c.holds(r) }) {
			return h
		}
	}
	return nil
}

func (c Condition) holds(r Asking) bool {
	if c.inBody() && !c.mayStand(r.Body()) {
		return c.Absent
	}
	got, ok := c.read(r)
	if c.Is != "" {
		ok = ok && got == c.Is
	}
	return ok != c.Absent
}

func (s Source) inBody() bool { return s.From == "json" || s.From == "form" }

// mayStand looks for the text that has to be there, which spares usual requests the
// reading of their body.
func (c Condition) mayStand(body []byte) bool {
	if len(body) > maxTrial {
		return false
	}
	name := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
	return bytes.Contains(body, []byte(name)) && (c.From != "json" || bytes.Contains(body, []byte(c.Is)))
}

// read returns the value of a source. One that stands twice could mean either.
func (s Source) read(r Asking) (string, bool) {
	var values []string
	switch s.From {
	case "header":
		values = r.Header(s.Name)
	case "query":
		values = r.Query(s.Name)
	case "json", "form":
		return r.Field(s.Name)
	}
	if len(values) != 1 {
		return "", false
	}
	return values[0], true
}

// Captures returns the handshake that brings the secret, nil where none does.
func (p Provider) Captures() *Handshake {
	for i := range p.Handshakes {
		if p.Handshakes[i].Capture {
			return &p.Handshakes[i]
		}
	}
	return nil
}

// NeedToken reports whether a handshake of the provider has to show a verify token.
func (p Provider) NeedToken() bool {
	return slices.ContainsFunc(p.Handshakes, func(h Handshake) bool { return h.Token.From != "" })
}

// Read returns what a handshake brings, "" when it brings nothing, once it has shown
// the verify token where it has to. KindForbidden for a wrong token, KindInvalid for a
// value that must not be given back or kept.
func (h *Handshake) Read(v engine.Verify, r Asking) (string, error) {
	if h.Token.From != "" {
		got, _ := h.Token.read(r)
		if want := v.Token.Reveal(); want == "" || !same(got, want) {
			return "", &engine.Error{Kind: engine.KindForbidden, Message: "The verify token is not the one of this inbox."}
		}
	}
	if h.Value.From == "" {
		return "", nil
	}
	value, ok := h.Value.read(r)
	limit := maxEcho
	if len(h.Confirm) > 0 {
		limit = maxAddress
	}
	switch {
	case !ok || value == "":
		return "", engine.Invalid("", "The handshake brings no %s.", h.Value.Name)
	case len(value) > limit:
		return "", engine.Invalid("", "The %s of the handshake is longer than %d bytes.", h.Value.Name, limit)
	case !plain(value):
		return "", engine.Invalid("", "The %s of the handshake holds characters that no challenge has.", h.Value.Name)
	case h.Capture && !keepable(value):
		return "", engine.Invalid("", "The %s of the handshake cannot be a secret.", h.Value.Name)
	}
	return value, nil
}

// plain reports whether a text can be given back: printable ASCII that no browser,
// whatever it takes it for, could read as markup.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '<' || s[i] == '>' {
			return false
		}
	}
	return true
}

func keepable(s string) bool {
	return len(s) >= minCaptured && len(s) <= maxCaptured && !strings.Contains(s, " ")
}

// Target returns the address that confirms a subscription. KindForbidden for one that
// is not at a host of the provider. The host is compared as it is written, so that no two
// readings of an address can differ.
func (h *Handshake) Target(value string) (string, error) {
	rest, secure := strings.CutPrefix(value, "https://")
	end := strings.IndexAny(rest, "/?#")
	host := func(pattern string) bool { return matchesHost(pattern, rest[:end]) }
	if !secure || end < 0 || !slices.ContainsFunc(h.Confirm, host) {
		return "", &engine.Error{Kind: engine.KindForbidden, Message: "The address that would confirm the subscription is not one of the provider."}
	}
	return value, nil
}

func matchesHost(pattern, host string) bool {
	labels := strings.Split(host, ".")
	for i, want := range strings.Split(pattern, ".") {
		if i >= len(labels) || want != "*" && want != labels[i] || !isLabel(labels[i]) {
			return false
		}
	}
	return strings.Count(pattern, ".") == len(labels)-1
}

func isLabel(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
