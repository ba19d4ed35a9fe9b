package api_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/ui/api"
)

// What a text says that grants one of the licenses.
var grants = map[string]string{
	"MIT":          "Permission is hereby granted, free of charge",
	"BSD-3-Clause": "Redistribution and use in source and binary forms",
	"Apache-2.0":   "Apache License",
}

func TestLicenses_AreThoseOfEveryLibraryInTheProgram(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{if .Version}}{{.Path}} {{.Dir}}{{end}}{{end}}", "../../cmd/patchbay")
	out, err := cmd.Output()
	require.NoError(t, err)
	lines := slices.Compact(slices.Sorted(slices.Values(strings.Split(strings.TrimSpace(string(out)), "\n"))))
	require.Greater(t, len(lines), 20)
	for _, line := range lines {
		module, dir, _ := strings.Cut(line, " ")
		if module == "" {
			continue // of the standard library
		}
		text := licenseText(t, dir)
		said := api.LicenseOf(module)
		require.NotEmpty(t, said, module)
		for name := range strings.SplitSeq(said, " AND ") {
			require.Contains(t, grants, name, module)
			require.Contains(t, text, grants[name], module)
		}
	}
}

func licenseText(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		name := strings.ToLower(e.Name())
		if !e.IsDir() && (strings.HasPrefix(name, "license") || name == "copying") {
			text, err := os.ReadFile(filepath.Join(dir, e.Name()))
			require.NoError(t, err)
			return string(text)
		}
	}
	require.Fail(t, "no license", dir)
	return ""
}
