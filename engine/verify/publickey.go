package verify

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"
	"time"

	"patchbay/engine"
)

// sealed is a signature in a header, over the time in another and the body, under a
// public key that the operator gave.
type sealed struct {
	name      string
	header    string
	stamp     string // header of the time, in seconds; "" without
	tolerance time.Duration
	decode    func(text string) ([]byte, error)
	keys      []func(message, seal []byte) bool
}

// discord signs with Ed25519. It says nothing about how old a request may be.
func discord(s setup) (proof, []error) {
	p := &sealed{name: s.name, header: "X-Signature-Ed25519", stamp: "X-Signature-Timestamp", tolerance: s.tolerance(0), decode: hex.DecodeString}
	faults := p.take(s, "This is not a public key of Discord; it has 64 hexadecimal digits and stands on the application's page.", func(text string) func(message, seal []byte) bool {
		key, err := hex.DecodeString(strings.TrimSpace(text))
		if err != nil || len(key) != ed25519.PublicKeySize {
			return nil
		}
		return func(message, seal []byte) bool {
			return len(seal) == ed25519.SignatureSize && ed25519.Verify(key, message, seal)
		}
	})
	return p, faults
}

// sendgrid signs with ECDSA over P-256. A repeated delivery may keep its first time.
func sendgrid(s setup) (proof, []error) {
	p := &sealed{
		name: s.name, header: "X-Twilio-Email-Event-Webhook-Signature", stamp: "X-Twilio-Email-Event-Webhook-Timestamp",
		tolerance: s.tolerance(0), decode: strictBase64,
	}
	faults := p.take(s, "This is not a verification key of SendGrid; it begins with MFkw and stands beside the signed event webhook.", func(text string) func(message, seal []byte) bool {
		key, ok := publicKey(text).(*ecdsa.PublicKey)
		if !ok || key.Curve != elliptic.P256() {
			return nil
		}
		return func(message, seal []byte) bool {
			digest := sha256.Sum256(message)
			return ecdsa.VerifyASN1(key, digest[:], seal)
		}
	})
	return p, faults
}

// postal signs the body with RSA and SHA-1 under the key of its installation.
func postal(s setup) (proof, []error) {
	p := &sealed{name: s.name, header: "X-Postal-Signature", decode: strictBase64}
	faults := p.take(s, "This is not a public key of Postal; it is what follows p= in its DKIM record.", func(text string) func(message, seal []byte) bool {
		key, ok := publicKey(text).(*rsa.PublicKey)
		if !ok {
			return nil
		}
		return func(message, seal []byte) bool { return rsaFits(key, crypto.SHA1, message, seal) }
	})
	return p, faults
}

// take reads the keys; read returns nil for a text that is none.
func (p *sealed) take(s setup, wrong string, read func(text string) func(message, seal []byte) bool) (faults []error) {
	for _, given := range s.secrets {
		if key := read(given.text); key != nil {
			p.keys = append(p.keys, key)
			continue
		}
		faults = append(faults, engine.Invalid(given.field, "%s", wrong))
	}
	return faults
}

func (p *sealed) label() string { return p.name }

func (p *sealed) present(r *Request) bool { return len(r.Header(p.header)) > 0 }

func (p *sealed) check(r *Request) error {
	if !p.present(r) {
		return refuse("The request is not signed: the header " + p.header + " is missing.")
	}
	text, err := r.single(p.header)
	if err != nil {
		return err
	}
	ts := ""
	if p.stamp != "" {
		if ts, err = r.single(p.stamp); err != nil {
			return err
		}
	}
	seal, err := p.decode(text)
	if err != nil {
		return refuse("The header " + p.header + " holds no signature in the expected form.")
	}
	message := append(append(make([]byte, 0, len(ts)+len(r.Body)), ts...), r.Body...)
	for _, fits := range p.keys {
		if !fits(message, seal) {
			continue
		}
		if p.stamp == "" {
			return nil
		}
		return timely(ts, "s", r.Now, p.tolerance)
	}
	return refuse("The signature does not fit the public key.")
}

func strictBase64(text string) ([]byte, error) {
	if strings.ContainsAny(text, "\r\n") {
		return nil, base64.CorruptInputError(0)
	}
	return base64.StdEncoding.Strict().DecodeString(text)
}

var armour = regexp.MustCompile(`-{5}(BEGIN|END) [A-Z ]+-{5}|\s+`)

// publicKey reads a key in PEM, or just the base64 of one: the lines of PEM get lost
// where a page has one line for it. nil when it is none.
func publicKey(text string) any {
	der, err := base64.StdEncoding.DecodeString(armour.ReplaceAllString(text, ""))
	if err != nil {
		return nil
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil
	}
	return key
}
