package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"patchbay/actions/builtin"
	"patchbay/actions/outbound"
	"patchbay/engine"
	"patchbay/engine/config"
	"patchbay/ui/api"
)

type applyCommand struct {
	where
	format

	Path   string `arg:"" help:"A YAML file, or a folder of them." name:"file|dir"`
	DryRun bool   `help:"Show what would change, and change nothing."`
	Prune  bool   `help:"Delete what this file or folder brought earlier and no longer holds."`
}

// Run applies a file or folder and prints what changed.
func (c *applyCommand) Run(ctx context.Context, std streams) error {
	source, err := readConfiguration(c.Path)
	if err != nil {
		return err
	}
	name, err := filepath.Abs(c.Path)
	if err != nil {
		return fmt.Errorf("name the source: %w", err)
	}
	files, err := filesOf(source, name)
	if err != nil {
		return err
	}
	c.programs, c.begins = programs(source.Document), true
	in := api.ApplyInput{Document: api.NewDocument(source.Document), Source: name, Files: files, DryRun: c.DryRun, Prune: c.Prune}
	return c.with(ctx, func(to *client) error {
		var done api.Applied
		if err := to.call(ctx, http.MethodPost, "/apply", in, &done); err != nil {
			return source.Locate(withoutDocument(err))
		}
		if c.json() {
			return printJSON(std.out, done)
		}
		return printChanges(std.out, done)
	})
}

// filesOf returns the file of every object that is not named by the whole already, by its
// place in the document.
func filesOf(source *config.Source, whole string) (map[string]string, error) {
	files := map[string]string{}
	for list, count := range map[string]int{
		"inboxes": len(source.Document.Inboxes), "connections": len(source.Document.Connections), "rules": len(source.Document.Rules),
	} {
		for i := range count {
			place := fmt.Sprintf("%s[%d]", list, i)
			name, err := filepath.Abs(source.File(place))
			if err != nil {
				return nil, fmt.Errorf("name the file of %s: %w", place, err)
			}
			if name != whole {
				files[place] = name
			}
		}
	}
	return files, nil
}

// readConfiguration reads files in the environment of this command.
func readConfiguration(path string) (*config.Source, error) {
	files, err := config.ReadFiles(path)
	if err != nil {
		return nil, err
	}
	client, err := outbound.New(outbound.Options{})
	if err != nil {
		return nil, fmt.Errorf("list connection types: %w", err)
	}
	set, err := builtin.New(builtin.Options{Client: client})
	if err != nil {
		return nil, fmt.Errorf("list connection types: %w", err)
	}
	return config.ParseFiles(files, config.Lookup{
		Env: os.LookupEnv, File: os.ReadFile,
		Secrets: func(typ string) ([]string, bool) {
			for _, t := range set.ConnectionTypes() {
				if t.Type == typ {
					return t.Secrets, true
				}
			}
			return nil, false
		},
	})
}

// withoutDocument takes the fields of errors for those of the file: the request has the
// document below one of its own.
func withoutDocument(err error) error {
	var all []error
	for _, e := range config.Faults(err) {
		if fault, ok := errors.AsType[*engine.Error](e); ok {
			moved := *fault
			moved.Field = strings.TrimPrefix(fault.Field, "document.")
			e = &moved
		}
		all = append(all, e)
	}
	return errors.Join(all...)
}

func printChanges(out io.Writer, done api.Applied) error {
	changed := 0
	for _, c := range done.Changes {
		if c.Action == "unchanged" {
			continue
		}
		changed++
		fields := ""
		if len(c.Fields) > 0 {
			fields = ": " + strings.Join(c.Fields, ", ")
		}
		if _, err := fmt.Fprintf(out, "%s %s %s%s\n", c.Action, c.Kind, c.Name, fields); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	words := "changed"
	if done.DryRun {
		words = "would change"
	}
	_, err := fmt.Fprintf(out, "%d %s, %d unchanged\n", changed, words, len(done.Changes)-changed)
	return err
}

// programs lists what the shell steps of a document run.
func programs(doc *engine.Document) []string {
	var all []string
	for _, r := range doc.Rules {
		for _, s := range r.Steps {
			command, ok := s.With["command"].([]any)
			if !ok || s.Action != "shell" || len(command) == 0 {
				continue
			}
			if path, ok := command[0].(string); ok && filepath.IsAbs(path) && filepath.Clean(path) == path {
				all = append(all, path)
			}
		}
	}
	return all
}
