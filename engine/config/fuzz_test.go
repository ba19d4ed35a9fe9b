package config_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/config"
)

// Whatever a file holds, it is read or its faults are told with their places, no
// secret among them; what was read can be checked, and comes back when it is written.
func FuzzParse(f *testing.F) {
	example, err := os.ReadFile("../../examples/first/patchbay.yaml")
	require.NoError(f, err)
	f.Add(string(example))
	f.Add(full)
	f.Add("version: 1\nvars: {a: &a [1, *a], <<: *a}\n")
	f.Add("version: 1\nrules:\n  - when: |\n      a\n    overlap: queue\n")
	f.Add("? [a]\n: - b\n")
	f.Add("version: 1\ninboxes: [{name: a, verify: {secret: \"${env:SECRET}\"}}]")
	f.Add("version: 1\nvars: {a: .inf, b: 0x1F, c: 1_000, d: 2026-01-01, e: ~, f: \"\\u0085\", g: 'yes', h: !!str 5, i: 1e400}\n")
	f.Add("version: 1\ninboxes:\n- name: ${env:SECRET}\n  respond: {json: {a: [1, {b: \"\\t\"}]}, headers: {X: \"a\\r\\nb\"}}\n  keep: {age: 99999999999d}\n")
	f.Add("version: 1\nconnections: [{name: c, type: http, with: {secrets: {A: x}, hosts: ['*.example.com'], value: '${file:pass}'}}]\n")
	f.Add("a: &a\n  b: &b [*a]\nc: *b\n--- \n")
	f.Add("{{{{{{{{[[[[[[[[")
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "s3cret-value") {
			return // the value that a reference stands for
		}
		start := time.Now()
		src, err := config.Parse("f.yaml", []byte(text), lookup())
		require.Less(t, time.Since(start), 5*time.Second)
		if err != nil {
			told(t, err)
			return
		}
		require.Equal(t, 1, src.Document.Version)
		comesBack(t, src.Document)
		_, err = w.applier.Apply(t.Context(), src.Document, engine.ApplyOptions{Source: "f.yaml", By: "fuzz", DryRun: true})
		if err != nil {
			for _, fault := range config.Faults(src.Locate(err)) {
				_, ok := errors.AsType[*engine.Error](fault)
				require.True(t, ok, "%v", fault)
			}
		}
	})
}

// told requires faults in words.
func told(t *testing.T, err error) {
	t.Helper()
	faults := config.Faults(err)
	require.NotEmpty(t, faults)
	require.Less(t, len(err.Error()), 64<<10)
	require.NotContains(t, err.Error(), "s3cret-value")
	for _, fault := range faults {
		e, ok := errors.AsType[*engine.Error](fault)
		require.True(t, ok, "%v", fault)
		require.Equal(t, engine.KindInvalid, e.Kind, "%v", fault)
	}
}

// comesBack requires that a document is the same when it was written and read.
func comesBack(t *testing.T, doc *engine.Document) {
	t.Helper()
	out, err := config.Format(doc)
	if err != nil {
		require.ErrorContains(t, err, "a secret is in clear")
		return
	}
	require.NotContains(t, string(out), "s3cret-value")
	again, err := config.Parse("f.yaml", out, lookup())
	require.NoError(t, err, "%s", out)
	second, err := config.Format(again.Document)
	require.NoError(t, err)
	require.Equal(t, string(out), string(second))
}
