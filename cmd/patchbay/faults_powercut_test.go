package main_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	_ "github.com/mattn/go-sqlite3" // this process reads the database too
	"github.com/stretchr/testify/require"
)

// cutPower leaves what is on the platter, and by chance some of what was on its way
// there. The server must have been killed.
func (d *faultyDisk) cutPower(random *rand.Rand) {
	d.t.Helper()
	for file, suffix := range []string{"", "-wal"} {
		states, at := make([]byte, faultyPages), int64(faultyPage+file*faultyPages)
		_, err := d.control.ReadAt(states, at)
		require.NoError(d.t, err)
		live, err := os.ReadFile(d.database() + suffix)
		require.NoError(d.t, err)
		platter := filepath.Join(d.platter, strconv.Itoa(file))
		kept, err := os.ReadFile(platter)
		require.NoError(d.t, err)
		for page := range (len(live) + faultyPage - 1) / faultyPage {
			from := page * faultyPage
			to := min(from+faultyPage, len(live))
			switch {
			case states[page] == faultyClean:
				require.LessOrEqual(d.t, to, len(kept), "page %d of the file %q", page, suffix)
				require.True(d.t, bytes.Equal(live[from:to], kept[from:to]), "page %d of the file %q is synced and not on the platter", page, suffix)
			case states[page] == faultyDirty && random.IntN(2) == 0:
				kept = append(kept, make([]byte, max(to-len(kept), 0))...)
				copy(kept[from:], live[from:to])
			}
		}
		require.NoError(d.t, os.WriteFile(platter, kept, 0o600))
		require.NoError(d.t, os.WriteFile(d.database()+suffix, kept, 0o600))
		_, err = d.control.WriteAt(make([]byte, faultyPages), at) // as the file is now
		require.NoError(d.t, err)
	}
	require.NoError(d.t, os.Remove(d.database()+"-shm"))
}

// Between the cuts the program is killed, or ends because a checkpoint could not be
// synced, and starts again with what the system still has in memory.
func TestFault_PowerCut(t *testing.T) {
	t.Parallel()
	rounds := size(4, 30)
	random := rand.New(rand.NewPCG(3, 4))
	d := newFaultyDisk(t)
	to := newSink(t, nil)
	p := d.serve()
	apply(t, d.dir, fmt.Sprintf(oneStep, secret, to.URL))
	tr := startTraffic(t, p, 16, 12<<10)
	cuts, ends := 0, 0
	for round := range rounds {
		tr.more(50)
		d.fail(callSyncLog, random.IntN(300), syscall.EIO)
		d.fail(callWrite, random.IntN(20), syscall.EIO)
		if round%2 == 0 {
			d.fail(callSyncDatabase, 1000, syscall.EIO)
			p.diedOfItsDisk()
			ends++
		} else {
			want := tr.acknowledged.Load() + int64(50+random.IntN(100))
			eventually(t, func() bool { return tr.acknowledged.Load() >= want || p.hasEnded() }, tr.tell)
			p.kill() // unless it has ended at a checkpoint
		}
		tr.stop()
		d.heal()
		if round%3 > 0 {
			d.cutPower(random)
			cuts++
		}
		p = d.serve()
		tr.keeps(p)
		sound(t, d.dir)
		tr.resume(p)
	}
	tr.more(50)
	got := tr.prove(p, to)
	faultNote(t, "%d power cuts, %d ends at a failed checkpoint; %d syncs and %d writes failed: %d events, none lost, %d sent twice",
		cuts, ends, d.failed(callSyncLog)+d.failed(callSyncDatabase), d.failed(callWrite), got.stored, got.repeated)
}

// read begins to read the database in this process, and changes nothing. It has to be
// closed while a server has the database open.
func (d *faultyDisk) read() (end func()) {
	d.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+d.database()+"?mode=ro")
	require.NoError(d.t, err)
	db.SetMaxOpenConns(1)
	tx, err := db.BeginTx(d.t.Context(), nil)
	require.NoError(d.t, err)
	var events int
	require.NoError(d.t, tx.QueryRowContext(d.t.Context(), "SELECT count(*) FROM events").Scan(&events))
	return func() {
		require.NoError(d.t, tx.Rollback())
		require.NoError(d.t, db.Close())
	}
}

// The log of a server that could not sync it ends in a commit that was refused. The next
// one cannot empty it, because of a reader, and commits behind that.
func TestFault_PowerCutBehindARefusedCommit(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	d := newFaultyDisk(t)
	to := newSink(t, nil)
	p := d.serve()
	apply(t, d.dir, fmt.Sprintf(oneStep, secret, to.URL))
	tr := startTraffic(t, p, 16, 12<<10)
	rounds := size(3, 30)
	for range rounds {
		tr.more(20)
		d.fail(callSyncLog, 1000, syscall.EIO)
		refused := tr.refused.Load() + 20
		eventually(t, func() bool { return tr.refused.Load() >= refused || p.hasEnded() }, tr.tell)
		p.kill() // unless it has ended at a checkpoint
		tr.stop()
		d.heal()

		closeReader := d.read()
		p = d.serve()
		tr.resume(p)
		tr.more(20)
		tr.stop()
		closeReader()
		p.kill()
		d.cutPower(random)
		p = d.serve()
		tr.keeps(p)
		sound(t, d.dir)
		tr.resume(p)
	}
	got := tr.prove(p, to)
	faultNote(t, "%d power cuts, %d syncs failed: %d events, none lost, %d sent twice", rounds, d.failed(callSyncLog), got.stored, got.repeated)
}
