package httpcall_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func TestCheck_Refuses(t *testing.T) {
	t.Parallel()
	a := newAction(t)
	for _, tc := range []struct {
		name  string
		with  map[string]any
		field string
	}{
		{"no url", map[string]any{}, "url"},
		{"empty url", map[string]any{"url": " "}, "url"},
		{"no scheme", map[string]any{"url": "example.com"}, "url"},
		{"credentials in the url", map[string]any{"url": "https://a:b@example.com"}, "url"},
		{"line break in the url", map[string]any{"url": "https://example.com/\r\nX: y"}, "url"},
		{"url is a list", map[string]any{"url": []any{"x"}}, "url"},
		{"method", map[string]any{"url": "https://e.com", "method": "CONNECT"}, "method"},
		{"two bodies", map[string]any{"url": "https://e.com", "json": 1, "text": "x"}, "text"},
		{"header name", map[string]any{"url": "https://e.com", "headers": map[string]any{"a b": "x"}}, "headers.a b"},
		{"header name with a line break", map[string]any{"url": "https://e.com", "headers": map[string]any{"a\r\nb": "x"}}, "headers.a\r\nb"},
		{"header value", map[string]any{"url": "https://e.com", "headers": map[string]any{"A": "x\r\nB: y"}}, "headers.A"},
		{"header value of a list", map[string]any{"url": "https://e.com", "headers": map[string]any{"A": []any{}}}, "headers.A"},
		{"host", map[string]any{"url": "https://e.com", "headers": map[string]any{"host": "x"}}, "headers.host"},
		{"content length", map[string]any{"url": "https://e.com", "headers": map[string]any{"Content-length": "{{ 1 }}"}}, "headers.Content-length"},
		{"transfer encoding", map[string]any{"url": "https://e.com", "headers": map[string]any{"transfer-encoding": "chunked"}}, "headers.transfer-encoding"},
		{"hops", map[string]any{"url": "https://e.com", "headers": map[string]any{"patchbay-hops": "0"}}, "headers.patchbay-hops"},
		{"query", map[string]any{"url": "https://e.com", "query": "a=b"}, "query"},
		{"redirects", map[string]any{"url": "https://e.com", "followRedirects": "yes"}, "followRedirects"},
		{"expect", map[string]any{"url": "https://e.com", "expect": "fine"}, "expect"},
		{"field of the answer", map[string]any{"url": "https://e.com", "expectBody": map[string]any{"a b": 1}}, "expectBody"},
		{"object in the answer", map[string]any{"url": "https://e.com", "expectBody": map[string]any{"a": map[string]any{}}}, "expectBody.a"},
		{"field with the wait", map[string]any{"url": "https://e.com", "retryAfter": "in a while"}, "retryAfter"},
		{"expect range", map[string]any{"url": "https://e.com", "expect": "300-200"}, "expect"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := a.Check(tc.with)
			e, ok := errors.AsType[*engine.Error](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, tc.field, e.Field)
			_, err = a.Plan(t.Context(), engine.Call{With: tc.with})
			if tc.name != "two bodies" {
				require.Error(t, err, "a plan refuses it as well")
			}
		})
	}
}

func TestCheck_TakesTemplatesAnywhere(t *testing.T) {
	t.Parallel()
	require.NoError(t, newAction(t).Check(map[string]any{
		"url": "{{ vars.base }}/x", "method": "{{ payload.m }}", "headers": map[string]any{"A": "{{ payload.a }}\n"},
		"query": "{{ payload.q }}", "form": "{{ payload }}", "followRedirects": "{{ payload.f }}", "expect": "{{ payload.e }}",
	}))
}

func TestPlan_RefusesLineBreaksThatCameOutOfData(t *testing.T) {
	t.Parallel()
	a := newAction(t)
	for _, value := range []string{"a\r\nX-Evil: 1", "a\nb", "a\rb", "a\x00b", "a\x7fb"} {
		_, err := a.Plan(t.Context(), engine.Call{With: map[string]any{
			"url": "https://example.com", "headers": map[string]any{"X-Title": value},
		}})
		f := engine.AsFailure(err)
		require.True(t, f.Permanent)
		require.Contains(t, f.Message, "headers.X-Title")
		_, err = a.Plan(t.Context(), engine.Call{With: map[string]any{"url": "https://example.com/" + value}})
		require.Contains(t, engine.AsFailure(err).Message, "url")
	}
}

func TestCheck_ReportsAllFaults(t *testing.T) {
	t.Parallel()
	err := newAction(t).Check(map[string]any{"urll": "x", "method": 5.5, "json": 1})
	require.ErrorContains(t, err, `urll: There is no field "urll" here; did you mean "url"?`)
	require.ErrorContains(t, err, "url: This field is empty")
	require.ErrorContains(t, err, "method: ")
}
