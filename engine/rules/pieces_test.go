package rules_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine/rules"
)

// The web UI finds the fields of a text by itself and reads the same cases.
func TestPieces_CasesSharedWithTheWebUI(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/pieces.json")
	require.NoError(t, err)
	var cases []struct {
		Name   string         `json:"name"`
		Text   string         `json:"text"`
		Pieces *[]rules.Piece `json:"pieces"`
	}
	require.NoError(t, json.Unmarshal(raw, &cases))
	require.NotEmpty(t, cases)
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			got, err := rules.Pieces(c.Text)
			if c.Pieces == nil {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, append([]rules.Piece(nil), *c.Pieces...), got)
		})
	}
}
