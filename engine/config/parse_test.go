package config_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/config"
)

// lookup resolves two variables and one file, and knows one connection type.
func lookup() config.Lookup {
	return config.Lookup{
		Env: func(name string) (string, bool) {
			v, ok := map[string]string{"SECRET": "s3cret-value", "EMPTY": ""}[name]
			return v, ok
		},
		File: func(path string) ([]byte, error) {
			if path == filepath.Join("etc", "pass") {
				return []byte("from file\n"), nil
			}
			return nil, fs.ErrNotExist
		},
		Secrets: func(typ string) ([]string, bool) {
			switch typ {
			case "smtp":
				return []string{"password"}, true
			case "http":
				return []string{"value", "secrets.*"}, true
			}
			return nil, false
		},
	}
}

const full = `version: 1
inboxes:
  - name: github
    title: GitHub
    verify: { scheme: github, secret: "${env:SECRET}", tolerance: 5m }
    dedupe: { key: 'headers["x-github-delivery"]', window: 7d }
    respond: { status: 202 }
    limits: { body: 1MiB, rate: 0 }
    paused: false
connections:
  - name: ops-mail
    type: smtp
    with: { host: smtp.example.com, port: 587, username: ops, password: "${file:pass}", from: ops@example.com }
  - name: partner
    type: http
    with:
      secrets: { API_KEY: "Bearer ${env:SECRET}" }
      hosts: [api.example.com]
rules:
  - name: New issue to the team
    inbox: github
    when: event.type == "issues" && payload.action == "opened"
    overlap: parallel
    expireAfter: 2h
    steps:
      - key: post
        action: http
        with: { method: POST, url: "https://example.com/hook", json: { title: "{{ payload.issue.title }}", n: 3, f: 1.5, zip: 0123 } }
        retry: { attempts: 3, over: 1h }
      - key: tell
        action: email
        enabled: false
        with:
          text: |
            one
            two
  - id: second
    name: Other
    inboxes: [github]
    overlap: { mode: queue, key: payload.id, max: 10 }
    steps: [{ key: x, action: note, with: { text: x } }]
vars: { team: core, limit: 5 }
alerts: { on: [run.failed], via: ops-mail, window: 10m }
`

func TestParse_ReadsEveryField(t *testing.T) {
	t.Parallel()
	src, err := config.Parse("etc/main.yaml", []byte(full), lookup())
	require.NoError(t, err)
	doc := src.Document
	in := doc.Inboxes[0]
	require.Equal(t, "s3cret-value", in.Verify.Secret.Reveal())
	require.Equal(t, "5m", in.Verify.Tolerance.String())
	require.Equal(t, "7d", in.Dedupe.Window.String())
	require.Equal(t, engine.Size(1<<20), in.Limits.Body)
	require.NotNil(t, in.Limits.Rate)
	require.Zero(t, *in.Limits.Rate)
	require.Equal(t, 202, in.Respond.Status)
	require.Equal(t, map[string]any{
		"host": "smtp.example.com", "port": int64(587), "username": "ops", "password": "from file", "from": "ops@example.com",
	}, doc.Connections[0].With)
	require.Equal(t, map[string]any{
		"secrets": map[string]any{"API_KEY": "Bearer s3cret-value"}, "hosts": []any{"api.example.com"},
	}, doc.Connections[1].With)
	first := doc.Rules[0]
	require.Equal(t, `event.type == "issues" && payload.action == "opened"`, first.When)
	require.Equal(t, &engine.Overlap{Mode: engine.OverlapParallel}, first.Overlap)
	require.Equal(t, map[string]any{"title": "{{ payload.issue.title }}", "n": int64(3), "f": 1.5, "zip": "0123"}, first.Steps[0].With["json"])
	require.Equal(t, 3, first.Steps[0].Retry.Attempts)
	require.False(t, first.Steps[1].On())
	require.Equal(t, "one\ntwo\n", first.Steps[1].With["text"])
	require.Equal(t, &engine.Overlap{Mode: engine.OverlapQueue, Key: "payload.id", Max: 10}, doc.Rules[1].Overlap)
	require.Equal(t, map[string]any{"team": "core", "limit": int64(5)}, doc.Vars)
	require.Equal(t, []string{"run.failed"}, doc.Alerts.On)
}

func TestParse_NamesEveryFaultWithItsPlace(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ yaml, want string }{
		"empty":              {"", "f.yaml:1: The file is empty"},
		"not fields":         {"- a\n", "f.yaml:1:1: A file begins with version: 1"},
		"version missing":    {"inboxes: []\n", "f.yaml:1:1: version: version: 1 is missing"},
		"version two":        {"version: 2\n", "f.yaml:1:10: version: This program reads version: 1 only."},
		"unknown at top":     {"version: 1\ninboxs: []\n", `f.yaml:2:1: inboxs: There is no field "inboxs"; did you mean "inboxes"?`},
		"unknown in rule":    {"version: 1\nrules:\n  - name: x\n    whem: true\n", `f.yaml:4:5: rules[0].whem: There is no field "whem"; did you mean "when"?`},
		"nothing near":       {"version: 1\nrules:\n  - colour: red\n", `f.yaml:3:5: rules[0].colour: There is no field "colour"; the fields here are id, name,`},
		"twice":              {"version: 1\nrules: []\nrules: []\n", "f.yaml:3:1: This is not valid YAML: mapping key \"rules\" already defined"},
		"text for a number":  {"version: 1\ninboxes: [{name: a, respond: {status: ok}}]\n", `respond.status: This field takes a whole number, not the text "ok".`},
		"quoted number":      {"version: 1\ninboxes: [{name: a, respond: {status: \"200\"}}]\n", `takes a whole number, not the text "200"`},
		"list for text":      {"version: 1\ninboxes: [{name: [a]}]\n", "f.yaml:2:18: inboxes[0].name: This field takes text, not a list."},
		"text for a list":    {"version: 1\nrules: all\n", `rules: This field takes a list, not the text "all".`},
		"text for fields":    {"version: 1\nrules: [x]\n", `f.yaml:2:9: rules[0]: This field takes fields, not the text "x".`},
		"nothing for fields": {"version: 1\nrules:\n  -\n", `rules[0]: This field takes fields, not nothing.`},
		"duration":           {"version: 1\nrules: [{name: x, expireAfter: soon}]\n", `rules[0].expireAfter: "soon" is not a duration`},
		"bool":               {"version: 1\nrules: [{name: x, enabled: yes}]\n", `rules[0].enabled: This field takes true or false, not the text "yes".`},
		"overlap":            {"version: 1\nrules: [{name: x, overlap: {mod: queue}}]\n", `rules[0].overlap.mod: There is no field "mod"; did you mean "mode"?`},
		"missing variable":   {"version: 1\ninboxes: [{name: a, verify: {secret: \"${env:NOPE}\"}}]\n", "inboxes[0].verify.secret: The environment variable NOPE is not set"},
		"empty variable":     {"version: 1\ninboxes: [{name: a, verify: {secret: \"${env:EMPTY}\"}}]\n", "variable EMPTY is empty"},
		"missing file":       {"version: 1\ninboxes: [{name: a, verify: {secret: \"${file:/x/y}\"}}]\n", "The file /x/y of this reference does not exist."},
		"reference in when":  {"version: 1\nrules: [{name: x, when: \"${env:SECRET}\"}]\n", "rules[0].when: ${env:SECRET} stands in a field that is not secret"},
		"reference in with":  {"version: 1\nrules:\n- steps:\n  - with:\n      url: https://x/${env:SECRET}\n", "f.yaml:5:12: rules[0].steps[0].with.url: ${env:SECRET} stands in a field that is not secret"},
		"reference in plain": {"version: 1\nconnections: [{name: a, type: smtp, with: {host: \"${env:SECRET}\"}}]\n", "connections[0].with.host: ${env:SECRET} stands in"},
		"two documents":      {"version: 1\n---\nversion: 1\n", "f.yaml:3:1: A file holds one document"},
		"tag":                {"version: 1\nvars: {a: !!binary abc}\n", "The tag !!binary has no meaning here."},
		"unknown anchor":     {"version: 1\nvars: {a: *x}\n", "There is no anchor &x above this line."},
		"not yaml":           {"version: 1\n\tx: 1\n", "This is not valid YAML:"},
		"inbox twice":        {"version: 1\ninboxes:\n- name: a\n- name: a\n", `f.yaml:4:9: inboxes[1].name: The name "a" is taken by f.yaml:3.`},
		"rule slug twice":    {"version: 1\nrules:\n- {name: A b, steps: []}\n- {id: a-b, name: C, steps: []}\n", `rules[1].id: The name "a-b" is taken by f.yaml:3.`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Parse("f.yaml", []byte(c.yaml), lookup())
			require.ErrorContains(t, err, c.want)
			require.Equal(t, engine.KindInvalid, engine.KindOf(err))
		})
	}
}

func TestParse_ReportsAllFaultsUpToACap(t *testing.T) {
	t.Parallel()
	_, err := config.Parse("f.yaml", []byte("version: 1\nrules:\n"+strings.Repeat("- {nam: x}\n", 80)), lookup())
	faults := config.Faults(err)
	require.Len(t, faults, 51)
	require.EqualError(t, faults[50], "There are 30 more faults like these.")
}

func TestParse_RefusesWhatWouldExhaustIt(t *testing.T) {
	t.Parallel()
	var bomb strings.Builder
	bomb.WriteString("version: 1\nvars:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 8 {
		fmt.Fprintf(&bomb, "  a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", "))
	}
	cases := map[string]struct{ yaml, want string }{
		"brackets":    {strings.Repeat("[", 1<<20), "nests too deeply"},
		"dashes":      {strings.Repeat("- ", 1<<19), "nests too deeply"},
		"deep":        {"version: 1\nvars: {a: " + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}\n", "nest deeper than 64 levels"},
		"alias bomb":  {bomb.String(), "more than 200000 values"},
		"self anchor": {"version: 1\nvars: {a: &a [*a]}\n", "f.yaml"},
		"large":       {"version: 1\n# " + strings.Repeat("x", 4<<20), "larger than 4MiB"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Parse("f.yaml", []byte(c.yaml), lookup())
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestParse_FollowsAnchorsAndMerges(t *testing.T) {
	t.Parallel()
	src, err := config.Parse("f.yaml", []byte("version: 1\nvars:\n  a: &a { x: 1, y: 2 }\n  b:\n    <<: *a\n    y: 3\n  c: !!str 12\n"), lookup())
	require.NoError(t, err)
	require.Equal(t, map[string]any{"x": int64(1), "y": int64(3)}, src.Document.Vars["b"])
	require.Equal(t, "12", src.Document.Vars["c"])
}

func TestParseFiles_MergesAndNamesBothPlaces(t *testing.T) {
	t.Parallel()
	a := config.File{Name: "a.yaml", Data: []byte("version: 1\ninboxes:\n- name: one\nvars: {x: 1}\n")}
	b := config.File{Name: "b.yaml", Data: []byte("version: 1\ninboxes:\n- name: two\nvars: {y: 1}\n")}
	c := config.File{Name: "c.yaml", Data: []byte("version: 1\n\ninboxes:\n- name: one\nvars: {x: 2}\n")}
	src, err := config.ParseFiles([]config.File{a, b}, lookup())
	require.NoError(t, err)
	require.Len(t, src.Document.Inboxes, 2)
	require.Equal(t, map[string]any{"x": int64(1), "y": int64(1)}, src.Document.Vars)
	_, err = config.ParseFiles([]config.File{a, b, {Name: "d.yaml", Data: []byte("version: 1\nvars: {x: 2}\n")}}, lookup())
	require.EqualError(t, err, `d.yaml:2:8: vars.x: The name "x" is taken by a.yaml:4.`)
	c.Data = []byte("version: 1\n\ninboxes:\n- name: one\n")
	_, err = config.ParseFiles([]config.File{a, b, c}, lookup())
	require.EqualError(t, err, `c.yaml:4:9: inboxes[2].name: The name "one" is taken by a.yaml:3.`)
}

func TestSource_LocateFindsTheLineOfAField(t *testing.T) {
	t.Parallel()
	look := lookup()
	look.File = func(string) ([]byte, error) { return []byte("x"), nil }
	src, err := config.Parse("f.yaml", []byte(full), look)
	require.NoError(t, err)
	cases := map[string]struct {
		err  *engine.Error
		want string
	}{
		"field":          {engine.Invalid("rules[0].steps[0].with.url", "m"), "f.yaml:28:36: "},
		"missing field":  {engine.Invalid("rules[0].steps[0].with.headers.Accept", "m"), "f.yaml:28:9: "},
		"in plain text":  {&engine.Error{Field: "rules[0].when", Line: 1, Column: 15, Message: "m"}, "f.yaml:22:25: "},
		"in quoted text": {&engine.Error{Field: "inboxes[0].dedupe.key", Line: 1, Column: 1, Message: "m"}, "f.yaml:6:21: "},
		"in a block":     {&engine.Error{Field: "rules[0].steps[1].with.text", Line: 2, Column: 3, Message: "m"}, "f.yaml:36: "},
		"rule without":   {engine.Invalid("rules[1].owner", "m"), "f.yaml:37:5: "},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := src.Locate(errors.Join(c.err))
			require.ErrorContains(t, err, c.want+c.err.Field+": m")
		})
	}
	other := errors.New("disk full")
	require.EqualError(t, src.Locate(other), "disk full")
}

func TestReadFiles_ReadsAFolderByName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"b.yml", "a.yaml", "note.txt", ".hidden.yaml"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("version: 1\n"), 0o600))
	}
	files, err := config.ReadFiles(dir)
	require.NoError(t, err)
	require.Len(t, files, 2)
	require.Equal(t, filepath.Join(dir, "a.yaml"), files[0].Name)
	_, err = config.ReadFiles(filepath.Join(dir, "none"))
	require.Equal(t, engine.KindNotFound, engine.KindOf(err))
	_, err = config.ReadFiles(t.TempDir())
	require.ErrorContains(t, err, "holds no .yaml or .yml file")
}

func TestFormat_RoundTripsAnyText(t *testing.T) {
	t.Parallel()
	pieces := []string{
		"a", "B", " ", "\n", "\t", ":", "#", "-", "'", `"`, "{", "}", "[", "]", "|", ">", "!", "&", "*", "%", "@", "`", `\`,
		"~", "0", "1", "e", ".", "\r", "é", "😀", "(", ")", "$", "+", "/", " && ", " == ", "7d", "null", "true", "yes", "\u2028", "\x00", "\x7f", "?", ",", "=", "<<", "\u0085", "\ufeff", "{{ payload.x }}",
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 5_000 {
		var b strings.Builder
		for range 1 + random.IntN(7) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		text := b.String()
		doc := &engine.Document{
			Version: 1,
			Rules: []*engine.Rule{{Name: "r", Note: text, Steps: []engine.Step{
				{Key: "k", Action: "http", With: map[string]any{text: text, "list": []any{text, []any{text}, map[string]any{"x": text, "y": int64(1)}}}},
			}}},
		}
		out, err := config.Format(doc)
		require.NoError(t, err)
		src, err := config.Parse("f.yaml", out, lookup())
		require.NoError(t, err, "%q\n%s", text, out)
		require.Equal(t, doc, src.Document, "%q\n%s", text, out)
	}
}

func TestFormat_RoundTripsADocument(t *testing.T) {
	t.Parallel()
	src, err := config.Parse("etc/main.yaml", []byte(full), lookup())
	require.NoError(t, err)
	_, err = config.Format(src.Document)
	require.ErrorContains(t, err, "a secret is in clear")

	src.Document.Inboxes[0].Verify.Secret = "${env:SECRET}"
	out, err := config.Format(src.Document)
	require.NoError(t, err)
	require.Contains(t, string(out), "#   SECRET\n")
	again, err := config.Parse("f.yaml", out, lookup())
	require.NoError(t, err, "%s", out)
	src.Document.Inboxes[0].Verify.Secret = "s3cret-value"
	require.Equal(t, src.Document, again.Document, "%s", out)
}

func TestFormat_KeepsTheValueOfNumbers(t *testing.T) {
	t.Parallel()
	const text = `version: 1
rules:
  - name: r
    inbox: a
    steps:
      - key: k
        action: http
        with: { json: { a: 9007199254740993, b: 123456789012345678901234567890, c: 0.12345678901234567891, d: [1.50, -7] } }
`
	src, err := config.Parse("f.yaml", []byte(text), lookup())
	require.NoError(t, err)
	out, err := config.Format(src.Document)
	require.NoError(t, err)
	for _, line := range []string{"a: 9007199254740993\n", "b: 123456789012345678901234567890\n", "c: 0.12345678901234567891\n", "- 1.5\n", "- -7\n"} {
		require.Contains(t, string(out), line)
	}
	again, err := config.Parse("f.yaml", out, lookup())
	require.NoError(t, err)
	require.Equal(t, src.Document, again.Document)
}
