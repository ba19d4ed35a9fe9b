package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"patchbay/actions/shell"
	"patchbay/engine"
	"patchbay/engine/config"
	"patchbay/engine/hooksfile"
	"patchbay/engine/verify"
	"patchbay/ui/api"
)

// hooksNamed reads a file of hooks of adnanh/webhook; false is any other name.
func hooksNamed(name string) (*hooksfile.Import, bool, error) {
	if info, err := os.Stat(name); err != nil || info.IsDir() {
		return nil, false, nil //nolint:nilerr // who reads it as a recipe tells
	}
	data, err := os.ReadFile(name) //nolint:gosec // the operator names the file
	if err != nil || !hooksfile.Recognizes(data) {
		return nil, false, nil //nolint:nilerr // as above
	}
	made, err := hooksfile.Read(data, hooksfile.Options{Find: programOf, Interprets: shell.Interprets, Variable: shell.Variable})
	if err != nil {
		return nil, true, inFile(name, err)
	}
	return made, true, nil
}

func inFile(name string, err error) error {
	return fmt.Errorf("%s: %w", name, err)
}

// programOf finds a program as webhook does: in PATH, then in the hook's own folder.
func programOf(program, dir string) string {
	found, err := exec.LookPath(program)
	if err != nil {
		found, err = exec.LookPath(filepath.Join(dir, program))
	}
	if err == nil {
		found, err = filepath.Abs(found)
	}
	if err != nil {
		return ""
	}
	return found
}

// importedHooks is what an import of hooks made, and what became of their fields.
type importedHooks struct {
	DryRun    bool                 `json:"dryRun"`
	Changes   []engine.ApplyChange `json:"changes"`
	Addresses map[string]string    `json:"addresses"` // by inbox
	Report    []hooksfile.Remark   `json:"report"`
	Off       []string             `json:"off"`
	File      string               `json:"file,omitempty"` // of a dry run, without secrets
}

// importHooks makes everything of a file of hooks, or nothing.
func (c *recipeImportCommand) importHooks(ctx context.Context, hooks *hooksfile.Import, std streams) error {
	if len(c.Input) > 0 || c.Later {
		return usage("--input and --later belong to recipes; a file of hooks asks for nothing")
	}
	doc := hooks.Document
	if err := c.renameHooks(doc); err != nil {
		return err
	}
	c.programs, c.begins = programs(doc), true
	return c.with(ctx, func(to *client) error {
		in := api.ApplyInput{Document: api.NewDocument(doc), New: true, DryRun: c.DryRun}
		var done api.Applied
		if err := to.call(ctx, http.MethodPost, "/apply", in, &done); err != nil {
			return withoutDocument(err)
		}
		made := importedHooks{DryRun: c.DryRun, Changes: done.Changes, Addresses: map[string]string{}, Report: hooks.Remarks, Off: append([]string{}, hooks.Off...)}
		if err := made.finish(ctx, to, doc); err != nil {
			return err
		}
		if c.json() {
			return printJSON(std.out, made)
		}
		return made.print(std)
	})
}

// renameHooks gives hooks other names: their inboxes and their rules.
func (c *recipeImportCommand) renameHooks(doc *engine.Document) error {
	for from, to := range c.Rename {
		at := slices.IndexFunc(doc.Inboxes, func(in *engine.Inbox) bool { return in.Name == from })
		if at < 0 {
			return usage("--rename %s=…: the file has no hook that is called %s here", from, from)
		}
		doc.Inboxes[at].Name = to
		for _, r := range doc.Rules {
			if r.Inbox == from {
				r.ID, r.Inbox = to+strings.TrimPrefix(r.ID, from), to
			}
		}
	}
	return nil
}

// finish finds the addresses of what was made, or writes what would be.
func (m *importedHooks) finish(ctx context.Context, at *client, doc *engine.Document) error {
	if m.DryRun {
		text, err := withReferences(doc)
		m.File = string(text)
		return err
	}
	var err error
	m.Addresses, err = addressesOf(ctx, at, doc)
	return err
}

// withReferences writes a document with references in the place of its secrets.
func withReferences(doc *engine.Document) ([]byte, error) {
	for _, in := range doc.Inboxes {
		in.Verify.Key, in.Verify.Secret, in.Verify.Secrets = "", "", nil
		p, ok := verify.Lookup(in.Verify.Scheme)
		in.Verify.Pending = in.Verify.Pending && ok && p.NeedSecret
	}
	config.Placeholders(doc)
	return config.Format(doc)
}

func (m *importedHooks) print(std streams) error {
	if m.DryRun {
		fmt.Fprintln(std.out, m.File)
	}
	printMade(std, m.Changes, m.DryRun, m.Addresses)
	for _, id := range m.Off {
		fmt.Fprintf(std.out, "turned off: %s, because not everything of it could be carried over\n", id)
	}
	for _, r := range m.Report {
		fmt.Fprintln(std.out, remarkLine(r))
	}
	return nil
}

func remarkLine(r hooksfile.Remark) string {
	word := "note"
	if r.Lost {
		word = "not carried over"
	}
	place := r.Hook
	if r.Field != "" {
		place += ": " + r.Field
	}
	if place == "" {
		return word + ": " + r.Message
	}
	return word + ": " + place + ": " + r.Message
}
