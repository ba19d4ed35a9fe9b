package api_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

var update = flag.Bool("update", false, "write the golden files anew")

// documented is an operation as the OpenAPI document shows it.
type documented struct {
	method, path string
	Role         engine.Role `json:"x-role"`
	ID           string      `json:"operationId"`
}

func operations(tb testing.TB, document []byte) []documented {
	tb.Helper()
	var doc struct {
		Paths map[string]map[string]documented `json:"paths"`
	}
	require.NoError(tb, json.Unmarshal(document, &doc))
	var all []documented
	for path, methods := range doc.Paths {
		for method, op := range methods {
			op.method, op.path = strings.ToUpper(method), path
			all = append(all, op)
		}
	}
	slices.SortFunc(all, func(a, b documented) int { return strings.Compare(a.path+" "+a.method, b.path+" "+b.method) })
	return all
}

func (w *world) document() []byte {
	w.t.Helper()
	text, err := w.api.Document()
	require.NoError(w.t, err)
	return text
}

// golden compares with a file in testdata, or writes it.
func golden(t *testing.T, name string, have []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(path, have, 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update")
	require.Equal(t, string(want), string(have), "run the test with -update and read the difference")
}

func TestDocument_IsTheGoldenFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	golden(t, "openapi.json", w.document())
	got := w.do(call{Method: "GET", URL: "/api/openapi.json"}).is(200)
	require.Equal(t, string(w.document()), got.Body)
	require.Equal(t, "application/openapi+json", got.Header.Get("Content-Type"))
}

func TestDocument_CoversEveryRoute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	known := map[string]bool{}
	for _, op := range operations(t, w.document()) {
		known[op.method+" "+op.path] = true
	}
	served := 0
	for _, stack := range w.app.Stack() {
		for _, route := range stack {
			if !strings.HasPrefix(route.Path, "/api/v1/") || route.Method == http.MethodHead {
				continue
			}
			served++
			parts := strings.Split(route.Path, "/")
			for i, part := range parts {
				if name, ok := strings.CutPrefix(part, ":"); ok {
					parts[i] = "{" + name + "}"
				}
			}
			require.True(t, known[route.Method+" "+strings.Join(parts, "/")], "%s %s is not in the document", route.Method, route.Path)
		}
	}
	require.Equal(t, len(known), served)
}

// TestAccess_TableOfRoles keeps the table of roles in a file that is read in review.
func TestAccess_TableOfRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var table strings.Builder
	for _, op := range operations(t, w.document()) {
		role := op.Role
		if role == "" {
			role = "anyone"
		}
		fmt.Fprintf(&table, "%-7s %-45s %s\n", op.method, op.path, role)
	}
	golden(t, "access.txt", []byte(table.String()))
}

func TestAccess_EveryOperationForEveryCaller(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	callers := []engine.Role{"", engine.RoleViewer, engine.RoleEditor, engine.RoleAdmin}
	nobody := newID().String()
	for _, op := range operations(t, w.document()) {
		if op.path == "/api/v1/live" {
			continue // never ends; see the tests of the live stream
		}
		url := strings.NewReplacer("{id}", nobody, "{key}", "x", "{version}", "1").Replace(op.path)
		for _, caller := range callers {
			got := w.do(call{Method: op.method, URL: url, As: caller, Body: bodyFor(op.method)})
			name := fmt.Sprintf("%s as %q: %s", op.ID, caller, got.Body)
			switch {
			case op.Role == "" || caller.Allows(op.Role):
				require.NotEqual(t, http.StatusForbidden, got.Status, name)
				require.NotEqual(t, http.StatusUnauthorized, got.Status, name)
				require.NotEqual(t, http.StatusInternalServerError, got.Status, name)
			case caller == "":
				require.Equal(t, http.StatusUnauthorized, got.Status, name)
				require.Equal(t, "Bearer", got.Header.Get("Www-Authenticate"), name)
			default:
				require.Equal(t, http.StatusForbidden, got.Status, name)
			}
		}
	}
}

func bodyFor(method string) string {
	if method == http.MethodGet || method == http.MethodDelete {
		return ""
	}
	return "{}"
}

func TestAccess_BadCredentials(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.run([]scenario{
		{Name: "unknown token", Call: call{Method: "GET", URL: "/api/v1/inboxes", Headers: map[string]string{"Authorization": "Bearer pb_x"}}, Status: 401},
		{Name: "other scheme", Call: call{Method: "GET", URL: "/api/v1/inboxes", Headers: map[string]string{"Authorization": "Basic eDp5"}}, Status: 401},
		{Name: "unknown cookie", Call: call{Method: "GET", URL: "/api/v1/inboxes", Headers: map[string]string{"Cookie": "__Host-patchbay=x"}}, Status: 401},
		{Name: "metrics", Call: call{Method: "GET", URL: "/metrics"}, Status: 401},
	})
}

func TestAccess_ExpiredToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	until := w.clock().Add(1e9 * 60)
	made := w.do(call{
		Method: "POST", URL: "/api/v1/tokens", As: engine.RoleAdmin,
		Body: `{"name":"short","scope":"write","expiresAt":"` + until.Format("2006-01-02T15:04:05Z07:00") + `"}`,
	}).is(201)
	text := as[struct{ Token string }](made).Token
	headers := map[string]string{"Authorization": "Bearer " + text}
	w.do(call{Method: "GET", URL: "/api/v1/inboxes", Headers: headers}).is(200)
	w.advance(2 * 1e9 * 60)
	w.do(call{Method: "GET", URL: "/api/v1/inboxes", Headers: headers}).is(401)
}

func TestAccess_LocalIsTheAdministrator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	local := newApp("")
	w.api.RegisterLocal(local)
	got := w.doOn(local, call{Method: "GET", URL: "/api/v1/session"}).is(200)
	require.Contains(t, got.Body, `"who":"local","role":"admin"`)
	w.doOn(local, call{Method: "POST", URL: "/api/v1/inboxes", Body: `{"name":"a","verify":{"scheme":"none"}}`}).is(201)
	file := filepath.Join(t.TempDir(), "copy.db")
	w.doOn(local, call{Method: "POST", URL: "/api/v1/backup", Body: `{"path":"` + file + `"}`}).is(204)
	require.FileExists(t, file)
	require.True(t, as[struct{ InFile bool }](w.doOn(local, call{Method: "POST", URL: "/api/v1/key/rotate"}).is(200)).InFile)
	require.Contains(t, w.doOn(local, call{Method: "GET", URL: "/api/v1/audit"}).is(200).Body, `"who":"local","action":"inbox.create","object":"a"`)

	w.do(call{Method: "POST", URL: "/api/v1/backup", As: engine.RoleAdmin, Body: `{"path":"/x"}`}).is(405)
	w.do(call{Method: "POST", URL: "/api/v1/key/rotate", As: engine.RoleAdmin, Body: `{}`}).is(404)
}
