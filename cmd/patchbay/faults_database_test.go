package main_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3" // this process is the other program that uses the database
	"github.com/stretchr/testify/require"
)

// otherProgram opens the database of a server as another program would.
func otherProgram(t *testing.T, dir string) *sql.Conn {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(dir, "patchbay.db")+"?_busy_timeout=10000")
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	return conn
}

func do(t *testing.T, conn *sql.Conn, statement string) {
	t.Helper()
	_, err := conn.ExecContext(t.Context(), statement)
	require.NoError(t, err)
}

func TestFault_DatabaseLocked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	to := newSink(t, nil)
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
	apply(t, dir, fmt.Sprintf(oneStep, secret, to.URL))
	api := p.client()
	tr := startTraffic(t, p, 16, 4<<10)
	other := otherProgram(t, dir)
	holds := []time.Duration{700 * time.Millisecond}
	if *full {
		holds = append(holds, 3*time.Second, 12*time.Second)
	}
	for _, hold := range holds {
		tr.more(50)
		do(t, other, "BEGIN EXCLUSIVE")
		held, before := time.Now(), tr.acknowledged.Load()
		api.events("limit=1") // reading goes on
		eventually(t, func() bool { return time.Since(held) > hold }, tr.tell)
		require.LessOrEqual(t, tr.acknowledged.Load(), before+int64(tr.senders), "somebody else has the lock")
		refused := tr.refused.Load()
		if hold < 5*time.Second {
			require.Zero(t, refused, "a short lock is waited for")
		} else {
			require.NotZero(t, refused, "senders do not wait for a long one")
		}
		do(t, other, "COMMIT")
		tr.more(1)
		t.Logf("locked for %s, %d refused", hold, refused)
	}
	tr.more(50)
	got := tr.prove(p, to)
	faultNote(t, "locked for %s by another program: %d events, %d refused, slowest answer %s, %d sent twice",
		holds[len(holds)-1], got.stored, tr.refused.Load(), time.Duration(tr.slowest.Load()).Round(time.Millisecond), got.repeated)
}

// A reader of another program that does not end keeps the write-ahead log from being
// copied into the database.
func TestFault_LargeLog(t *testing.T) {
	t.Parallel()
	want := int64(size(64, 1024)) << 20
	dir := t.TempDir()
	to := newSink(t, nil)
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
	apply(t, dir, fmt.Sprintf(oneStep, secret, to.URL))
	log := func() int64 {
		info, err := os.Stat(filepath.Join(dir, "patchbay.db-wal"))
		require.NoError(t, err)
		return info.Size()
	}
	tr := startTraffic(t, p, 16, 100<<10)
	tr.more(20)
	reader := otherProgram(t, dir)
	grow := func() {
		do(t, reader, "BEGIN")
		do(t, reader, "SELECT count(*) FROM events")
		var longest atomic.Int64
		eventually(t, func() bool { longest.Store(log()); return longest.Load() >= want }, func() string {
			return fmt.Sprintf("the log has %d MiB; %s", longest.Load()>>20, tr.tell())
		})
	}
	start := time.Now()
	grow()
	grown, used := time.Since(start), p.memory()
	require.Less(t, used, 400<<20)
	require.Zero(t, tr.refused.Load())

	// It shrinks when the reader has gone, with the next commits or without any.
	do(t, reader, "COMMIT")
	start = time.Now()
	if *full {
		tr.stop()
	}
	const short = 24 << 20
	eventually(t, func() bool { return log() <= short }, func() string { return fmt.Sprintf("the log has %d MiB", log()>>20) })
	shrunk := time.Since(start)

	// A start finds a large log.
	tr.resume(p)
	grow()
	p.kill()
	tr.stop()
	do(t, reader, "COMMIT")
	start = time.Now()
	p = serve(t, dir, nil, "--allow-private", "127.0.0.1")
	began := time.Since(start)
	require.LessOrEqual(t, log(), int64(short))
	tr.resume(p)
	tr.more(20)
	got := tr.prove(p, to)
	faultNote(t, "%d MiB after %s, %d MiB of memory, short again %s after the reader had gone; start with such a log %s; %d events, slowest answer %s",
		want>>20, grown.Round(time.Millisecond), used>>20, shrunk.Round(time.Millisecond), began.Round(time.Millisecond), got.stored,
		time.Duration(tr.slowest.Load()).Round(time.Millisecond))
}
