package verify

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"patchbay/engine"
)

const netlifyHeader = "X-Webhook-Signature"

// netlifyProof is a token, signed with the secret, that holds the hash of the body.
type netlifyProof struct {
	name    string
	secrets []string
}

type netlifyClaims struct {
	jwt.RegisteredClaims

	Hash string `json:"sha256"`
}

func netlify(s setup) (proof, []error) { return &netlifyProof{s.name, s.texts()}, nil }

func (p *netlifyProof) label() string { return p.name }

func (p *netlifyProof) present(r *Request) bool { return len(r.Header(netlifyHeader)) > 0 }

func (p *netlifyProof) check(r *Request) error {
	if !p.present(r) {
		return refuse("The request is not signed: the header " + netlifyHeader + " is missing.")
	}
	token, err := r.single(netlifyHeader)
	if err != nil {
		return err
	}
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithIssuer("netlify"), jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(func() time.Time { return r.Now }),
	)
	var claims netlifyClaims
	for _, secret := range p.secrets {
		claims = netlifyClaims{}
		if _, err = parser.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return []byte(secret), nil }); err == nil {
			break
		}
	}
	if err != nil {
		return refuse(tokenFault(err))
	}
	if !same(claims.Hash, hashOf(r.Body)) {
		return refuse("The signature is of another body.")
	}
	return nil
}

func hashOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

func (p *netlifyProof) sign(r *Request) (Signed, error) {
	claims := netlifyClaims{RegisteredClaims: jwt.RegisteredClaims{Issuer: "netlify"}, Hash: hashOf(r.Body)}
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString([]byte(p.secrets[0]))
	if err != nil {
		return Signed{}, unsignable(err)
	}
	return Signed{Headers: []engine.Header{{Name: netlifyHeader, Value: token}}}, nil
}
