package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

// FuzzBody sends anything at all to the operations that take the richest bodies,
// and to those that strangers reach: nothing may fail on the server's side.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `[]`, `null`, `"x"`, `{"name":null}`, `{"name":"x","steps":[{"key":"a","action":"note","with":{"text":"{{"}}]}`,
		`{"name":"x","overlap":{"mode":"queue","key":"payload.a"}}`, `{"name":"x","overlap":5}`, `{"verify":{"hmac":{},"tolerance":"-1s"}}`,
		`{"name":"x","type":"http","with":{"secrets":{"A":["${env:B}"]}}}`, `{"email":"a@b","password":"\u0000"}`, `{"expression":"payload.a[","sample":{"payload":1e999}}`,
		`{"document":{"rules":[{"name":"x"}]}}`, `{"limits":{"rate":"1e309/s","body":"9999999999GiB"}}`, "{\"name\":\"\xff\xfe\"}",
	} {
		f.Add([]byte(seed))
	}
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		w.t = t
		for _, at := range []string{
			"/login", "/setup", "/rules", "/rules?draft=true", "/inboxes", "/connections", "/expressions/check", "/expressions/eval", "/apply", "/preview", "/events/replay", "/users",
		} {
			got := w.do(call{Method: "POST", URL: "/api/v1" + at, As: engine.RoleAdmin, Body: string(body)})
			require.Less(t, got.Status, http.StatusInternalServerError, at+": "+got.Body)
		}
	})
}
