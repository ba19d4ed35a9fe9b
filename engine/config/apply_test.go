package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/config"
)

const chain = `version: 1
inboxes:
  - name: github
    verify: { scheme: github, secret: "${env:SECRET}" }
    dedupe: { window: 3d }
  - name: forms
connections:
  - name: mail
    type: smtp
    with: { host: smtp.example.com, username: u, password: "${env:SECRET}", from: a@example.com }
rules:
  - name: New issue
    inbox: github
    when: payload.action == "opened" && vars.team == "core"
    overlap: parallel
    steps:
      - key: post
        action: http
        with: { method: POST, url: "https://example.com/hook", json: { n: "{{ payload.issue.number }}", list: [1, 2.5, true, null] } }
      - { key: mail, action: email, connection: mail, enabled: true, with: { to: b@example.com, subject: "x", text: "{{ steps.post.status }}" } }
vars: { team: core, size: 3 }
alerts: { on: [run.failed], via: mail, to: c@example.com }
`

func TestApply_CreatesAndIsIdempotent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.Equal(t, []string{
		"create vars vars", "create connection mail", "create inbox github", "create inbox forms", "create rule new-issue", "update settings alerts",
	}, changed(w.apply(t, chain, engine.ApplyOptions{})))
	key := inbox(t, w, "forms").Verify.Key
	require.NotEmpty(t, key)
	require.Empty(t, changed(w.apply(t, chain, engine.ApplyOptions{})))
	require.Equal(t, key, inbox(t, w, "forms").Verify.Key)
	require.Equal(t, "f.yaml", inbox(t, w, "forms").Managed)
	r, err := w.db.Rule(t.Context(), "new-issue")
	require.NoError(t, err)
	require.Equal(t, 1, r.Version)
}

func inbox(t *testing.T, w *world, name string) *engine.Inbox {
	t.Helper()
	in, err := w.db.Inbox(t.Context(), name)
	require.NoError(t, err)
	return in
}

func TestApply_DryRunChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.Len(t, changed(w.apply(t, chain, engine.ApplyOptions{DryRun: true})), 6)
	list, err := w.db.Inboxes(t.Context())
	require.NoError(t, err)
	require.Empty(t, list)
	w.apply(t, chain, engine.ApplyOptions{})
	require.Equal(t, []string{"update rule new-issue"}, changed(w.apply(t, strings.ReplaceAll(chain, "opened", "closed"), engine.ApplyOptions{DryRun: true})))
}

func TestApply_NamesTheFieldsThatDiffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.apply(t, chain, engine.ApplyOptions{})
	edited := strings.NewReplacer("window: 3d", "window: 5d", "opened", "closed", "smtp.example.com", "mx.example.com", "size: 3", "size: 4").Replace(chain)
	got := map[string][]string{}
	for _, c := range w.apply(t, edited, engine.ApplyOptions{}) {
		if c.Action == "update" {
			got[c.Kind] = c.Fields
		}
	}
	require.Equal(t, map[string][]string{
		"inbox": {"dedupe.window"}, "rule": {"when"}, "connection": {"with"}, "vars": {"size"},
	}, got)

	w.lookup.Env = func(string) (string, bool) { return "another secret", true }
	got = map[string][]string{}
	for _, c := range w.apply(t, edited, engine.ApplyOptions{}) {
		if c.Action == "update" {
			got[c.Kind] = c.Fields
		}
	}
	require.Equal(t, map[string][]string{"inbox": {"verify.secret"}, "connection": {"with"}}, got)
	require.Equal(t, "another secret", inbox(t, w, "github").Verify.Secret.Reveal())
}

func TestApply_KeepsSecretsThatAreLeftOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.apply(t, chain, engine.ApplyOptions{})
	without := strings.NewReplacer(`, secret: "${env:SECRET}"`, "", `password: "${env:SECRET}", `, "").Replace(chain)
	require.Empty(t, changed(w.apply(t, without, engine.ApplyOptions{})))
	require.Equal(t, "s3cret-value", inbox(t, w, "github").Verify.Secret.Reveal())
}

func TestApply_ChecksEverythingFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	src := w.parse(t, `version: 1
inboxes:
  - name: github
    verify: { scheme: githib }
connections:
  - name: mail
    type: smtp
    with: { from: a@example.com }
rules:
  - name: One
    inbox: gitlab
    when: |
      true &&
        paylod.x
    steps:
      - { key: a, action: htpt, with: {} }
      - key: b
        action: email
        connection: mail
        with: { to: a@example.com, subject: "{{ steps.zz }}", text: t }
alerts: { on: [run.faild], via: mial }
`)
	_, err := w.applier.Apply(t.Context(), src.Document, engine.ApplyOptions{Source: "f.yaml"})
	var got []string
	for _, f := range config.Faults(src.Locate(err)) {
		got = append(got, f.Error())
	}
	text := strings.Join(got, "\n")
	for _, want := range []string{
		`f.yaml:4:23: inboxes[0].verify.scheme: There is no scheme "githib"; did you mean "github"?`,
		`f.yaml:8:5: connections[0].with.host: `,
		`f.yaml:11:12: rules[0].inbox: There is no inbox "gitlab"; did you mean "github"?`,
		`f.yaml:14: rules[0].when: `,
		`f.yaml:16:27: rules[0].steps[0].action: `,
		`rules[0].steps[1].with.subject: `,
		`f.yaml:21:16: alerts.on[0]: There is no alert "run.faild"; did you mean "run.failed"?`,
		`alerts.via: There is no connection "mial"; did you mean "mail"?`,
	} {
		require.Contains(t, text, want)
	}
	list, err := w.db.Connections(t.Context())
	require.NoError(t, err)
	require.Empty(t, list)
}

func TestApply_PrunesWhatTheSourceNoLongerHolds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.apply(t, "version: 1\ninboxes: [{name: other, verify: {scheme: none}}]\n", engine.ApplyOptions{Source: "other.yaml"})
	w.apply(t, chain, engine.ApplyOptions{})
	less := "version: 1\ninboxes: [{name: github, verify: {scheme: github, secret: \"${env:SECRET}\"}, dedupe: {window: 3d}}]\n"
	require.Empty(t, changed(w.apply(t, less, engine.ApplyOptions{})), "without prune nothing is deleted")
	require.Equal(t, []string{"delete rule new-issue", "delete inbox forms", "delete connection mail"}, changed(w.apply(t, less, engine.ApplyOptions{Prune: true})))
	inbox(t, w, "other")
	_, err := w.applier.Apply(t.Context(), &engine.Document{Version: 1}, engine.ApplyOptions{Prune: true})
	require.ErrorContains(t, err, "source")
	src := w.parse(t, "version: 1\nrules: [{name: x, inbox: github, steps: [{key: a, action: note, with: {text: x}}]}]\n")
	_, err = w.applier.Apply(t.Context(), src.Document, engine.ApplyOptions{Source: "f.yaml", Prune: true})
	require.ErrorContains(t, err, `There is no inbox "github"`, "what is pruned cannot be relied on")
}

func TestApply_NamesTheFileOfAFolder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const two = "version: 1\ninboxes: [{name: a, verify: {scheme: none}}, {name: b, verify: {scheme: none}}]\n"
	folder := engine.ApplyOptions{
		Source: "/etc/shop", Files: map[string]string{"inboxes[0]": "/etc/shop/a.yaml", "inboxes[1]": "/etc/shop/b.yaml"},
	}
	w.apply(t, two, folder)
	require.Equal(t, "/etc/shop/b.yaml", inbox(t, w, "b").Managed)
	require.Empty(t, changed(w.apply(t, two, folder)))
	w.apply(t, "version: 1\ninboxes: [{name: deeper, verify: {scheme: none}}]\n", engine.ApplyOptions{Source: "/etc/shop/more"})

	folder.Prune = true
	one := "version: 1\ninboxes: [{name: a, verify: {scheme: none}}]\n"
	require.Equal(t, []string{"delete inbox b"}, changed(w.apply(t, one, folder)))
	inbox(t, w, "deeper")
}

func TestApply_AdoptsAndKeepsDrafts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.apply(t, chain, engine.ApplyOptions{})
	r, err := w.db.Rule(t.Context(), "new-issue")
	require.NoError(t, err)
	draft := *r
	draft.When = "true"
	require.NoError(t, w.db.SaveDraft(t.Context(), r.ID, &engine.Draft{Rule: draft, BasedOn: r.Version}, r.Revision))
	w.apply(t, strings.ReplaceAll(chain, "opened", "closed"), engine.ApplyOptions{})
	kept, err := w.db.Draft(t.Context(), "new-issue")
	require.NoError(t, err)
	require.Equal(t, "true", kept.Rule.When)
	require.Equal(t, 1, kept.BasedOn)
	now, err := w.db.Rule(t.Context(), "new-issue")
	require.NoError(t, err)
	require.Equal(t, 2, now.Version)

	moved := w.apply(t, strings.ReplaceAll(chain, "opened", "closed"), engine.ApplyOptions{Source: "elsewhere.yaml"})
	require.Equal(t, []string{"update connection mail", "update inbox github", "update inbox forms", "update rule new-issue"}, changed(moved))
	now, err = w.db.Rule(t.Context(), "new-issue")
	require.NoError(t, err)
	require.Equal(t, "elsewhere.yaml", now.Managed)
}

func TestExport_AppliesOnAnEmptyInstance(t *testing.T) {
	t.Parallel()
	from, to := newWorld(t), newWorld(t)
	from.apply(t, chain, engine.ApplyOptions{})
	doc, err := from.applier.Export(t.Context(), nil)
	require.NoError(t, err)
	config.Placeholders(doc)
	text, err := config.Format(doc)
	require.NoError(t, err)
	require.NotContains(t, string(text), "s3cret-value")
	require.Contains(t, string(text), "${env:GITHUB_SECRET}")
	require.Contains(t, string(text), "#   MAIL_PASSWORD\n")

	to.lookup.Env = func(name string) (string, bool) {
		require.Contains(t, []string{"GITHUB_SECRET", "MAIL_PASSWORD"}, name)
		return "s3cret-value", true
	}
	to.apply(t, string(text), engine.ApplyOptions{})
	to.lookup.Env = from.lookup.Env
	require.Empty(t, changed(to.apply(t, chain, engine.ApplyOptions{DryRun: true})), "%s", text)
	require.Equal(t, inbox(t, from, "github").Verify, inbox(t, to, "github").Verify)
}

func TestExport_OfOneRuleTakesWhatItNeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.apply(t, chain, engine.ApplyOptions{})
	doc, err := w.applier.Export(t.Context(), []string{"new-issue"})
	require.NoError(t, err)
	require.Len(t, doc.Rules, 1)
	require.Len(t, doc.Inboxes, 1)
	require.Len(t, doc.Connections, 1)
	require.Equal(t, "${env:MAIL_PASSWORD}", doc.Connections[0].With["password"])
	require.Empty(t, doc.Connections[0].Secrets)
	require.Empty(t, doc.Inboxes[0].Verify.Secret)
	require.Equal(t, []string{"team"}, keys(doc.Vars))
	require.Nil(t, doc.Alerts)
	_, err = w.applier.Export(t.Context(), []string{"nope"})
	require.Equal(t, engine.KindNotFound, engine.KindOf(err))
}

func keys(m map[string]any) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	return out
}
