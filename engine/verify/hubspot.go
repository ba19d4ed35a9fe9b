package verify

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"

	"patchbay/engine"
)

const hubspotHeader = "X-HubSpot-Signature"

// hubspotHash is HubSpot's older proof, versions 1 and 2: a plain hash over the secret
// and the request.
type hubspotHash struct {
	name    string
	url     string
	secrets []string
}

func hubspotOld(s setup) (proof, []error) {
	return &hubspotHash{s.name, s.config.URL, s.texts()}, nil
}

func (p *hubspotHash) label() string { return p.name }

func (p *hubspotHash) present(r *Request) bool { return len(r.Header(hubspotHeader)) > 0 }

func (p *hubspotHash) check(r *Request) error {
	text, err := r.single(hubspotHeader)
	if err != nil {
		return err
	}
	given, err := hex.DecodeString(text)
	if err != nil || len(given) != sha256.Size {
		return refuse("The header " + hubspotHeader + " holds no signature in the expected form.")
	}
	before := ""
	switch versions := r.Header(hubspotHeader + "-Version"); {
	case len(versions) == 1 && versions[0] == "v2":
		address, err := signedAddress(r, p.url, part{token: tokenURL, behind: tokenBody})
		if err != nil {
			return err
		}
		before = r.Method + address
	case len(versions) == 0, len(versions) == 1 && versions[0] == "v1":
	default:
		return refuse("The signature is of a version that is not known.")
	}
	if len(r.Body) > 0 && !json.Valid(r.Body) {
		// Whoever has seen one such hash can make it fit a longer body, though none that
		// is JSON: what is put between holds bytes that JSON cannot.
		return refuse("The body is no JSON, and nothing else is sent with this signature.")
	}
	match := 0
	for _, secret := range p.secrets {
		sum := sha256.Sum256(append([]byte(secret+before), r.Body...))
		match |= subtle.ConstantTimeCompare(sum[:], given)
	}
	if match != 1 {
		return refuse("The signature does not fit the signing secret.")
	}
	return nil
}

// hubspotSigned is the newest version, with an HMAC.
func hubspotSigned() *engine.HMACShape {
	return &engine.HMACShape{
		Header: "X-HubSpot-Signature-v3", Algorithm: "sha256", Encoding: "base64", Message: "{method}{url_decoded}{body}{ts}",
		Timestamp: "header:X-HubSpot-Request-Timestamp", Unit: "ms",
	}
}
