package recipe_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine/recipe"
)

var update = flag.Bool("update", false, "write the JSON Schema anew")

// The file that editors read is what the types say; -args -update writes it.
func TestSchema_IsTheGoldenFile(t *testing.T) {
	t.Parallel()
	text, err := json.MarshalIndent(recipe.Schema(), "", "  ")
	require.NoError(t, err)
	text = append(text, '\n')
	file := filepath.Join("..", "..", "examples", "recipes", "recipe.schema.json")
	if *update {
		require.NoError(t, os.WriteFile(file, text, 0o600))
	}
	golden, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(golden), string(text))
}

func TestSchema_KnowsEveryFieldOfTheHeadAndNoOther(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(recipe.Schema())
	require.NoError(t, err)
	var schema struct {
		Properties map[string]any
		Defs       map[string]struct {
			Properties           map[string]any
			Required             []string
			AdditionalProperties any
		} `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(text, &schema))
	require.Contains(t, schema.Properties, "recipe")
	head := schema.Defs["Head"]
	require.Len(t, head.Properties, reflect.TypeFor[recipe.Head]().NumField())
	require.Equal(t, false, head.AdditionalProperties)
	require.Contains(t, head.Required, "sentence")
	require.NotContains(t, head.Required, "setup")
	kind, ok := schema.Defs["Input"].Properties["type"].(map[string]any)
	require.True(t, ok)
	require.Equal(t, []any{"text", "number", "secret", "choice", "address", "inbox", "connection"}, kind["enum"])
	require.NotContains(t, schema.Defs["Rule"].Properties, "managed", "what files do not hold")
}
