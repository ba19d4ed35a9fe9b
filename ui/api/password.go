package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"patchbay/engine"
)

// The parameters that OWASP recommends for argon2id.
const (
	argonMemory  = 19 << 10 // KiB
	argonTime    = 2
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
	argonFormat  = "$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s"

	// decoyHash is what the password of an unknown account is compared with, at the
	// same cost. No password has it: it was not made from one.
	decoyHash = "$argon2id$v=19$m=19456,t=2,p=1$bm8gc3VjaCBhY2NvdW50IQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

	minPassword = 8
	maxPassword = 256
)

// HashPassword returns the argon2id hash of a password in the PHC format.
func HashPassword(password string) (string, error) {
	salt := make([]byte, argonSalt)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("make a salt: %w", err)
	}
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)
	enc := base64.RawStdEncoding
	return fmt.Sprintf(argonFormat, argon2.Version, argonMemory, argonTime, argonThreads,
		enc.EncodeToString(salt), enc.EncodeToString(key)), nil
}

// checkPassword reports whether a password has the hash. A hash of another shape
// matches nothing.
func checkPassword(hash, password string) bool {
	var version, memory, passes, threads int
	head, tail, _ := strings.Cut(strings.TrimPrefix(hash, "$argon2id$"), "$")
	if _, err := fmt.Sscanf(head, "v=%d", &version); err != nil || version != argon2.Version {
		return false
	}
	parts := strings.Split(tail, "$")
	if len(parts) != 3 {
		return false
	}
	if _, err := fmt.Sscanf(parts[0], "m=%d,t=%d,p=%d", &memory, &passes, &threads); err != nil {
		return false
	}
	if memory < 8 || memory > 1<<20 || passes < 1 || passes > 64 || threads < 1 || threads > 16 {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[1])
	if err != nil {
		return false
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[2])
	if err != nil || len(want) == 0 || len(want) > 128 {
		return false
	}
	have := argon2.IDKey([]byte(password), salt, uint32(passes), uint32(memory), uint8(threads), uint32(len(want))) //nolint:gosec // bounded above
	return subtle.ConstantTimeCompare(have, want) == 1
}

// hashes runs work that needs the memory of a password check, a few at a time.
func (a *API) hashes(ctx context.Context, work func()) error {
	select {
	case a.hashing <- struct{}{}:
	case <-ctx.Done():
		return engine.Unavailable(ctx.Err(), "Too many people are signing in; try again.")
	}
	defer func() { <-a.hashing }()
	work()
	return nil
}

// newHash hashes a password that a person chose for an account.
func (a *API) newHash(ctx context.Context, field, password, email string) (string, error) {
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		return "", engine.Invalid(field, "The password is too short; use at least %d characters.", minPassword)
	case len(password) > maxPassword:
		return "", engine.Invalid(field, "The password is too long; use at most %d bytes.", maxPassword)
	case strings.EqualFold(password, email):
		return "", engine.Invalid(field, "The password must not be the e-mail address.")
	}
	var (
		hash string
		err  error
	)
	if busy := a.hashes(ctx, func() { hash, err = HashPassword(password) }); busy != nil {
		return "", busy
	}
	return hash, err
}

// passwordMark ties sessions to a password without giving away its hash.
func passwordMark(hash string) string {
	sum := sha256.Sum256([]byte(hash))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}
