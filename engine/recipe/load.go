package recipe

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"patchbay/engine"
	"patchbay/engine/config"
	"patchbay/engine/verify"
)

const (
	headField  = "recipe"
	maxSamples = 20
)

// sample is a delivery of a recipe's tests.
type sample = verify.Sample

// List returns the names of the recipes in a folder of recipes.
func List(in fs.FS) ([]string, error) {
	files, err := fs.Glob(in, "*/"+FileName)
	if err != nil {
		return nil, fmt.Errorf("list recipes: %w", err)
	}
	for i, file := range files {
		files[i] = path.Dir(file)
	}
	return files, nil
}

// Load reads a recipe's folder and checks all that can be checked without an instance.
// shown is what the folder is called in messages. It returns joined errors, with file and
// line where there is one.
func Load(folder fs.FS, shown string) (*Recipe, error) {
	data, err := fs.ReadFile(folder, FileName)
	if err != nil {
		return nil, &engine.Error{Kind: engine.KindNotFound, Message: fmt.Sprintf("%s holds no %s.", shown, FileName), Err: err}
	}
	r, src, err := parse(filepath.Join(shown, FileName), data)
	if err != nil {
		return nil, err
	}
	if err := r.readSamples(folder, shown); err != nil {
		return nil, err
	}
	return r, src.Locate(errors.Join(r.check(src.Document), r.checkTests()))
}

// Parse reads a recipe on its own, without the deliveries of its tests.
func Parse(file string, data []byte) (*Recipe, error) {
	r, src, err := parse(file, data)
	if err != nil {
		return nil, err
	}
	return r, src.Locate(r.check(src.Document))
}

func parse(file string, data []byte) (*Recipe, *config.Source, error) {
	r := &Recipe{file: file, source: data, samples: map[string]sample{}}
	src, err := config.ParseHeaded(config.File{Name: file, Data: data}, config.Head{Field: headField, Into: &r.Head}, config.Lookup{})
	if err != nil {
		return nil, nil, err
	}
	if r.Name == "" && r.Title == "" && len(r.Tests) == 0 {
		return nil, nil, engine.Invalid("", "%s is not a recipe: the field %s is missing; patchbay apply takes files without it.", file, headField)
	}
	r.Document, r.places = src.Document, src
	return r, src, nil
}

// readSamples reads every NAME.http of the folder.
func (r *Recipe) readSamples(folder fs.FS, shown string) error {
	files, err := fs.Glob(folder, "*.http")
	if err != nil {
		return fmt.Errorf("list samples: %w", err)
	}
	if len(files) > maxSamples {
		return engine.Invalid("", "%s holds more than %d samples.", shown, maxSamples)
	}
	for _, file := range files {
		text, err := fs.ReadFile(folder, file)
		if err != nil {
			return fmt.Errorf("read a sample: %w", err)
		}
		found, err := verify.ParseSamples(strings.ReplaceAll(string(text), "\r\n", "\n"))
		if err != nil || len(found) != 1 {
			return engine.Invalid("", "%s is not one request: it begins with ### and a title, then # event: and the kind, the request line, headers, an empty line and the body.", path.Join(shown, file))
		}
		r.samples[strings.TrimSuffix(file, ".http")] = found[0]
	}
	return nil
}

// Sample returns a delivery of the recipe's tests, and whether there is one of this name.
func (r *Recipe) Sample(name string) (verify.Sample, bool) {
	s, ok := r.samples[name]
	return s, ok
}

// Locate adds file and line to every [engine.Error] of err whose field is a path into the
// recipe.
func (r *Recipe) Locate(err error) error { return r.places.Locate(err) }

// rule returns a rule of the recipe, nil when it has none of this id.
func (r *Recipe) rule(id string) *engine.Rule {
	i := slices.IndexFunc(r.Document.Rules, func(rule *engine.Rule) bool { return rule.ID == id })
	if i < 0 {
		return nil
	}
	return r.Document.Rules[i]
}
