package verify_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/verify"
)

// Keys that nobody signs with, in the form in which each sender shows its own.
var (
	anotherEC  = spki(&must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)).PublicKey)
	anotherRSA = spki(&rsaKey().PublicKey)
	rsaKey     = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
)

// fittingSecrets are secrets of those providers that do not take just any text.
var fittingSecrets = map[string]engine.Secret{
	"adyen": "0011223344556677", "microsoft-teams": "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "sendgrid": engine.Secret(anotherEC),
	"paddle-classic": engine.Secret(anotherRSA), "postal": engine.Secret(anotherRSA), "discord": engine.Secret(hex.EncodeToString(make([]byte, ed25519.PublicKeySize))),
	"aws-sns": "arn:aws:sns:eu-west-1:123456789012:orders", "google-pubsub": "push@project.iam.gserviceaccount.com", "paypal": "9XL90610J3647323C",
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func spki(public any) string {
	return base64.StdEncoding.EncodeToString(must(x509.MarshalPKIXPublicKey(public)))
}

// site is a server with what senders publish, reached under any address.
type site struct {
	mu    sync.Mutex
	files map[string][]byte
	asked map[string]int
	clock time.Time
	down  bool
	roots *x509.CertPool
	ring  *verify.Keyring
}

func newSite(t *testing.T, now time.Time) *site {
	t.Helper()
	s := &site{files: map[string][]byte{}, asked: map[string]int{}, clock: now, roots: x509.NewCertPool()}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		address := r.Header.Get("X-Address")
		s.asked[address]++
		body, ok := s.files[address]
		if !ok || s.down {
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	s.ring = verify.NewKeyring(verify.KeyringOptions{
		Now:     func() time.Time { s.mu.Lock(); defer s.mu.Unlock(); return s.clock },
		Roots:   s.roots,
		Fetcher: front{server},
	})
	return s
}

// front asks a site for any address.
type front struct{ *httptest.Server }

func (f front) Fetch(ctx context.Context, address string, limit int64) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.URL, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("X-Address", address)
	resp, err := f.Client().Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, errors.New("the host answered with status 500")
	}
	return io.ReadAll(io.LimitReader(resp.Body, limit))
}

func (s *site) put(address string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[address] = body
}

func (s *site) count(address string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[address]
}

func (s *site) breakDown(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

func (s *site) later(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = s.clock.Add(d)
}

// authority issues certificates.
type authority struct {
	certificate *x509.Certificate
	key         *rsa.PrivateKey
}

func newAuthority(t *testing.T, name string, by *authority, now time.Time) *authority {
	t.Helper()
	a := &authority{key: must(rsa.GenerateKey(rand.Reader, 2048))}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.Unix()), Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(1000 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	parent, key := template, a.key
	if by != nil {
		parent, key = by.certificate, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &a.key.PublicKey, key)
	require.NoError(t, err)
	a.certificate = must(x509.ParseCertificate(der))
	return a
}

// issue makes a certificate in PEM for the key of rsaKey; issuer is where its issuer stands.
func (a *authority) issue(t *testing.T, name string, from, to time.Time, issuer ...string) []byte {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(to.UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: to,
		KeyUsage: x509.KeyUsageDigitalSignature, IssuingCertificateURL: issuer,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &rsaKey().PublicKey, a.key)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// rsaSign signs with the key of rsaKey.
func rsaSign(t *testing.T, hash crypto.Hash, message string) string {
	t.Helper()
	h := hash.New()
	h.Write([]byte(message))
	seal, err := rsa.SignPKCS1v15(rand.Reader, rsaKey(), hash, h.Sum(nil))
	require.NoError(t, err)
	return base64.StdEncoding.EncodeToString(seal)
}
