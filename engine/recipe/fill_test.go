package recipe_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/recipe"
	"patchbay/engine/rules"
)

const head = `version: 1
recipe:
  name: trial
  revision: 1
  title: A trial
  sentence: It is tried.
  apps: { from: [{ name: A, icon: a }], to: [{ name: B, icon: b }] }
  tags: []
  difficulty: easy
  minutes: 5
  checked: [nothing]
  inputs:
    - { name: word, type: text, label: A word, example: x }
    - { name: limit, type: number, label: A limit, default: 5 }
    - { name: key, type: secret, label: A key, example: abcd, pattern: "(?P<id>[a-z]+)(:(?P<rest>.*))?", public: [id] }
    - { name: server, type: address, label: A server, example: "https://chat.example.com/" }
  tests: []
inboxes:
  - { name: a, title: "About ${input:word}", verify: { scheme: github, secret: "${input:key}" } }
`

const rest = `
rules:
  - id: trial
    name: Trial
    inbox: a
    when: payload.n > ${input:limit} and payload.word == ${input:word}
    steps:
      - key: send
        action: http
        with:
          url: "${input:server}/to/${input:word}?id=${input:key.id}"
          json: { word: "${input:word}", text: "<${input:word}> {{ payload.a + ${input:word} }}", n: "${input:limit}", list: "{{ [1, ${input:word}, 2] }}" }
      - key: run
        action: shell
        with: { command: [/bin/echo, "${input:word}"], stdin: "${input:word}" }
`

func read(t *testing.T, text string) *recipe.Recipe {
	t.Helper()
	r, err := recipe.Parse("recipe.yaml", []byte(text))
	require.NoError(t, err)
	return r
}

func filled(t *testing.T, values map[string]any) *engine.Document {
	t.Helper()
	r := read(t, head+rest)
	doc, err := r.Fill(r.Example(values))
	require.NoError(t, err)
	return doc
}

func TestFill_LeavesPlainWordsAsTheyAre(t *testing.T) {
	t.Parallel()
	doc := filled(t, map[string]any{"word": "#sales", "limit": "12.5"})
	require.Equal(t, `payload.n > (12.5) and payload.word == "#sales"`, doc.Rules[0].When)
	require.Equal(t, "About #sales", doc.Inboxes[0].Title)
	require.Equal(t, "abcd", doc.Inboxes[0].Verify.Secret.Reveal())
	require.Equal(t, map[string]any{
		"url": `https://chat.example.com/to/{{ "#sales" }}?id=abcd`,
		"json": map[string]any{
			"word": "#sales", "text": `<#sales> {{ payload.a + "#sales" }}`, "n": 12.5, "list": `{{ [1, "#sales", 2] }}`,
		},
	}, doc.Rules[0].Steps[0].With)
	require.Equal(t, map[string]any{"command": []any{"/bin/echo", "#sales"}, "stdin": "#sales"}, doc.Rules[0].Steps[1].With)
}

// Whatever a person gives is that value, and nothing else, wherever it is put: it is never
// code, never a template, never a reference, never an option of a program.
func FuzzFill_IsNeverCode(f *testing.F) {
	for _, evil := range []string{
		`"`, `" or true or "`, `' }} {{ payload.secret }}`, "{{ 1 + 1 }}", "{", "}", "{{", "}}", "{{{{", `\`, `\"`, `\u0022`, "`", "a\nb", "a\r\nb: c",
		"-rf", "--", "//", "/*", "#", "${", "$", "\u2028", "\u00a0", "é", "😀", "\U000E0041", "\x01", "\x7f", "null", "true", "1", "1e3", "0123", " x ", "&lt;", "<!channel>", "../..", "?a=b&c=d", "%2e", "http://evil.example",
		"https://evil.example", "\u200b", "\ufeff", "\ufffd", `x\`, "'", "?", ":", "!!str",
	} {
		f.Add(evil)
	}
	expressions := rules.New(rules.Options{})
	r, err := recipe.Parse("recipe.yaml", []byte(head+rest))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, word string) {
		doc, err := r.Fill(r.Example(map[string]any{"word": word}))
		if err != nil {
			require.Equal(t, engine.KindInvalid, engine.KindOf(err))
			return
		}
		rule := doc.Rules[0]
		env := &rules.Env{Payload: map[string]any{"n": int64(6), "word": word, "a": "<"}}
		when, err := expressions.Compile(rule.When, rules.Scope{Condition: true})
		require.NoError(t, err)
		ok, _, err := when.Match(context.Background(), env)
		require.NoError(t, err)
		require.True(t, ok, rule.When)
		env.Payload = map[string]any{"n": int64(5), "word": word, "a": "<"}
		ok, _, err = when.Match(context.Background(), env)
		require.NoError(t, err)
		require.False(t, ok, rule.When)

		with := render(t, expressions, rule.Steps[0].With, env)
		require.Equal(t, map[string]any{
			"word": word, "text": "<" + word + "> <" + word, "n": int64(5), "list": []any{int64(1), word, int64(2)},
		}, with["json"])
		require.Equal(t, "https://chat.example.com/to/"+word+"?id=abcd", with["url"])
		// The action escapes what comes out of an expression only: nothing that would change
		// the address may stand in the text itself.
		address, _ := rule.Steps[0].With["url"].(string)
		pieces, err := rules.Pieces(address)
		require.NoError(t, err)
		for _, p := range pieces {
			if !p.Expression {
				require.Regexp(t, `^[A-Za-z0-9:/._~?=-]*$`, p.Text)
			}
		}
		run := render(t, expressions, rule.Steps[1].With, env)
		require.Equal(t, map[string]any{"command": []any{"/bin/echo", word}, "stdin": word}, run)
		if strings.HasPrefix(word, "-") { // as data the action refuses it, as text it would not
			require.NotContains(t, rule.Steps[1].With["command"], word)
		}
		require.Equal(t, "About "+word, doc.Inboxes[0].Title)
	})
}

func render(t *testing.T, expressions *rules.Engine, with map[string]any, env *rules.Env) map[string]any {
	t.Helper()
	compiled, err := expressions.Template(with, rules.Scope{InSteps: true}, nil)
	require.NoError(t, err)
	out, err := compiled.Render(context.Background(), env)
	require.NoError(t, err)
	fields, ok := out.(map[string]any)
	require.True(t, ok)
	return fields
}

func TestFill_RefusesWrongAnswers(t *testing.T) {
	t.Parallel()
	r := read(t, head+rest)
	for _, tc := range []struct {
		name  string
		given map[string]any
		fault string
	}{
		{"a number that is none", map[string]any{"limit": "1 or true"}, "inputs.limit: A limit is a number"},
		{"not a number", map[string]any{"limit": "NaN"}, "inputs.limit: A limit is a number"},
		{"a reference", map[string]any{"word": "${secret:TOKEN}"}, "inputs.word: A word cannot hold a reference"},
		{"another input", map[string]any{"word": "${input:key}"}, "inputs.word: A word cannot hold a reference"},
		{"empty", map[string]any{"word": " "}, "inputs.word: A word is empty"},
		{"a list", map[string]any{"word": []any{"a"}}, "inputs.word: A word is one value"},
		{"an address with a query", map[string]any{"server": "https://a.example/?x="}, "inputs.server: A server is a web address"},
		{"an address with a user", map[string]any{"server": "https://a@b.example/"}, "inputs.server: A server is a web address"},
		{"another scheme", map[string]any{"server": "file:///etc/passwd"}, "inputs.server: A server is a web address"},
		{"against the pattern", map[string]any{"key": "ABC"}, "inputs.key: A key does not look right"},
		{"unknown", map[string]any{"wrod": "x"}, `There is no input "wrod"; did you mean "word"?`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := r.Fill(r.Example(tc.given))
			require.ErrorContains(t, err, tc.fault)
			require.NotContains(t, err.Error(), "ABC", "a secret")
		})
	}
	_, err := r.Fill(recipe.Answers{})
	require.ErrorContains(t, err, "inputs.word: A word is needed")
	require.ErrorContains(t, err, "inputs.key: A key is needed")
	require.NotContains(t, err.Error(), "inputs.limit", "it has a default")
}

func TestParse_RefusesReferencesThatWouldBeCode(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, old, new, fault string }{
		{"within quotes", "== ${input:word}", `== "${input:word}"`, "recipe.yaml:25:11: rules[0].when: ${input:…} stands within quotes"},
		{"in a comment", "== ${input:word}", `== "a" // ${input:word}`, "stands within quotes or a comment"},
		{"behind a brace", `stdin: "${input:word}"`, `stdin: "{${input:word}"`, "stands right behind a brace"},
		{"in a name", "json: { word:", `json: { "${input:word}":`, "cannot be part of the name of a field"},
		{"a secret in a rule", `stdin: "${input:word}"`, `stdin: "${input:key}"`, `The input "key" is secret`},
		{"a secret part in a rule", `stdin: "${input:word}"`, `stdin: "${input:key.rest}"`, `The input "key" is secret`},
		{"a secret in a title", "About ${input:word}", "About ${input:key}", `The input "key" is secret`},
		{"unknown", "== ${input:word}", "== ${input:wrod}", `did you mean "word"?`},
		{"unknown part", "key.id", "key.di", `has no group "di"`},
		{"misspelt", "== ${input:word}", "== ${input:Word}", "A reference to an input is written ${input:NAME}"},
		{"the environment", `secret: "${input:key}"`, `secret: "${env:KEY}"`, "has no place in this file"},
		{"unused", `server}/to`, `word}/to`, `Nothing uses the input "server"`},
		{"unknown field of the head", "sentence: It", "sentense: It", `recipe.yaml:6:3: recipe.sentense: There is no field "sentense"; did you mean "sentence"?`},
		{"unknown field of an input", "label: A word,", "lable: A word,", `did you mean "label"?`},
		{"unknown top field", "\nrules:", "\nrulez:", `There is no field "rulez"; did you mean "rules"?`},
		{"a secret with a default", "label: A key,", "label: A key, default: abcd,", "A secret that everybody knows is none"},
		{"no recipe", "recipe:\n  name", "vars:\n  name", "the field recipe is missing"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(head+rest, tc.old, tc.new, 1)
			require.NotEqual(t, head+rest, text)
			_, err := recipe.Parse("recipe.yaml", []byte(text))
			require.ErrorContains(t, err, tc.fault)
		})
	}
}

func TestFill_LeavesOutWhatExists(t *testing.T) {
	t.Parallel()
	text := strings.Replace(head, "inputs:", "inputs:\n    - { name: box, type: inbox, label: Inbox, default: own }", 1)
	text = strings.NewReplacer("{ name: a, title", `{ name: "${input:box}", title`, "About ${input:word}", "About").Replace(text) + strings.Replace(rest, "inbox: a", "inbox: ${input:box}", 1)
	r := read(t, text)
	require.Equal(t, map[string]string{"box": recipe.TypeInbox}, r.Creates())
	answers := recipe.Answers{Values: map[string]any{"box": "theirs", "word": "x", "server": "https://b.example", "key": "abc"}, Reuse: []string{"box"}}
	doc, err := r.Fill(answers)
	require.NoError(t, err)
	require.Empty(t, doc.Inboxes)
	require.Equal(t, "theirs", doc.Rules[0].Inbox)

	delete(answers.Values, "key")
	answers.Reuse = nil
	_, err = r.Fill(answers)
	require.ErrorContains(t, err, "inputs.key: A key is needed")
}

func TestFill_LeavesTheSenderCheckOpenUntilLater(t *testing.T) {
	t.Parallel()
	r := read(t, head+strings.Replace(rest, "${input:key.id}", "1", 1))
	doc, err := r.Fill(recipe.Answers{Values: map[string]any{"word": "x", "server": "https://b.example"}, Later: true})
	require.NoError(t, err)
	require.True(t, doc.Inboxes[0].Verify.Pending)
	require.Empty(t, doc.Inboxes[0].Verify.Secret.Reveal())
}

func TestLoad_WantsATestOfEachKind(t *testing.T) {
	t.Parallel()
	sample := "### One\n# event: push\nPOST {{address}}\nContent-Type: application/json\n\n{}\n"
	load := func(tests string, files map[string]string) error {
		folder := fstest.MapFS{recipe.FileName: {Data: []byte(strings.Replace(head, "tests: []", "tests:\n"+tests, 1) + rest)}}
		for name, text := range files {
			folder[name] = &fstest.MapFile{Data: []byte(text)}
		}
		_, err := recipe.Load(folder, "trial")
		return err
	}
	both := "    - { name: yes, sample: one, rules: { trial: { send: { method: POST }, run: { skipped: true } } } }\n    - { name: no, sample: one }\n"
	require.NoError(t, load(both, map[string]string{"one.http": sample}))
	require.ErrorContains(t, load(both, nil), "trial/recipe.yaml:18:28: recipe.tests[0].sample: There is no file one.http")
	require.ErrorContains(t, load(both, map[string]string{"one.http": sample, "two.http": sample}), "No test uses two.http")
	require.ErrorContains(t, load(both, map[string]string{"one.http": "{}"}), "one.http is not one request")
	require.ErrorContains(t, load("    - { name: no, sample: one }\n", map[string]string{"one.http": sample}), "a test in which a rule matches")
	require.ErrorContains(t, load(strings.Replace(both, ", run: { skipped: true }", "", 1), map[string]string{"one.http": sample}), `says nothing of the step "run"`)
	require.ErrorContains(t, load(strings.Replace(both, "trial: {", "tril: {", 1), map[string]string{"one.http": sample}), `The recipe has no rule "tril"`)
}

func TestPermissions_AreWhatTheConfigurationDoes(t *testing.T) {
	t.Parallel()
	r := read(t, head+rest+`
      - { key: mail, action: email, connection: m, with: { to: "{{ payload.email }}", cc: "team@example.com, boss@example.com", subject: s, text: t } }
      - { key: anywhere, action: http, with: { url: "{{ payload.callback }}" } }
      - { key: api, action: http, with: { url: "https://api.example.com:8443/{{ payload.id }}" } }
      - { key: answer, action: respond, with: { text: ok } }
`)
	require.Equal(t, recipe.Permissions{
		Inboxes: []string{"a"}, Rules: []string{"trial"}, Connections: []string{}, Secrets: []string{"A key"}, Answers: true,
		Hosts:    []string{"api.example.com:8443", "{A server}", "{out of the event}"},
		Mail:     []string{"boss@example.com", "team@example.com", "{out of the event}"},
		Programs: []string{"/bin/echo"},
	}, r.Permissions())
}
