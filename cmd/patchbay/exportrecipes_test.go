package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/recipe"
	"patchbay/ui/api"
)

// What every recipe makes can be exported as a recipe and imported elsewhere with the same
// secrets: the same configuration stands there, and does the same with the deliveries of
// the recipe.
func TestExport_OfEveryRecipeMakesTheSameElsewhere(t *testing.T) {
	t.Parallel()
	all, err := builtinRecipes()
	require.NoError(t, err)
	var run []string
	for _, r := range all {
		for _, test := range r.Tests {
			doc, err := r.Fill(r.Example(test.Inputs))
			require.NoError(t, err, r.Name)
			run = append(run, programs(doc)...)
		}
	}
	here, there := rehearsalFor(t, run), rehearsalFor(t, run)
	for _, r := range all {
		doc, err := r.Fill(r.Example(r.Tests[0].Inputs))
		require.NoError(t, err, r.Name)
		empty(t, here, there)
		importNew(t, here, doc)

		file := exportedAs(t, here, "recipe", doc, r.Name)
		var secrets []string
		for _, box := range doc.Inboxes {
			secrets = append(secrets, box.Verify.Secret.Reveal())
		}
		for _, c := range doc.Connections {
			secrets = append(secrets, secretsIn(t, here, c.Name)...)
		}
		for _, secret := range secrets {
			if secret != "" {
				require.NotContains(t, file.Text, secret, r.Name)
			}
		}
		passed, err := recipe.Parse(file.File, []byte(file.Text))
		require.NoError(t, err, file.Text)
		answers, asked := answersFor(t, passed, here)
		require.Len(t, file.LeftOut, asked, r.Name)
		again, err := passed.Fill(recipe.Answers{Values: answers})
		require.NoError(t, err, r.Name)
		importNew(t, there, again)

		require.Equal(t, exportedAs(t, here, "configuration", doc, "").Text, exportedAs(t, there, "configuration", doc, "").Text, r.Name)
		for _, c := range doc.Connections {
			require.Equal(t, secretsIn(t, here, c.Name), secretsIn(t, there, c.Name), r.Name)
		}
		require.Equal(t, behaviour(t, here, r, doc), behaviour(t, there, r, again), r.Name)
	}
}

func rehearsalFor(t *testing.T, programs []string) *rehearsal {
	t.Helper()
	h, err := newRehearsal(t.Context(), t.TempDir(), programs)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.Close()) })
	return h
}

// empty leaves nothing in instances of what stood there.
func empty(t *testing.T, instances ...*rehearsal) {
	t.Helper()
	for _, h := range instances {
		h.events = map[string]*engine.Event{}
		require.NoError(t, h.apply(t.Context(), &engine.Document{Version: 1}))
	}
}

func importNew(t *testing.T, h *rehearsal, doc *engine.Document) {
	t.Helper()
	require.NoError(t, h.client.call(t.Context(), http.MethodPost, "/apply", api.ApplyInput{Document: api.NewDocument(doc), New: true}, nil))
}

func exportedAs(t *testing.T, h *rehearsal, as string, doc *engine.Document, name string) api.ExportedFile {
	t.Helper()
	var ids []string
	for _, rule := range doc.Rules {
		ids = append(ids, rule.ID)
	}
	asked := url.Values{"as": {as}, "rule": {strings.Join(ids, ",")}, "name": {name}}
	var file api.ExportedFile
	require.NoError(t, h.client.call(t.Context(), http.MethodGet, "/export/file?"+asked.Encode(), nil, &file))
	return file
}

func secretsIn(t *testing.T, h *rehearsal, connection string) []string {
	t.Helper()
	c, err := h.in.db.Connection(t.Context(), connection)
	require.NoError(t, err)
	var all []string
	for _, path := range slices.Sorted(maps.Keys(c.Secrets)) {
		all = append(all, c.Secrets[path].Reveal())
	}
	return all
}

// answersFor gives a recipe that was exported the secrets of the instance that it came
// from, and counts them.
func answersFor(t *testing.T, r *recipe.Recipe, from *rehearsal) (answers map[string]any, count int) {
	t.Helper()
	answers = map[string]any{}
	name := func(reference string) (input string) {
		return strings.TrimSuffix(strings.TrimPrefix(reference, "${input:"), "}")
	}
	stored := map[string]any{}
	for _, in := range r.Inputs {
		stored[in.Name] = in.Default
	}
	for _, box := range r.Document.Inboxes {
		was, err := from.in.db.Inbox(t.Context(), fmt.Sprint(stored[name(box.Name)]))
		require.NoError(t, err)
		if box.Verify.Secret != "" {
			answers[name(box.Verify.Secret.Reveal())] = was.Verify.Secret.Reveal()
		}
	}
	for _, c := range r.Document.Connections {
		was, err := from.in.db.Connection(t.Context(), fmt.Sprint(stored[name(c.Name)]))
		require.NoError(t, err)
		for path, secret := range was.Secrets {
			at := reflect.ValueOf(c.With)
			for key := range strings.SplitSeq(path, ".") {
				at = at.MapIndex(reflect.ValueOf(key)).Elem()
			}
			answers[name(at.String())] = secret.Reveal()
		}
	}
	return answers, len(answers)
}

var ofTheMoment = regexp.MustCompile(`(?m)^(?:Date|Message-ID): .*$`)

// behaviour is what becomes of the deliveries of a recipe.
func behaviour(t *testing.T, h *rehearsal, r *recipe.Recipe, doc *engine.Document) []api.RecipeSample {
	t.Helper()
	require.NoError(t, h.apply(t.Context(), doc))
	var all []api.RecipeSample
	for i := range r.Tests {
		s, err := h.show(t.Context(), r, &r.Tests[i], doc)
		require.NoError(t, err)
		require.Empty(t, s.Fault, r.Name)
		for _, rule := range s.Rules {
			for at := range rule.Steps { // what is made of the event's own id, and of the time
				p := &rule.Steps[at].Preview
				p.Headers = slices.DeleteFunc(p.Headers, func(h engine.Header) bool { return h.Name == "Idempotency-Key" })
				p.Body = ofTheMoment.ReplaceAllString(p.Body, "")
				p.Env = slices.DeleteFunc(p.Env, func(line string) bool { return strings.HasPrefix(line, "PATCHBAY_IDEMPOTENCY_KEY=") })
			}
		}
		all = append(all, s)
	}
	return all
}
