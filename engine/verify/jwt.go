package verify

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"patchbay/engine"
)

const (
	googleKeys = "https://www.googleapis.com/oauth2/v3/certs"
	keysAge    = time.Hour   // after which a key set is fetched anew
	keysAgain  = time.Minute // the soonest, for a key that is not in it
	leeway     = time.Minute // for clocks that differ
)

// googleToken is the token that Google adds to what it pushes: signed by Google for the
// address, in the name of the service account that the operator chose.
type googleToken struct {
	name     string
	accounts []string
	address  string
	leeway   time.Duration
}

type googleClaims struct {
	jwt.RegisteredClaims

	Email    string `json:"email"`
	Verified bool   `json:"email_verified"`
}

func google(s setup) (proof, []error) {
	var faults []error
	for _, account := range s.secrets {
		if a, err := mail.ParseAddress(account.text); err != nil || a.Address != account.text {
			faults = append(faults, engine.Invalid(account.field, "This is not a service account; give its e-mail address, like push@my-project.iam.gserviceaccount.com."))
		}
	}
	return &googleToken{s.name, s.texts(), s.config.URL, s.tolerance(leeway)}, faults
}

func (p *googleToken) label() string { return p.name }

func (p *googleToken) present(r *Request) bool { return len(r.Header("Authorization")) > 0 }

func (p *googleToken) check(r *Request) error {
	if !p.present(r) {
		return refuse("The request carries no token: authentication is not switched on for this subscription.")
	}
	value, err := r.single("Authorization")
	if err != nil {
		return err
	}
	if r.Fingerprint != nil {
		return refuse("The token that came with the request is not kept, so that it cannot be checked any more.")
	}
	if p.address == "" && r.URL == "" {
		return refuse("The address that the token has to be for is not known; set verify.url or the public address.")
	}
	token, ok := cutScheme(value, "Bearer ")
	if !ok {
		return refuse("The header Authorization holds no token in the expected form.")
	}
	var claims googleClaims
	var fetching error
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(p.leeway),
		jwt.WithAudience(p.audiences(r)...), jwt.WithTimeFunc(func() time.Time { return r.Now }), jwt.WithStrictDecoding(),
	)
	_, err = parser.ParseWithClaims(token, &claims, func(t *jwt.Token) (any, error) {
		kid, _ := t.Header["kid"].(string)
		key, err := r.Keys.rsaKey(googleKeys, kid)
		if engine.KindOf(err) == engine.KindUnavailable {
			fetching = err
		}
		return key, err
	})
	switch {
	case fetching != nil:
		return fetching
	case err != nil:
		return refuse(tokenFault(err))
	case claims.Issuer != "https://accounts.google.com" && claims.Issuer != "accounts.google.com":
		return refuse("The token was not issued by Google.")
	case !claims.Verified || !slices.ContainsFunc(p.accounts, func(a string) bool { return same(a, claims.Email) }):
		return refuse("The token is of another service account than this inbox takes.")
	default:
		return nil
	}
}

// audiences are the address as it was given to the sender, whose own default it is.
func (p *googleToken) audiences(r *Request) []string {
	if p.address != "" {
		return []string{p.address}
	}
	plain, _, _ := strings.Cut(r.URL, "?")
	return []string{r.URL, plain}
}

// tokenFault says what is wrong with a token.
func tokenFault(err error) string {
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return "The token has expired. This server's clock may be wrong."
	case errors.Is(err, jwt.ErrTokenUsedBeforeIssued), errors.Is(err, jwt.ErrTokenNotValidYet):
		return "The token is not valid yet. This server's clock may be wrong."
	case errors.Is(err, jwt.ErrTokenInvalidAudience):
		return "The token is for another address; enter the inbox's address as its audience."
	case errors.Is(err, jwt.ErrTokenInvalidIssuer):
		return "The token is of another issuer."
	case errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return "The token's signature does not fit."
	case errors.Is(err, jwt.ErrTokenUnverifiable):
		return "The token is signed with a key that its issuer does not have."
	default:
		return "The token cannot be read."
	}
}

var errNoKey = errors.New("there is no such key")

// rsaKey returns a key of a key set by its id. A set without it may be an old one, and
// is fetched again, though not too often.
func (k *Keyring) rsaKey(address, kid string) (*rsa.PublicKey, error) {
	for _, age := range []time.Duration{keysAge, keysAgain} {
		found, err := k.get(address, age, func(body []byte) (any, error) { return parseKeys(body) })
		if err != nil {
			return nil, err
		}
		keys, _ := found.(map[string]*rsa.PublicKey)
		if key := keys[kid]; key != nil {
			return key, nil
		}
	}
	return nil, errNoKey
}

// parseKeys reads the RSA keys of a JSON Web Key Set, by their ids.
func parseKeys(body []byte) (map[string]*rsa.PublicKey, error) {
	var set struct {
		Keys []struct {
			Kind    string `json:"kty"`
			ID      string `json:"kid"`
			Use     string `json:"use"`
			Modulus string `json:"n"`
			Power   string `json:"e"`
		} `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, errNoKeys
	}
	keys := make(map[string]*rsa.PublicKey)
	for _, k := range set.Keys {
		n, err := base64.RawURLEncoding.DecodeString(k.Modulus)
		e, fault := base64.RawURLEncoding.DecodeString(k.Power)
		if err != nil || fault != nil || k.Kind != "RSA" || k.Use != "" && k.Use != "sig" || len(e) == 0 || len(e) > 4 {
			continue
		}
		keys[k.ID] = &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	}
	if len(keys) == 0 {
		return nil, errNoKeys
	}
	return keys, nil
}

var errNoKeys = errors.New("there is no set of keys at its address")
