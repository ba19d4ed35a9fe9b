package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"patchbay/engine/recipe"
)

type recipeShowCommand struct {
	format

	Recipe string `arg:"" help:"Name of a recipe, a recipe.yaml or its folder." name:"name|file"`
}

// shownRecipe is all that people may want to know before they import a recipe.
type shownRecipe struct {
	recipe.Head
	Permissions recipe.Permissions `json:"permissions"`
}

// Run shows a recipe.
func (c *recipeShowCommand) Run(_ context.Context, std streams) error {
	r, err := recipeNamed(c.Recipe)
	if err != nil {
		return err
	}
	shown := shownRecipe{Head: r.Head, Permissions: r.Permissions()}
	shown.Setup.Sender = r.SenderSteps()
	if c.json() {
		return printJSON(std.out, shown)
	}
	return shown.print(std.out)
}

func (s *shownRecipe) print(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n\n", s.Title, s.Sentence)
	fmt.Fprintf(&b, "About %d minutes, %s. Revision %d.\n", s.Minutes, s.Difficulty, s.Revision)
	p := s.Permissions
	for _, line := range []struct {
		words string
		list  []string
	}{
		{"Makes inboxes", p.Inboxes},
		{"Makes connections", p.Connections},
		{"Makes rules", p.Rules},
		{"Sends to", p.Hosts},
		{"Writes mail to", p.Mail},
		{"Runs programs", p.Programs},
		{"Keeps secrets", p.Secrets},
	} {
		if len(line.list) > 0 {
			fmt.Fprintf(&b, "%s: %s\n", line.words, strings.Join(line.list, ", "))
		}
	}
	b.WriteString("\nIt asks for\n")
	for _, in := range s.Inputs {
		more := ""
		switch {
		case in.Default != nil:
			more = fmt.Sprintf(" (%v)", in.Default)
		case in.Type != recipe.TypeSecret && in.Example != nil:
			more = fmt.Sprintf(" (for example %v)", in.Example)
		}
		fmt.Fprintf(&b, "  %s: %s%s\n", in.Name, in.Label, more)
		if in.Help != "" {
			fmt.Fprintf(&b, "      %s\n", in.Help)
		}
	}
	steps(&b, "At the sender", s.Setup.Sender)
	for _, d := range s.Setup.Destination {
		steps(&b, "At "+d.App, d.Steps)
	}
	b.WriteString("\nChecked against\n")
	for _, line := range slices.Compact(s.Checked) {
		fmt.Fprintf(&b, "  %s\n", line)
	}
	if _, err := io.WriteString(out, b.String()); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

func steps(b *strings.Builder, title string, list []string) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	for i, step := range list {
		fmt.Fprintf(b, "  %d. %s\n", i+1, step)
	}
}
