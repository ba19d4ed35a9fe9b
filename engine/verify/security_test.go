package verify_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

// A comparison over the shorter length, or over what is left after a prefix, would
// take one of these.
func TestVerify_RefusesPartsOfASignature(t *testing.T) {
	t.Parallel()
	for name, marker := range map[string]string{"standard-webhooks/vector-v1": "v1,", "stripe/vector-event": "v1=", "github/vector-sha256": "sha256=", "slack/slash-command-vector": "v0="} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, text := load(t, name)
			g := genuines(t)[name]
			v := engine.Verify{Scheme: g.scheme.Scheme, Secret: engine.Secret(text)}
			value := a.value(g.header)
			before, digest, _ := strings.Cut(value, marker)
			digest, _, _ = strings.Cut(digest, ",")
			accept(t, v, a.with(g.header, before+marker+digest), v.Scheme)
			for _, part := range []string{
				"", " ", "=", "==", ",", digest[:1], digest[:2], digest[:len(digest)/2], digest[:len(digest)-1], digest[:len(digest)-2], digest[1:],
				digest + "A", digest + "AAAA", digest + "00", digest + digest, digest + "\x00", digest[:4] + " " + digest[4:],
				digest + "====", strings.Repeat("0", len(digest)), strings.Repeat("A", len(digest)), "%" + digest, marker + digest,
			} {
				reject(t, v, a.with(g.header, before+marker+part), "")
			}
			for _, wrong := range []string{strings.ToUpper(marker), strings.TrimRight(marker, ",="), " " + marker[1:], "x" + marker, ""} {
				reject(t, v, a.with(g.header, before+wrong+digest), "")
			}
		})
	}
}

// How long a comparison takes cannot be tested reliably; that only comparisons in
// constant time are used can.
func TestSource_ComparesInConstantTime(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	constant := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		ast.Inspect(source, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			from, ok := call.X.(*ast.Ident)
			if !ok {
				return true
			}
			switch name := from.Name + "." + call.Sel.Name; name {
			case "bytes.Equal", "bytes.Compare", "bytes.HasPrefix", "reflect.DeepEqual":
				require.Fail(t, name+" tells by its time where two values differ", file)
			case "subtle.ConstantTimeCompare", "hmac.Equal":
				constant++
			}
			return true
		})
	}
	require.GreaterOrEqual(t, constant, 2, "of signatures and of tokens")
}
