package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"patchbay/engine"
	"patchbay/engine/config"
	"patchbay/engine/recipe"
	"patchbay/ui/api"
)

// configurationFile is what exported configuration is called.
const configurationFile = "patchbay.yaml"

var variable = regexp.MustCompile(`\$\{env:([^}]*)\}`)

// writeFile writes exported configuration, to be applied or as a recipe.
func writeFile(doc *engine.Document, as api.ExportAs) (*api.ExportedFile, error) {
	config.Placeholders(doc)
	if !as.Recipe {
		text, err := config.Format(doc)
		if err != nil {
			return nil, err
		}
		out := &api.ExportedFile{File: configurationFile, Text: string(text)}
		for _, m := range variable.FindAllStringSubmatch(out.Text, -1) {
			out.LeftOut = append(out.LeftOut, m[1])
		}
		slices.Sort(out.LeftOut)
		out.LeftOut = slices.Compact(out.LeftOut)
		out.Said = said(out.LeftOut, "set %s in the environment before you apply the file")
		return out, nil
	}
	made, err := recipe.Export(doc, recipe.Naming{Name: as.Name, Title: as.Title, Sentence: as.Sentence})
	if err != nil {
		return nil, err
	}
	out := &api.ExportedFile{File: made.Name + ".yaml", Text: string(made.Text), LeftOut: made.LeftOut}
	out.Said = said(out.LeftOut, "the recipe asks for %s")
	return out, nil
}

// said tells in one sentence what was left out.
func said(leftOut []string, instead string) string {
	if len(leftOut) == 0 {
		return "There was no secret to leave out; no event is in it."
	}
	names := strings.Join(leftOut, ", ")
	if last := len(leftOut) - 1; last > 0 {
		names = strings.Join(leftOut[:last], ", ") + " and " + leftOut[last]
	}
	return "Secrets and events were left out: " + fmt.Sprintf(instead, names) + "."
}
