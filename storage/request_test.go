package storage

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

// FuzzRequest reads what a damaged file may hold, and what senders put into headers.
func FuzzRequest(f *testing.F) {
	f.Add(appendRequest(nil, &engine.Event{Method: "POST", Path: "/in/x", Headers: []engine.Header{{Name: "A", Value: "\xff"}, {}}, Truncated: true}))
	f.Add([]byte{fieldHeader, 2, 9, 1})
	f.Add([]byte{fieldMethod, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, stored []byte) {
		var e engine.Event
		if err := readRequest(stored, &e); err != nil {
			require.ErrorIs(t, err, errUnpack)
			return
		}
		var again engine.Event
		require.NoError(t, readRequest(appendRequest(nil, &e), &again))
		require.Equal(t, e.Headers, again.Headers)
		require.Equal(t, e.Query, again.Query)
	})
}

// FuzzPack gives back what it was given, and refuses damage without a panic.
func FuzzPack(f *testing.F) {
	c, err := newCodec()
	require.NoError(f, err)
	f.Cleanup(c.close)
	f.Add([]byte{}, []byte{packedZstd, 0x28, 0xb5, 0x2f, 0xfd})
	f.Add(bytes.Repeat([]byte("ab"), 100), []byte{packedS2, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Add(bytes.Repeat([]byte("abcd"), 1000), []byte{9})
	f.Fuzz(func(t *testing.T, plain, damaged []byte) {
		got, err := c.unpack(c.pack(nil, plain))
		require.NoError(t, err)
		require.True(t, bytes.Equal(plain, got))
		if out, err := c.unpack(damaged); err == nil {
			require.LessOrEqual(t, len(out), maxUnpacked)
		}
	})
}
