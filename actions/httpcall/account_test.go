package httpcall_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions/httpcall"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

func connection(with map[string]any, secrets map[string]engine.Secret) *engine.Connection {
	return &engine.Connection{Name: "crm", Type: "http", With: with, Secrets: secrets}
}

func TestDo_AddsCredentials(t *testing.T) {
	t.Parallel()
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Got", r.Header.Get("Authorization")+"|"+r.Header.Get("X-Api-Key")+"|"+r.URL.RawQuery)
		user, _, _ := r.BasicAuth()
		w.Header().Set("X-User", user)
	})
	a := newAction(t)
	for _, tc := range []struct {
		name     string
		c        *engine.Connection
		shown    string
		got      string
		notShown string
	}{
		{"none", connection(map[string]any{"auth": "none"}, nil), "", "||", "zz"},
		{"basic", connection(map[string]any{"username": "ann"}, map[string]engine.Secret{"password": "secret-1"}), "Basic [redacted]", "Basic [redacted]||", "secret-1"},
		{"bearer", connection(nil, map[string]engine.Secret{"token": "secret-1"}), "Bearer [redacted]", "Bearer [redacted]||", "secret-1"},
		{"header", connection(map[string]any{"auth": "header", "name": "x-api-key"}, map[string]engine.Secret{"value": "secret-1"}), "[redacted]", "|[redacted]|", "secret-1"},
		{"query", connection(map[string]any{"auth": "query", "name": "key"}, map[string]engine.Secret{"value": "secret&1"}), "key=[redacted]", "||key=[redacted]", "secret%261"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			plan, output, err := do(t, a, engine.Call{With: map[string]any{"url": base}, Connection: tc.c})
			require.NoError(t, err)
			shown, err := json.Marshal(plan.Preview)
			require.NoError(t, err)
			require.Contains(t, string(shown), tc.shown)
			require.NotContains(t, string(shown), tc.notShown)
			headers, ok := output["headers"].(map[string]any)
			require.True(t, ok)
			require.Equal(t, tc.got, headers["x-got"])
		})
	}
}

func named(hosts ...any) *engine.Connection {
	return connection(map[string]any{"hosts": hosts}, map[string]engine.Secret{"secrets.KEY": "s3cr/t&x", "secrets.OTHER": "other-secret"})
}

func TestSecrets_ArePutInWhereTheAuthorWroteThem(t *testing.T) {
	t.Parallel()
	var path, body, header, raw string
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		var sent map[string]any
		_ = json.NewDecoder(r.Body).Decode(&sent)
		text, _ := sent["k"].(string)
		path, header, raw, body = r.URL.EscapedPath(), r.Header.Get("X-K"), r.URL.RawQuery, text
	})
	plan, _, err := do(t, newAction(t), engine.Call{Connection: named("127.0.0.1"), With: map[string]any{
		"url": base + "/bot${secret:KEY}/x?a=${secret:KEY}", "headers": map[string]any{"X-K": "k ${secret:KEY} ${secret:OTHER}"},
		"query": map[string]any{"b": "${secret:KEY}"}, "json": map[string]any{"k": "<${secret:KEY}>"},
	}})
	require.NoError(t, err)
	require.Equal(t, "/bots3cr%2Ft&x/x", path)
	require.Equal(t, "a=s3cr%2Ft%26x&b=s3cr%2Ft%26x", raw)
	require.Equal(t, "k s3cr/t&x other-secret", header)
	require.Equal(t, "<s3cr/t&x>", body)
	require.Contains(t, plan.Preview.Body, "${secret:KEY}")
	require.NotContains(t, plan.Preview.URL, "s3cr")
}

func TestSecrets_InDataStayText(t *testing.T) {
	t.Parallel()
	var got map[string]any
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		got = nil
		_ = json.NewDecoder(r.Body).Decode(&got)
	})
	a := newAction(t)
	evil := "${secret:KEY}"
	_, _, err := do(t, a, engine.Call{
		Connection: named("127.0.0.1"),
		Template:   map[string]any{"url": base, "json": map[string]any{"t": "{{ payload.t }}", "all": "{{ payload }}", "s": "${secret:OTHER}"}},
		With:       map[string]any{"url": base, "json": map[string]any{"t": evil, "all": map[string]any{"x": []any{evil}}, "s": "${secret:OTHER}"}},
	})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"t": evil, "all": map[string]any{"x": []any{evil}}, "s": "other-secret"}, got)

	for _, tc := range []struct{ written, rendered string }{
		{"${secret:OTHER} {{ payload.t }}", "${secret:OTHER} ${secret:KEY}"},
		{"{{ payload.t }} ${secret:OTHER}", "${secret:KEY} ${secret:OTHER}"},
		{"${secret:OTHER} ${secret:{{ payload.t }}}", "${secret:OTHER} ${secret:KEY}"},
	} {
		_, _, err = do(t, a, engine.Call{
			Connection: named("127.0.0.1"),
			Template:   map[string]any{"url": base, "text": tc.written},
			With:       map[string]any{"url": base, "text": tc.rendered},
		})
		require.True(t, engine.AsFailure(err).Permanent, tc.written)
		require.ErrorContains(t, err, "text: ")
	}
	plan, err := a.Plan(t.Context(), engine.Call{Connection: named("127.0.0.1"), With: map[string]any{"url": base, "text": evil}})
	require.Error(t, err, "without the written form nothing is put in: %v", plan.Preview)
}

func TestSecrets_GoToListedHostsOnly(t *testing.T) {
	t.Parallel()
	a := newAction(t)
	for _, tc := range []struct {
		name, url string
		hosts     []any
		ok        bool
	}{
		{"listed", "https://api.example.com/x", []any{"api.example.com"}, true},
		{"without case", "https://API.example.com./x", []any{"Api.Example.com"}, true},
		{"with port", "https://api.example.com:8443/x", []any{"api.example.com:8443"}, true},
		{"other port", "https://api.example.com:8444/x", []any{"api.example.com:8443"}, false},
		{"below", "https://a.example.com/", []any{"*.example.com"}, true},
		{"not below", "https://example.com/", []any{"*.example.com"}, false},
		{"look-alike", "https://evilexample.com/", []any{"*.example.com"}, false},
		{"look-alike below", "https://api.example.com.evil.test/", []any{"api.example.com"}, false},
		{"unlisted", "https://evil.test/api.example.com", []any{"api.example.com"}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			with := map[string]any{"url": tc.url, "text": "${secret:KEY}"}
			_, err := a.Plan(t.Context(), engine.Call{Connection: named(tc.hosts...), With: with, Template: with})
			if tc.ok {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "url: The connection may not be used for ")
		})
	}
}

func TestPlan_RefusesCredentialsForAHostOutOfData(t *testing.T) {
	t.Parallel()
	a := newAction(t)
	open := connection(nil, map[string]engine.Secret{"token": "secret-1"})
	for written, ok := range map[string]bool{
		"https://api.example.com/{{ payload.id }}":   true,
		"https://api.example.com?x={{ payload.id }}": true,
		"{{ payload.url }}":                          false,
		"https://{{ payload.host }}/":                false,
		"https://api{{ payload.host }}":              false,
	} {
		_, err := a.Plan(t.Context(), engine.Call{
			Connection: open, With: map[string]any{"url": "https://evil.test/x"}, Template: map[string]any{"url": written},
		})
		require.Equal(t, ok, err == nil, written)
	}
	_, err := a.Plan(t.Context(), engine.Call{Connection: open, With: map[string]any{"url": "https://evil.test/x"}})
	require.ErrorContains(t, err, "url: ", "without the written form the host counts as data")
}

func TestPlan_UnknownSecret(t *testing.T) {
	t.Parallel()
	a := newAction(t)
	with := map[string]any{"url": "https://api.example.com/${secret:KEYY}"}
	_, err := a.Plan(t.Context(), engine.Call{Connection: named("api.example.com"), With: with, Template: with})
	require.ErrorContains(t, err, `did you mean "KEY"?`)
	_, err = a.Plan(t.Context(), engine.Call{With: with, Template: with})
	require.ErrorContains(t, err, "has no secret")
	host := map[string]any{"url": "https://${secret:KEY}/x"}
	_, err = a.Plan(t.Context(), engine.Call{Connection: named("api.example.com"), With: host, Template: host})
	require.Error(t, err)
}

func TestRedirect_KeepsSecretsFromOtherHosts(t *testing.T) {
	t.Parallel()
	var seen []string
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization")+r.Header.Get("X-K")+r.URL.RawQuery)
	}))
	t.Cleanup(other.Close)
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	})
	a := newAction(t)
	c := named("127.0.0.1")
	c.Secrets["token"] = "secret-1"
	with := map[string]any{"url": base, "headers": map[string]any{"X-K": "${secret:KEY}"}, "text": "x", "followRedirects": true}
	_, _, err := do(t, a, engine.Call{Connection: c, With: with})
	require.NoError(t, err)
	require.Equal(t, []string{""}, seen)
	with = map[string]any{"url": base, "text": "${secret:KEY}", "followRedirects": true}
	_, _, err = do(t, a, engine.Call{Connection: c, With: with})
	require.True(t, engine.AsFailure(err).Permanent)
	require.Len(t, seen, 1)
}

func TestConnection_Check(t *testing.T) {
	t.Parallel()
	kind := newKind(t)
	require.Equal(t, []string{"password", "token", "value", "secrets.*"}, kind.Type().Secrets)
	for _, tc := range []struct {
		name    string
		with    map[string]any
		secrets map[string]engine.Secret
		fault   string
	}{
		{"empty", nil, nil, ""},
		{"secret still in with", map[string]any{"auth": "bearer", "token": "abcd"}, nil, ""},
		{"bearer", map[string]any{"auth": "bearer"}, nil, "with.token: "},
		{"basic", map[string]any{"auth": "basic"}, nil, "with.username: "},
		{"header", map[string]any{"auth": "header"}, map[string]engine.Secret{"value": "x"}, "with.name: "},
		{"header that is not settable", map[string]any{"auth": "header", "name": "Host"}, map[string]engine.Secret{"value": "x"}, "with.name: "},
		{"header with a line break", map[string]any{"auth": "header", "name": "X"}, map[string]engine.Secret{"value": "x\ny"}, "with.name: "},
		{"unknown auth", map[string]any{"auth": "digest"}, nil, "with.auth: "},
		{"unused credentials", map[string]any{"auth": "none"}, map[string]engine.Secret{"token": "x"}, "with.auth: "},
		{"unknown field", map[string]any{"tokn": "x"}, nil, `did you mean "token"`},
		{"secrets without hosts", nil, map[string]engine.Secret{"secrets.A": "abcd"}, "with.hosts: "},
		{"short secret", map[string]any{"hosts": "a.example"}, map[string]engine.Secret{"secrets.A": "abc"}, "with.secrets.A: "},
		{"host with scheme", map[string]any{"hosts": "https://a.example"}, nil, "with.hosts: "},
		{"test address elsewhere", map[string]any{"hosts": "a.example", "testUrl": "https://b.example/"}, nil, "with.testUrl: "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := kind.Check(connection(tc.with, tc.secrets))
			if tc.fault == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.fault)
			for _, s := range tc.secrets {
				if len(s) >= 4 {
					require.NotContains(t, err.Error(), s.Reveal())
				}
			}
		})
	}
}

func newKind(t *testing.T) interface {
	Type() engine.ConnectionType
	Check(c *engine.Connection) error
} {
	t.Helper()
	c, err := outbound.New(outbound.Options{Allow: []string{"127.0.0.1"}})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return httpcall.NewConnection(c)
}

func TestConnection_Test(t *testing.T) {
	t.Parallel()
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.Header.Get("Authorization"), " good-token") {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	c, err := outbound.New(outbound.Options{Allow: []string{"127.0.0.1"}})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	kind := httpcall.NewConnection(c)
	told, err := kind.Test(t.Context(), connection(map[string]any{"testUrl": base}, map[string]engine.Secret{"token": "good-token"}))
	require.NoError(t, err)
	require.Contains(t, told, "200 OK")
	_, err = kind.Test(t.Context(), connection(map[string]any{"testUrl": base}, map[string]engine.Secret{"token": "bad-token"}))
	require.ErrorContains(t, err, "401 Unauthorized")
	require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
	told, err = kind.Test(t.Context(), connection(nil, map[string]engine.Secret{"token": "good-token"}))
	require.NoError(t, err)
	require.Contains(t, told, "Nothing was sent")
}

func TestRedirect_KeepsSecretHeadersOfAnyNameFromOtherHosts(t *testing.T) {
	t.Parallel()
	got := make(chan http.Header, 1)
	other := serve(t, func(_ http.ResponseWriter, r *http.Request) { got <- r.Header })
	base := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other, http.StatusTemporaryRedirect) })
	_, _, err := do(t, newAction(t), engine.Call{
		Connection: named("127.0.0.1"),
		With: map[string]any{"url": base, "method": "POST", "followRedirects": true, "headers": map[string]any{
			"User-Agent": "agent ${secret:KEY}", "Accept": "text/plain",
		}},
	})
	require.NoError(t, err)
	header := <-got
	require.NotContains(t, header.Get("User-Agent"), "s3cr")
	require.Equal(t, "text/plain", header.Get("Accept"))
}

func TestDo_HidesASecretThatTheAnswerIsCutIn(t *testing.T) {
	t.Parallel()
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 8<<10-3)+"other-secret")
		_, _ = io.WriteString(w, strings.Repeat("x", 64<<10-3)+"other-secret")
	})
	_, output, err := do(t, newAction(t), engine.Call{Connection: named("127.0.0.1"), With: map[string]any{"url": base}})
	require.NoError(t, err)
	require.NotContains(t, output["body"], "oth")
	headers, ok := output["headers"].(map[string]any)
	require.True(t, ok)
	require.NotContains(t, headers["x-long"], "oth")
}
