package decode_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/decode"
)

const limit = 1 << 20

// encode compresses with one of the encodings; "raw" is deflate without zlib's frame.
func encode(tb testing.TB, name string, content []byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch name {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "raw":
		raw, err := flate.NewWriter(&b, flate.BestCompression)
		require.NoError(tb, err)
		w = raw
	case "br":
		w = brotli.NewWriter(&b)
	default:
		require.FailNow(tb, name)
	}
	_, err := w.Write(content)
	require.NoError(tb, err)
	require.NoError(tb, w.Close())
	return b.Bytes()
}

func TestContent_Encodings(t *testing.T) {
	t.Parallel()
	content := []byte(strings.Repeat(`{"action":"opened"}`, 100))
	double := encode(t, "br", encode(t, "gzip", content))
	tests := map[string]struct {
		encoding string
		body     []byte
	}{
		"none":         {"", content},
		"identity":     {"identity", content},
		"gzip":         {"gzip", encode(t, "gzip", content)},
		"x-gzip":       {"X-GZIP", encode(t, "gzip", content)},
		"deflate":      {"deflate", encode(t, "deflate", content)},
		"bare deflate": {"deflate", encode(t, "raw", content)},
		"br":           {"br", encode(t, "br", content)},
		"two":          {"gzip, br", double},
		"with nothing": {" identity , gzip ,", encode(t, "gzip", content)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := decode.Content(tt.encoding, tt.body, limit)
			require.NoError(t, err)
			require.Equal(t, content, got)
		})
	}
}

func TestContent_Refused(t *testing.T) {
	t.Parallel()
	small := []byte("hello")
	window24 := []byte{0x0f, 0, 0}
	tests := map[string]struct {
		encoding string
		body     []byte
		kind     engine.Kind
	}{
		"unknown":             {"zstd", small, engine.KindUnsupported},
		"three":               {"gzip, gzip, gzip", small, engine.KindUnsupported},
		"not gzip":            {"gzip", small, engine.KindInvalid},
		"not deflate":         {"deflate", []byte{0xff, 0xff, 0xff}, engine.KindInvalid},
		"not zlib":            {"deflate", []byte{0x78, 0x9c, 0xff}, engine.KindInvalid},
		"not br":              {"br", []byte{0x21, 0xff, 0xff}, engine.KindInvalid},
		"br with a huge view": {"br", window24, engine.KindUnsupported},
		"cut gzip":            {"gzip", encode(t, "gzip", small)[:20], engine.KindInvalid},
		"cut br":              {"br", encode(t, "br", bytes.Repeat(small, 99))[:9], engine.KindInvalid},
		"gzip and rubbish":    {"gzip", append(encode(t, "gzip", small), 'x'), engine.KindInvalid},
		"empty":               {"gzip", nil, engine.KindInvalid},
		"plain over":          {"", make([]byte, limit+1), engine.KindTooLarge},
		"over by one":         {"gzip", encode(t, "gzip", make([]byte, limit+1)), engine.KindTooLarge},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := decode.Content(tt.encoding, tt.body, limit)
			require.Equal(t, tt.kind, engine.KindOf(err), "%v", err)
		})
	}
	_, err := decode.Content("gzip", encode(t, "gzip", make([]byte, limit)), limit)
	require.NoError(t, err)
}

// Not parallel: it watches the memory of the process.
//
//nolint:paralleltest // measures memory
func TestContent_BombsStaySmall(t *testing.T) {
	for _, name := range []string{"gzip", "deflate", "raw", "br"} {
		bomb := encode(t, name, make([]byte, 32<<20))
		encoding := strings.Replace(name, "raw", "deflate", 1)
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := decode.Content(encoding, bomb, limit)
		runtime.ReadMemStats(&after)
		require.Equal(t, engine.KindTooLarge, engine.KindOf(err), name)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20), name)
	}
}
