package verify

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the sender leaves no choice; HMAC-SHA1 is not broken
	"crypto/subtle"
	"encoding/hex"
	"net/url"
	"strings"
)

// braintreeProof is the signature beside the payload of a form: one for each key of the
// merchant, under the hash of the private part.
type braintreeProof struct {
	name string
	keys [][]byte
}

func braintree(s setup) (proof, []error) {
	p := &braintreeProof{name: s.name}
	for _, text := range s.texts() {
		sum := sha1.Sum([]byte(text)) //nolint:gosec // see above
		p.keys = append(p.keys, sum[:])
	}
	return p, nil
}

func (p *braintreeProof) label() string { return p.name }

func (p *braintreeProof) present(*Request) bool { return true }

func (p *braintreeProof) check(r *Request) error {
	form, err := url.ParseQuery(string(r.Body))
	if kind, _ := r.mediaType(); err != nil || kind != "application/x-www-form-urlencoded" || len(form["bt_payload"]) != 1 || len(form["bt_signature"]) != 1 {
		return refuse("The body is not a form with one bt_payload and one bt_signature.")
	}
	match := 0
	for pair := range strings.SplitSeq(form.Get("bt_signature"), "&") {
		_, text, _ := strings.Cut(pair, "|")
		given, err := hex.DecodeString(text)
		if err != nil || len(given) != sha1.Size {
			continue
		}
		for _, key := range p.keys {
			match |= subtle.ConstantTimeCompare(sumSHA1(key, form.Get("bt_payload")), given)
		}
	}
	if match != 1 {
		return refuse("The signature does not fit the private key.")
	}
	return nil
}

func sumSHA1(key []byte, text string) []byte {
	mac := hmac.New(sha1.New, key)
	_, _ = mac.Write([]byte(text)) // a hash never fails
	return mac.Sum(nil)
}

func (p *braintreeProof) sign(r *Request) (Signed, error) {
	form, err := url.ParseQuery(string(r.Body))
	if err != nil || form.Get("bt_payload") == "" {
		return Signed{}, unsignable(refuse("its body is not a form with a bt_payload."))
	}
	form.Set("bt_signature", "public_key|"+hex.EncodeToString(sumSHA1(p.keys[0], form.Get("bt_payload"))))
	return Signed{Body: []byte(form.Encode())}, nil
}
