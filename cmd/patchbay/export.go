package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"patchbay/engine"
	"patchbay/engine/config"
	"patchbay/ui/api"
)

type exportCommand struct {
	where

	Rule []string `help:"Only these rules, with what they need." placeholder:"ID"`
	Out  string   `help:"Folder to write patchbay.yaml into, instead of standard output." placeholder:"DIR"`
}

// Run writes the configuration as YAML.
func (c *exportCommand) Run(ctx context.Context, std streams) error {
	return c.with(ctx, func(from *client) error {
		path := "/export"
		if len(c.Rule) > 0 {
			path += "?rule=" + url.QueryEscape(strings.Join(c.Rule, ","))
		}
		var doc api.Document
		if err := from.call(ctx, http.MethodGet, path, nil, &doc); err != nil {
			return err
		}
		text, err := exported(doc.Engine())
		if err != nil {
			return err
		}
		if c.Out == "" {
			_, err = std.out.Write(text)
			return err
		}
		return c.write(text, std)
	})
}

func exported(doc *engine.Document) ([]byte, error) {
	config.Placeholders(doc)
	return config.Format(doc)
}

func (c *exportCommand) write(text []byte, std streams) error {
	if err := os.MkdirAll(c.Out, 0o750); err != nil {
		return engine.Invalid("", "The folder %s cannot be made: %v.", c.Out, err)
	}
	name := filepath.Join(c.Out, "patchbay.yaml")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		return engine.Invalid("", "%s cannot be written: %v.", name, err)
	}
	_, err := fmt.Fprintf(std.out, "wrote %s\n", name)
	return err
}
