package main_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const lists = `version: 1
inboxes:
  - name: lists
    verify: { scheme: none }
    dedupe: { key: payload.id }
    split: true
rules:
  - name: Big ones
    inbox: lists
    when: payload.n > 10
    steps:
      - { key: say, action: note, with: { text: "{{ payload.id }} of {{ query.tenant }}: {{ payload.n }}" } }
`

// post asks the API for something to be done.
func (c *client) ask(path, body string, status int) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.base+path, strings.NewReader(body))
	require.NoError(c.t, err)
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	got, err := send(req)
	require.NoError(c.t, err)
	require.Equal(c.t, status, got.status, "%s: %s", path, got.body)
}

func TestSplit_ItemsOfAListGoTheirOwnWays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := serve(t, dir, nil)
	apply(t, dir, lists)
	exported := must(t, "export", "--data", dir)
	require.Contains(t, exported, "    split: true\n")
	file := filepath.Join(t.TempDir(), "again.yaml")
	require.NoError(t, os.WriteFile(file, []byte(exported), 0o600))
	require.Contains(t, must(t, "apply", file, "--data", dir), "update inbox lists: managed\n", "an export says what is there, but for its place")
	require.Equal(t, exported, must(t, "export", "--data", dir))
	api := p.client()
	post := func(body string) answer {
		return p.accepted(delivery{path: "/in/lists?tenant=7", body: []byte(body), header: map[string]string{"Content-Type": "application/json"}})
	}

	first := post(`[{"id":"a","n":9007199254740993},{"id":"b","n":5},{"id":"c","n":11}]`)
	var said []string
	for _, r := range api.settled("", 2) {
		require.Equal(t, "succeeded", r.State)
		var full json.RawMessage
		api.get("/runs/"+r.ID, &full)
		said = append(said, string(full))
	}
	all := strings.Join(said, "\n")
	require.Contains(t, all, "a of 7: 9007199254740993")
	require.Contains(t, all, "c of 7: 11")
	batch := api.events("verdict=accepted&q=" + first.ID)[0]
	require.Equal(t, []any{"matched", ""}, []any{batch.Route, batch.Reason})

	require.False(t, post(`[{"id":"c","n":11},{"id":"d","n":12}]`).Duplicate)
	api.settled("", 3)
	again := post(`[{"id":"d","n":12},{"id":"a","n":9007199254740993}]`)
	require.Equal(t, []any{true}, []any{again.Duplicate})
	got := api.ledger("lists")
	require.Equal(t, ledger{Inbox: "lists", Received: 3, Accepted: 2, Duplicate: 1, Matched: 2}, got)

	api.ask("/events/"+first.ID+"/replay", "", http.StatusAccepted)
	api.settled("", 5)
	api.ask("/events/"+first.ID+"/replay", `{"body":"[]"}`, http.StatusUnprocessableEntity)

	api.ask("/inboxes/lists/pause", "", http.StatusOK)
	held := post(`[{"id":"a","n":99},{"id":"e","n":99}]`)
	require.Len(t, api.events("verdict=held"), 1)
	api.ask("/inboxes/lists/resume", "", http.StatusOK)
	api.ask("/inboxes/lists/release", "", http.StatusOK)
	api.settled("", 6)
	released := api.events("q=" + held.ID)[0]
	require.Equal(t, []any{"accepted", "matched", "1 of 2 items were already here."}, []any{released.Verdict, released.Route, released.Reason})
	require.Equal(t, int64(3), api.ledger("lists").Accepted)

	must(t, "send", "lists", "--file", write(t, "list.json", `[{"id":"s1","n":20},{"id":"s2","n":1}]`), "--data", dir)
	api.settled("", 7)
	require.Equal(t, int64(3), api.ledger("lists").Accepted, "a sample is outside the counters")
	require.Contains(t, must(t, "doctor", "--deep", "--data", dir), "all invariants hold")
	p.terminate()
}

func TestSplit_SurvivesAKillAtAnyTime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := serve(t, dir, nil)
	apply(t, dir, lists)
	const items = 2000
	var body bytes.Buffer
	for i := range items {
		body.WriteString(map[bool]string{true: "[", false: ","}[i == 0] + `{"n":1}`)
	}
	body.WriteString("]")
	acknowledged := make(chan string, 1)
	go func() {
		defer close(acknowledged)
		for n := 0; ; n++ {
			got, err := p.deliver(t.Context(), delivery{path: "/in/lists", body: body.Bytes(), header: map[string]string{"Content-Type": "application/json"}})
			if err != nil || got.status != http.StatusAccepted {
				return
			}
			acknowledged <- got.ID
		}
	}()
	ids := []string{next(t, acknowledged, "the first answer"), next(t, acknowledged, "the second")}
	p.kill()
	for id := range acknowledged {
		ids = append(ids, id)
	}
	p = serve(t, dir, nil)
	api := p.client()
	for _, id := range ids {
		count := 0
		for cursor := ""; ; {
			var page listOf[event]
			api.get("/events/"+id+"/items?limit=200&cursor="+cursor, &page)
			count += len(page.Items)
			if cursor = page.NextCursor; cursor == "" {
				break
			}
		}
		require.Equal(t, items, count)
	}
	eventually(t, func() bool { return len(api.events("route=pending&limit=1")) == 0 }, func() string { return "items wait for their rules" })
	require.Contains(t, must(t, "doctor", "--deep", "--data", dir), "all invariants hold")
	p.terminate()
}
