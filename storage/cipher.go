package storage

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"golang.org/x/crypto/chacha20poly1305"

	"patchbay/engine"
)

// KeySize is the length of the secret key in bytes.
const KeySize = 32

// A sealed value is: version, key id, nonce, ciphertext with its tag. The key id
// tells a value sealed under another key from one that was damaged.
const (
	sealVersion     = 1
	keyIDSize       = 4
	sealHeader      = 1 + keyIDSize
	fingerprintSize = 16
)

// Purposes of the keys derived from the secret key; each is used for one thing only.
const (
	purposeSeal        = "patchbay seal v1"
	purposeFingerprint = "patchbay fingerprint v1"
	purposeKeyID       = "patchbay key id v1"
)

var (
	errOtherKey = errors.New("sealed under another key")
	errDamaged  = errors.New("sealed value is damaged or stands in another place")
)

// place says where a sealed value belongs. It is authenticated with the value, so
// that a value copied to another object or field does not open there.
type place struct {
	kind  string
	name  string
	field string
}

// bytes writes the parts with their lengths, so that no two places look alike.
func (p place) bytes() []byte {
	var b []byte
	for _, part := range []string{p.kind, p.name, p.field} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part))) //nolint:gosec // names are far below 4 GiB
		b = append(b, part...)
	}
	return b
}

// Cipher seals what must not be readable in the database file, and makes
// fingerprints of credentials. It is safe for concurrent use.
type Cipher struct {
	current atomic.Pointer[keyring]
	// rotation is held for reading from sealing a value to its commit and from
	// reading one to its opening, so that no value meets the wrong key.
	rotation sync.RWMutex
}

// keyring is what is derived from one secret key.
type keyring struct {
	aead  cipher.AEAD
	mac   []byte
	keyID []byte
}

// NewCipher derives the keys of every purpose from the secret key of [KeySize] bytes.
func NewCipher(key []byte) (*Cipher, error) {
	ring, err := newKeyring(key)
	if err != nil {
		return nil, err
	}
	c := &Cipher{}
	c.current.Store(ring)
	return c, nil
}

func newKeyring(key []byte) (*keyring, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("secret key has %d bytes instead of %d", len(key), KeySize)
	}
	derive := func(purpose string, size int) []byte {
		k, err := hkdf.Key(sha256.New, key, nil, purpose, size)
		if err != nil {
			panic(err) // sizes are constants far below the limit
		}
		return k
	}
	aead, err := chacha20poly1305.NewX(derive(purposeSeal, chacha20poly1305.KeySize))
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return &keyring{aead: aead, mac: derive(purposeFingerprint, sha256.Size), keyID: derive(purposeKeyID, keyIDSize)}, nil
}

// seal encrypts plain for one place.
func (c *Cipher) seal(at place, plain []byte) []byte { return c.current.Load().seal(at, plain) }

// open decrypts what seal made for the same place. It returns errOtherKey or errDamaged.
func (c *Cipher) open(at place, sealed []byte) ([]byte, error) {
	return c.current.Load().open(at, sealed)
}

func (k *keyring) seal(at place, plain []byte) []byte {
	out := make([]byte, sealHeader+k.aead.NonceSize(), sealHeader+k.aead.NonceSize()+len(plain)+k.aead.Overhead())
	out[0] = sealVersion
	copy(out[1:sealHeader], k.keyID)
	nonce := out[sealHeader:]
	rand.Read(nonce)
	return k.aead.Seal(out, nonce, plain, at.bytes()) //nolint:gosec // the nonce was filled with random bytes just now
}

func (k *keyring) open(at place, sealed []byte) ([]byte, error) {
	body := sealHeader + k.aead.NonceSize()
	if len(sealed) < body || sealed[0] != sealVersion {
		return nil, errDamaged
	}
	if !bytes.Equal(sealed[1:sealHeader], k.keyID) {
		return nil, errOtherKey
	}
	plain, err := k.aead.Open(nil, sealed[sealHeader:body], sealed[body:], at.bytes())
	if err != nil {
		return nil, errDamaged
	}
	return plain, nil
}

// Fingerprint returns "hash:" and a keyed hash of the value. Equal values have
// equal fingerprints under one key; without the key they can be neither reversed
// nor guessed at.
func (c *Cipher) Fingerprint(value string) string {
	h := hmac.New(sha256.New, c.current.Load().mac)
	h.Write([]byte(value))
	var sum [sha256.Size]byte
	const prefix = "hash:"
	out := make([]byte, 0, len(prefix)+2*fingerprintSize)
	out = append(out, prefix...)
	return string(hex.AppendEncode(out, h.Sum(sum[:0])[:fingerprintSize]))
}

var _ engine.Fingerprinter = (*DB)(nil)

// Fingerprint implements [engine.Fingerprinter].
func (db *DB) Fingerprint(value string) string { return db.cipher.Fingerprint(value) }
