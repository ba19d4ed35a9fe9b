package verify

import (
	"crypto"
	"crypto/rsa"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"patchbay/engine"
)

// paddleClassic is the RSA signature that stands in a form, over its other fields as
// PHP writes a list of them.
type paddleClassic struct {
	name string
	keys []*rsa.PublicKey
}

func paddleOld(s setup) (proof, []error) {
	p := &paddleClassic{name: s.name}
	var faults []error
	for _, given := range s.secrets {
		key, ok := publicKey(given.text).(*rsa.PublicKey)
		if !ok {
			faults = append(faults, engine.Invalid(given.field, "This is not a public key of Paddle; it begins with BEGIN PUBLIC KEY and stands under Developer tools."))
			continue
		}
		p.keys = append(p.keys, key)
	}
	return p, faults
}

func (p *paddleClassic) label() string { return p.name }

func (p *paddleClassic) present(*Request) bool { return true }

func (p *paddleClassic) check(r *Request) error {
	if kind, _ := r.mediaType(); kind != "application/x-www-form-urlencoded" {
		return refuse("The body is not a form, and nothing else is signed by this sender.")
	}
	form, err := url.ParseQuery(string(r.Body))
	if err != nil {
		return refuse("The form that is signed cannot be read.")
	}
	for name, values := range form {
		if len(values) != 1 {
			return refuse("The field " + strconv.Quote(name) + " stands more than once in the form that is signed.")
		}
	}
	seal, err := strictBase64(form.Get("p_signature"))
	if err != nil || len(seal) == 0 {
		return refuse("The form holds no signature p_signature in the expected form.")
	}
	delete(form, "p_signature")
	message := []byte(phpList(form))
	for _, key := range p.keys {
		if rsaFits(key, crypto.SHA1, message, seal) {
			return nil
		}
	}
	return refuse("The signature does not fit the public key.")
}

// phpList writes fields, sorted by name, as PHP's serialize does.
func phpList(form url.Values) string {
	var b strings.Builder
	text := func(s string) { b.WriteString("s:" + strconv.Itoa(len(s)) + `:"` + s + `";`) }
	b.WriteString("a:" + strconv.Itoa(len(form)) + ":{")
	for _, name := range slices.Sorted(maps.Keys(form)) {
		text(name)
		text(form[name][0])
	}
	b.WriteString("}")
	return b.String()
}
