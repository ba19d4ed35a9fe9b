package verify

import (
	"slices"
	"strings"
	"sync"
	"time"

	"patchbay/engine"
)

// Source says where a request carries something: From is "header", "json", "form" or
// "query", Name a header's or field's name or a path such as "event.type" or "[0].id".
type Source struct {
	From string
	Name string
}

// Provider is an entry of the table: how a sender proves itself and where it says
// what it sends. Type and Delivery are tried in order; Delivery is empty where no
// single value tells deliveries apart. Methods are allowed besides POST, PUT, PATCH
// and DELETE. Status is the answer to an accepted request, 0 the usual one.
type Provider struct {
	ID              string
	Title           string
	Aliases         []string
	NeedSecret      bool
	SignsURL        bool // the address is part of the signature: verify.url matters
	Type            []Source
	Delivery        []Source
	Item            []string // paths in an item of a list that it sends: what stands there, together, tells items apart; the first must be there
	Credentials     []string // headers, besides those of the proofs, that are credentials
	Methods         []string
	RerunFailed     bool // it can send a delivery again by hand
	Status          int
	PayloadField    string // of a form, see decode.Options
	PayloadEncoding string
	DocURL          string
	Setup           []string // steps in words; {{address}} stands for the address of the inbox
	Retry           Retry
	Expects         Expects
	Marks           []Mark    // by which its requests are recognised
	Kinds           []Kind    // what an event is called where none of Type has a value
	Summaries       []Summary // the first whose type fits and that has a sentence counts
	Handshakes      []Handshake

	proofs   []evidence // strongest first
	operator bool       // signs nothing: the operator chooses key, basic or header
}

// evidence is one proof as data: a signature, a token header, or a kind of its own.
type evidence struct {
	name      string   // what it is called where it is not the provider's usual proof
	special   maker    // a kind of its own, instead of hmac and header
	hides     []string // headers that are credentials under a special proof
	hmac      *engine.HMACShape
	also      []string // further headers that may hold the signature
	tolerance time.Duration
	header    string // without hmac: the header that equals the secret
	says      string // how it proves the sender, where that is not what it looks like
	begins    string // only secrets that begin so are for this proof
	beginsNot string // secrets that begin so are not
}

func (e evidence) takes(text string) bool {
	return strings.HasPrefix(text, e.begins) && (e.beginsNot == "" || !strings.HasPrefix(text, e.beginsNot))
}

func (e evidence) labelled(id string) string {
	if e.name != "" {
		return e.name
	}
	return id
}

// Providers returns the table, sorted by id. What its entries hold must not be changed.
func Providers() []Provider { return slices.Clone(table()) }

var table = sync.OnceValue(func() []Provider { //nolint:gochecknoglobals // made once for all
	all := slices.Concat(codeHosts(), builds(), payments(), shops(), chats(), networks(), mails(), work(), frameworks(), content(),
		clouds(), monitors(), visitors(), accounts(), posts())
	sentences, names, known, shakes := summaries(), kinds(), marks(), handshakes()
	for i := range all {
		all[i].NeedSecret = len(all[i].proofs) > 0
		all[i] = advised(all[i])
		all[i].Summaries, all[i].Kinds, all[i].Marks = sentences[all[i].ID], names[all[i].ID], known[all[i].ID]
		all[i].Handshakes = shakes[all[i].ID]
	}
	slices.SortFunc(all, func(a, b Provider) int { return strings.Compare(a.ID, b.ID) })
	return all
})

// maker makes a special proof out of the secrets that fit it. Faults are of fields.
type maker func(s setup) (proof, []error)

// setup is what a special proof is made of.
type setup struct {
	name    string // that it counts as
	title   string // of the provider
	config  engine.Verify
	secrets []secret
}

// tolerance is the inbox's own, or the usual one of the provider.
func (s setup) tolerance(usual time.Duration) time.Duration {
	if s.config.Tolerance != nil {
		return s.config.Tolerance.Std()
	}
	return usual
}

// texts are the secrets as they were given.
func (s setup) texts() []string {
	all := make([]string, len(s.secrets))
	for i := range s.secrets {
		all[i] = s.secrets[i].text
	}
	return all
}

// Lookup returns an entry by its id or an alias; "" is the scheme "key". The general
// schemes (none, key, basic, bearer, header, hmac) are entries too.
func Lookup(id string) (Provider, bool) {
	if id == "" {
		id = schemeKey
	}
	for _, some := range [][]Provider{General(), table()} {
		for i := range some {
			if some[i].ID == id || slices.Contains(some[i].Aliases, id) {
				return some[i], true
			}
		}
	}
	return Provider{}, false
}

// sender is how a sentence calls the other side.
func (p Provider) sender() string {
	if len(p.proofs) == 0 && !p.operator {
		return "the sender"
	}
	return p.Title
}

// Momentary reports whether a request of the provider can be checked only while it is
// there, so that it must not be taken before the check is finished.
func (p Provider) Momentary() bool {
	return len(p.proofs) > 0 && len(p.proofs[0].hides) > 0
}

// General returns the schemes that are nobody's own.
func General() []Provider {
	all := []Provider{
		{ID: schemeNone, Title: "No check"},
		{ID: schemeKey, Title: "Secret address"},
		{ID: schemeBasic, Title: "User name and password", NeedSecret: true},
		{ID: schemeBearer, Title: "Bearer token", NeedSecret: true},
		{ID: schemeHeader, Title: "Header with a secret", NeedSecret: true},
		{ID: schemeHMAC, Title: "Signature (HMAC)", Aliases: []string{"generic-hmac"}, NeedSecret: true},
	}
	for i := range all {
		all[i].Summaries = generalSummaries()
	}
	return all
}

// The usual shapes: HMAC-SHA256 over the raw body.

func hexBody(header, prefix string) *engine.HMACShape {
	return &engine.HMACShape{Header: header, Algorithm: "sha256", Encoding: "hex", Prefix: prefix}
}

func base64Body(header, prefix string) *engine.HMACShape {
	return &engine.HMACShape{Header: header, Algorithm: "sha256", Encoding: "base64", Prefix: prefix}
}

// standardWebhooks is the Standard Webhooks signature under a family of header names.
func standardWebhooks(family string) *engine.HMACShape {
	return &engine.HMACShape{
		Header: family + "-signature", Algorithm: "sha256", Encoding: "base64", Format: formatList, Separator: " ", ItemPrefix: "v1,",
		Key: "base64:whsec_", Message: "{h:" + family + "-id}.{ts}.{body}", Timestamp: "header:" + family + "-timestamp",
	}
}

func signed(shape *engine.HMACShape) []evidence { return []evidence{{hmac: shape}} }

func special(m maker) []evidence { return []evidence{{special: m}} }

func timed(shape *engine.HMACShape, tolerance time.Duration) []evidence {
	return []evidence{{hmac: shape, tolerance: tolerance}}
}

func header(name string) Source { return Source{From: "header", Name: name} }

func inJSON(path string) Source { return Source{From: "json", Name: path} }

func inForm(name string) Source { return Source{From: "form", Name: name} }

func inQuery(name string) Source { return Source{From: "query", Name: name} }
