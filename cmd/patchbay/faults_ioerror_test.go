package main_test

import (
	words "encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The calls of SQLite that a faulty disk can make fail, as in testdata/faultydisk.
const (
	callWrite = iota
	callCut   // a write that writes half
	callSyncDatabase
	callSyncLog
	callRead
	callTruncate
	calls
)

// What testdata/faultydisk keeps in its control file.
const (
	faultyPage  = 4096
	faultyPages = 1 << 16
	faultyFiles = 2

	faultyClean = 0 // the page is on the platter as it is in the file
	faultyDirty = 1 // it was written and not synced
)

// faultyDisk is a data directory on a disk that can be made to fail.
type faultyDisk struct {
	t       *testing.T
	dir     string
	control *os.File
	platter string
	library string
}

// faultyLibrary compiles the library that stands between SQLite and the disk.
var faultyLibrary = sync.OnceValues(func() (string, error) {
	library := filepath.Join(filepath.Dir(binary), "faultydisk.so")
	source := filepath.Join("testdata", "faultydisk", "faultydisk.c")
	out, err := exec.Command("cc", "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl", "-lpthread").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return library, nil
})

func newFaultyDisk(t *testing.T) *faultyDisk {
	t.Helper()
	library, err := faultyLibrary()
	if err != nil {
		t.Skipf("a C compiler is needed: %v", err)
	}
	control, err := os.Create(filepath.Join(t.TempDir(), "control"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = control.Close() })
	require.NoError(t, control.Truncate(faultyPage+faultyFiles*faultyPages))
	return &faultyDisk{t: t, dir: filepath.Join(t.TempDir(), "data"), control: control, platter: t.TempDir(), library: library}
}

// serve starts a server on it.
func (d *faultyDisk) serve() *process {
	d.t.Helper()
	return serve(d.t, d.dir, []string{
		"LD_PRELOAD=" + d.library, "FAULTY_DATABASE=" + d.database(),
		"FAULTY_CONTROL=" + d.control.Name(), "FAULTY_PLATTER=" + d.platter,
	}, "--allow-private", "127.0.0.1")
}

func (d *faultyDisk) database() string { return filepath.Join(d.dir, "patchbay.db") }

// fail makes so many of a thousand calls fail.
func (d *faultyDisk) fail(call, permille int, code syscall.Errno) {
	d.t.Helper()
	d.put(calls+call, uint32(code))
	d.put(call, uint32(permille))
}

// heal makes no call fail any more.
func (d *faultyDisk) heal() {
	for call := range calls {
		d.put(call, 0)
	}
}

// failed is how many calls have failed.
func (d *faultyDisk) failed(call int) int {
	d.t.Helper()
	var word [4]byte
	_, err := d.control.ReadAt(word[:], int64(4*(2*calls+call)))
	require.NoError(d.t, err)
	return int(words.NativeEndian.Uint32(word[:]))
}

func (d *faultyDisk) put(word int, value uint32) {
	d.t.Helper()
	_, err := d.control.WriteAt(words.NativeEndian.AppendUint32(nil, value), int64(4*word))
	require.NoError(d.t, err)
}

// hasEnded reports whether the server has ended.
func (p *process) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// diedOfItsDisk waits for a server to end by itself, after it said why.
func (p *process) diedOfItsDisk() {
	p.t.Helper()
	next(p.t, p.ended, "the end of the server")
	require.Equal(p.t, 1, p.cmd.ProcessState.ExitCode(), p.logged())
	require.Contains(p.t, p.logged(), "the disk has not kept what was written to it, patchbay ends at once")
}

func TestFault_IOErrors(t *testing.T) {
	t.Parallel()
	d := newFaultyDisk(t)
	to := newSink(t, nil)
	p := d.serve()
	apply(t, d.dir, fmt.Sprintf(oneStep, secret, to.URL))
	tr := startTraffic(t, p, 16, 12<<10)
	tr.more(100)
	const all = 1000
	phases := []struct {
		name     string
		call     int
		permille int
		code     syscall.Errno
		stops    bool // nothing can be stored meanwhile
	}{
		{"some syncs of the log fail", callSyncLog, 300, syscall.EIO, false},
		{"every sync of the log fails", callSyncLog, all, syscall.EIO, true},
		{"some writes fail", callWrite, 100, syscall.EIO, false},
		{"every write fails", callWrite, all, syscall.EIO, true},
		{"some writes find no room", callWrite, 100, syscall.ENOSPC, false},
		{"writes write half", callCut, 500, 0, false},
		{"every write finds a read-only disk", callWrite, all, syscall.EROFS, true},
		{"some reads fail", callRead, 200, syscall.EIO, false},
		{"every read fails", callRead, all, syscall.EIO, false},
		{"nothing can be cut", callTruncate, all, syscall.EIO, false},
	}
	ends := 0
	for _, phase := range phases {
		acknowledged := tr.acknowledged.Load()
		d.fail(phase.call, phase.permille, phase.code)
		if phase.stops { // all that were under way are answered
			refused := tr.refused.Load() + int64(tr.senders)
			eventually(t, func() bool { return tr.refused.Load() >= refused || p.hasEnded() }, tr.tell)
			acknowledged = tr.acknowledged.Load()
		}
		end := time.Now().Add(time.Duration(size(150, 2000)) * time.Millisecond)
		eventually(t, func() bool { return time.Now().After(end) }, tr.tell)
		if phase.stops {
			require.Equal(t, acknowledged, tr.acknowledged.Load(), "%s: nothing may be acknowledged", phase.name)
		}
		d.heal()
		t.Logf("%-40s %5d acknowledged meanwhile", phase.name, tr.acknowledged.Load()-acknowledged)
		want := tr.acknowledged.Load() + 20
		eventually(t, func() bool { return tr.acknowledged.Load() >= want || p.hasEnded() }, tr.tell)
		if p.hasEnded() { // whoever copies the log was told of a failed sync too, maybe only by the next one
			p.diedOfItsDisk()
			p = d.serve()
			tr.resume(p)
			tr.more(20)
			ends++
		}
	}
	got := tr.prove(p, to)
	for _, call := range []int{callSyncLog, callWrite, callCut} {
		require.NotZero(t, d.failed(call), "call %d never failed", call)
	}
	faultNote(t, "%d syncs, %d writes, %d short writes, %d reads failed, %d ends at a failed checkpoint; %d events, %d refusals, %d sent twice",
		d.failed(callSyncLog), d.failed(callWrite), d.failed(callCut), d.failed(callRead), ends, got.stored, tr.refused.Load(), got.repeated)
}
