package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/verify"
	"patchbay/ui/api"
)

func TestEventRules_TellWhatBecameOfEach(t *testing.T) {
	t.Parallel()
	w, e, run := lived(t)
	w.advance(time.Hour)
	w.admin("POST", "/rules", `{"id":"late","name":"Late","inbox":"shop","steps":[{"key":"n","action":"note","with":{"text":"x"}}]}`).is(201)
	w.admin("POST", "/rules?draft=true", `{"id":"draft","name":"Draft","inbox":"shop"}`).is(201)
	w.admin("POST", "/rules", `{"id":"other","name":"Elsewhere","inbox":"shop","steps":[]}`)
	second := w.receive("shop", `{"total":"1"}`)
	epoch, err := w.db.Begin(t.Context())
	require.NoError(t, err)
	_, err = w.db.Route(t.Context(), engine.Routing{
		Event: second.ID, Inbox: "shop", Route: engine.RouteUnmatched, Epoch: epoch,
		Notes: []engine.RuleNote{{Rule: "late", Version: 1, Note: "It took too long."}},
	})
	require.NoError(t, err)
	look := func(id engine.ID) map[string]api.EventRule {
		byRule := map[string]api.EventRule{}
		for _, r := range as[api.Page[api.EventRule]](w.admin("GET", "/events/"+id.String()+"/rules", "").is(200)).Items {
			byRule[r.RuleID] = r
		}
		return byRule
	}
	got := look(e.ID)
	require.Equal(t, "matched", got["tell"].Result)
	require.Equal(t, run.ID, got["tell"].Runs[0].ID)
	require.Equal(t, 1, got["tell"].VersionThen)
	require.Equal(t, "not-published", got["late"].Result)
	require.Zero(t, got["late"].VersionThen)
	require.Equal(t, w.clock(), *got["late"].PublishedAt, "it was published later")
	require.Equal(t, "not-published", got["draft"].Result)
	require.Nil(t, got["draft"].PublishedAt)
	got = look(second.ID)
	require.Equal(t, "not-matched", got["tell"].Result)
	require.Equal(t, "not-told", got["late"].Result)
	require.Equal(t, "It took too long.", got["late"].Note)
	refused := &engine.Event{ID: newID(), Inbox: "shop", ReceivedAt: w.clock(), Verdict: engine.Rejected}
	_, err = w.db.Accept(t.Context(), refused, engine.Claim{})
	require.NoError(t, err)
	require.Equal(t, "not-judged", look(refused.ID)["tell"].Result)
	w.admin("DELETE", "/rules/tell", "", "If-Match", "*").is(204)
	got = look(e.ID)
	require.Equal(t, "matched", got["tell"].Result, "a deleted rule is still named")
	require.Zero(t, got["tell"].Version)
	w.admin("GET", "/events/"+newID().String()+"/rules", "").is(404)

	types := as[api.TypeList](w.admin("GET", "/event-types?inbox=shop", "").is(200))
	require.Equal(t, []string{"issues", "orders/create"}, []string{types.Items[0].Type, types.Items[1].Type})
	require.Equal(t, "Order created", types.Items[1].Title)
	require.Equal(t, 3, types.Looked)
	shown := as[api.Event](w.admin("GET", "/events/"+e.ID.String(), "").is(200))
	require.Equal(t, second.ID, shown.Newer)
	require.Zero(t, shown.Older)
}

func TestEvents_SayInOneLineWhatTheyAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	summaryOf := func(body, contentType string) string {
		e := &engine.Event{ID: newID(), Inbox: "a", ReceivedAt: w.clock(), Verdict: engine.Accepted, ContentType: contentType, Body: []byte(body)}
		_, err := w.db.Accept(t.Context(), e, engine.Claim{})
		require.NoError(t, err)
		listed := as[api.EventList](w.admin("GET", "/events?limit=1", "").is(200)).Items[0]
		require.Equal(t, e.ID, listed.ID)
		shown := as[api.Event](w.admin("GET", "/events/"+e.ID.String(), "").is(200))
		if len(body) < 64<<10 {
			require.Equal(t, listed.Summary, shown.Summary)
		}
		return listed.Summary
	}
	order, issue, form := verify.Samples("shopify")[0].Body, verify.Samples("github")[0].Body, verify.Samples("form")[0].Body
	const jsonType = "application/json"
	for _, tc := range []struct{ body, contentType, want string }{
		{order, jsonType, "#1001 · 640.00 USD · ada@example.com"},
		{issue, jsonType, "opened · Spelling error in the README file · #2 · ada-example"},
		{form, "application/x-www-form-urlencoded", "A question · Ada Lovelace · ada@example.com"},
		{`{"data":{"object":{"amount":500,"currency":"usd"}}}`, jsonType, "500 usd"},
		{`[{"title":"One"},{"title":"Two"}]`, jsonType, "2 × One"},
		{`[]`, jsonType, "Nothing"},
		{`{}`, jsonType, ""},
		{`{"a":{"b":{"c":{"d":{"title":"too deep"}}}}}`, jsonType, ""},
		{"Hello\n  world\x00", "text/plain", "Hello world\x00"},
		{`{"title":"` + strings.Repeat("ä", 500) + `"}`, jsonType, strings.Repeat("ä", 59) + "…"},
		{`{"text":"Hello","name":"Ada","inner":{"name":"x"}}`, jsonType, "Hello · Ada"},
	} {
		require.Equal(t, tc.want, summaryOf(tc.body, tc.contentType), tc.body[:min(80, len(tc.body))])
	}
	large, err := json.Marshal(map[string]string{"title": "x", "fill": strings.Repeat("y", 70<<10)})
	require.NoError(t, err)
	require.Empty(t, summaryOf(string(large), jsonType), "large bodies are not read for a list")
}

func TestEvents_SummariesLookAtABoundedNumberOfObjects(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	crowd := func(title int) string {
		var body strings.Builder
		body.WriteString(`{"a":{`)
		for i := range 4000 {
			if i > 0 {
				body.WriteByte(',')
			}
			fmt.Fprintf(&body, `"k%04d":{`, i)
			if i == title {
				body.WriteString(`"title":"Here"`)
			}
			body.WriteByte('}')
		}
		return body.String() + `}}`
	}
	for title, want := range map[int]string{100: "Here", 3999: ""} {
		e := &engine.Event{ID: newID(), Inbox: "a", ReceivedAt: w.clock(), Verdict: engine.Accepted, ContentType: "application/json", Body: []byte(crowd(title))}
		_, err := w.db.Accept(t.Context(), e, engine.Claim{})
		require.NoError(t, err)
		require.Equal(t, want, as[api.Event](w.admin("GET", "/events/"+e.ID.String(), "").is(200)).Summary)
	}
}
