package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"patchbay/engine"
	"patchbay/storage"
	"patchbay/ui/api"
)

type restoreCommand struct {
	where

	File    string `arg:"" optional:"" help:"Backup to put into the data directory."`
	Release bool   `help:"Let the work go on that an earlier restore holds back."`
}

// Run restores a backup, or releases what one holds.
func (c *restoreCommand) Run(ctx context.Context, std streams) error {
	switch {
	case c.Release == (c.File != ""):
		return usage("name a backup to restore, or --release what an earlier restore holds back")
	case c.Release:
		return c.release(ctx, std)
	case c.remote():
		return usage("restore works on the machine of the instance only; use --data")
	}
	key, err := c.key()
	if err != nil {
		return err
	}
	held, err := storage.RestoreFile(ctx, c.File, c.Data)
	if err != nil {
		return err
	}
	if key != nil {
		if err := storage.WriteKey(c.Data, key); err != nil {
			return err
		}
	}
	if held.Runs+held.Events > 0 {
		fmt.Fprintf(std.out, "%d unfinished runs and %d events are held; patchbay restore --release lets the runs go on, the events wait until their inbox is released\n", held.Runs, held.Events)
	}
	if key == nil && secretKey() == "" {
		fmt.Fprintf(std.out, "put the secret key of the original into %s, or set PATCHBAY_SECRET_KEY, before the first start\n", filepath.Join(c.Data, storage.KeyFile))
	}
	_, err = fmt.Fprintf(std.out, "restored %s into %s\n", c.File, c.Data)
	return err
}

// key opens the key that lies beside the backup; nil when there is none, or when
// the data directory has its key already.
func (c *restoreCommand) key() ([]byte, error) {
	sealed, err := os.ReadFile(c.File + keySuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, engine.Invalid("", "%s cannot be read: %v.", c.File+keySuffix, err)
	}
	if _, err := os.Lstat(filepath.Join(c.Data, storage.KeyFile)); err == nil {
		return nil, nil
	}
	if passphrase() == "" {
		return nil, usage("%s needs its passphrase in PATCHBAY_PASSPHRASE", c.File+keySuffix)
	}
	return storage.OpenKey(sealed, passphrase())
}

func (c *restoreCommand) release(ctx context.Context, std streams) error {
	return c.with(ctx, func(at *client) error {
		var got api.Released
		if err := at.call(ctx, http.MethodPost, "/restore/release", nil, &got); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "%d runs go on\n", got.Runs)
		if err == nil && got.Events > 0 {
			_, err = fmt.Fprintf(std.out, "%d events are still held; release their inboxes to let them go on\n", got.Events)
		}
		return err
	})
}
