package config

import "patchbay/engine"

// Value reads one YAML document of another program, within the limits of configuration
// files, into maps, lists and scalars. Faults are [engine.Error] values with line and column.
func Value(data []byte) (any, error) {
	if len(data) > maxFileBytes {
		return nil, engine.Invalid("", "The file is larger than %s.", engine.Size(maxFileBytes))
	}
	tree, err := parseTree(data)
	if err != nil {
		return nil, err
	}
	return tree.plain(), nil
}
