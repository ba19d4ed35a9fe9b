package verify

import (
	"bytes"
	"crypto/ed25519"
	"slices"
	"strings"

	"patchbay/engine"
)

const publicStandardKey = "whpk_"

// standardSeal is the other signature of Standard Webhooks, v1a: with Ed25519, under a
// key of which the inbox has only the public part.
type standardSeal struct {
	list *signature // how signatures stand in the header, and what they are over
	keys []ed25519.PublicKey
}

// standardProofs are both signatures of one family of header names; the secret tells
// which of them the sender uses.
func standardProofs(family string) []evidence {
	return []evidence{
		{
			special: standardKeys(family), begins: publicStandardKey,
			says: "Signs what it sends (HMAC-SHA256, or Ed25519 where its key begins with whpk_), in the header " + family + "-signature.",
		},
		{hmac: standardWebhooks(family), tolerance: defaultTolerance, beginsNot: publicStandardKey},
	}
}

// standardKeys makes the proof of one family of header names.
func standardKeys(family string) maker {
	return func(s setup) (proof, []error) {
		shape := standardWebhooks(family)
		shape.ItemPrefix = "v1a,"
		parts, err := parseMessage(shape)
		if err != nil {
			return nil, []error{err}
		}
		p := &standardSeal{list: &signature{
			name: s.name, headers: []string{shape.Header}, shape: *shape, size: ed25519.SignatureSize, message: parts, tolerance: s.tolerance(defaultTolerance),
		}}
		var faults []error
		for _, given := range s.secrets {
			key, err := decodeBase64(strings.TrimPrefix(given.text, publicStandardKey))
			if err != nil || len(key) != ed25519.PublicKeySize {
				faults = append(faults, engine.Invalid(given.field, "This is not a whole public key of %s; copy it again, with whpk_ at its beginning.", s.title))
				continue
			}
			p.keys = append(p.keys, key)
		}
		return p, faults
	}
}

func (p *standardSeal) label() string { return p.list.name }

// present reports whether the request is signed so: beside it, or instead, others may stand.
func (p *standardSeal) present(r *Request) bool {
	return slices.ContainsFunc(r.Header(p.list.headers[0]), func(value string) bool { return strings.Contains(value, p.list.shape.ItemPrefix) })
}

func (p *standardSeal) check(r *Request) error {
	found, err := p.list.read(r)
	if err != nil {
		return err
	}
	ts, err := p.list.timestamp(r, found)
	if err != nil {
		return err
	}
	m, err := p.list.resolve(r, ts)
	if err != nil {
		return err
	}
	message := bytes.Join(m.pieces, nil)
	for _, key := range p.keys {
		for _, seal := range found.signatures {
			if ed25519.Verify(key, message, seal) {
				return timely(ts, p.list.shape.Unit, r.Now, p.list.tolerance)
			}
		}
	}
	return refuse("The signature does not fit the public key.")
}
