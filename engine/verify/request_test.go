package verify_test

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/verify"
)

// attempt is a request that a test changes piece by piece.
type attempt struct {
	method string
	url    string
	header map[string][]string
	body   string
	key    string
	now    time.Time
	query  string
	keys   *verify.Keyring
}

func (a attempt) request() verify.Request {
	return verify.Request{
		Method: a.method, URL: a.url, Body: []byte(a.body), Key: a.key, Now: a.now, Query: a.query, Keys: a.keys,
		Header: func(name string) []string {
			var all []string
			for k, values := range a.header {
				if strings.EqualFold(k, name) {
					all = append(all, values...)
				}
			}
			return all
		},
	}
}

func (a attempt) with(name string, values ...string) attempt {
	a.header = maps.Clone(a.header)
	if a.header == nil {
		a.header = map[string][]string{}
	}
	for k := range a.header {
		if strings.EqualFold(k, name) {
			delete(a.header, k)
		}
	}
	if len(values) > 0 {
		a.header[name] = values
	}
	return a
}

func (a attempt) value(name string) string {
	values := a.request().Header(name)
	if len(values) != 1 {
		return ""
	}
	return values[0]
}

func accept(t *testing.T, v engine.Verify, a attempt, scheme string) {
	t.Helper()
	made, err := verify.New(v)
	require.NoError(t, err)
	got, err := made.Verify(a.request())
	require.NoError(t, err)
	require.Equal(t, scheme, got)
}

func reject(t *testing.T, v engine.Verify, a attempt, sentence string) {
	t.Helper()
	made, err := verify.New(v)
	require.NoError(t, err)
	got, err := made.Verify(a.request())
	require.Equal(t, engine.KindUnauthorized, engine.KindOf(err), "%v", err)
	require.ErrorContains(t, err, sentence)
	require.Empty(t, got)
	for _, s := range append(v.Active(), v.Key) {
		if len(s) >= 10 { // shorter ones may be words of the sentence
			require.NotContains(t, err.Error(), s.Reveal())
		}
	}
}

// vector is a recorded request whose secret is known.
type vector struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
	File    string            `json:"body"`
	Secret  string            `json:"secret"`
	URL     string            `json:"signed_url"`
	Frozen  int64             `json:"frozen_time"`
	Public  string            `json:"public_key"`
	Vector  bool              `json:"vector"`
	Kind    string            `json:"vector_kind"`
}

// folder is where a recorded request is kept: those that are decoded too, once.
func folder(name string) string {
	dir := filepath.Join("testdata", "payloads", filepath.FromSlash(name))
	if _, err := os.Stat(dir); err != nil {
		return filepath.Join("..", "decode", dir)
	}
	return dir
}

func load(tb testing.TB, name string) (attempt, string) {
	tb.Helper()
	dir := folder(name)
	b, err := os.ReadFile(filepath.Join(dir, "request.json"))
	require.NoError(tb, err)
	var v vector
	require.NoError(tb, json.Unmarshal(b, &v))
	body, err := os.ReadFile(filepath.Join(dir, v.File))
	require.NoError(tb, err)
	a := attempt{method: v.Method, url: v.URL, body: string(body), header: map[string][]string{}}
	a.now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	if v.Frozen != 0 {
		a.now = time.Unix(v.Frozen, 0)
	}
	for k, value := range v.Headers {
		a.header[http.CanonicalHeaderKey(k)] = []string{value}
	}
	return a, cmp.Or(v.Secret, v.Public)
}
