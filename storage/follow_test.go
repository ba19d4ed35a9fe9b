package storage_test

import (
	"os"
	"path/filepath"
	"strconv"
	"sync"
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
