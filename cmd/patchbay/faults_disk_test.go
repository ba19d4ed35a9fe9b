package main_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// disk is a small file system of its own.
type disk struct {
	t   *testing.T
	dir string
}

// newDisk mounts a small file system in memory. It skips the test where that cannot be done.
func newDisk(t *testing.T, bytes int) *disk {
	t.Helper()
	d := &disk{t: t, dir: t.TempDir()}
	if err := syscall.Mount("patchbay-test", d.dir, "tmpfs", 0, fmt.Sprintf("size=%d,mode=0700", bytes)); err != nil {
		t.Skipf("a file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(d.dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount %s: %v", d.dir, err)
		}
	})
	return d
}

// data is the data directory on it.
func (d *disk) data() string { return filepath.Join(d.dir, "data") }

// free is how many bytes are free.
func (d *disk) free() int64 {
	d.t.Helper()
	var fs syscall.Statfs_t
	require.NoError(d.t, syscall.Statfs(d.dir, &fs))
	return int64(fs.Bavail) * fs.Bsize
}

// fill writes a file of other people's until so many bytes are left.
func (d *disk) fill(left int64) {
	d.t.Helper()
	f, err := os.OpenFile(d.ballast(), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	require.NoError(d.t, err)
	defer f.Close()
	for d.free() > left {
		if _, err := f.Write(make([]byte, min(d.free()-left, 1<<20))); err != nil {
			require.ErrorIs(d.t, err, syscall.ENOSPC)
			return
		}
	}
}

// makeRoom takes that file away.
func (d *disk) makeRoom() {
	d.t.Helper()
	require.NoError(d.t, os.Remove(d.ballast()))
}

func (d *disk) ballast() string { return filepath.Join(d.dir, "ballast") }

func TestFault_DiskFullUnderLoad(t *testing.T) {
	t.Parallel()
	room := int64(size(24, 200)) << 20
	d := newDisk(t, int(room+16<<20))
	to := newSink(t, nil)
	p := serve(t, d.data(), nil, "--allow-private", "127.0.0.1")
	apply(t, d.data(), fmt.Sprintf(oneStep, secret, to.URL))
	d.fill(room)
	api := p.client()

	tr := startTraffic(t, p, 16, 12<<10)
	tr.moreRefused(1)
	before := time.Now()
	tr.moreRefused(int64(size(150, 3000)))
	full := time.Since(before)

	// Nothing can be stored, and everything else goes on.
	require.NotEmpty(t, api.events("limit=1"))
	health, err := http.Get(p.url + "/healthz") //nolint:noctx // it is answered at once
	require.NoError(t, err)
	require.NoError(t, health.Body.Close())
	require.Equal(t, http.StatusOK, health.StatusCode)
	for message, times := range p.complaints() {
		require.LessOrEqual(t, times, 10, "%q fills the log", message)
	}
	require.Contains(t, p.logged(), "commits fail, nothing is acknowledged")

	backup := filepath.Join(d.dir, "backup.db")
	r := patchbay(t, nil, "backup", backup, "--data", d.data())
	require.Equal(t, 1, r.status, r.out)
	require.Contains(t, r.err, "The disk is full; free some space and try again.")
	left, err := os.ReadDir(d.dir)
	require.NoError(t, err)
	require.Len(t, left, 2, "the data directory and the ballast: %v", left)

	refused := tr.refused.Load()
	d.makeRoom()
	freed := time.Now()
	tr.more(1)
	back := time.Since(freed)
	tr.more(200)
	got := tr.prove(p, to)
	require.Contains(t, p.logged(), "commits succeed again")
	must(t, "backup", filepath.Join(t.TempDir(), "backup.db"), "--data", d.data())
	require.Zero(t, p.terminate())
	require.Contains(t, p.logged(), `"repeated":`, "how often it came is told at the end")
	faultNote(t, "%d events, full for %s with %d refused, accepted again after %s, %d sent twice",
		got.stored, full.Round(time.Millisecond), refused, back.Round(time.Millisecond), got.repeated)
}

func TestFault_DiskFullWhileStepsAreDone(t *testing.T) {
	t.Parallel()
	events := size(50, 400)
	d := newDisk(t, 64<<20)
	release := make(chan struct{})
	to := newSink(t, func(http.ResponseWriter, *http.Request) bool {
		<-release
		return false
	})
	t.Cleanup(func() { // before the destination closes
		select {
		case <-release:
		default:
			close(release)
		}
	})
	p := serve(t, d.data(), nil, "--allow-private", "127.0.0.1")
	apply(t, d.data(), fmt.Sprintf(oneStep, secret, to.URL))
	api := p.client()
	for n := range events {
		p.accepted(bulky(n, 1<<10))
	}
	under := func() int { return len(to.list()) }
	most := min(events, 64) // at one destination at a time
	eventually(t, func() bool { return under() == most }, func() string { return strconv.Itoa(under()) })

	d.fill(0)
	full := func(n int) bool {
		got, err := p.deliver(t.Context(), bulky(n, 12<<10))
		require.NoError(t, err)
		return got.status == http.StatusServiceUnavailable
	}
	for n := events; !full(n); n++ {
		events++
	}
	most = under() // the result of none of them is known yet
	close(release)
	eventually(t, func() bool { return p.complaints()["progress of run could not be stored"] > 0 }, p.logged)
	require.Less(t, len(api.runs("state=succeeded")), events, "hardly anything can be stored")
	d.makeRoom()
	freed := time.Now()
	for _, r := range api.settled("", events) {
		require.Equal(t, "succeeded", r.State, r.Reason)
	}
	took := time.Since(freed)
	requests := map[string]int{}
	for _, r := range to.list() {
		requests[r.body]++
	}
	require.Len(t, requests, events)
	require.Len(t, to.list(), events, "a result that could not be stored was kept: nothing is sent twice")
	for _, r := range api.runs("limit=20") {
		api.get("/runs/"+r.ID, &r)
		require.Len(t, r.Steps[0].Attempts, 1)
	}
	sound(t, d.data())
	faultNote(t, "%d results retained, %d runs done %s after there was room, none sent twice", most, events, took.Round(time.Millisecond))
}

// start serves until the program gives up, which it does with a sentence, or has started:
// what a start writes may find room within files that are there.
func (d *disk) start() bool {
	d.t.Helper()
	ctx, cancel := context.WithCancel(d.t.Context())
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, "serve", "--data", d.data(), "--listen", "127.0.0.1:0", "--log-format", "json")
	cmd.Env = environment(nil)
	logs, err := cmd.StderrPipe()
	require.NoError(d.t, err)
	require.NoError(d.t, cmd.Start())
	var said strings.Builder
	started := false
	for lines := bufio.NewScanner(logs); lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), `"msg":"serving"`) {
			started = true
			cancel()
		}
	}
	err = cmd.Wait()
	if !started {
		require.Equal(d.t, 1, cmd.ProcessState.ExitCode(), "%v\n%s", err, said.String())
		require.Contains(d.t, said.String(), "The disk is full; free some space and try again.")
	}
	return started
}

func TestFault_DiskFullAtRestart(t *testing.T) {
	t.Parallel()
	d := newDisk(t, 64<<20)
	to := newSink(t, nil)
	p := serve(t, d.data(), nil, "--allow-private", "127.0.0.1")
	apply(t, d.data(), fmt.Sprintf(oneStep, secret, to.URL))
	d.fill(24 << 20)
	tr := startTraffic(t, p, 16, 12<<10)
	tr.moreRefused(50)
	p.kill()
	d.fill(0)
	started := d.start()
	d.makeRoom()
	p = serve(t, d.data(), nil, "--allow-private", "127.0.0.1")
	tr.to.Store(p)
	tr.more(100)
	got := tr.prove(p, to)
	faultNote(t, "starts with the disk full: %t, otherwise says why; goes on when there is room: %d events, %d sent twice", started, got.stored, got.repeated)
}
