package runner

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMarked_ShowsThatItIsATest(t *testing.T) {
	t.Parallel()
	mail := map[string]any{"to": []any{"ada@example.com"}, "cc": "b@example.com", "bcc": "c@example.com", "subject": "Order", "text": "x"}
	for name, tc := range map[string]struct {
		action, mailTo string
		with, want     map[string]any
	}{
		"mail to me": {"email", "me@example.com", mail, map[string]any{"to": "me@example.com", "subject": "[Test] Order", "text": "x"}},
		"mail to all": {"email", "", mail, map[string]any{
			"to": []any{"ada@example.com"}, "cc": "b@example.com", "bcc": "c@example.com", "subject": "[Test] Order", "text": "x",
		}},
		"slack":                  {"slack", "", map[string]any{"text": "hi"}, map[string]any{"text": "[Test] hi"}},
		"slack blocks":           {"slack", "", map[string]any{"blocks": []any{}}, map[string]any{"blocks": []any{}}},
		"request":                {"http", "", map[string]any{"url": "u"}, map[string]any{"url": "u", "headers": map[string]any{"Patchbay-Test": "true"}}},
		"request with a header":  {"http", "", map[string]any{"headers": map[string]any{"A": "b"}}, map[string]any{"headers": map[string]any{"A": "b", "Patchbay-Test": "true"}}},
		"program":                {"shell", "", map[string]any{}, map[string]any{"env": map[string]any{"PATCHBAY_TEST": "1"}}},
		"headers from a payload": {"http", "", map[string]any{"headers": "x"}, map[string]any{"headers": "x"}},
		"note":                   {"note", "", map[string]any{"text": "hi"}, map[string]any{"text": "hi"}},
	} {
		require.Equal(t, tc.want, marked(tc.action, tc.with, tc.mailTo), name)
	}
	require.Equal(t, "Order", mail["subject"], "what was rendered stays as it is")
}
