package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"patchbay/engine"
)

// ReadFiles reads a file, or every *.yaml and *.yml file of a folder by name. It
// returns a KindNotFound or KindInvalid error for what cannot be configuration.
func ReadFiles(path string) ([]File, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &engine.Error{Kind: engine.KindNotFound, Message: fmt.Sprintf("There is no file or folder %s.", path)}
	}
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", path, err)
	}
	names := []string{path}
	if info.IsDir() {
		if names, err = yamlFiles(path); err != nil {
			return nil, err
		}
	}
	var files []File
	total := 0
	for _, name := range names {
		data, err := os.ReadFile(name) //nolint:gosec // the operator names the files
		if err != nil {
			return nil, fmt.Errorf("read configuration: %w", err)
		}
		if total += len(data); total > maxTotalBytes {
			return nil, engine.Invalid("", "The files of %s are larger than %s together.", path, engine.Size(maxTotalBytes))
		}
		files = append(files, File{Name: name, Data: data})
	}
	return files, nil
}

func yamlFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list configuration: %w", err)
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && isYAML(e.Name()) && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	if len(names) == 0 {
		return nil, engine.Invalid("", "The folder %s holds no .yaml or .yml file.", dir)
	}
	if len(names) > maxFiles {
		return nil, engine.Invalid("", "The folder %s holds more than %d files.", dir, maxFiles)
	}
	return names, nil
}

func isYAML(name string) bool {
	ext := filepath.Ext(name)
	return ext == ".yaml" || ext == ".yml"
}
