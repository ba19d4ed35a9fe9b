package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// failingDisk is a file system that the kernel makes read-only when it is told that
// the disk has failed.
type failingDisk struct {
	t     *testing.T
	image string
	dir   string
}

// newFailingDisk skips the test where such a thing cannot be had.
func newFailingDisk(t *testing.T, bytes int64) *failingDisk {
	t.Helper()
	d := &failingDisk{t: t, image: filepath.Join(t.TempDir(), "disk"), dir: t.TempDir()}
	require.NoError(t, os.WriteFile(d.image, nil, 0o600))
	require.NoError(t, os.Truncate(d.image, bytes))
	if out, err := d.tool("mkfs.ext4", "-q", "-F", d.image); err != nil {
		t.Skipf("a file system cannot be made here: %v %s", err, out)
	}
	if out, err := d.tool("mount", "-o", "loop,errors=remount-ro", d.image, d.dir); err != nil {
		t.Skipf("a file system cannot be mounted here: %v %s", err, out)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(d.dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount %s: %v", d.dir, err)
		}
	})
	return d
}

func (d *failingDisk) tool(name string, args ...string) (string, error) {
	out, err := exec.CommandContext(d.t.Context(), name, args...).CombinedOutput()
	return string(out), err
}

// fail makes everything on it read-only.
func (d *failingDisk) fail() {
	d.t.Helper()
	out, err := d.tool("mount", "-o", "remount,abort", d.dir)
	require.NoError(d.t, err, out)
}

// repair makes it well again; nothing may use it meanwhile.
func (d *failingDisk) repair() {
	d.t.Helper()
	out, err := d.tool("umount", d.dir)
	require.NoError(d.t, err, out)
	out, err = d.tool("fsck.ext4", "-y", d.image)
	const corrected = 1
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != corrected { //nolint:errorlint // it comes bare
		require.NoError(d.t, err, out)
	}
	// While the kernel has not let go of the image it mounts once more what it had
	// mounted, read-only as that was.
	eventually(d.t, func() bool {
		out, err = d.tool("mount", "-o", "loop", d.image, d.dir)
		require.NoError(d.t, err, out)
		var is syscall.Statfs_t
		require.NoError(d.t, syscall.Statfs(d.dir, &is))
		const readOnly = 1
		if is.Flags&readOnly == 0 {
			return true
		}
		out, err = d.tool("umount", d.dir)
		require.NoError(d.t, err, out)
		return false
	}, func() string { return "the repaired disk stays read-only" })
}

func TestFault_ReadOnlyWhileServing(t *testing.T) {
	t.Parallel()
	d := newFailingDisk(t, 256<<20)
	dir := filepath.Join(d.dir, "data")
	to := newSink(t, nil)
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
	apply(t, dir, fmt.Sprintf(oneStep, secret, to.URL))
	api := p.client()
	tr := startTraffic(t, p, 16, 12<<10)
	tr.more(int64(size(300, 5000)))
	// Linux tells that a file is synced that it is not, when that falls together with
	// the failure of its journal. Nobody can do anything about that.
	tr.stop()
	eventually(t, func() bool { return api.active() == 0 }, p.logged)
	d.fail()
	sent := tr.acknowledged.Load()
	tr.resume(p)
	tr.moreRefused(150)
	require.Equal(t, sent, tr.acknowledged.Load(), "nothing is acknowledged that cannot be stored")
	require.NotEmpty(t, api.events("limit=1"), "what is stored can be read")
	// The kernel answers with EIO at first, with EROFS later.
	require.Regexp(t, "The data directory has become read-only; find out why in the system's log|The database cannot be written; check the disk", p.logged())
	for message, times := range p.complaints() {
		require.LessOrEqual(t, times, 10, "%q fills the log", message)
	}

	status := p.terminate()
	d.repair()
	p = serve(t, dir, nil, "--allow-private", "127.0.0.1")
	tr.to.Store(p)
	tr.more(100)
	got := tr.prove(p, to)
	faultNote(t, "%d events refused and none acknowledged, ended with status %d; after the repair %d events, %d sent twice",
		tr.refused.Load(), status, got.stored, got.repeated)
}

func TestFault_ReadOnlyAtStart(t *testing.T) {
	t.Parallel()
	d := newDisk(t, 64<<20)
	p := serve(t, d.data(), nil)
	apply(t, d.data(), openInbox)
	require.Zero(t, p.terminate())

	require.NoError(t, syscall.Mount("", d.dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	for _, args := range [][]string{
		{"serve", "--listen", "127.0.0.1:0"}, {"apply", "testdata/example.yaml"}, {"doctor"}, {"export"},
	} {
		if args[0] == "apply" {
			args[1] = filepath.Join(t.TempDir(), "patchbay.yaml")
			require.NoError(t, os.WriteFile(args[1], []byte(openInbox), 0o600))
		}
		r := patchbay(t, nil, append(args, "--data", d.data())...)
		require.Equal(t, 1, r.status, r.out)
		require.Equal(t, fmt.Sprintf("patchbay: The data directory %s is on a read-only file system; make that writable, or name another directory with --data.\n", d.data()), r.err)
	}
	missing := filepath.Join(d.dir, "other")
	r := patchbay(t, nil, "serve", "--listen", "127.0.0.1:0", "--data", missing)
	require.Equal(t, 1, r.status, r.out)
	require.Contains(t, r.err, missing+" is on a read-only file system")

	require.NoError(t, syscall.Mount("", d.dir, "", syscall.MS_REMOUNT, ""))
	p = serve(t, d.data(), nil)
	p.accepted(delivery{path: "/in/open", body: []byte("x")})
	faultNote(t, "serve, apply, doctor and export say what to do; the next start works")
}
