package config

import (
	"errors"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"

	"patchbay/engine"
)

// Lookup is where references are resolved, and what tells secret settings of a
// connection from plain ones. Without Env and File references are refused.
type Lookup struct {
	Env  func(name string) (string, bool)
	File func(path string) ([]byte, error)
	// Secrets returns the secret paths of a connection type as in
	// [engine.ConnectionType], and whether there is such a type.
	Secrets func(connectionType string) (paths []string, known bool)
}

var reference = regexp.MustCompile(`\$\{(env|file):([^}]*)\}`)

func (d *decoder) refuseReference(n *node, path string) {
	if found := reference.FindString(n.text); found != "" {
		d.fault(n, path, "%s stands in a field that is not secret; references are for secrets, such as verify.secret or the password of a connection.", found)
	}
}

// resolve returns the text of a secret field with its references replaced.
func (d *decoder) resolve(n *node, path string) string {
	return reference.ReplaceAllStringFunc(n.text, func(found string) string {
		m := reference.FindStringSubmatch(found)
		value, err := d.resolveOne(m[1], m[2])
		if err != nil {
			d.fault(n, path, "%s", messageOf(err))
		}
		return value
	})
}

func (d *decoder) resolveOne(from, name string) (string, error) {
	if d.lookup.Env == nil || d.lookup.File == nil {
		return "", engine.Invalid("", "${%s:%s} has no place in this file, which is made to be passed on; ask for the secret by an input.", from, name)
	}
	if from == "env" {
		value, ok := d.lookup.Env(name)
		if !ok {
			return "", engine.Invalid("", "The environment variable %s is not set; set it for this command.", name)
		}
		if value == "" {
			return "", engine.Invalid("", "The environment variable %s is empty; give it a value for this command.", name)
		}
		return value, nil
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(d.file), path)
	}
	data, err := d.lookup.File(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", engine.Invalid("", "The file %s of this reference does not exist.", path)
	case err != nil:
		return "", engine.Invalid("", "The file %s of this reference cannot be read.", path)
	case len(data) > maxSecretBytes:
		return "", engine.Invalid("", "The file %s of this reference is larger than a secret can be (64 KiB).", path)
	}
	value := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	if value == "" {
		return "", engine.Invalid("", "The file %s of this reference is empty.", path)
	}
	return value, nil
}

// connectionWith reads the settings of a connection: references are resolved where
// the connection's type has a secret, and refused elsewhere. Those of an unknown
// type are all resolved; the type itself is the fault that is reported then.
func (d *decoder) connectionWith(connection, with *node, path string) map[string]any {
	if with.kind == kindNull {
		return nil
	}
	if with.kind != kindMap {
		d.wrongKind(with, path, "fields")
		return nil
	}
	var secrets []string
	known := false
	if t := connection.get("type"); t != nil && d.lookup.Secrets != nil {
		secrets, known = d.lookup.Secrets(t.text)
	}
	d.walk(with, path, func(leaf *node, leafPath string) {
		if !known || secretPath(secrets, strings.TrimPrefix(leafPath, path+".")) {
			leaf.value = d.resolve(leaf, leafPath)
			return
		}
		d.refuseReference(leaf, leafPath)
	})
	fields, _ := with.plain().(map[string]any)
	return fields
}

// secretPath reports whether a path in with is one of the secret ones; "a.*" covers the fields of a.
func secretPath(patterns []string, path string) bool {
	for _, p := range patterns {
		if p == path {
			return true
		}
		if parent, ok := strings.CutSuffix(p, "*"); ok && strings.HasPrefix(path, parent) && len(path) > len(parent) {
			return true
		}
	}
	return false
}
