package verify

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // senders that sign with it leave no choice
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"
)

// maxChain is how many issuers of a certificate are fetched.
const maxChain = 3

// forever is the age of what never changes at its address.
const forever = 1 << 62 * time.Nanosecond

// certified is a certificate as it was judged once.
type certified struct {
	leaf  *x509.Certificate
	fault error // why nobody should trust it
}

var errNoCertificate = errors.New("there is no certificate at its address")

// certificate returns the certificate at an address that was held against the list of
// its provider's. It must be issued, through authorities that this machine trusts, to
// one of the names that named knows, and be valid at the time.
func (k *Keyring) certificate(address, title string, named func(string) bool, at time.Time) (*x509.Certificate, error) {
	found, err := k.get(address, forever, func(body []byte) (any, error) { return k.judge(body, named, at) })
	if err != nil {
		return nil, err
	}
	c, ok := found.(certified)
	switch {
	case !ok || c.fault != nil:
		return nil, refuse("The certificate that signed the request is not one of " + title + "'s.")
	case at.Before(c.leaf.NotBefore) || at.After(c.leaf.NotAfter):
		return nil, refuse("The certificate that signed the request is not valid at this time. This server's clock may be wrong.")
	default:
		return c.leaf, nil
	}
}

// judge reads a certificate, with those of its issuers that stand beside it. The error
// is that of an answer that can change, such as an issuer's that cannot be fetched now;
// a certificate that is no good is a verdict, which is remembered. Whether the leaf is
// valid at a time is no part of it: clocks are set right.
func (k *Keyring) judge(body []byte, named func(string) bool, at time.Time) (certified, error) {
	var chain []*x509.Certificate
	for block, rest := pem.Decode(body); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return certified{}, errNoCertificate
		}
		chain = append(chain, c)
	}
	if len(chain) == 0 {
		return certified{}, errNoCertificate
	}
	leaf := chain[0]
	if !named(leaf.Subject.CommonName) && !slices.ContainsFunc(leaf.DNSNames, named) {
		return certified{fault: errNoCertificate}, nil
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	last := chain[len(chain)-1]
	for range maxChain {
		fault := k.trusted(leaf, between, at)
		if !errors.As(fault, new(x509.UnknownAuthorityError)) {
			return certified{leaf: leaf, fault: fault}, nil
		}
		var err error
		if last, err = k.issuer(last); err != nil {
			return certified{}, err
		}
		if last == nil {
			return certified{fault: fault}, nil
		}
		between.AddCert(last)
	}
	return certified{leaf: leaf, fault: k.trusted(leaf, between, at)}, nil
}

// trusted looks for a chain to a known authority, at a time at which the leaf is valid.
func (k *Keyring) trusted(leaf *x509.Certificate, between *x509.CertPool, at time.Time) error {
	if at.Before(leaf.NotBefore) {
		at = leaf.NotBefore
	} else if at.After(leaf.NotAfter) {
		at = leaf.NotAfter
	}
	_, err := leaf.Verify(x509.VerifyOptions{
		Roots: k.options.Roots, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	return err //nolint:wrapcheck // it is looked at and never shown
}

// issuer fetches the certificate that issued another, from where that one says; nil when
// there is none. It is trusted only as far as it leads to an authority that this machine
// knows. The error is that of a fetch.
func (k *Keyring) issuer(of *x509.Certificate) (*x509.Certificate, error) {
	var failed error
	for _, address := range of.IssuingCertificateURL {
		body, err := k.fetch(address)
		if err != nil {
			failed = err
			continue
		}
		if block, _ := pem.Decode(body); block != nil {
			body = block.Bytes
		}
		if c, err := x509.ParseCertificate(body); err == nil && c.IsCA {
			return c, nil
		}
	}
	return nil, failed
}

// signedBy checks an RSA signature in base64 over a message.
func signedBy(c *x509.Certificate, hash crypto.Hash, message []byte, text string) error {
	key, ok := c.PublicKey.(*rsa.PublicKey)
	if !ok {
		return refuse("The certificate that signed the request has no RSA key.")
	}
	seal, err := strictBase64(text)
	if err != nil {
		return refuse("The signature is not in the expected form.")
	}
	if !rsaFits(key, hash, message, seal) {
		return refuse("The signature does not fit the request.")
	}
	return nil
}

// rsaFits checks a signature of PKCS #1 v1.5.
func rsaFits(key *rsa.PublicKey, hash crypto.Hash, message, seal []byte) bool {
	var digest []byte
	if hash == crypto.SHA1 {
		sum := sha1.Sum(message) //nolint:gosec // see above
		digest = sum[:]
	} else {
		sum := sha256.Sum256(message)
		digest = sum[:]
	}
	return rsa.VerifyPKCS1v15(key, hash, digest, seal) == nil
}

// plainHTTPS takes an address apart that is https, without a user, a port, a query or
// a fragment; ok is false for any other.
func plainHTTPS(address string) (u *url.URL, ok bool) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Port() != "" || u.RawQuery != "" || u.ForceQuery || strings.Contains(address, "#") || u.Opaque != "" {
		return nil, false
	}
	return u, true
}
