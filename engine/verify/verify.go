// Package verify proves who sent a request. Schemes are data: one generic HMAC
// verifier is driven by a description of where the signature stands and which bytes
// it covers, and one token check compares a header with the secret. A provider is an
// entry of the table: its proofs, and where it names the kind of event and the delivery.
//
// Everything fails closed. A configuration that proves nothing (an empty secret, one
// that cannot be decoded, an unknown scheme) is refused by [New]; a verifier without
// a secret rejects every request. Signatures are taken over the raw bytes, decoded
// and compared in constant time at their exact length. A provider with several proofs
// is held to the strongest one whose header is present.
package verify

import (
	"time"

	"patchbay/engine"
)

// Request is what of a request can prove its sender. Body is the raw body, URL the
// whole address, query included, as the sender knows it: made from the configured
// public address, never from what the request says of its host. Header returns all
// values of a header. Key is the secret part of the path. Fingerprint is nil for a
// live request; for a stored one, whose credentials were replaced by fingerprints, it
// makes the fingerprint of a credential.
type Request struct {
	Method      string
	URL         string
	Query       string // as it came, without the question mark
	Header      func(name string) []string
	Body        []byte
	Key         string
	Now         time.Time
	Fingerprint func(string) string
	Keys        *Keyring // where certificates and key sets come from; nil: nowhere

	document document
}

// proof is one way to prove the sender.
type proof interface {
	// present reports whether the request brings this kind of proof at all.
	present(r *Request) bool
	// check returns a KindUnauthorized error unless the proof holds, or a
	// KindUnavailable one when that cannot be known now.
	check(r *Request) error
	// label is what the sender counts as proved by.
	label() string
}

// Verifier checks the requests of one inbox. It is safe for concurrent use.
type Verifier struct {
	proofs  []proof // strongest first; empty proves nothing and lets nobody in
	open    bool    // scheme none
	pending bool
}

// Verify proves the sender and returns the scheme that did, "" when the inbox asks
// for no proof. Its error is a KindUnauthorized sentence for the ledger, without
// secrets; what a stranger is told is the caller's choice. A KindUnavailable error
// tells that what the sender is checked by cannot be fetched now: it proves nothing,
// and the sender should come again.
func (v *Verifier) Verify(r Request) (scheme string, err error) {
	switch {
	case v.open:
		return "", nil
	case len(v.proofs) == 0 && v.pending:
		return "", refuse("The sender check of this inbox is not finished: its secret is missing.")
	case len(v.proofs) == 0:
		return "", refuse("This inbox has no secret to check the sender with.")
	}
	chosen := v.proofs[0]
	for _, p := range v.proofs {
		if p.present(&r) {
			chosen = p
			break
		}
	}
	if err := chosen.check(&r); err != nil {
		return "", err
	}
	return chosen.label(), nil
}

func refuse(sentence string) error {
	return &engine.Error{Kind: engine.KindUnauthorized, Message: sentence}
}

// single returns the only value of a header; a repeated one could mean either value.
func (r *Request) single(name string) (string, error) {
	values := r.Header(name)
	switch len(values) {
	case 0:
		return "", refuse("The header " + name + " is missing.")
	case 1:
		return values[0], nil
	default:
		return "", refuse("The header " + name + " stands more than once.")
	}
}
