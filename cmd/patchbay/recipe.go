package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"patchbay/engine"
	"patchbay/engine/recipe"
	"patchbay/examples/recipes"
)

type recipeCommand struct {
	List   recipeListCommand   `cmd:"" help:"List the recipes that come with Patchbay."`
	Show   recipeShowCommand   `cmd:"" help:"Show what a recipe does, asks for and may do."`
	Test   recipeTestCommand   `cmd:"" help:"Run the tests of recipes; needs no server and sends nothing."`
	Import recipeImportCommand `cmd:"" help:"Make the inbox, connections and rules of a recipe."`
}

// builtinRecipe reads a recipe that comes with Patchbay.
func builtinRecipe(name string) (*recipe.Recipe, error) {
	names, err := recipe.List(recipes.Files)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(names, name) {
		return nil, noRecipe(name, names)
	}
	return embeddedRecipe(name)
}

func embeddedRecipe(name string) (*recipe.Recipe, error) {
	folder, err := fs.Sub(recipes.Files, name)
	if err != nil {
		return nil, fmt.Errorf("find recipe: %w", err)
	}
	return recipe.Load(folder, name)
}

func noRecipe(name string, known []string) error {
	hint := "patchbay recipe list shows them."
	if near := engine.Nearest(name, known); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return &engine.Error{Kind: engine.KindNotFound, Message: fmt.Sprintf("There is no recipe %q, nor a file of this name; %s", name, hint)}
}

// recipeNamed reads a recipe from a file or a folder, or one that comes with Patchbay.
func recipeNamed(name string) (*recipe.Recipe, error) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return builtinRecipe(name)
	case err != nil:
		return nil, engine.Invalid("", "%s cannot be read: %v.", name, err)
	case info.IsDir():
		return recipe.Load(os.DirFS(name), name)
	}
	data, err := os.ReadFile(name) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, engine.Invalid("", "%s cannot be read: %v.", name, err)
	}
	return recipe.Parse(name, data)
}

// builtinRecipes reads all recipes that come with Patchbay.
func builtinRecipes() ([]*recipe.Recipe, error) {
	names, err := recipe.List(recipes.Files)
	if err != nil {
		return nil, err
	}
	all := make([]*recipe.Recipe, len(names))
	for i, name := range names {
		if all[i], err = embeddedRecipe(name); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// recipesBelow reads the recipe of a file or folder, or all of a folder of recipes.
func recipesBelow(name string) ([]*recipe.Recipe, error) {
	if info, err := os.Stat(name); err != nil {
		return nil, &engine.Error{Kind: engine.KindNotFound, Message: fmt.Sprintf("There is no file or folder %s.", name), Err: err}
	} else if !info.IsDir() {
		name = filepath.Dir(name)
	}
	if _, err := os.Stat(filepath.Join(name, recipe.FileName)); err == nil {
		one, err := recipe.Load(os.DirFS(name), name)
		return []*recipe.Recipe{one}, err
	}
	folders, err := recipe.List(os.DirFS(name))
	if err != nil {
		return nil, err
	}
	if len(folders) == 0 {
		return nil, engine.Invalid("", "%s holds no recipe: neither a file %s nor a folder with one.", name, recipe.FileName)
	}
	var all []*recipe.Recipe
	var faults []error
	for _, folder := range folders {
		at := filepath.Join(name, folder)
		one, err := recipe.Load(os.DirFS(at), at)
		faults = append(faults, err)
		all = append(all, one)
	}
	return all, errors.Join(faults...)
}

// recipeInfo describes a recipe in a list.
type recipeInfo struct {
	Name       string   `json:"name"`
	Title      string   `json:"title"`
	Sentence   string   `json:"sentence"`
	From       []string `json:"from"`
	To         []string `json:"to"`
	Tags       []string `json:"tags"`
	Difficulty string   `json:"difficulty"`
	Minutes    int      `json:"minutes"`
}

func infoOf(r *recipe.Recipe) recipeInfo {
	names := func(apps []recipe.App) []string {
		var all []string
		for _, app := range apps {
			all = append(all, app.Name)
		}
		return all
	}
	return recipeInfo{
		Name: r.Name, Title: r.Title, Sentence: r.Sentence, From: names(r.Apps.From), To: names(r.Apps.To),
		Tags: r.Tags, Difficulty: r.Difficulty, Minutes: r.Minutes,
	}
}

type recipeListCommand struct {
	format

	Search string `arg:"" optional:"" help:"Only recipes in which all of these words stand." placeholder:"WORDS"`
}

// Run lists recipes.
func (c *recipeListCommand) Run(_ context.Context, std streams) error {
	all, err := builtinRecipes()
	if err != nil {
		return err
	}
	list := []recipeInfo{}
	rows := [][]string{{"NAME", "FROM", "TO", "MINUTES", "TITLE"}}
	for _, r := range all {
		info := infoOf(r)
		if !info.holds(c.Search) {
			continue
		}
		list = append(list, info)
		rows = append(rows, []string{info.Name, strings.Join(info.From, ", "), strings.Join(info.To, ", "), strconv.Itoa(info.Minutes), info.Title})
	}
	if c.json() {
		return printJSON(std.out, map[string]any{"items": list})
	}
	if len(list) == 0 {
		return engine.Invalid("", "No recipe holds the words %q; patchbay recipe list shows all.", c.Search)
	}
	return table(std.out, rows)
}

// holds reports whether all words of a search stand in what is shown of a recipe.
func (i recipeInfo) holds(search string) bool {
	all := strings.ToLower(strings.Join(append(append([]string{i.Name, i.Title, i.Sentence}, append(i.From, i.To...)...), i.Tags...), " "))
	for word := range strings.FieldsSeq(strings.ToLower(search)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}
