package verify

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"patchbay/engine"
)

// The general schemes; every other scheme is a provider.
const (
	schemeNone   = "none"
	schemeKey    = "key"
	schemeBasic  = "basic"
	schemeBearer = "bearer"
	schemeHeader = "header"
	schemeHMAC   = "hmac"
)

// defaultTolerance of a signed timestamp, where a preset does not say otherwise.
const defaultTolerance = 5 * time.Minute

// New checks how an inbox wants its senders checked and returns the verifier. Faults
// are KindInvalid errors, joined when there are several, whose Field is the setting
// at fault ("verify.secret"). A secret may be missing only while the check is
// pending, and a key of scheme "key" until the server made one: nobody gets in then.
func New(v engine.Verify) (*Verifier, error) {
	p, ok := Lookup(v.Scheme)
	if !ok {
		return nil, unknownScheme(v.Scheme)
	}
	var faults []error
	if err := checkURL(v.URL); err != nil {
		faults = append(faults, err)
	}
	if v.Tolerance != nil && *v.Tolerance < 0 {
		faults = append(faults, engine.Invalid("verify.tolerance", "The tolerance cannot be negative; 0 means that the time is not checked."))
	}
	made, more := build(v, p)
	if faults = append(faults, more...); len(faults) > 0 {
		return nil, joined(faults)
	}
	return made, nil
}

// joined keeps a single fault as it is, and one that two proofs found once.
func joined(faults []error) error {
	seen := make(map[string]bool, len(faults))
	faults = slices.DeleteFunc(faults, func(err error) bool {
		twice := seen[err.Error()]
		seen[err.Error()] = true
		return twice
	})
	if len(faults) == 1 {
		return faults[0]
	}
	return errors.Join(faults...)
}

func unknownScheme(scheme string) error {
	var known []string
	for _, p := range slices.Concat(General(), Providers()) {
		known = append(append(known, p.ID), p.Aliases...)
	}
	if near := engine.Nearest(strings.ToLower(scheme), known); near != "" {
		return engine.Invalid("verify.scheme", "There is no scheme %q; did you mean %q?", scheme, near)
	}
	return engine.Invalid("verify.scheme", "There is no scheme %q; use a provider's id, hmac, header, bearer, basic, key or none.", scheme)
}

func checkURL(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return engine.Invalid("verify.url", "%q is not an address; write it as it is entered at the sender, like https://hooks.example.com/in/orders.", address)
	}
	return nil
}

// build makes the proofs of a scheme.
func build(v engine.Verify, p Provider) (*Verifier, []error) {
	made := &Verifier{pending: v.Pending}
	scheme := p.ID
	if len(p.proofs) == 0 && p.operator {
		scheme = chosenByOperator(v)
	}
	var faults []error
	switch scheme {
	case schemeNone:
		made.open = true
		return made, nil
	case schemeKey:
		return buildKey(made, v, p.ID)
	case schemeBasic:
		if v.Username == "" || strings.Contains(v.Username, ":") {
			faults = append(faults, engine.Invalid("verify.username", "Give the user name that the sender signs in with; it cannot hold a colon."))
		}
	case schemeHeader:
		if !isToken(v.Header) {
			faults = append(faults, engine.Invalid("verify.header", "Name the header that carries the secret, such as X-Webhook-Token."))
		}
	case schemeHMAC:
		faults = append(faults, checkShape(v.HMAC)...)
	}
	secrets, more := secretsOf(v, p)
	faults = append(faults, more...)
	if len(faults) > 0 || len(secrets) == 0 {
		return made, faults
	}
	switch scheme {
	case schemeBasic, schemeBearer, schemeHeader:
		made.proofs = []proof{newToken(scheme, p.ID, v, secrets)}
		return made, nil
	case schemeHMAC:
		p.proofs = []evidence{{hmac: v.HMAC, tolerance: defaultTolerance}}
	}
	made.proofs, faults = buildProofs(v, p, secrets)
	return made, faults
}

// chosenByOperator is the scheme of a provider that signs nothing: whatever proof its
// webhook form can be made to carry.
func chosenByOperator(v engine.Verify) string {
	switch {
	case v.Header != "":
		return schemeHeader
	case v.Username != "":
		return schemeBasic
	default:
		return schemeKey
	}
}

// ByKey reports whether the secret part of the address is what proves the sender.
func ByKey(v engine.Verify) bool {
	p, ok := Lookup(v.Scheme)
	return ok && (p.ID == schemeKey || p.operator && chosenByOperator(v) == schemeKey)
}

func buildKey(made *Verifier, v engine.Verify, label string) (*Verifier, []error) {
	key := v.Key.Reveal()
	if key == "" {
		return made, nil // the server has not made it yet
	}
	if strings.TrimSpace(key) == "" {
		return nil, []error{engine.Invalid("verify.key", "The key is blank; leave it out and one is made.")}
	}
	made.proofs = []proof{&keyProof{name: label, key: key}}
	return made, nil
}

// secret is one active secret with the field it stands in.
type secret struct {
	text  string
	field string
}

// secretsOf returns the active secrets. A blank one would be a secret that everybody knows.
func secretsOf(v engine.Verify, p Provider) (list []secret, faults []error) {
	if v.Secret != "" {
		list = append(list, secret{v.Secret.Reveal(), "verify.secret"})
	}
	for i, s := range v.Secrets {
		list = append(list, secret{s.Reveal(), "verify.secrets[" + strconv.Itoa(i) + "]"})
	}
	for _, s := range list {
		if strings.TrimSpace(s.text) == "" {
			faults = append(faults, engine.Invalid(s.field, "The secret is blank; give the one that is set at %s.", p.sender()))
		}
	}
	if len(list) == 0 && !v.Pending {
		faults = append(faults, engine.Invalid("verify.secret", "The secret is missing; give the one that is set at %s.", p.sender()))
	}
	return list, faults
}

// buildProofs makes a provider's proofs out of those secrets that fit each of them.
func buildProofs(v engine.Verify, p Provider, secrets []secret) (made []proof, faults []error) {
	used := make([]bool, len(secrets))
	for _, e := range p.proofs {
		var fitting []secret
		for i, s := range secrets {
			if e.takes(s.text) {
				used[i] = true
				fitting = append(fitting, s)
			}
		}
		if len(fitting) == 0 {
			continue
		}
		if e.special != nil {
			p, more := e.special(setup{name: e.labelled(p.ID), title: p.Title, config: v, secrets: fitting})
			if faults = append(faults, more...); p != nil {
				made = append(made, p)
			}
			continue
		}
		if e.header != "" {
			made = append(made, newHeaderToken(e, p.ID, fitting))
			continue
		}
		signed, more := newSignature(e, p.ID, v, fitting)
		faults = append(faults, more...)
		made = append(made, signed)
	}
	for i, s := range secrets {
		if !used[i] {
			faults = append(faults, engine.Invalid(s.field, "This is not a secret of %s.", p.Title))
		}
	}
	return made, faults
}

// isToken reports whether a text can be the name of a header.
func isToken(name string) bool {
	if name == "" {
		return false
	}
	for _, c := range []byte(name) {
		ok := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
		if !ok {
			return false
		}
	}
	return true
}
