package storage_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"
	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/storage"
)

// marker is a secret that is easy to find where it should not be.
const marker = "MARKER-7f3a9c51d2e84b60"

// fillSecrets stores an inbox and two connections that hold the marker.
func fillSecrets(t *testing.T, db *storage.DB) {
	t.Helper()
	require.NoError(t, db.PutInbox(t.Context(), &engine.Inbox{Name: "shop", Verify: engine.Verify{
		Scheme: "hmac", Secret: marker + "-1", Secrets: []engine.Secret{marker + "-2"}, Key: marker + "-3", HMAC: &engine.HMACShape{Header: "X"},
	}}, 0))
	for _, name := range []string{"mail", "api"} {
		require.NoError(t, db.PutConnection(t.Context(), &engine.Connection{
			Name: name, Type: "http", With: map[string]any{"url": "https://example.com"}, Secrets: map[string]engine.Secret{"password": engine.Secret(marker + "-" + name)},
		}, 0))
	}
}

// raw changes the file itself, past everything that protects it.
func (in *instance) raw(t *testing.T, query string) {
	t.Helper()
	execFile(t, filepath.Join(in.dir, storage.FileName), query)
}

func execFile(t *testing.T, path, query string) {
	t.Helper()
	require.NoError(t, tryFile(t, path, query))
}

func tryFile(t *testing.T, path, query string) error {
	t.Helper()
	pool, err := sql.Open("sqlite3", path)
	require.NoError(t, err)
	defer func() { require.NoError(t, pool.Close()) }()
	_, err = pool.ExecContext(t.Context(), query)
	return err
}

func TestSecrets_NeverAppearInTheFiles(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.use(t, func(db *storage.DB) {
		fillSecrets(t, db)
		in.requireNoMarker(t) // while the write-ahead log holds them
		require.NoError(t, db.Backup(t.Context(), filepath.Join(in.dir, "copy.db")))
	})
	in.requireNoMarker(t)
	require.True(t, in.contains(t, "https://example.com"), "the search finds what is there")
}

func (in *instance) requireNoMarker(t *testing.T) {
	t.Helper()
	require.False(t, in.contains(t, marker))
	require.False(t, in.contains(t, storage.EncodeKey(in.key)))
	require.False(t, in.contains(t, string(in.key)))
}

func (in *instance) contains(t *testing.T, text string) bool {
	t.Helper()
	files, err := os.ReadDir(in.dir)
	require.NoError(t, err)
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(in.dir, f.Name()))
		require.NoError(t, err)
		if bytes.Contains(content, []byte(text)) {
			return true
		}
	}
	return false
}

func TestOpen_RefusesTheWrongKey(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.use(t, func(db *storage.DB) { fillSecrets(t, db) })
	right := in.key
	in.key = storage.NewKey()
	_, err := storage.Open(t.Context(), in.config())
	require.Equal(t, engine.KindInvalid, engine.KindOf(err))
	require.ErrorContains(t, err, "PATCHBAY_SECRET_KEY")
	require.ErrorContains(t, err, storage.KeyFile)
	in.key = right
	in.use(t, func(db *storage.DB) {
		c, err := db.Connection(t.Context(), "mail")
		require.NoError(t, err)
		require.Equal(t, marker+"-mail", c.Secrets["password"].Reveal())
	})
}

func TestSecrets_ThatWereTamperedWithAreNotUsed(t *testing.T) {
	t.Parallel()
	for name, tamper := range map[string]func(t *testing.T, in *instance){
		"one bit": func(t *testing.T, in *instance) {
			t.Helper()
			in.raw(t, "UPDATE connections SET secrets = CAST(substr(secrets, 1, length(secrets) - 1) || x'00' AS BLOB) WHERE name = 'mail'")
			in.raw(t, "UPDATE inboxes SET secrets = CAST(substr(secrets, 1, length(secrets) - 1) || x'00' AS BLOB)")
		},
		"cut": func(t *testing.T, in *instance) {
			t.Helper()
			in.raw(t, "UPDATE connections SET secrets = substr(secrets, 1, 20) WHERE name = 'mail'")
			in.raw(t, "UPDATE inboxes SET secrets = substr(secrets, 1, 3)")
		},
		"moved": func(t *testing.T, in *instance) {
			t.Helper()
			in.raw(t, "UPDATE connections SET secrets = (SELECT secrets FROM connections WHERE name = 'api') WHERE name = 'mail'")
			in.raw(t, "UPDATE inboxes SET secrets = (SELECT secrets FROM connections WHERE name = 'api')")
		},
		"empty": func(t *testing.T, in *instance) {
			t.Helper()
			in.raw(t, "UPDATE connections SET secrets = x'' WHERE name = 'mail'")
			in.raw(t, "UPDATE inboxes SET secrets = x''")
		},
		"of another key": func(t *testing.T, in *instance) {
			t.Helper()
			in.raw(t, "UPDATE connections SET secrets = CAST(substr(secrets, 1, 1) || x'01020304' || substr(secrets, 6) AS BLOB) WHERE name = 'mail'")
			in.raw(t, "UPDATE inboxes SET secrets = CAST(substr(secrets, 1, 1) || x'01020304' || substr(secrets, 6) AS BLOB)")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := newInstance(t)
			in.use(t, func(db *storage.DB) {
				fillSecrets(t, db)
				faults, err := db.Verify(t.Context())
				require.NoError(t, err)
				require.Empty(t, faults)
			})
			tamper(t, in)
			in.use(t, func(db *storage.DB) { requireDamaged(t, db) })
		})
	}
}

func requireDamaged(t *testing.T, db *storage.DB) {
	t.Helper()
	_, err := db.Connection(t.Context(), "mail")
	require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
	require.NotContains(t, err.Error(), marker)
	list, err := db.Connections(t.Context())
	require.NoError(t, err)
	require.Equal(t, marker+"-api", list[0].Secrets["password"].Reveal(), "others are not touched")
	require.Nil(t, list[1].Secrets)
	require.NotEmpty(t, list[1].LastError)

	in, err := db.Inbox(t.Context(), "shop")
	require.NoError(t, err)
	require.True(t, in.Verify.Pending, "requests are held, none is believed")
	require.Empty(t, in.Verify.Active())

	faults, err := db.Verify(t.Context())
	require.NoError(t, err)
	require.Len(t, faults, 2)
	require.Contains(t, strings.Join(faults, " "), `inbox "shop"`)
	require.Contains(t, strings.Join(faults, " "), `connection "mail"`)

	_, err = db.RotateKey(t.Context(), storage.NewKey())
	require.Equal(t, engine.KindConflict, engine.KindOf(err), "a rotation would lose them for good")

	in.Verify.Pending, in.Verify.Secret = false, "entered again"
	require.NoError(t, db.PutInbox(t.Context(), in, in.Version))
	require.NoError(t, db.DeleteConnection(t.Context(), "mail", 1))
	faults, err = db.Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, faults)
}

func TestFingerprint_IsKeyedAndStable(t *testing.T) {
	t.Parallel()
	in, other := newInstance(t), newInstance(t)
	a, b := in.open(t), other.open(t)
	made := a.Fingerprint("Bearer " + marker)
	require.Regexp(t, `^hash:[0-9a-f]{32}$`, made)
	require.Equal(t, made, a.Fingerprint("Bearer "+marker))
	require.NotEqual(t, made, a.Fingerprint("Bearer "+marker+" "))
	require.NotEqual(t, made, b.Fingerprint("Bearer "+marker))
}

func TestRotateKey_SealsEverythingAnew(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	require.NoError(t, storage.WriteKey(in.dir, in.key))
	next := storage.NewKey()
	in.use(t, func(db *storage.DB) {
		fillSecrets(t, db)
		inFile, err := db.RotateKey(t.Context(), next)
		require.NoError(t, err)
		require.True(t, inFile)
		requireSecrets(t, db)
		require.NoError(t, db.PutConnection(t.Context(), &engine.Connection{Name: "later", Type: "http", Secrets: map[string]engine.Secret{"password": marker}}, 0))
	})
	_, err := storage.Open(t.Context(), in.config())
	require.Equal(t, engine.KindInvalid, engine.KindOf(err), "the old key is of no use any more")
	in.key, err = storage.LoadKey(in.dir, "")
	require.NoError(t, err)
	require.Equal(t, next, in.key)
	in.use(t, func(db *storage.DB) {
		requireSecrets(t, db)
		faults, err := db.Verify(t.Context())
		require.NoError(t, err)
		require.Empty(t, faults)
	})
}

func requireSecrets(t *testing.T, db *storage.DB) {
	t.Helper()
	in, err := db.Inbox(t.Context(), "shop")
	require.NoError(t, err)
	require.Equal(t, []engine.Secret{marker + "-1", marker + "-2"}, in.Verify.Active())
	require.Equal(t, marker+"-3", in.Verify.Key.Reveal())
	for _, name := range []string{"mail", "api"} {
		c, err := db.Connection(t.Context(), name)
		require.NoError(t, err)
		require.Equal(t, marker+"-"+name, c.Secrets["password"].Reveal())
	}
}

func TestRotateKey_LeavesAKeyFromTheEnvironmentToTheCaller(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	next := storage.NewKey()
	in.use(t, func(db *storage.DB) {
		fillSecrets(t, db)
		inFile, err := db.RotateKey(t.Context(), next)
		require.NoError(t, err)
		require.False(t, inFile)
		_, err = db.RotateKey(t.Context(), []byte("short"))
		require.Error(t, err)
	})
	require.NoFileExists(t, filepath.Join(in.dir, storage.KeyFile))
	in.key = next
	in.use(t, func(db *storage.DB) { requireSecrets(t, db) })
}

func TestOpen_FinishesARotationThatWasCut(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	require.NoError(t, storage.WriteKey(in.dir, in.key))
	next := storage.NewKey()
	in.use(t, func(db *storage.DB) {
		fillSecrets(t, db)
		_, err := db.RotateKey(t.Context(), next)
		require.NoError(t, err)
	})
	// As if the power had gone between the commit and the renaming of the file.
	path := filepath.Join(in.dir, storage.KeyFile)
	require.NoError(t, os.Rename(path, path+".new"))
	require.NoError(t, storage.WriteKey(in.dir, in.key))
	in.use(t, func(db *storage.DB) { requireSecrets(t, db) })
	got, err := storage.LoadKey(in.dir, "")
	require.NoError(t, err)
	require.Equal(t, next, got)
	require.NoFileExists(t, path+".new")
}

func TestRotateKey_GoesOnBesideReadersAndWriters(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	db := in.open(t)
	fillSecrets(t, db)
	done := make(chan struct{})
	errs := make(chan error, 2)
	go func() {
		for {
			select {
			case <-done:
				errs <- nil
				return
			default:
			}
			if _, err := db.Connection(t.Context(), "mail"); err != nil {
				errs <- err
				return
			}
		}
	}()
	go func() {
		c := &engine.Connection{Name: "busy", Type: "http", Secrets: map[string]engine.Secret{"password": marker}}
		for {
			select {
			case <-done:
				errs <- nil
				return
			default:
			}
			if err := db.PutConnection(t.Context(), c, c.Version); err != nil {
				errs <- err
				return
			}
		}
	}()
	for range 20 {
		_, err := db.RotateKey(t.Context(), storage.NewKey())
		require.NoError(t, err)
	}
	close(done)
	require.NoError(t, <-errs)
	require.NoError(t, <-errs)
	faults, err := db.Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, faults)
	requireSecrets(t, db)
}
