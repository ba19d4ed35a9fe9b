package main_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// next returns what arrives at a destination.
func next[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		require.Fail(t, "nothing arrived", what)
		panic("unreachable")
	}
}

func TestServe_TakesAGitHubDeliveryThroughTheWholeChain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	http1 := newDestination(t, nil)
	mailPort, mails := newMailServer(t)
	slack, posts := newSlack(t, "xoxb-test")
	tee, err := exec.LookPath("tee")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "log")
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1", "--allow-shell", tee)
	apply(t, dir, fmt.Sprintf(`version: 1
inboxes:
  - { name: github, verify: { scheme: github, secret: "%s" } }
connections:
  - { name: mail, type: smtp, with: { host: 127.0.0.1, port: %d, tls: none, from: patchbay@example.com } }
  - { name: chat, type: slack, with: { botToken: xoxb-test, apiUrl: "%s" } }
rules:
  - name: New issue
    inbox: github
    when: event.type == "issues" && payload.action == "opened"
    steps:
      - { key: ticket, action: http, with: { method: POST, url: "%s/tickets", json: { title: "{{ payload.issue.title }}", n: "{{ payload.issue.number }}" } } }
      - { key: mail, action: email, connection: mail, with: { to: team@example.com, subject: "{{ steps.ticket.body.ticket }} {{ payload.issue.title }}", text: "by {{ payload.sender.login }}" } }
      - { key: chat, action: slack, connection: chat, with: { channel: "#ops", text: "{{ steps.ticket.body.ticket }}" } }
      - { key: log, action: shell, with: { command: [%s, %s], stdin: "{{ steps.ticket.status }} {{ steps.chat.ts }}" } }
`, secret, mailPort, slack, http1.URL, tee, file))
	api := p.client()

	first := p.accepted(github(t, "issues", "delivery-1"))
	require.False(t, first.Duplicate)
	got := next(t, http1.arrived, "the HTTP request")
	require.Equal(t, "/tickets", got.path)
	require.JSONEq(t, `{"title":"Spelling error in the README file","n":2}`, got.body)
	require.NotEmpty(t, got.key)
	letter := next(t, mails, "the mail")
	require.Contains(t, letter.text, "Subject: T-1 Spelling error in the README file")
	require.Contains(t, letter.text, "by baxterthehacker")
	require.Equal(t, []string{"TO:<team@example.com>"}, letter.to)
	require.Equal(t, map[string]any{"channel": "#ops", "text": "T-1"}, next(t, posts, "the Slack message"))
	runs := api.settled("", 1)
	require.Equal(t, "succeeded", runs[0].State)
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "201 1503435956.000247", string(written))

	again := p.accepted(github(t, "issues", "delivery-1"))
	require.True(t, again.Duplicate)
	require.Equal(t, first.ID, again.ID)

	wrong := github(t, "issues", "delivery-2")
	wrong.header["X-Hub-Signature-256"] = "sha256=" + strings.Repeat("0", 64)
	refused, err := p.deliver(t.Context(), wrong)
	require.NoError(t, err)
	require.Equal(t, http.StatusUnauthorized, refused.status)
	rejected := api.events("verdict=rejected")
	require.Len(t, rejected, 1)
	require.Equal(t, "The signature does not fit the signing secret.", rejected[0].Reason)

	later := p.accepted(github(t, "issues", "delivery-2"))
	require.False(t, later.Duplicate, "a rejected request claims no delivery id")
	p.accepted(github(t, "ping", "delivery-3"))
	require.Len(t, api.settled("", 2), 2)
	eventually(t, func() bool { return api.ledger("github").Pending == 0 }, func() string { return fmt.Sprint(api.ledger("github")) })
	require.Equal(t, ledger{
		Inbox: "github", Received: 5, Accepted: 3, Duplicate: 1, Rejected: 1, Matched: 2, Unmatched: 1,
	}, api.ledger("github"))
	require.Zero(t, p.terminate())
}

func TestServe_VerifiesTheGenuineVector(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := serve(t, dir, nil)
	apply(t, dir, "version: 1\ninboxes: [{ name: github, verify: { scheme: github, secret: mysecret } }]\n")
	body, err := os.ReadFile(filepath.Join("testdata", "github", "vector-sha256", "body.json"))
	require.NoError(t, err)
	p.accepted(delivery{path: "/in/github", body: body, header: map[string]string{
		"Content-Type":        "application/json",
		"X-Hub-Signature-256": "sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3",
	}})
}
