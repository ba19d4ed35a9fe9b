package storage

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"

	"patchbay/engine"
)

// A sealed key is one line: a prefix that fixes every parameter, the salt and the
// box, both base64. Other parameters mean another prefix.
const (
	sealedKeyPrefix  = "patchbay-key-v1"
	sealedKeySalt    = 16
	sealedKeyTime    = 3
	sealedKeyMemory  = 64 << 10 // KiB
	sealedKeyThreads = 2
	// MinPassphrase is the fewest characters a passphrase for a key may have.
	MinPassphrase = 10
)

// SealKey encrypts the secret key under a passphrase, for a file that travels with
// a backup. KindInvalid for a passphrase that is too short.
func SealKey(key []byte, passphrase engine.Secret) ([]byte, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("secret key has %d bytes instead of %d", len(key), KeySize)
	}
	if len([]rune(passphrase.Reveal())) < MinPassphrase {
		return nil, engine.Invalid("passphrase", "The passphrase is too short; use at least %d characters.", MinPassphrase)
	}
	salt := make([]byte, sealedKeySalt)
	rand.Read(salt)
	box, err := passphraseBox(passphrase, salt)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	rand.Read(nonce)
	sealed := box.Seal(nonce, nonce, key, []byte(sealedKeyPrefix))
	enc := base64.RawURLEncoding
	return []byte(sealedKeyPrefix + "." + enc.EncodeToString(salt) + "." + enc.EncodeToString(sealed) + "\n"), nil
}

// OpenKey reads what [SealKey] made. KindInvalid when it is something else or the
// passphrase is not the one.
func OpenKey(sealed []byte, passphrase engine.Secret) ([]byte, error) {
	notOne := engine.Invalid("", "This is not a Patchbay key file, or it is damaged.")
	parts := strings.Split(strings.TrimSpace(string(sealed)), ".")
	if len(parts) != 3 || parts[0] != sealedKeyPrefix {
		return nil, notOne
	}
	salt, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || len(salt) != sealedKeySalt {
		return nil, notOne
	}
	body, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(body) != chacha20poly1305.NonceSizeX+KeySize+chacha20poly1305.Overhead {
		return nil, notOne
	}
	box, err := passphraseBox(passphrase, salt)
	if err != nil {
		return nil, err
	}
	key, err := box.Open(nil, body[:box.NonceSize()], body[box.NonceSize():], []byte(sealedKeyPrefix))
	if err != nil {
		return nil, engine.Invalid("passphrase", "The key file does not open with this passphrase.")
	}
	return key, nil
}

func passphraseBox(passphrase engine.Secret, salt []byte) (cipher.AEAD, error) {
	k := argon2.IDKey([]byte(passphrase.Reveal()), salt, sealedKeyTime, sealedKeyMemory, sealedKeyThreads, chacha20poly1305.KeySize)
	box, err := chacha20poly1305.NewX(k)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return box, nil
}
