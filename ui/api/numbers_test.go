package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A value of each sort that a float64 does not hold, as settings may have it.
const exactValues = `{"id":9007199254740993,"big":123456789012345678901234567890,"fine":0.12345678901234567891,"list":[9007199254740995]}`

func TestNumbers_OfSettingsKeepTheirValue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.editor("POST", "/inboxes", `{"name":"a","verify":{"scheme":"none"},"respond":{"json":`+exactValues+`}}`).is(201)
	rule := `{"name":"Send","inbox":"a","steps":[{"key":"h","action":"http","with":{"url":"https://example.com","json":` + exactValues + `}}]}`
	made := w.editor("POST", "/rules", rule).is(201)
	draft := w.editor("PUT", "/rules/send/draft", rule, "If-Match", "*").is(200)
	vars := w.editor("PUT", "/vars", exactValues, "If-Match", `"0"`).is(200)
	for _, answer := range []reply{
		box, made, draft, vars,
		w.editor("GET", "/inboxes/a", ""), w.editor("GET", "/rules/send", ""), w.editor("GET", "/vars", ""),
		w.editor("GET", "/rules/send/versions/1", ""), w.editor("GET", "/export", ""),
	} {
		for _, digits := range []string{"9007199254740993", "123456789012345678901234567890", "0.12345678901234567891", "9007199254740995"} {
			require.Contains(t, answer.Body, digits)
		}
	}
}
