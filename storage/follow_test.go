package storage_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"patchbay/engine"
	"patchbay/storage"
)

// most is how long a file ever was until done is closed.
func most(path string, done <-chan struct{}) <-chan int64 {
	out := make(chan int64, 1)
	go func() {
		var longest int64
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			if info, err := os.Stat(path); err == nil {
				longest = max(longest, info.Size())
			}
			select {
			case <-tick.C:
			case <-done:
				out <- longest
				return
			}
		}
	}()
	return out
}

// sendLarge stores large events, several at a time.
func sendLarge(t *testing.T, db *storage.DB, events, body int) {
	t.Helper()
	var senders errgroup.Group
	senders.SetLimit(8)
	for n := range events {
		senders.Go(func() error {
			e := plainEvent(n)
			e.Verdict, e.Body = engine.Duplicate, []byte(randomText(body))
			_, err := db.Accept(t.Context(), e, engine.Claim{})
			return err
		})
	}
	require.NoError(t, senders.Wait())
}

// A removal gives no numbers, but it writes as much as others do.
func TestLog_StaysShortWhileAnInboxIsRemoved(t *testing.T) {
	t.Parallel()
	const events, senders, longest = 15_000, 64, 36 << 20
	in := newInstance(t)
	config := in.config()
	config.Now = time.Now // giving way takes time
	db, err := storage.Open(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	putInbox(t, db, "github")
	var all sync.WaitGroup
	for s := range senders {
		all.Go(func() {
			for n := s; n < events; n += senders {
				if _, err := db.Accept(t.Context(), plainEvent(n), engine.Claim{Key: strconv.Itoa(n)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	done := make(chan struct{})
	longestLog := most(filepath.Join(in.dir, storage.FileName+"-wal"), done)
	require.NoError(t, db.DeleteInbox(t.Context(), "github", 1))
	close(done)
	require.Less(t, <-longestLog, int64(longest))
}

// The write-ahead log is begun anew while events keep coming and while they are
// deleted, although no commit copies it into the file.
func TestLog_StaysShortWhileThereAreCommits(t *testing.T) {
	t.Parallel()
	const events, body, longest = 400, 256 << 10, 48 << 20 // 100 MB in all
	in := newInstance(t)
	db := in.open(t)
	log := filepath.Join(in.dir, storage.FileName+"-wal")
	done := make(chan struct{})
	longestLog := most(log, done)
	sendLarge(t, db, events, body)
	close(done)
	require.Less(t, <-longestLog, int64(longest), "while events came")

	done = make(chan struct{})
	longestLog = most(log, done)
	deleted, err := db.Prune(t.Context(), in.now.Add(365*24*time.Hour))
	require.NoError(t, err)
	require.EqualValues(t, events, deleted)
	close(done)
	require.Less(t, <-longestLog, int64(longest), "while they were deleted")
	info, err := os.Stat(filepath.Join(in.dir, storage.FileName))
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(longest)/4, "the file is short again")
	faults, err := db.Verify(t.Context())
	require.NoError(t, err)
	require.Empty(t, faults)
}

// A commit that comes between the end of copying and a look at the log has begun it anew.
func TestLog_IsBegunAnewBesideCommits(t *testing.T) {
	t.Parallel()
	const events, body, longest = 600, 256 << 10, 36 << 20 // 150 MB in all
	in := newInstance(t)
	db := in.open(t)
	log := filepath.Join(in.dir, storage.FileName+"-wal")
	var beside atomic.Int64
	db.AfterStill(func() {
		if err := acceptPlain(context.WithoutCancel(t.Context()), db, events+int(beside.Add(1))); err != nil {
			t.Error(err)
		}
	})
	done := make(chan struct{})
	longestLog := most(log, done)
	sendLarge(t, db, events, body)
	close(done)
	require.Less(t, <-longestLog, int64(longest))
}

// lines is a log that is read while it is written.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}

// As on a disk where the file of the database has no room while the log has.
func TestLog_TellsOnceThatItCannotBeCopied(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	var out lines
	config := in.config()
	config.Log = slog.New(slog.NewTextHandler(&out, nil))
	db, err := storage.Open(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	n := 0
	write := func(events int) {
		for range events {
			n++
			e := plainEvent(n)
			e.Body = []byte(randomText(256 << 10))
			accept(t, db, e, "")
		}
	}
	mend, err := db.FailCopies(t.Context())
	require.NoError(t, err)
	write(60)
	require.Eventually(t, func() bool { return out.count("could not be copied") > 0 }, 10*time.Second, time.Millisecond)
	write(60)
	full := errors.New("full")
	require.ErrorIs(t, db.Still(func() error { return full }), full)
	require.NoError(t, mend())
	write(1)
	require.Eventually(t, func() bool { return out.count("is copied into the database again") == 1 }, 10*time.Second, time.Millisecond)
	require.Equal(t, 1, out.count("could not be copied"))
	require.Zero(t, out.count("commits fail"))
}
