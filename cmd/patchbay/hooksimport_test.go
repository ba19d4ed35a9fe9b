package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/actions/shell"
	"patchbay/engine"
	"patchbay/engine/hooksfile"
	"patchbay/ui/api"
)

// hookCall is a request to a hook, and what it should lead to: printed is what the program
// prints, its arguments and variables; "" is no run.
type hookCall struct {
	says    string
	method  string
	query   string
	headers map[string]string
	body    string
	keyless bool // without the secret part of the address
	status  int
	answer  string
	printed string
}

type hookExample struct {
	name  string
	file  string
	calls []hookCall
	lost  string // a part of what is reported as not carried over
}

func mac(of func() hash.Hash, secret string, text ...string) string {
	m := hmac.New(of, []byte(secret))
	for _, t := range text {
		m.Write([]byte(t))
	}
	return hex.EncodeToString(m.Sum(nil))
}

const (
	jsonType = "application/json"
	formType = "application/x-www-form-urlencoded"
	pushed   = `{"ref":"refs/heads/master","head_commit":{"id":"abc123"},"pusher":{"name":"Ann","email":"ann@example.com"},"secret":"mysecret"}`
	branch   = `{"ref":"refs/heads/other","head_commit":{"id":"abc123"},"pusher":{"name":"Ann","email":"ann@example.com"},"secret":"mysecret"}`
	pushArgs = `"pass-arguments-to-command":[{"source":"payload","name":"head_commit.id"},{"source":"payload","name":"pusher.name"},{"source":"payload","name":"pusher.email"}]`
	onMaster = `{"match":{"type":"value","value":"refs/heads/master","parameter":{"source":"payload","name":"ref"}}}`
	refused  = "Hook rules were not satisfied."
)

func hookHead(id string) string {
	return `[{"id":"` + id + `","execute-command":"PROGRAM","command-working-directory":"FOLDER",`
}

func typed(kind string, more ...string) map[string]string {
	h := map[string]string{"Content-Type": kind}
	for i := 0; i+1 < len(more); i += 2 {
		h[more[i]] = more[i+1]
	}
	return h
}

// hookExamples are those of webhook's own documentation.
func hookExamples() []hookExample {
	multi := "--b\r\nContent-Disposition: form-data; name=\"payload\"\r\n\r\n{\"event\":\"media.EVENT\"}\r\n--b\r\nContent-Disposition: form-data; name=\"thumb\"; filename=\"thumb.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nxx\r\n--b--\r\n"
	xml := `<app><users><user id="1" name="Jeff" /><user id="2" name="Sally" /></users><messages><message id="1" from_user="1" to_user="2">Hello!!</message></messages></app>`
	travis := func(state string) string {
		return "payload=" + `%7B%22state%22%3A%22` + state + `%22%2C%22branch%22%3A%22master%22%7D`
	}
	date := time.Now().UTC().Format("Mon 02 Jan 2006 15:04:05 UTC")
	old := time.Now().UTC().Add(-time.Hour).Format("Mon 02 Jan 2006 15:04:05 UTC")
	server := `{"eventName":"HostUp","data":{"SCALR_SERVER_HOSTNAME":"web1"}}`
	return []hookExample{
		{name: "github", file: hookHead("github") + pushArgs + `,"trigger-rule":{"and":[{"match":{"type":"payload-hash-sha1","secret":"mysecret","parameter":{"source":"header","name":"X-Hub-Signature"}}},` + onMaster + `]}}]`, calls: []hookCall{
			{says: "signed", headers: typed(jsonType, "X-Hub-Signature", "sha1="+mac(sha1.New, "mysecret", pushed)), body: pushed, status: 200, printed: "abc123|Ann|ann@example.com"},
			{says: "another branch", headers: typed(jsonType, "X-Hub-Signature", "sha1="+mac(sha1.New, "mysecret", branch)), body: branch, status: 200, answer: refused},
			{says: "wrongly signed", headers: typed(jsonType, "X-Hub-Signature", "sha1="+mac(sha1.New, "guess", pushed)), body: pushed, status: 401},
			{says: "not signed", headers: typed(jsonType), body: pushed, status: 401},
		}},
		{name: "bitbucket", file: hookHead("bitbucket") + `"pass-arguments-to-command":[{"source":"payload","name":"actor.username"}],"trigger-rule":{"match":{"type":"ip-whitelist","ip-range":"104.192.143.0/24"}}}]`, calls: []hookCall{
			{says: "from elsewhere", headers: typed(jsonType), body: `{"actor":{"username":"ann"}}`, status: 200, answer: refused},
		}},
		{name: "bitbucket-here", file: hookHead("bitbucket-here") + `"pass-arguments-to-command":[{"source":"payload","name":"actor.username"}],"trigger-rule":{"match":{"type":"ip-whitelist","ip-range":"104.192.143.0/24 0.0.0.0"}}}]`, calls: []hookCall{
			{says: "from there", headers: typed(jsonType), body: `{"actor":{"username":"ann"}}`, status: 200, printed: "ann"},
			{says: "at the address without its secret part", keyless: true, headers: typed(jsonType), body: `{}`, status: 404},
		}},
		{name: "gitlab", file: hookHead("gitlab") + `"pass-arguments-to-command":[{"source":"payload","name":"user_name"}],"response-message":"Executing redeploy script","trigger-rule":{"match":{"type":"value","value":"the-token","parameter":{"source":"header","name":"X-Gitlab-Token"}}}}]`, calls: []hookCall{
			{says: "with the token", headers: typed(jsonType, "X-Gitlab-Token", "the-token"), body: `{"user_name":"Ann B"}`, status: 200, answer: "Executing redeploy script", printed: "Ann B"},
			{says: "with another", headers: typed(jsonType, "X-Gitlab-Token", "guess"), body: `{"user_name":"Ann B"}`, status: 401},
		}},
		{name: "gogs", file: hookHead("gogs") + pushArgs + `,"trigger-rule":{"and":[{"match":{"type":"payload-hmac-sha256","secret":"mysecret","parameter":{"source":"header","name":"X-Gogs-Signature"}}},` + onMaster + `]}}]`, calls: []hookCall{
			{says: "signed", headers: typed(jsonType, "X-Gogs-Signature", mac(sha256.New, "mysecret", pushed)), body: pushed, status: 200, printed: "abc123|Ann|ann@example.com"},
			{says: "wrongly signed", headers: typed(jsonType, "X-Gogs-Signature", mac(sha256.New, "mysecret", branch)), body: pushed, status: 401},
		}},
		{name: "gitea", file: hookHead("gitea") + pushArgs + `,"trigger-rule":{"and":[{"match":{"type":"value","value":"mysecret","parameter":{"source":"payload","name":"secret"}}},` + onMaster + `]}}]`, calls: []hookCall{
			{says: "with the secret", headers: typed(jsonType), body: pushed, status: 200, printed: "abc123|Ann|ann@example.com"},
			{says: "at the address without its secret part", keyless: true, headers: typed(jsonType), body: pushed, status: 404},
			{says: "another branch", headers: typed(jsonType), body: branch, status: 200, answer: refused},
		}},
		{name: "slack", file: hookHead("slack") + `"response-message":"Executing redeploy script","trigger-rule":{"match":{"type":"value","value":"slack-token-1","parameter":{"source":"payload","name":"token"}}}}]`, calls: []hookCall{
			{says: "the command", headers: typed(formType), body: "token=slack-token-1&command=%2Fdeploy&text=", status: 200, answer: "Executing redeploy script", printed: "-"},
			{says: "at the address without its secret part", keyless: true, headers: typed(formType), body: "token=slack-token-1&command=%2Fdeploy", status: 404},
		}},
		{name: "simple-one", file: hookHead("simple-one") + `"response-message":"Executing simple webhook...","trigger-rule":{"match":{"type":"value","value":"42","parameter":{"source":"url","name":"token"}}}}]`, calls: []hookCall{
			{says: "by GET with the token", method: "GET", query: "?token=42", status: 200, answer: "Executing simple webhook...", printed: "-"},
			{says: "at the address without its secret part", keyless: true, method: "GET", query: "?token=42", status: 404},
		}},
		{name: "scalr", file: hookHead("scalr") + `"include-command-output-in-response":true,"trigger-rule":{"match":{"type":"scalr-signature","secret":"signing key"}},"pass-environment-to-command":[{"envname":"EVENT_NAME","source":"payload","name":"eventName"},{"envname":"SERVER_HOSTNAME","source":"payload","name":"data.SCALR_SERVER_HOSTNAME"}]}]`, calls: []hookCall{
			{says: "signed", headers: typed(jsonType, "Date", date, "X-Signature", mac(sha1.New, "signing key", server, date)), body: server, status: 200, answer: "-\nEVENT_NAME=HostUp\nSERVER_HOSTNAME=web1\n", printed: "-\nEVENT_NAME=HostUp\nSERVER_HOSTNAME=web1"},
			{says: "signed long ago", headers: typed(jsonType, "Date", old, "X-Signature", mac(sha1.New, "signing key", server, old)), body: server, status: 401},
			{says: "wrongly signed", headers: typed(jsonType, "Date", date, "X-Signature", mac(sha1.New, "guess", server, date)), body: server, status: 401},
		}},
		{name: "travis", file: hookHead("travis") + `"parse-parameters-as-json":[{"source":"payload","name":"payload"}],"trigger-rule":{"and":[{"match":{"type":"value","value":"passed","parameter":{"name":"payload.state","source":"payload"}}},{"match":{"type":"value","value":"master","parameter":{"name":"payload.branch","source":"payload"}}}]}}]`, calls: []hookCall{
			{says: "passed", headers: typed(formType), body: travis("passed"), status: 200, printed: "-"},
			{says: "passed, among other fields", headers: typed(formType), body: "a=1&" + travis("passed"), status: 200, printed: "-"},
			{says: "failed", headers: typed(formType), body: travis("failed"), status: 200, answer: refused},
		}},
		{name: "xml", file: hookHead("xml") + `"trigger-rule":{"and":[{"match":{"type":"value","parameter":{"source":"payload","name":"app.users.user.0.-name"},"value":"Jeff"}},{"match":{"type":"value","parameter":{"source":"payload","name":"app.messages.message.#text"},"value":"Hello!!"}},],}}]`, calls: []hookCall{
			{says: "Jeff", headers: typed("application/xml"), body: xml, status: 200, printed: "-"},
			{says: "somebody else", headers: typed("application/xml"), body: strings.ReplaceAll(xml, "Jeff", "Jim"), status: 200, answer: refused},
		}},
		{name: "plex", file: hookHead("plex") + `"parse-parameters-as-json":[{"source":"payload","name":"payload"}],"trigger-rule":{"match":{"type":"value","parameter":{"source":"payload","name":"payload.event"},"value":"media.play"}}}]`, calls: []hookCall{
			{says: "play", headers: typed("multipart/form-data; boundary=b"), body: strings.ReplaceAll(multi, "EVENT", "play"), status: 200, printed: "-"},
			{says: "pause", headers: typed("multipart/form-data; boundary=b"), body: strings.ReplaceAll(multi, "EVENT", "pause"), status: 200, answer: refused},
		}},
		{name: "test-file-webhook", lost: "ENV_VARIABLE", file: hookHead("test-file-webhook") + `"pass-file-to-command":[{"source":"payload","name":"binary","envname":"ENV_VARIABLE","base64decode":true}],"include-command-output-in-response":true}]`, calls: []hookCall{
			{says: "turned off until the program reads its input", headers: typed(jsonType), body: `{"binary":"aGk="}`, status: 202},
		}},
		{name: "on-error", file: hookHead("on-error") + `"include-command-output-in-response":true,"include-command-output-in-response-on-error":true,"pass-arguments-to-command":[{"source":"string","name":"x"},{"source":"string","name":"FAIL"}]}]`, calls: []hookCall{
			{says: "what it prints before it fails is told", headers: typed(jsonType), body: `{}`, status: 500, answer: "x|FAIL\nit failed\n", printed: "x|FAIL"},
		}},
		{name: "text", file: hookHead("text") + `"pass-arguments-to-command":[{"source":"string","name":"--as {{is}}"},{"source":"payload","name":"list"},{"source":"payload","name":"missing"},{"source":"header","name":"X-One"}],"success-http-response-code":201,"response-headers":[{"name":"X-Done","value":"yes"}],"trigger-rule-mismatch-http-response-code":409,"trigger-rule":{"not":{"match":{"type":"regex","regex":"^\"a","parameter":{"source":"payload","name":"kind"}}}}}]`, calls: []hookCall{
			{says: "not matching the pattern", headers: typed(jsonType, "X-One", "1"), body: `{"kind":"b","list":[1,"a"]}`, status: 201, printed: `--as {{is}}|[1,"a"]||1`},
			{says: "without the value", headers: typed(jsonType), body: `{}`, status: 201, printed: `--as {{is}}|||`},
			{says: "matching it", headers: typed(jsonType), body: `{"kind":"\"ab"}`, status: 409, answer: refused},
		}},
	}
}

// Every example of webhook's documentation is imported, and its requests lead to the same
// programs with the same arguments, or are refused.
func TestHooksFile_ExamplesBehaveAsTheyDid(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "redeploy.sh")
	script := "#!/bin/sh\nif [ $# = 0 ]; then echo -; else printf %s \"$1\"; shift; for a; do printf '|%s' \"$a\"; done; echo; fi\n[ \"$1\" = FAIL ] && { echo it failed >&2; exit 3; }\nfor v in EVENT_NAME SERVER_HOSTNAME; do eval \"x=\\$$v\"; [ -z \"$x\" ] || echo \"$v=$x\"; done\n"
	require.NoError(t, os.WriteFile(program, []byte(script), 0o700))
	in, err := open(t.Context(), settings{
		Dir: t.TempDir(), PublicURL: rehearsedURL, AllowShell: []string{program}, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	local := in.inProcess(in.Close)
	t.Cleanup(func() { require.NoError(t, local.Close()) })
	require.NoError(t, in.runner.Start(t.Context()))
	t.Cleanup(func() { require.NoError(t, in.runner.Stop(context.WithoutCancel(t.Context()))) })
	app := in.publicApp(appOptions{})
	t.Cleanup(func() { require.NoError(t, app.Shutdown()) })
	for _, example := range hookExamples() {
		text := strings.NewReplacer("PROGRAM", program, "FOLDER", filepath.Dir(program)).Replace(example.file)
		require.True(t, hooksfile.Recognizes([]byte(text)), example.name)
		made, err := hooksfile.Read([]byte(text), hooksfile.Options{Interprets: shell.Interprets, Variable: shell.Variable})
		require.NoError(t, err, example.name)
		var sentences []string
		for _, r := range made.Remarks {
			if r.Lost {
				sentences = append(sentences, r.Message)
			}
		}
		lost := strings.Join(sentences, " ")
		require.Equal(t, example.lost != "", lost != "", "%s: %s", example.name, lost)
		require.Contains(t, lost, example.lost)
		require.Equal(t, lost != "", len(made.Off) > 0)
		require.NoError(t, local.call(t.Context(), http.MethodPost, "/apply", api.ApplyInput{Document: api.NewDocument(made.Document), New: true}, nil), example.name)
		for _, call := range example.calls {
			called(t, in, app.Test, example.name, call)
		}
		shown, err := withReferences(made.Document)
		require.NoError(t, err, example.name)
		for _, secret := range []string{"mysecret", "the-token", "slack-token-1", "signing key"} {
			require.NotContains(t, string(shown), secret, example.name)
		}
	}
}

func called(t *testing.T, in *instance, send func(*http.Request, ...int) (*http.Response, error), inbox string, call hookCall) {
	t.Helper()
	what := inbox + ": " + call.says
	box, err := in.db.Inbox(t.Context(), inbox)
	require.NoError(t, err)
	path := "/in/" + inbox
	if key := box.Verify.Key.Reveal(); key != "" && !call.keyless {
		path += "/" + key
	}
	method := call.method
	if method == "" {
		method = http.MethodPost
	}
	before := runsOf(t, in, inbox)
	request := httptest.NewRequestWithContext(t.Context(), method, path+call.query, strings.NewReader(call.body))
	for name, value := range call.headers {
		request.Header.Set(name, value)
	}
	started := time.Now()
	resp, err := send(request, -1)
	require.NoError(t, err, what)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, call.status, resp.StatusCode, "%s: %s", what, body)
	if call.answer != "" {
		require.Equal(t, call.answer, string(body), what)
	}
	require.Less(t, time.Since(started), 5*time.Second, "%s: it waits longer than the rule takes", what)
	if call.printed == "" {
		require.Len(t, runsOf(t, in, inbox), len(before), what)
		return
	}
	require.Eventually(t, func() bool {
		now := runsOf(t, in, inbox)
		return len(now) == len(before)+1 && now[0].State != engine.RunQueued && now[0].State != engine.RunRunning
	}, 20*time.Second, 5*time.Millisecond, what)
	run, attempts, err := in.db.Run(t.Context(), runsOf(t, in, inbox)[0].ID)
	require.NoError(t, err)
	for _, a := range attempts {
		if a.Action == "shell" {
			output, _ := a.Output.(map[string]any)
			require.Equal(t, call.printed+"\n", output["stdout"], "%s: %s", what, a.Error)
		}
	}
	require.Equal(t, engine.RunSucceeded, run.State, what)
}

func runsOf(t *testing.T, in *instance, rule string) []*engine.Run {
	t.Helper()
	page, err := in.db.Runs(t.Context(), engine.RunFilter{Rule: rule, Limit: 50})
	require.NoError(t, err)
	return page.Items
}
