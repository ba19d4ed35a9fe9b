package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"patchbay/engine"
	"patchbay/storage"
	"patchbay/ui/api"
)

// keySuffix names the key beside a backup.
const keySuffix = ".key"

type backupCommand struct {
	where

	File    string `arg:"" help:"File to write; it must not exist."`
	WithKey bool   `help:"Write FILE.key too, the key under the passphrase in PATCHBAY_PASSPHRASE."`
}

// Run writes a backup.
func (c *backupCommand) Run(ctx context.Context, std streams) error {
	var sealed []byte
	if c.WithKey {
		var err error
		if sealed, err = c.sealedKey(); err != nil {
			return err
		}
	}
	path, err := filepath.Abs(c.File)
	if err != nil {
		return fmt.Errorf("name the backup: %w", err)
	}
	if err := c.with(ctx, func(from *client) error {
		if c.remote() {
			return download(ctx, from, path)
		}
		return from.call(ctx, http.MethodPost, "/backup", api.BackupInput{Path: path}, nil)
	}); err != nil {
		return err
	}
	if sealed == nil {
		_, err = fmt.Fprintf(std.out, "wrote %s; keep the secret key elsewhere, without it the secrets in the backup are lost\n", c.File)
		return err
	}
	if err := writeNew(path+keySuffix, sealed); err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "wrote %s and %s\n", c.File, c.File+keySuffix)
	return err
}

// sealedKey returns the instance's key under the passphrase.
func (c *backupCommand) sealedKey() ([]byte, error) {
	if c.remote() {
		return nil, usage("--with-key works on the machine of the instance only; use --data")
	}
	if _, err := os.Lstat(c.File + keySuffix); err == nil {
		return nil, engine.Conflict("%s exists; name a new file.", c.File+keySuffix)
	}
	if passphrase() == "" {
		return nil, usage("--with-key needs a passphrase in PATCHBAY_PASSPHRASE")
	}
	key, err := storage.LoadKey(c.Data, secretKey())
	if err != nil {
		return nil, err
	}
	return storage.SealKey(key, passphrase())
}

func writeNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return engine.Invalid("", "%s cannot be written: %v.", path, err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(path))
	}
	return nil
}

// download streams the backup of a remote instance into a file, which appears under
// its name when it is whole.
func download(ctx context.Context, from *client, path string) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return engine.Conflict("%s exists; name a new file.", path)
	}
	resp, err := from.do(ctx, http.MethodGet, "/backup", nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close() // only read
	partial, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*.partial")
	if err != nil {
		return engine.Invalid("", "%s cannot be written: %v.", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(partial.Name()))
		}
	}()
	n, err := io.Copy(partial, resp.Body)
	if err == nil && resp.ContentLength >= 0 && n != resp.ContentLength {
		err = io.ErrUnexpectedEOF
	}
	if err = errors.Join(err, partial.Sync(), partial.Close()); err != nil {
		return fmt.Errorf("download the backup: %w", err)
	}
	if err := os.Rename(partial.Name(), path); err != nil {
		return fmt.Errorf("put the backup in place: %w", err)
	}
	return nil
}
