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
		require.Equal(t, e, again)
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
		for _, packed := range [][]byte{c.pack(nil, plain), c.packQuickly(nil, plain)} {
			got, err := c.unpack(packed)
			require.NoError(t, err)
			require.True(t, bytes.Equal(plain, got))
		}
		if out, err := c.unpack(damaged); err == nil {
			require.LessOrEqual(t, len(out), maxUnpacked)
		}
	})
}

// FuzzSeal opens a sealed value only as it was sealed, and only in its own place.
func FuzzSeal(f *testing.F) {
	c, err := NewCipher(bytes.Repeat([]byte{7}, KeySize))
	require.NoError(f, err)
	other, err := NewCipher(bytes.Repeat([]byte{8}, KeySize))
	require.NoError(f, err)
	at := place{"connection", "crm", "password"}
	f.Add([]byte("s3cret"), uint16(0), byte(1), "connection", "crm", "passwor")
	f.Add([]byte{}, uint16(40), byte(0), "connection", "crm", "password")
	f.Add(bytes.Repeat([]byte("a"), 300), uint16(9), byte(128), "connectioncrm", "", "password")
	f.Fuzz(func(t *testing.T, plain []byte, i uint16, flip byte, kind, name, field string) {
		sealed := c.seal(at, plain)
		if len(plain) >= 8 {
			require.False(t, bytes.Contains(sealed, plain))
		}
		got, err := c.open(at, sealed)
		require.NoError(t, err)
		require.True(t, bytes.Equal(plain, got))
		_, err = other.open(at, sealed)
		require.ErrorIs(t, err, errOtherKey)
		if elsewhere := (place{kind, name, field}); elsewhere != at {
			_, err = c.open(elsewhere, sealed)
			require.ErrorIs(t, err, errDamaged)
		}
		for _, cut := range []int{0, 1, len(sealed) - 1, int(i) % len(sealed)} {
			_, err = c.open(at, sealed[:cut])
			require.Error(t, err)
		}
		if flip != 0 {
			sealed[int(i)%len(sealed)] ^= flip
			_, err = c.open(at, sealed)
			require.Error(t, err)
		}
	})
}
