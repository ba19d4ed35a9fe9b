package main

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"

	"patchbay/storage"
	"patchbay/ui/api"
)

type keyCommand struct {
	Rotate keyRotate `cmd:"" help:"Encrypt every secret anew under a new key."`
}

type keyRotate struct {
	where
}

// Run makes a new key and encrypts every secret under it.
func (c *keyRotate) Run(ctx context.Context, std streams) error {
	if c.remote() {
		return usage("key rotate works on the machine of the instance only; use --data")
	}
	return c.with(ctx, func(at *client) error {
		var got api.KeyRotation
		if err := at.call(ctx, http.MethodPost, "/key/rotate", api.KeyInput{}, &got); err != nil {
			return err
		}
		if got.InFile {
			_, err := fmt.Fprintf(std.out, "every secret is encrypted under a new key, which stands in %s\n", filepath.Join(c.Data, storage.KeyFile))
			return err
		}
		_, err := fmt.Fprintf(std.out, "every secret is encrypted under a new key; set PATCHBAY_SECRET_KEY to it before the next start:\n%s\n", got.Key)
		return err
	})
}
