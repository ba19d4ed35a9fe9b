package storage

import (
	"bytes"
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"gorm.io/gorm"

	"patchbay/engine"
)

// keyCheckText is sealed in every database.
const keyCheckText = "patchbay"

func keyCheckPlace() place { return place{kind: "key", name: "check", field: "value"} }

// checkKey proves that the key is the one the secrets were stored with, and seals
// the proof in a new database. It finishes a rotation that was cut between the
// commit and the renaming of the key file. KindInvalid for the wrong key.
func (db *DB) checkKey(ctx context.Context) error {
	var rows []keyCheckRow
	if err := db.read.WithContext(ctx).Limit(1).Find(&rows).Error; err != nil {
		return fmt.Errorf("read key check: %w", translate(err))
	}
	if len(rows) == 0 {
		return db.change(ctx, func(tx *gorm.DB) error { return putKeyCheck(tx, db.cipher.current.Load()) })
	}
	if checksOut(db.cipher.current.Load(), rows[0].Sealed) {
		return nil
	}
	next, err := db.nextKeyring()
	if err != nil {
		return err
	}
	if next != nil && checksOut(next, rows[0].Sealed) {
		db.log.InfoContext(ctx, "finishing an interrupted key rotation")
		if err := db.promoteKeyFile(); err != nil {
			return err
		}
		db.cipher.current.Store(next)
		return nil
	}
	return engine.Invalid("", "The secret key is not the one this database was written with; set PATCHBAY_SECRET_KEY to the right one or put back its %s.",
		filepath.Join(db.dir, KeyFile))
}

func checksOut(k *keyring, sealed []byte) bool {
	plain, err := k.open(keyCheckPlace(), sealed)
	return err == nil && bytes.Equal(plain, []byte(keyCheckText))
}

func putKeyCheck(tx *gorm.DB, k *keyring) error {
	return upsert(tx, &keyCheckRow{ID: 1, Sealed: k.seal(keyCheckPlace(), []byte(keyCheckText))})
}

// RotateKey seals every secret under a new key in one commit. When the current key
// is that of the data directory's key file, the file follows and inFile is true;
// a key given as PATCHBAY_SECRET_KEY is the caller's to change, so that the caller
// must have put the new one in a safe place before. Fingerprints of credentials in
// stored requests are not made anew: what comes later does not match them, and a
// held request whose proof is a bare credential cannot be verified any more.
// A secret that cannot be decrypted stops the rotation with nothing changed.
func (db *DB) RotateKey(ctx context.Context, newKey []byte) (inFile bool, err error) {
	next, err := newKeyring(newKey)
	if err != nil {
		return false, err
	}
	db.cipher.rotation.Lock()
	defer db.cipher.rotation.Unlock()
	old := db.cipher.current.Load()
	inFile, err = db.keyFileHolds(old)
	if err != nil {
		return false, err
	}
	nextFile := filepath.Join(db.dir, nextKeyFile)
	if inFile {
		if err := replaceFile(nextFile, []byte(EncodeKey(newKey)+"\n")); err != nil {
			return false, err
		}
	}
	if err := db.change(ctx, func(tx *gorm.DB) error { return sealAnew(tx, old, next) }); err != nil {
		if inFile && engine.KindOf(err) == engine.KindConflict {
			err = errors.Join(err, os.Remove(nextFile)) // after a failed commit nobody knows: the next start may need it
		}
		return false, fmt.Errorf("rotate key: %w", err)
	}
	db.cipher.current.Store(next)
	if inFile {
		return true, db.promoteKeyFile()
	}
	return false, nil
}

func sealAnew(tx *gorm.DB, old, next *keyring) error {
	sealed, err := sealedRowsOf(tx)
	if err != nil {
		return err
	}
	for _, s := range sealed {
		plain, err := old.open(s.at, s.secrets)
		if err != nil {
			return &engine.Error{
				Kind: engine.KindConflict, Err: err,
				Message: fmt.Sprintf("The secrets of %s %q cannot be decrypted; enter them again or delete it, then rotate the key.", s.at.kind, s.at.name),
			}
		}
		err = tx.Table(s.table).Where("name = ?", s.at.name).UpdateColumn("secrets", next.seal(s.at, plain)).Error
		if err != nil {
			return fmt.Errorf("store secrets: %w", err)
		}
	}
	return putKeyCheck(tx, next)
}

// keyFileHolds reports whether the key file holds the key of a keyring.
func (db *DB) keyFileHolds(k *keyring) (bool, error) {
	key, err := readKeyFile(filepath.Join(db.dir, KeyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	inFile, err := newKeyring(key)
	return err == nil && hmac.Equal(inFile.mac, k.mac), err
}

// nextKeyring reads the key of an unfinished rotation, nil when there is none.
func (db *DB) nextKeyring() (*keyring, error) {
	key, err := readKeyFile(filepath.Join(db.dir, nextKeyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no rotation is the ordinary answer
	}
	if err != nil {
		return nil, err
	}
	return newKeyring(key)
}

func (db *DB) promoteKeyFile() error {
	if err := os.Rename(filepath.Join(db.dir, nextKeyFile), filepath.Join(db.dir, KeyFile)); err != nil {
		return fmt.Errorf("put new key file in place: %w", err)
	}
	return syncDir(db.dir)
}
