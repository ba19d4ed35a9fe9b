package config_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/config"
)

func TestCheckInbox_RefusesWhatCouldNotWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rate := engine.Rate(-1)
	cases := map[string]struct {
		in   engine.Inbox
		want string
	}{
		"name":                {engine.Inbox{Name: "Bad Name"}, "name: "},
		"unknown scheme":      {engine.Inbox{Verify: engine.Verify{Scheme: "githib", Secret: "x"}}, `verify.scheme: There is no scheme "githib"; did you mean "github"?`},
		"empty secret":        {engine.Inbox{Verify: engine.Verify{Scheme: "github"}}, "verify.secret: "},
		"blank secret":        {engine.Inbox{Verify: engine.Verify{Scheme: "github", Secret: "  "}}, "verify.secret: "},
		"undecodable secret":  {engine.Inbox{Verify: engine.Verify{Scheme: "standard-webhooks", Secret: "whsec_%%%"}}, "verify.secret: "},
		"hidden secret":       {engine.Inbox{Verify: engine.Verify{Scheme: "github", Secret: "[redacted]"}}, "verify.secret: [redacted] stands for a secret"},
		"reference":           {engine.Inbox{Verify: engine.Verify{Scheme: "github", Secret: "${env:X}"}}, "verify.secret: ${env:X} is a reference"},
		"short key":           {engine.Inbox{Verify: engine.Verify{Key: "short"}}, "verify.key: "},
		"dedupe expression":   {engine.Inbox{Dedupe: engine.Dedupe{Key: "hedders.x"}}, "dedupe.key: "},
		"dedupe window":       {engine.Inbox{Dedupe: engine.Dedupe{Window: engine.Duration(1000 * 24 * time.Hour)}}, "dedupe.window: "},
		"respond mode":        {engine.Inbox{Respond: engine.Respond{Mode: "rules"}}, "respond.mode: "},
		"respond within":      {engine.Inbox{Respond: engine.Respond{Within: 1}}, "respond.within: "},
		"unmatched fixed":     {engine.Inbox{Respond: engine.Respond{Unmatched: &engine.Unmatched{Status: 404}}}, "respond.unmatched: "},
		"unmatched status":    {engine.Inbox{Respond: engine.Respond{Mode: "rule", Unmatched: &engine.Unmatched{Status: 99}}}, "respond.unmatched.status: "},
		"respond within long": {engine.Inbox{Respond: engine.Respond{Mode: "rule", Within: engine.Duration(time.Hour)}}, "respond.within: "},
		"respond status":      {engine.Inbox{Respond: engine.Respond{Status: 500}}, "respond.status: "},
		"respond both":        {engine.Inbox{Respond: engine.Respond{Text: "a", JSON: "b"}}, "respond.json: "},
		"respond header name": {engine.Inbox{Respond: engine.Respond{Headers: map[string]string{"a b": "c"}}}, "respond.headers.a b: "},
		"respond line break":  {engine.Inbox{Respond: engine.Respond{Headers: map[string]string{"X-A": "c\r\nSet-Cookie: x"}}}, "respond.headers.X-A: "},
		"respond cookie":      {engine.Inbox{Respond: engine.Respond{Headers: map[string]string{"Set-Cookie": "c"}}}, "respond.headers.Set-Cookie: "},
		"body limit":          {engine.Inbox{Limits: engine.Limits{Body: 17 << 20}}, "limits.body: "},
		"rate":                {engine.Inbox{Limits: engine.Limits{Rate: &rate}}, "limits.rate: "},
		"method":              {engine.Inbox{Methods: []string{"POST", "HEAD"}}, "methods[1]: "},
		"keep":                {engine.Inbox{Keep: engine.Retention{Count: -1}}, "keep: "},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := c.in
			if in.Name == "" {
				in.Name = "box"
			}
			err := w.checker.CheckInbox(t.Context(), &in)
			require.ErrorContains(t, err, c.want)
			require.Equal(t, engine.KindInvalid, engine.KindOf(err))
			require.Len(t, config.Faults(err), 1)
		})
	}
}

func TestCheckInbox_FillsInWhatTheServerMakes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := engine.Inbox{Name: "a"}, engine.Inbox{Name: "b", Methods: []string{"get"}, Respond: engine.Respond{Mode: "rule"}}
	require.NoError(t, w.checker.CheckInbox(t.Context(), &first))
	require.NoError(t, w.checker.CheckInbox(t.Context(), &second))
	require.Equal(t, "key", first.Verify.Scheme)
	require.Regexp(t, `^[A-Za-z0-9_-]{32}$`, first.Verify.Key.Reveal())
	require.NotEqual(t, first.Verify.Key, second.Verify.Key)
	require.Equal(t, []string{"GET"}, second.Methods)
	require.Equal(t, "3s", second.Respond.Within.String())

	key := first.Verify.Key
	require.NoError(t, w.checker.CheckInbox(t.Context(), &first))
	require.Equal(t, key, first.Verify.Key, "a key that is there is kept")

	first.Verify = engine.Verify{Scheme: "github", Secret: "s", Key: key, Pending: true}
	require.NoError(t, w.checker.CheckInbox(t.Context(), &first))
	require.Equal(t, key, first.Verify.Key, "the address that senders have stays good")
	require.False(t, first.Verify.Pending, "the secret is known")

	pending := engine.Inbox{Name: "c", Verify: engine.Verify{Scheme: "github", Pending: true}}
	require.NoError(t, w.checker.CheckInbox(t.Context(), &pending))
	require.True(t, pending.Verify.Pending)
	require.Empty(t, pending.Verify.Key, "the address of a signed inbox has no key")
}

func TestCheckConnection_SeparatesSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	given := map[string]any{"host": "smtp.example.com", "username": "u", "password": "p4ss", "from": "a@example.com"}
	c := engine.Connection{Name: "mail", Type: "smtp", With: given}
	require.NoError(t, w.checker.CheckConnection(t.Context(), &c))
	require.Equal(t, map[string]engine.Secret{"password": "p4ss"}, c.Secrets)
	require.NotContains(t, c.With, "password")
	require.Equal(t, "p4ss", given["password"], "the caller's map is not touched")

	cases := map[string]struct {
		c    engine.Connection
		want string
	}{
		"unknown type":  {engine.Connection{Name: "a", Type: "smpt"}, `type: There is no connection type "smpt"; did you mean "smtp"?`},
		"name":          {engine.Connection{Name: "A", Type: "smtp", With: map[string]any{"host": "h", "from": "a@b.cc"}}, "name: "},
		"missing":       {engine.Connection{Name: "a", Type: "smtp", With: map[string]any{"from": "a@b.cc"}}, "with.host: "},
		"unknown field": {engine.Connection{Name: "a", Type: "smtp", With: map[string]any{"host": "h", "from": "a@b.cc", "prot": 1}}, "with.prot: "},
		"reference":     {engine.Connection{Name: "a", Type: "smtp", With: map[string]any{"host": "${env:H}", "from": "a@b.cc"}}, "with.host: ${env:H} is a reference"},
		"secret list":   {engine.Connection{Name: "a", Type: "smtp", With: map[string]any{"host": "h", "from": "a@b.cc", "username": "u", "password": []any{"x"}}}, "with.password: A secret is text."},
		"hidden secret": {engine.Connection{Name: "a", Type: "smtp", With: map[string]any{"host": "h", "from": "a@b.cc", "username": "u", "password": "[redacted]"}}, "with.password: [redacted] stands"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := c.c
			require.ErrorContains(t, w.checker.CheckConnection(t.Context(), &conn), c.want)
		})
	}
}

func goodRule() engine.Rule {
	return engine.Rule{Name: "New issue!", Inbox: "github", Steps: []engine.Step{
		{Key: "post", Action: "http", With: map[string]any{"method": "POST", "url": "https://example.com"}},
	}}
}

func TestCheckRule_RefusesWhatCouldNotWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.apply(t, "version: 1\ninboxes: [{name: github, verify: {scheme: none}}]\nconnections: [{name: mail, type: smtp, with: {host: h, from: a@b.cc}}]\n", engine.ApplyOptions{})
	cases := map[string]struct {
		change func(*engine.Rule)
		want   string
	}{
		"no name":            {func(r *engine.Rule) { r.Name, r.ID = "", "x" }, "name: A rule needs a name."},
		"bad id":             {func(r *engine.Rule) { r.ID = "Ä" }, "id: "},
		"no inbox":           {func(r *engine.Rule) { r.Inbox = "" }, "inbox: A rule needs an inbox"},
		"unknown inbox":      {func(r *engine.Rule) { r.Inbox = "gihtub" }, `inbox: There is no inbox "gihtub"; did you mean "github"?`},
		"unknown second":     {func(r *engine.Rule) { r.Inboxes = []string{"gitlab"} }, `inboxes[0]: There is no inbox "gitlab"`},
		"inbox twice":        {func(r *engine.Rule) { r.Inbox, r.Inboxes = "", []string{"github", "github"} }, `inboxes[1]: The inbox "github" stands here twice.`},
		"bad expression":     {func(r *engine.Rule) { r.When = "payload.a ==" }, "when: "},
		"unknown action":     {func(r *engine.Rule) { r.Steps[0].Action = "htpt" }, `steps[0].action: There is no action "htpt". Did you mean http?`},
		"unknown field":      {func(r *engine.Rule) { r.Steps[0].With["urll"] = "x" }, "steps[0].with.urll: "},
		"unknown step":       {func(r *engine.Rule) { r.Steps[0].With["url"] = "https://{{ steps.nope.x }}" }, "steps[0].with.url: "},
		"reference":          {func(r *engine.Rule) { r.Steps[0].With["text"] = "${env:X}" }, "steps[0].with.text: ${env:X} is a reference"},
		"connection missing": {func(r *engine.Rule) { r.Steps[0] = mailStep("") }, "steps[0].connection: The action email needs a connection of type smtp."},
		"connection unknown": {func(r *engine.Rule) { r.Steps[0] = mailStep("mial") }, `steps[0].connection: There is no connection "mial"; did you mean "mail"?`},
		"connection type": {
			func(r *engine.Rule) { r.Steps[0].Connection = "mail" },
			`steps[0].connection: The connection "mail" is of type smtp; the action http takes http.`,
		},
		"onError":       {func(r *engine.Rule) { r.Steps[0].OnError = "ignore" }, `steps[0].onError: "ignore" is not a choice`},
		"onUnknown":     {func(r *engine.Rule) { r.Steps[0].OnUnknown = "no" }, `steps[0].onUnknown: "no" is not a choice`},
		"attempts":      {func(r *engine.Rule) { r.Steps[0].Retry = &engine.Retry{} }, "steps[0].retry.attempts: "},
		"timeout":       {func(r *engine.Rule) { r.Steps[0].Timeout = engine.Duration(2 * time.Hour) }, "steps[0].timeout: "},
		"overlap":       {func(r *engine.Rule) { r.Overlap = &engine.Overlap{Mode: "serial"} }, "overlap"},
		"too many":      {func(r *engine.Rule) { r.Steps = make([]engine.Step, 51) }, "steps: A rule has at most 50 steps."},
		"too long note": {func(r *engine.Rule) { r.Note = string(make([]byte, 10_001)) }, "note: "},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := goodRule()
			c.change(&r)
			err := w.checker.CheckRule(t.Context(), &r, engine.Names{})
			require.ErrorContains(t, err, c.want)
			require.Equal(t, engine.KindInvalid, engine.KindOf(err))
		})
	}
	r := goodRule()
	require.NoError(t, w.checker.CheckRule(t.Context(), &r, engine.Names{}))
	require.Equal(t, "new-issue", r.ID)
}

func mailStep(connection string) engine.Step {
	return engine.Step{Key: "mail", Action: "email", Connection: connection, With: map[string]any{"to": "a@b.cc", "subject": "s", "text": "t"}}
}

func TestCheckRule_KnowsWhatIsAboutToExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := goodRule()
	r.Steps = append(r.Steps, mailStep("later"))
	err := w.checker.CheckRule(t.Context(), &r, engine.Names{})
	require.Len(t, config.Faults(err), 2)
	require.NoError(t, w.checker.CheckRule(t.Context(), &r, engine.Names{Inboxes: []string{"github"}, Connections: []string{"later"}}))
}

func TestFault_UnwrapsToTheEngineError(t *testing.T) {
	t.Parallel()
	inner := engine.Invalid("when", "no")
	err := errors.Join(&config.FaultError{Position: config.Position{File: "f.yaml", Line: 3}, Err: inner})
	require.EqualError(t, err, "f.yaml:3: when: no")
	require.ErrorIs(t, err, inner)
}

// A sender that signs nothing may still have to show a password: it is asked for, too.
func TestPlaceholders_StandForEverySecretOfASender(t *testing.T) {
	t.Parallel()
	doc := &engine.Document{Inboxes: []*engine.Inbox{
		{Name: "signed", Verify: engine.Verify{Scheme: "github"}},
		{Name: "shown", Verify: engine.Verify{Scheme: "alertmanager", Username: "ada"}},
		{Name: "address", Verify: engine.Verify{Scheme: "alertmanager"}},
		{Name: "open", Verify: engine.Verify{Scheme: "none"}},
		{Name: "later", Verify: engine.Verify{Scheme: "github", Pending: true}},
	}}
	config.Placeholders(doc)
	var all []string
	for _, in := range doc.Inboxes {
		all = append(all, in.Verify.Secret.Reveal())
	}
	require.Equal(t, []string{"${env:SIGNED_SECRET}", "${env:SHOWN_SECRET}", "", "", ""}, all)
}
