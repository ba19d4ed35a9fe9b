package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"patchbay/engine"
	"patchbay/engine/config"
	"patchbay/engine/recipe"
	"patchbay/ui/api"
)

type recipeImportCommand struct {
	where
	format

	Recipe string            `arg:"" help:"Name of a recipe, a recipe.yaml or its folder, or a hooks.json or hooks.yaml of adnanh/webhook." name:"name|file"`
	Input  map[string]string `help:"An answer; PATCHBAY_INPUT_NAME in the environment is another way, for secrets." placeholder:"NAME=VALUE" mapsep:"none"`
	Rename map[string]string `help:"Give a rule another id." placeholder:"ID=NEW" mapsep:"none"`
	Later  bool              `help:"The secret of the sender is not known yet: events are held until it is."`
	DryRun bool              `help:"Show what would be made, and make nothing."`
}

// inputVariable is the environment's name of an input.
func inputVariable(name string) string { return "PATCHBAY_INPUT_" + strings.ToUpper(name) }

// Run makes everything that a recipe holds, or nothing.
func (c *recipeImportCommand) Run(ctx context.Context, std streams) error {
	if hooks, ok, err := hooksNamed(c.Recipe); ok || err != nil {
		if err != nil {
			return err
		}
		return c.importHooks(ctx, hooks, std)
	}
	r, err := recipeNamed(c.Recipe)
	if err != nil {
		return err
	}
	answers := recipe.Answers{Values: map[string]any{}, Later: c.Later}
	for _, in := range r.Inputs {
		if value, ok := environmentValue(inputVariable(in.Name)); ok {
			answers.Values[in.Name] = value
		}
	}
	for name, value := range c.Input {
		answers.Values[name] = value
	}
	example, err := r.Fill(r.Example(nil))
	if err != nil {
		return err
	}
	c.programs, c.begins = programs(example), true
	return c.with(ctx, func(to *client) error { return c.make(ctx, to, r, answers, std) })
}

func (c *recipeImportCommand) make(ctx context.Context, to *client, r *recipe.Recipe, answers recipe.Answers, std streams) error {
	exists, err := existing(ctx, to)
	if err != nil {
		return err
	}
	if answers.Reuse, err = r.Reused(answers.Values, exists); err != nil {
		return err
	}
	if err := c.unused(r, answers.Reuse); err != nil {
		return err
	}
	doc, err := r.Fill(answers)
	if err != nil {
		return howToAnswer(err)
	}
	if err := r.Rename(doc, c.Rename); err != nil {
		return usage("--rename: %s", sentence(err))
	}
	in := api.ApplyInput{Document: api.NewDocument(doc), New: true, DryRun: c.DryRun}
	var done api.Applied
	if err := to.call(ctx, http.MethodPost, "/apply", in, &done); err != nil {
		return r.Locate(withoutDocument(err))
	}
	made := imported{Recipe: r.Name, DryRun: c.DryRun, Changes: done.Changes, Addresses: map[string]string{}, Setup: []string{}}
	if !c.DryRun {
		if err := made.next(ctx, to, r, doc); err != nil {
			return err
		}
	}
	if c.json() {
		return printJSON(std.out, made)
	}
	return made.print(std)
}

// existing asks for what the instance has.
func existing(ctx context.Context, at *client) (recipe.Existing, error) {
	found := recipe.Existing{Inboxes: map[string]string{}, Connections: map[string]string{}}
	inboxes, err := list[struct {
		Name   string
		Verify struct{ Scheme string }
	}](ctx, at, "/inboxes")
	if err != nil {
		return found, err
	}
	for _, in := range inboxes {
		found.Inboxes[in.Name] = in.Verify.Scheme
	}
	connections, err := list[struct{ Name, Type string }](ctx, at, "/connections")
	for _, conn := range connections {
		found.Connections[conn.Name] = conn.Type
	}
	return found, err
}

// unused refuses answers to what is not asked.
func (c *recipeImportCommand) unused(r *recipe.Recipe, reuse []string) error {
	asked := map[string]bool{}
	for _, in := range r.Asked(reuse) {
		asked[in.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(c.Input)) {
		known := slices.ContainsFunc(r.Inputs, func(in recipe.Input) bool { return in.Name == name })
		if known && !asked[name] {
			return usage("--input %s is not needed: what it belongs to exists already and is used as it is", name)
		}
	}
	return nil
}

// howToAnswer adds to what is missing how to give it.
func howToAnswer(err error) error {
	var all []error
	for _, e := range config.Faults(err) {
		if fault, ok := errors.AsType[*engine.Error](e); ok {
			if name, ok := strings.CutPrefix(fault.Field, "inputs."); ok {
				e = engine.Invalid(fault.Field, "%s Give it with --input %s=… or in %s.", fault.Message, name, inputVariable(name))
			}
		}
		all = append(all, e)
	}
	return errors.Join(all...)
}

// imported is what an import made, and what is left to do in the other apps.
type imported struct {
	Recipe    string               `json:"recipe"`
	DryRun    bool                 `json:"dryRun"`
	Changes   []engine.ApplyChange `json:"changes"`
	Addresses map[string]string    `json:"addresses"` // by inbox
	Setup     []string             `json:"setup"`
}

// next finds the addresses of what was made, and the steps at the sender with them.
func (m *imported) next(ctx context.Context, at *client, r *recipe.Recipe, doc *engine.Document) error {
	var err error
	m.Addresses, err = addressesOf(ctx, at, doc)
	for _, box := range doc.Inboxes {
		for _, step := range r.SenderSteps() {
			m.Setup = append(m.Setup, strings.ReplaceAll(step, "{{address}}", m.Addresses[box.Name]))
		}
	}
	return err
}

// addressesOf asks where to send to the inboxes of a configuration that was made.
func addressesOf(ctx context.Context, at *client, doc *engine.Document) (map[string]string, error) {
	addresses := map[string]string{}
	for _, box := range doc.Inboxes {
		var made struct{ Address string }
		if err := at.call(ctx, http.MethodGet, "/inboxes/"+url.PathEscape(box.Name), nil, &made); err != nil {
			return addresses, err
		}
		addresses[box.Name] = made.Address
	}
	return addresses, nil
}

// printMade tells what an import makes, and where to send to it.
func printMade(std streams, changes []engine.ApplyChange, dry bool, addresses map[string]string) {
	word := "made"
	if dry {
		word = "would make"
	}
	for _, c := range changes {
		fmt.Fprintf(std.out, "%s %s %s\n", word, c.Kind, c.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(addresses)) {
		fmt.Fprintf(std.out, "address of %s: %s\n", name, addresses[name])
		if strings.HasPrefix(addresses[name], "/") {
			fmt.Fprintln(std.out, "  It comes after the public address of this instance, which is not set; see serve --public-url.")
		}
	}
}

func (m *imported) print(std streams) error {
	printMade(std, m.Changes, m.DryRun, m.Addresses)
	for i, step := range m.Setup {
		fmt.Fprintf(std.out, "%d. %s\n", i+1, step)
	}
	return nil
}
