package fields_test

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"patchbay/engine/rules"
	"patchbay/engine/rules/fields"
)

// Whatever is written and sent, what is offered can be put in and is a field that is there.
func FuzzComplete(f *testing.F) {
	f.Add("payload.a.", 10, false, []byte(`{"a":{"b c":1}}`))
	f.Add(`{{ headers["`, 12, true, []byte(`[]`))
	f.Add("any(payload.items, .", 20, false, []byte(`{"items":[{"q":1}]}`))
	f.Add("payload.a == \"", 14, false, []byte(`{"a":"😀"}`))
	f.Fuzz(func(t *testing.T, text string, caret int, template bool, body []byte) {
		var payload any
		if json.Unmarshal(body, &payload) != nil || len(text) > 4096 {
			return
		}
		env := &rules.Env{Payload: payload, Event: map[string]any{"type": "a"}, Headers: map[string]any{"x-a": "b"}}
		got := fields.Complete(env, fields.Caret{Text: text, At: caret, Template: template})
		for _, it := range got.Items {
			require.LessOrEqual(t, it.From, got.To)
			require.NotEmpty(t, it.Label+it.Insert+it.Sample)
		}
		for _, field := range fields.Of(env, fields.Query{Find: text, Limit: 50}).Fields {
			p, ok := rules.ParsePath(field.Path)
			if !ok {
				require.False(t, utf8.ValidString(field.Path) && len(field.Path) < rules.MaxSource, field.Path)
				continue
			}
			_, found := p.In(env)
			require.True(t, found || p.Root == "query" || p.Root == "vars" || len(p.Keys) == 0, field.Path)
		}
	})
}
