package main_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

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
