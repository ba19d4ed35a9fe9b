package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/recipe"
	"patchbay/engine/verify"
	"patchbay/ui/api"
)

// Every recipe that comes with the program passes its own tests.
func TestRecipes_PassTheirTests(t *testing.T) {
	t.Parallel()
	all, err := builtinRecipes()
	require.NoError(t, err)
	require.NotEmpty(t, all)
	for _, r := range all {
		require.NotEmpty(t, r.Checked, r.Name)
	}
	require.NoError(t, rehearse(t.Context(), all, func(outcomes []outcome) {
		for _, o := range outcomes {
			require.Empty(t, o.Problems, "%s: %s", o.Recipe, o.Test)
		}
	}))
}

// The first delivery of every recipe that matches, signed as its sender signs, comes in
// through the public door of a running instance, and what the recipe promises arrives at
// real servers.
func TestRecipes_DoEndToEndWhatTheyPromise(t *testing.T) {
	t.Parallel()
	all, err := builtinRecipes()
	require.NoError(t, err)
	world := newWorld(t)
	in, err := open(t.Context(), settings{
		Dir: t.TempDir(), PublicURL: rehearsedURL, AllowShell: []string{"/bin/echo"}, Log: slog.New(slog.DiscardHandler),
		Outbound: world.outbound(),
	})
	require.NoError(t, err)
	local := in.inProcess(in.Close)
	t.Cleanup(func() { require.NoError(t, local.Close()) })
	require.NoError(t, in.runner.Start(t.Context()))
	t.Cleanup(func() { require.NoError(t, in.runner.Stop(context.WithoutCancel(t.Context()))) })
	app := in.publicApp(appOptions{})
	t.Cleanup(func() { require.NoError(t, app.Shutdown()) })
	for _, r := range all {
		i := slices.IndexFunc(r.Tests, func(test recipe.Test) bool { return len(test.Rules) > 0 })
		promise := &r.Tests[i]
		doc, err := r.Fill(r.Example(ownNames(r, promise.Inputs)))
		require.NoError(t, err, r.Name)
		// Everything of a recipe is new where no other has its names.
		require.NoError(t, local.call(t.Context(), http.MethodPost, "/apply", api.ApplyInput{Document: api.NewDocument(doc), New: true}, nil), r.Name)
		world.expect(promise, doc)
		request := signed(t, in, r, promise, doc.Inboxes[0].Name)
		resp, err := app.Test(request, -1)
		require.NoError(t, err)
		answered(t, r, promise, doc, resp)
		ended(t, in, r, promise, doc)
		world.satisfied(t, r.Name)
	}
}

// ownNames gives the objects of a recipe names of their own, and programs that exist.
func ownNames(r *recipe.Recipe, given map[string]any) map[string]any {
	values := map[string]any{}
	maps.Copy(values, given)
	for _, input := range r.Inputs {
		switch {
		case input.Type == recipe.TypeInbox || input.Type == recipe.TypeConnection:
			values[input.Name] = r.Name + "-" + strings.ReplaceAll(input.Name, "_", "-")
		case input.Name == "program":
			values[input.Name] = "/bin/echo"
		}
	}
	return values
}

// signed makes the request that the sender would send.
func signed(t *testing.T, in *instance, r *recipe.Recipe, promise *recipe.Test, inbox string) *http.Request {
	t.Helper()
	box, err := in.db.Inbox(t.Context(), inbox)
	require.NoError(t, err)
	sample, ok := r.Sample(promise.Sample)
	require.True(t, ok)
	sample = fresh(sample)
	path := "/in/" + inbox
	if key := box.Verify.Key.Reveal(); key != "" {
		path += "/" + key
	}
	if sample.Query != "" {
		path += "?" + sample.Query
	}
	header := http.Header{}
	for _, h := range sample.Headers {
		header.Set(h.Name, h.Value)
	}
	verifier, err := verify.New(box.Verify)
	require.NoError(t, err)
	proof, err := verifier.Sign(verify.Request{Method: sample.Method, URL: rehearsedURL + path, Header: header.Values, Body: []byte(sample.Body), Now: now()})
	require.NoError(t, err, r.Name)
	body := []byte(sample.Body)
	if proof.Body != nil {
		body = proof.Body
	}
	for _, h := range proof.Headers {
		header.Set(h.Name, h.Value)
	}
	request := httptest.NewRequestWithContext(t.Context(), sample.Method, path, bytes.NewReader(body))
	request.Header = header
	return request
}

// answered looks at what the sender is told: what a step of the recipe answers, or what its
// inbox does.
func answered(t *testing.T, r *recipe.Recipe, promise *recipe.Test, doc *engine.Document, resp *http.Response) {
	t.Helper()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Less(t, resp.StatusCode, http.StatusBadRequest, r.Name)
	if fixed := doc.Inboxes[0].Respond; fixed.Status != 0 {
		require.Equal(t, fixed.Status, resp.StatusCode, r.Name)
		for name, value := range fixed.Headers {
			require.Equal(t, value, resp.Header.Get(name), r.Name)
		}
	}
	for _, rule := range doc.Rules {
		for _, s := range rule.Steps {
			if want, ok := promise.Rules[rule.ID][s.Key]; ok && s.Action == "respond" {
				require.Equal(t, want.Body, string(body), r.Name)
				require.Equal(t, want.Headers["Content-Type"], resp.Header.Get("Content-Type"), r.Name)
			}
		}
	}
}

// ended waits until the runs of a delivery are over, and sees to it that they succeeded.
func ended(t *testing.T, in *instance, r *recipe.Recipe, promise *recipe.Test, doc *engine.Document) {
	t.Helper()
	for id, steps := range promise.Rules {
		var run *engine.Run
		require.Eventually(t, func() bool {
			page, err := in.db.Runs(t.Context(), engine.RunFilter{Rule: id, Limit: 1})
			if err != nil || len(page.Items) == 0 {
				return false
			}
			run = page.Items[0]
			return run.State != engine.RunQueued && run.State != engine.RunRunning
		}, 20*time.Second, 5*time.Millisecond, "%s: %s", r.Name, id)
		want := engine.RunSucceeded
		for _, step := range steps {
			if step.Passes != nil && !*step.Passes {
				want = engine.RunFiltered
			}
		}
		if want != run.State {
			_, attempts, err := in.db.Run(t.Context(), run.ID)
			require.NoError(t, err)
			for _, a := range attempts {
				t.Log(a.Key, a.State, a.Error, a.Output)
			}
		}
		require.Equal(t, want, run.State, "%s: %s: %s", r.Name, id, run.Reason)
		require.Empty(t, run.Warnings, r.Name)
		programsRan(t, in, run, id, steps, doc)
	}
}

// programsRan compares what a program printed, /bin/echo here, with what it should have been
// called with.
func programsRan(t *testing.T, in *instance, run *engine.Run, id string, steps recipe.Expectation, doc *engine.Document) {
	t.Helper()
	_, attempts, err := in.db.Run(t.Context(), run.ID)
	require.NoError(t, err)
	for _, a := range attempts {
		if a.Action != "shell" {
			continue
		}
		output, ok := a.Output.(map[string]any)
		require.True(t, ok, id)
		require.Equal(t, strings.Join(steps[a.Key].Argv[1:], " ")+"\n", output["stdout"], doc.Rules[0].ID)
	}
}

// promised is one request that a recipe's step should send.
type promised struct {
	step   string
	want   recipe.Expect
	output any
	count  int
	got    int
	faults []string
}

// expect tells the servers of the world what will come.
func (w *world) expect(promise *recipe.Test, doc *engine.Document) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.promised, w.surprises = nil, nil
	for _, rule := range doc.Rules {
		for _, s := range rule.Steps {
			want, ok := promise.Rules[rule.ID][s.Key]
			if !ok || want.Skipped {
				continue
			}
			i := slices.IndexFunc(doc.Connections, func(c *engine.Connection) bool { return c.Name == s.Connection })
			var account *engine.Connection
			if i >= 0 {
				account = doc.Connections[i]
			}
			switch s.Action {
			case "slack":
				hook, _ := account.With["webhookUrl"].(string)
				want.Method, want.URL = http.MethodPost, hook
				want.JSON, want.Text = map[string]any{"text": want.Text}, ""
			case "http":
				want = unmasked(want, account)
			case "email":
			default:
				continue
			}
			w.promised = append(w.promised, &promised{step: rule.ID + "." + s.Key, want: want, output: promise.Outputs[s.Key], count: max(want.Items, 1)})
		}
	}
}

// unmasked puts the secrets of a connection where a preview hides them.
func unmasked(want recipe.Expect, account *engine.Connection) recipe.Expect {
	if account == nil {
		return want
	}
	secrets, _ := account.With["secrets"].(map[string]any)
	show := func(text string, form func(string) string) string {
		for name, value := range secrets {
			secret := fmt.Sprint(value)
			text = strings.ReplaceAll(text, "${secret:"+name+"}", form(secret))
			text = strings.ReplaceAll(text, "$%7Bsecret:"+name+"%7D", form(secret))
			text = strings.ReplaceAll(text, "%24%7Bsecret%3A"+name+"%7D", form(secret))
		}
		return text
	}
	plain := func(s string) string { return s }
	path, query, _ := strings.Cut(want.URL, "?")
	want.URL = show(path, url.PathEscape)
	if query != "" {
		want.URL += "?" + show(query, url.QueryEscape)
	}
	text, err := json.Marshal(want.JSON)
	if err == nil && want.JSON != nil {
		var value any
		_ = json.Unmarshal([]byte(show(string(text), plain)), &value)
		want.JSON = value
	}
	form := map[string]string{}
	for name, value := range want.Form {
		form[name] = show(value, plain)
	}
	if want.Form != nil {
		want.Form = form
	}
	headers := map[string]string{}
	for name, value := range want.Headers {
		headers[name] = show(value, plain)
	}
	switch with := account.With; with["auth"] {
	case "bearer":
		headers["Authorization"] = fmt.Sprint("Bearer ", with["token"])
	case "basic":
		pair := fmt.Sprintf("%v:%v", with["username"], with["password"])
		headers["Authorization"] = "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
	case "header":
		headers[fmt.Sprint(with["name"])] = fmt.Sprint(with["value"])
	}
	want.Headers = headers
	return want
}

// satisfied sees to it that everything came that was promised, and nothing else.
func (w *world) satisfied(t *testing.T, name string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	require.Empty(t, w.surprises, name)
	for _, p := range w.promised {
		require.Equal(t, p.count, p.got, "%s: %s", name, p.step)
		require.Empty(t, p.faults, "%s: %s", name, p.step)
	}
}
