package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/ui/api"
)

func (w *world) visual(in any) api.Visual {
	w.t.Helper()
	body, err := json.Marshal(in)
	require.NoError(w.t, err)
	return as[api.Visual](w.editor("POST", "/expressions/visual", string(body)).is(200))
}

func TestVisual_BothWays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	src := `event.type == "order" and payload.total  > 500 and (payload.a == 9007199254740993 or any(payload.items, .qty > 1))`
	got := w.visual(map[string]any{"expression": src})
	require.Empty(t, got.Errors)
	require.Equal(t, []string{"order"}, got.Tree.When.Types)
	row := got.Tree.Root.Nodes[0]
	require.Equal(t, "0.0", row.ID)
	require.Equal(t, "Total", row.Label)
	require.Equal(t, "payload.total  > 500", src[row.From:row.To])

	require.Equal(t, src, w.visual(map[string]any{"tree": got.Tree}).Expression, "nothing was edited")
	row.Op = "lte"
	edited := w.visual(map[string]any{"tree": got.Tree})
	require.Equal(t, strings.Replace(src, "payload.total  > 500", "payload.total <= 500", 1), edited.Expression)
	require.Equal(t, "lte", edited.Tree.Root.Nodes[0].Op)
	require.Equal(t, "0.1.1.w.0", edited.Tree.Root.Nodes[1].Nodes[1].Where.Nodes[0].ID)

	always := w.visual(map[string]any{"expression": ""})
	require.Equal(t, "all", always.Tree.Root.Kind)
	require.Empty(t, w.visual(map[string]any{"tree": always.Tree}).Expression)
}

func TestVisual_TellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bad := w.visual(map[string]any{"expression": "payload.a == \"é\" and\n  paylod.b"})
	require.Nil(t, bad.Tree)
	require.Len(t, bad.Errors, 1)
	require.Equal(t, 2, bad.Errors[0].Line)
	require.Equal(t, 3, bad.Errors[0].Column)
	require.Equal(t, [2]int{23, 29}, [2]int{bad.Errors[0].From, bad.Errors[0].To})

	unfinished := w.visual(map[string]any{"tree": map[string]any{"root": map[string]any{"kind": "all", "nodes": []any{
		map[string]any{"kind": "row", "field": "payload.a", "type": "number", "op": "gt", "value": "many"},
	}}}})
	require.Len(t, unfinished.Errors, 1)
	require.Equal(t, "tree.root.nodes[0].value", unfinished.Errors[0].Location)
	require.Equal(t, "0.0", unfinished.Errors[0].Node)
	require.Contains(t, unfinished.Errors[0].Message, "number")
	w.editor("POST", "/expressions/visual", `{"tree":{}}`).is(422)
	w.editor("POST", "/expressions/visual", `{"tree":{"root":{"kind":"all","nodes":`+strings.Repeat(`[{"kind":"all","nodes":`, 200)+"[]"+strings.Repeat("}]", 200)+`}}}`).is(200)
}

func TestExpressions_Operators(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	types := map[string]int{}
	for _, o := range as[api.Page[api.OperatorInfo]](w.editor("GET", "/expressions/operators", "").is(200)).Items {
		types[o.Type]++
		require.NotEmpty(t, o.Title)
	}
	require.Len(t, types, 6)
}

func TestExpressions_FieldsAndCompletion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inbox("a")
	w.editor("PUT", "/vars", `{"team":"core"}`, "If-Match", "*").is(200)
	e := w.receive("a", `{"customer":{"email":"ada@example.com"},"items":[{"qty":2}]}`)
	ask := func(path, body string) api.FieldList {
		t.Helper()
		return as[api.FieldList](w.editor("POST", path, body).is(200))
	}
	all := ask("/expressions/fields", `{"inbox":"a"}`)
	require.Equal(t, e.ID, all.EventID)
	require.Equal(t, api.FieldInfo{Path: "payload.customer", Label: "Customer", Type: "object", Sample: "1 field"}, all.Items[0])
	require.Equal(t, "payload.customer.email", ask("/expressions/fields", `{"eventId":"`+e.ID.String()+`","find":"ada"}`).Items[0].Path)
	require.Equal(t, ".qty", ask("/expressions/fields", `{"inbox":"a","items":"payload.items"}`).Items[0].Path)
	require.Equal(t, "vars.team", ask("/expressions/fields", `{"find":"team"}`).Items[0].Path)
	capped := ask("/expressions/fields", `{"inbox":"a","limit":1}`)
	require.True(t, capped.More)
	require.Len(t, capped.Items, 1)
	w.editor("POST", "/expressions/fields", `{"inbox":"nope"}`).is(404)

	got := as[api.Completion](w.editor("POST", "/expressions/complete", `{"text":"Hi {{ payload.customer.em }}","caret":25,"template":true,"inbox":"a"}`).is(200))
	require.Equal(t, "email", got.Items[0].Insert)
	require.Equal(t, 23, got.From)
	require.Equal(t, `"ada@example.com"`, got.Items[0].Sample)
	steps := as[api.Completion](w.editor("POST", "/expressions/complete", `{"text":"steps.","caret":6,"steps":{"one":{"id":1}},"sample":{}}`).is(200))
	require.Equal(t, "one", steps.Items[0].Insert)
}
