package storage_test

import (
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/storage"
)

func TestLoadKey_TakesBase64AndHexFromTheEnvironment(t *testing.T) {
	t.Parallel()
	key := storage.NewKey()
	for name, text := range map[string]string{
		"base64":          base64.StdEncoding.EncodeToString(key),
		"base64 unpadded": base64.RawStdEncoding.EncodeToString(key),
		"base64url":       base64.URLEncoding.EncodeToString(key),
		"hexadecimal":     hex.EncodeToString(key),
		"upper case":      strings.ToUpper(hex.EncodeToString(key)),
		"with line break": base64.StdEncoding.EncodeToString(key) + "\n",
		"encoded":         storage.EncodeKey(key),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			got, err := storage.LoadKey(dir, text)
			require.NoError(t, err)
			require.Equal(t, key, got)
			require.NoFileExists(t, filepath.Join(dir, storage.KeyFile))
		})
	}
}

func TestLoadKey_RefusesWhatIsNoKey(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a password":   "correct horse battery staple",
		"16 bytes":     hex.EncodeToString(make([]byte, 16)),
		"33 bytes":     base64.StdEncoding.EncodeToString(make([]byte, 33)),
		"not quite":    strings.Repeat("g", 64),
		"only padding": "====",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := storage.LoadKey(t.TempDir(), text)
			require.Equal(t, engine.KindInvalid, engine.KindOf(err))
			require.ErrorContains(t, err, "PATCHBAY_SECRET_KEY")
			require.NotContains(t, err.Error(), text)
		})
	}
}

func TestLoadKey_MakesAFileOnTheFirstStartAndKeepsIt(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	first, err := storage.LoadKey(dir, "")
	require.NoError(t, err)
	require.Len(t, first, storage.KeySize)
	info, err := os.Stat(filepath.Join(dir, storage.KeyFile))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	again, err := storage.LoadKey(dir, "")
	require.NoError(t, err)
	require.Equal(t, first, again)
	names, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, names, 1, "no temporary file stays")
}

func TestLoadKey_GivesConcurrentFirstStartsOneKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keys, errs := make([][]byte, 8), make([]error, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() { keys[i], errs[i] = storage.LoadKey(dir, "") })
	}
	wg.Wait()
	for i := range keys {
		require.NoError(t, errs[i])
		require.Equal(t, keys[0], keys[i])
	}
}

func TestLoadKey_NeverMakesANewKeyBesideADatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, storage.FileName), []byte("SQLite format 3\x00"), 0o600))
	_, err := storage.LoadKey(dir, "")
	require.Equal(t, engine.KindInvalid, engine.KindOf(err))
	require.ErrorContains(t, err, "secret.key")
	require.ErrorContains(t, err, "PATCHBAY_SECRET_KEY")
	require.NoFileExists(t, filepath.Join(dir, storage.KeyFile))
}

func TestLoadKey_RefusesAFileThatOthersCanRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, storage.WriteKey(dir, storage.NewKey()))
	path := filepath.Join(dir, storage.KeyFile)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o644, 0o620} {
		require.NoError(t, os.Chmod(path, mode))
		_, err := storage.LoadKey(dir, "")
		require.Equal(t, engine.KindInvalid, engine.KindOf(err))
		require.ErrorContains(t, err, "chmod 600")
	}
}

func TestLoadKey_RefusesADamagedFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, storage.KeyFile), []byte("half a ke"), 0o600))
	_, err := storage.LoadKey(dir, "")
	require.Equal(t, engine.KindInvalid, engine.KindOf(err))
	require.NotContains(t, err.Error(), "half a ke")
}

func TestWriteKey_NeverWritesOverAKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	key := storage.NewKey()
	require.NoError(t, storage.WriteKey(dir, key))
	require.Equal(t, engine.KindConflict, engine.KindOf(storage.WriteKey(dir, storage.NewKey())))
	got, err := storage.LoadKey(dir, "")
	require.NoError(t, err)
	require.Equal(t, key, got)
}

func TestSealKey_OpensOnlyWithItsPassphrase(t *testing.T) {
	t.Parallel()
	key := storage.NewKey()
	sealed, err := storage.SealKey(key, "a long passphrase")
	require.NoError(t, err)
	got, err := storage.OpenKey(sealed, "a long passphrase")
	require.NoError(t, err)
	require.Equal(t, key, got)

	_, err = storage.OpenKey(sealed, "another passphrase")
	require.Equal(t, engine.KindInvalid, engine.KindOf(err))
	_, err = storage.SealKey(key, "short")
	require.Equal(t, engine.KindInvalid, engine.KindOf(err))

	text := string(sealed)
	for name, damaged := range map[string]string{
		"empty":         "",
		"something":     "patchbay-key-v1.AAAA.BBBB",
		"other version": strings.Replace(text, "-v1.", "-v2.", 1),
		"cut":           text[:len(text)-8],
		"one bit":       text[:len(text)-10] + flipped(text[len(text)-10]) + text[len(text)-9:],
	} {
		_, err := storage.OpenKey([]byte(damaged), "a long passphrase")
		require.Equal(t, engine.KindInvalid, engine.KindOf(err), name)
	}
}

func flipped(c byte) string {
	if c == 'A' {
		return "B"
	}
	return "A"
}

// As on exFAT, which has no links.
func TestNameFile_WritesOverNothingWithoutLinks(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{syscall.EPERM, syscall.EOPNOTSUPP, syscall.ENOSYS} {
		dir := t.TempDir()
		whole, path := filepath.Join(dir, "whole"), filepath.Join(dir, "name")
		noLinks := func(from, to string) error { return &os.LinkError{Op: "link", Old: from, New: to, Err: cause} }
		require.NoError(t, os.WriteFile(whole, []byte("first"), 0o600))
		require.NoError(t, storage.NameFile(whole, path, noLinks))
		require.NoError(t, os.WriteFile(whole, []byte("second"), 0o600))
		require.ErrorIs(t, storage.NameFile(whole, path, noLinks), fs.ErrExist)
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, "first", string(content))
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	}
}
