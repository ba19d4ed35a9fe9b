package decode_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/decode"
)

func issue(b *testing.B) []byte {
	b.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "payloads", "github", "check_run", "body.json"))
	require.NoError(b, err)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	return body
}

func BenchmarkPayload_Full(b *testing.B) {
	body := issue(b)
	for b.Loop() {
		decode.Payload(jsonType, body, decode.Options{})
	}
}

func BenchmarkPayload_SomeKeys(b *testing.B) {
	body := issue(b)
	for b.Loop() {
		decode.Payload(jsonType, body, decode.Options{Fields: engine.Fields{"action": nil, "sender": {"login": nil}}})
	}
}

func BenchmarkPayload_EncodingJSON(b *testing.B) {
	body := issue(b)
	for b.Loop() {
		var v any
		_ = json.Unmarshal(body, &v)
	}
}

func BenchmarkCheck(b *testing.B) {
	body := issue(b)
	for b.Loop() {
		_ = decode.Check(jsonType, body)
	}
}

func BenchmarkText(b *testing.B) {
	body := issue(b)
	for b.Loop() {
		decode.Text(jsonType, body, "check_run.id")
	}
}
