package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A folder, as one that is kept in git, keeps an instance in line: what it says is made,
// what changes in it changes, and what it no longer holds is deleted where that is asked.
func TestApply_AFolderKeepsAnInstanceInLine(t *testing.T) {
	t.Parallel()
	data, folder := t.TempDir(), t.TempDir()
	write := func(name, text string) {
		t.Helper()
		at := filepath.Join(folder, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o750))
		require.NoError(t, os.WriteFile(at, []byte(text), 0o600))
	}
	rule := func(id, name string) string {
		return "version: 1\nrules:\n  - id: " + id + "\n    name: " + name + "\n    inbox: shop\n    steps: [{ key: note, action: note, with: { text: hello } }]\n"
	}
	write("inboxes.yaml", "version: 1\ninboxes:\n  - { name: shop, verify: { scheme: none } }\n")
	write("connections.yml", "version: 1\nconnections:\n  - { name: mail, type: smtp, with: { host: smtp.example.com, from: a@example.com } }\n")
	write("rules-a.yaml", rule("one", "First"))
	write("rules-b.yaml", rule("two", "Second"))
	write("README.md", "no configuration\n")
	write(".git/config.yaml", "no configuration either\n")

	require.Contains(t, must(t, "apply", folder, "--data", data), "4 changed, 0 unchanged")
	require.Equal(t, "0 changed, 4 unchanged\n", must(t, "apply", folder, "--data", data))

	// What came from elsewhere is none of the folder's.
	other := filepath.Join(t.TempDir(), "own.yaml")
	require.NoError(t, os.WriteFile(other, []byte(rule("own", "Own")), 0o600))
	must(t, "apply", other, "--data", data)

	write("rules-a.yaml", rule("one", "First of all"))
	require.NoError(t, os.Remove(filepath.Join(folder, "rules-b.yaml")))
	require.NoError(t, os.Remove(filepath.Join(folder, "connections.yml")))
	require.Equal(t, "update rule one: name\n1 changed, 1 unchanged\n", must(t, "apply", folder, "--data", data))
	require.Contains(t, must(t, "export", "--data", data), "id: two")
	tried := must(t, "apply", folder, "--data", data, "--prune", "--dry-run")
	require.Equal(t, "delete rule two\ndelete connection mail\n2 would change, 2 unchanged\n", tried)
	require.Contains(t, must(t, "export", "--data", data), "id: two")
	require.Equal(t, strings.Replace(tried, "would change", "changed", 1), must(t, "apply", folder, "--data", data, "--prune"))
	left := must(t, "export", "--data", data)
	require.NotContains(t, left, "id: two")
	require.NotContains(t, left, "smtp")
	require.Contains(t, left, "First of all")
	require.Contains(t, left, "name: Own")

	// A fault in one of the files changes nothing.
	write("rules-a.yaml", rule("one", "Changed"))
	write("rules-c.yaml", strings.Replace(rule("three", "Third"), "inbox: shop", "inbox: shp", 1))
	wrong := patchbay(t, nil, "apply", folder, "--data", data, "--prune")
	require.Equal(t, 1, wrong.status)
	require.Contains(t, wrong.err, filepath.Join(folder, "rules-c.yaml")+":5:")
	require.Equal(t, left, must(t, "export", "--data", data))
}
