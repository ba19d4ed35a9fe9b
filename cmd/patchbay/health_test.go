package main_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The page Health check shows what the command doctor finds.
func TestHealthCheck_IsTheDoctor(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil, "--allow-private", "127.0.0.1")
	api := p.client()
	api.call(http.MethodPost, "/connections", `{"name":"crm","type":"http","with":{"hosts":["127.0.0.1"],"testUrl":"http://127.0.0.1:9/"}}`)
	got := api.call(http.MethodPost, "/health-check", "")
	for _, check := range []string{"instance", "clock", "disk", "key", "address", "connection crm"} {
		require.Contains(t, got.body, `"check":"`+check+`"`)
	}
	require.Contains(t, got.body, `"state":"failed"`, "nobody listens at that address")
	told := patchbay(t, nil, "doctor", "--data", p.dir)
	require.Equal(t, strings.Count(got.body, `"check"`), strings.Count(told.out, "\n")-1, told.out)

	var instance struct {
		StartedAt    string
		AllowPrivate []string
	}
	api.get("/instance", &instance)
	require.Equal(t, []string{"127.0.0.1"}, instance.AllowPrivate)
	require.NotEmpty(t, instance.StartedAt)
}
