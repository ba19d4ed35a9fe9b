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
	"patchbay/engine/recipe"
	"patchbay/ui/api"
)

type exportCommand struct {
	where

	Rule   []string `help:"Only these rules, with what they need." placeholder:"ID"`
	Recipe string   `help:"Write a recipe of this name, to be passed on: what is secret becomes a question." placeholder:"NAME"`
	Title  string   `help:"What people call the recipe; the names of its rules when left out." placeholder:"TEXT"`
	Out    string   `help:"Folder to write patchbay.yaml into, or NAME/recipe.yaml, instead of standard output." placeholder:"DIR"`
}

// Run writes the configuration as YAML, or a recipe that is made of it.
func (c *exportCommand) Run(ctx context.Context, std streams) error {
	if c.Title != "" && c.Recipe == "" {
		return usage("--title belongs to --recipe")
	}
	asked := url.Values{}
	if len(c.Rule) > 0 {
		asked.Set("rule", strings.Join(c.Rule, ","))
	}
	if c.Recipe != "" {
		asked.Set("as", "recipe")
		asked.Set("name", c.Recipe)
		asked.Set("title", c.Title)
	}
	return c.with(ctx, func(from *client) error {
		var file api.ExportedFile
		if err := from.call(ctx, http.MethodGet, "/export/file?"+asked.Encode(), nil, &file); err != nil {
			return err
		}
		if c.Out == "" {
			_, err := std.out.Write([]byte(file.Text))
			return err
		}
		return c.write(&file, std)
	})
}

func (c *exportCommand) write(file *api.ExportedFile, std streams) error {
	name := filepath.Join(c.Out, file.File)
	if c.Recipe != "" {
		name = filepath.Join(c.Out, c.Recipe, recipe.FileName)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return engine.Invalid("", "The folder %s cannot be made: %v.", filepath.Dir(name), err)
	}
	if err := os.WriteFile(name, []byte(file.Text), 0o600); err != nil {
		return engine.Invalid("", "%s cannot be written: %v.", name, err)
	}
	_, err := fmt.Fprintf(std.out, "wrote %s\n%s\n", name, file.Said)
	return err
}
