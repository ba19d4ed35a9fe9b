package main

import (
	"bytes"
	"compress/gzip"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

// What the rules have read is shown too: a packed body may be as large as any inbox of the
// instance allows.
func TestInstance_UnpacksBodiesUpToItsOwnLimit(t *testing.T) {
	t.Parallel()
	in, err := open(t.Context(), settings{Dir: t.TempDir(), MaxBody: 2 * defaultMaxBody, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, in.Close()) })
	text := strings.Repeat("a", int(defaultMaxBody)+1)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err = w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	got := in.decode(&engine.Event{
		Inbox: "a", ContentType: "text/plain", Headers: []engine.Header{{Name: "Content-Encoding", Value: "gzip"}}, Body: packed.Bytes(),
	})
	require.Empty(t, got.Error)
	require.Equal(t, text, got.Payload)
	got = in.decode(&engine.Event{
		Inbox: "a", ContentType: "text/plain", Headers: []engine.Header{{Name: "Content-Encoding", Value: "gzip"}}, Body: []byte("plain"),
	})
	require.NotEmpty(t, got.Error)
	require.Equal(t, "plain", got.Payload, "rules see it so, too")
}
