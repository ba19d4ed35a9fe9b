package api_test

import (
	"encoding/json"
	"hash/fnv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

// fuzzSecret is stored in connections and inboxes and may never come back.
const fuzzSecret = "marker-of-a-secret-0123456789"

// inhabited is a world with one of everything, and the operations that can be fuzzed:
// all but the live stream, which has no end, and those that call other machines.
func inhabited(f *testing.F) (w *world, ops []documented, names *strings.Replacer) {
	f.Helper()
	w = newWorld(f)
	w.admin("POST", "/inboxes", `{"name":"github","verify":{"scheme":"github","secret":"`+fuzzSecret+`"}}`).is(201)
	w.admin("POST", "/connections", `{"name":"crm","type":"http","with":{"auth":"bearer","token":"`+fuzzSecret+`","hosts":["api.example.com"]}}`).is(201)
	w.admin("POST", "/rules", `{"name":"Tell","inboxes":["github"],"steps":[{"key":"a","action":"note","with":{"text":"x"}}]}`).is(201)
	e := w.receive("github", `{"n":1}`)
	run := w.start(e, "tell")
	for range 5 {
		w.receive("github", `{"n":2}`)
	}
	for _, op := range operations(f, w.document()) {
		if !slices.Contains([]string{"live", "testConnection", "testNewConnection", "listChoices", "testAlerts", "checkHealth", "checkAddress"}, op.ID) {
			ops = append(ops, op)
		}
	}
	return w, ops, strings.NewReplacer("EVENT", e.ID.String(), "RUN", run.ID.String())
}

// sendable keeps what a client can put into a line at all, and as much of it as a
// server takes.
func sendable(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f {
			return '_'
		}
		return r
	}, s[:min(len(s), 2000)])
}

// chosen is the operation of an id, or any one for a text that is none.
func chosen(ops []documented, id string) documented {
	if i := slices.IndexFunc(ops, func(op documented) bool { return op.ID == id }); i >= 0 {
		return ops[i]
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	return ops[int(h.Sum32())%len(ops)]
}

// FuzzOperation asks any operation for anything, as an administrator: it never fails
// on the server's side, says in words what is wrong, and gives no secret away.
func FuzzOperation(f *testing.F) {
	bodies := map[string][]string{
		"createRule": {
			`{"name":"x","steps":[{"key":"a","action":"note","with":{"text":"{{"}}]}`, `{"name":"x","overlap":{"mode":"queue","key":"payload.a"}}`,
			`{"name":"x","overlap":5}`, `{"name":null}`, "{\"name\":\"\xff\xfe\"}",
		},
		"createInbox": {
			`{"name":"b","verify":{"hmac":{},"tolerance":"-1s"}}`, `{"limits":{"rate":"1e309/s","body":"9999999999GiB"}}`,
			`{"name":"c","verify":{"scheme":"none"},"respond":{"headers":{"A":"b\r\nc"},"json":[1e400]}}`,
		},
		"createConnection": {`{"name":"x","type":"http","with":{"secrets":{"A":["${env:B}"]}}}`, `{"name":"x","type":"smtp","with":{"host":"a","port":1e9}}`},
		"login":            {`{"email":"a@b","password":"\u0000"}`}, "setup": {`{"token":"x"}`, `[]`, `null`},
		"checkExpression": {`{"expression":"payload.a[","sample":{"payload":1e999}}`}, "evalExpression": {`{"expression":"payload.a + 1","sample":{"payload":{"a":2}}}`},
		"apply": {`{"document":{"rules":[{"name":"x"}]}}`, `{"document":{"version":1,"inboxes":[{"name":"z"}]},"dryRun":true}`}, "preview": {`{"event":"EVENT","rule":{},"step":"a"}`},
		"replayEvents": {`{}`, `{"inbox":"github","rules":["tell"]}`}, "createUser": {`{"email":"a@b","password":"\u0000"}`}, "replaceSettings": {`{"retention":{"age":"1d"}}`, `{"allowPrivate":["::1/129","a b"]}`}, "putTable": {`{"rows":{"a":1e400}}`},
	}
	w, ops, names := inhabited(f)
	for id := range bodies {
		require.Equal(f, id, chosen(ops, id).ID)
	}
	for _, op := range ops {
		id := map[bool]string{true: "EVENT", false: "github"}[strings.Contains(op.path, "/events/")]
		if strings.Contains(op.path, "/runs/") {
			id = "RUN"
		}
		for _, body := range append(bodies[op.ID], `{}`) {
			f.Add(op.ID, id, "a", "limit=2&cursor=MQ", `"1"`, []byte(body))
		}
	}
	f.Add("listEvents", "", "", "q=%FF&since=0000-01-01T00:00:00Z&until=9999-12-31T23:59:59Z&verdict=x", "", []byte{})
	f.Add("getEvent", "1 OR 1=1", "", "order=name;drop", "", []byte{})
	f.Fuzz(func(t *testing.T, operation, id, key, query, ifMatch string, body []byte) {
		w.t = t
		op := chosen(ops, operation)
		if strings.Contains(id+key+query+ifMatch+string(body), fuzzSecret) {
			return
		}
		path := op.path
		for _, value := range []string{id, key} {
			if begin, rest, ok := strings.Cut(path, "{"); ok {
				_, end, _ := strings.Cut(rest, "}")
				path = begin + url.PathEscape(sendable(names.Replace(value))) + end
			}
		}
		got := w.do(call{
			Method: op.method, URL: path + "?" + sendable(query), As: engine.RoleAdmin, Body: names.Replace(string(body)),
			Headers: map[string]string{"If-Match": sendable(ifMatch)},
		})
		proper(t, got)
		if got.Status == http.StatusCreated {
			w.undo(got)
		}
	})
}

// undo deletes what an operation made, so that the world stays small.
func (w *world) undo(made reply) {
	w.t.Helper()
	if at := made.Header.Get("Location"); at != "" {
		w.do(call{Method: "DELETE", URL: at, As: engine.RoleAdmin, Headers: map[string]string{"If-Match": made.Header.Get("ETag")}})
	}
}

// proper requires what holds for every answer of the API.
func proper(t *testing.T, got reply) {
	t.Helper()
	require.Less(t, got.Status, http.StatusInternalServerError, got.Body)
	require.Equal(t, "nosniff", got.Header.Get("X-Content-Type-Options"))
	require.NotContains(t, got.Body, fuzzSecret)
	if got.Status < http.StatusBadRequest {
		return
	}
	require.Equal(t, "application/problem+json", got.Header.Get("Content-Type"), got.Body)
	var problem struct {
		Status int
		Detail string
	}
	require.NoError(t, json.Unmarshal([]byte(got.Body), &problem))
	require.Equal(t, got.Status, problem.Status)
	require.True(t, strings.HasSuffix(problem.Detail, "."), problem.Detail)
	for _, internal := range []string{"runtime error", "goroutine", "SQL", "sqlite", "unmarshal", "strconv", "json:"} {
		require.NotContains(t, problem.Detail, internal)
	}
}

// FuzzPage asks every list for a page: it is a page within the limit, whose cursor
// leads on, or the cursor and the limit are refused.
func FuzzPage(f *testing.F) {
	w, _, _ := inhabited(f)
	batch, _ := w.split("github")
	var lists []string
	for path, methods := range pathsOf(f, w.document()) {
		if strings.Contains(string(methods["get"]), `"name":"cursor"`) || strings.Contains(string(methods["get"]), `"name": "cursor"`) {
			path = strings.Replace(path, "/events/{id}", "/events/"+batch.ID.String(), 1)
			lists = append(lists, strings.ReplaceAll(path, "{id}", "tell"))
		}
	}
	slices.Sort(lists)
	require.Greater(f, len(lists), 7)
	for i := range lists {
		for _, cursor := range []string{"", "MQ", "MTI", "1", "-1", "Z2l0aHVi", "!", "9223372036854775807", "99999999999999999999", "LTE"} {
			f.Add(byte(i), "1", cursor)
		}
		f.Add(byte(i), "0", "")
		f.Add(byte(i), "1e3", "%00")
	}
	f.Fuzz(func(t *testing.T, list byte, limit, cursor string) {
		w.t = t
		at := lists[int(list)%len(lists)]
		ask := func(cursor string) reply {
			return w.do(call{Method: "GET", URL: at + "?" + url.Values{"limit": {sendable(limit)}, "cursor": {sendable(cursor)}}.Encode(), As: engine.RoleAdmin})
		}
		got := ask(cursor)
		proper(t, got)
		if got.Status != http.StatusOK {
			require.Equal(t, http.StatusUnprocessableEntity, got.Status, got.Body)
			return
		}
		type page struct {
			Items      []json.RawMessage `json:"items"`
			NextCursor string            `json:"nextCursor"`
		}
		first := as[page](got)
		if n, err := strconv.Atoi(limit); err == nil {
			require.LessOrEqual(t, len(first.Items), n)
		}
		if first.NextCursor == "" {
			return
		}
		require.NotEmpty(t, first.Items, "a page that leads on is not empty")
		require.NotEqual(t, cursor, first.NextCursor, "the list goes round in a circle")
		second := as[page](ask(first.NextCursor).is(http.StatusOK))
		for _, item := range second.Items {
			require.NotContains(t, first.Items, item, "the next page begins where this one ended")
		}
	})
}

func pathsOf(tb testing.TB, document []byte) map[string]map[string]json.RawMessage {
	tb.Helper()
	var doc struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	require.NoError(tb, json.Unmarshal(document, &doc))
	return doc.Paths
}
