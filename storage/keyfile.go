package storage

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"patchbay/engine"
)

// KeyFile is the name of the secret key's file in the data directory.
const KeyFile = "secret.key"

// nextKeyFile holds the new key while a rotation commits; see [DB.RotateKey].
const nextKeyFile = KeyFile + ".new"

// LoadKey returns the secret key: env (the value of PATCHBAY_SECRET_KEY, base64 or
// hexadecimal of 32 bytes) when it is not empty, otherwise what dir/secret.key
// holds. On a first start, when dir has no database yet, the file is made. A
// database whose key is missing never gets a new one, because the secrets in it
// would be lost for good. It returns an *engine.Error for whatever a person can mend.
func LoadKey(dir, env string) ([]byte, error) {
	if env != "" {
		key, err := parseKey(env)
		if err != nil {
			return nil, engine.Invalid("PATCHBAY_SECRET_KEY",
				"the value is not a key; it must be base64 or hexadecimal of %d bytes (openssl rand -base64 %d makes one).", KeySize, KeySize)
		}
		return key, nil
	}
	path := filepath.Join(dir, KeyFile)
	key, err := readKeyFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	info, err := os.Stat(filepath.Join(dir, FileName))
	switch {
	case err == nil && info.Size() > 0:
		return nil, engine.Invalid("", "%s is missing but the database beside it exists; put the file back or set PATCHBAY_SECRET_KEY to the key the secrets were stored with.", path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("look for the database: %w", err)
	}
	key = NewKey()
	if err := WriteKey(dir, key); err != nil {
		if engine.KindOf(err) == engine.KindConflict {
			return readKeyFile(path) // another start was first
		}
		return nil, err
	}
	return key, nil
}

// NewKey makes a random secret key.
func NewKey() []byte {
	key := make([]byte, KeySize)
	rand.Read(key)
	return key
}

// EncodeKey returns the text form of a key that PATCHBAY_SECRET_KEY and the key file take.
func EncodeKey(key []byte) string { return base64.StdEncoding.EncodeToString(key) }

// WriteKey stores the key as dir/secret.key, readable by its owner only. It
// appears whole or not at all. KindConflict when there is one already.
func WriteKey(dir string, key []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make data directory: %w", directoryError(dir, err))
	}
	path := filepath.Join(dir, KeyFile)
	tmp, err := writeTemp(path, []byte(EncodeKey(key)+"\n"))
	if err != nil {
		return directoryError(dir, err)
	}
	defer os.Remove(tmp)
	if err := nameFile(tmp, path, os.Link); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return engine.Conflict("%s exists; a key is never written over.", path)
		}
		return fmt.Errorf("write key file: %w", err)
	}
	return syncDir(dir)
}

func parseKey(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	if len(text) == hex.EncodedLen(KeySize) {
		if key, err := hex.DecodeString(text); err == nil {
			return key, nil
		}
	}
	trimmed := strings.TrimRight(text, "=")
	for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if key, err := enc.DecodeString(trimmed); err == nil && len(key) == KeySize {
			return key, nil
		}
	}
	return nil, errors.New("not a key")
}

// readKeyFile also refuses a file that others may read: a key that leaked through
// a careless copy should be noticed, not used.
func readKeyFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, engine.Invalid("", "%s can be read by others; run chmod 600 %s, and rotate the key if someone may have copied it.", path, path)
	}
	text, err := os.ReadFile(path) //nolint:gosec // the operator's data directory
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	key, err := parseKey(string(text))
	if err != nil {
		return nil, engine.Invalid("", "%s does not hold a key; restore it from where you keep a copy.", path)
	}
	return key, nil
}

// writeTemp writes data to a new file beside path, 0600 and on disk, and returns its name.
func writeTemp(path string, data []byte) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // 0600
	if err != nil {
		return "", fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return "", errors.Join(fmt.Errorf("write %s: %w", filepath.Base(path), err), os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// nameFile gives a whole file its name unless somebody has taken that. A link refuses a
// name that is taken; a rename would write over it. Where the file system has no links,
// such as that of a memory card or a share of Windows, the name is taken by an empty file
// first: a crash just then leaves that.
func nameFile(whole, path string, link func(from, to string) error) error {
	err := link(whole, path)
	if !errors.Is(err, fs.ErrPermission) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	taken, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the operator names it
	if err != nil {
		return err
	}
	if err = taken.Close(); err == nil {
		err = os.Rename(whole, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// replaceFile puts data in place of path in one step.
func replaceFile(path string, data []byte) error {
	tmp, err := writeTemp(path, data)
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		return errors.Join(fmt.Errorf("replace %s: %w", filepath.Base(path), err), os.Remove(tmp))
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes new names in a directory survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the operator's data directory
	if err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	return nil
}
