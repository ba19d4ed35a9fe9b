package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const secret = "bench-secret"

// condition is what the ceiling judges too.
const condition = `payload.action == "opened" && payload.repository.full_name == "Codertocat/Hello-World" && payload.issue.number > 0`

// router is a process under test: bare Fiber or Patchbay.
type router struct {
	cmd   *exec.Cmd
	addr  string
	url   string
	dir   string
	token string
	logs  strings.Builder
}

// startCeiling runs this program again as bare Fiber.
func startCeiling(ctx context.Context, mode, addr, sink string) (*router, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	r := &router{addr: addr, url: "http://" + addr + "/hook"}
	r.cmd = exec.CommandContext(ctx, self, "ceiling", "-mode", mode, "-addr", addr, "-sink", "http://"+sink+"/") //nolint:gosec // the program measures the binary it is given
	err = r.start(ctx)
	return r, err
}

// startPatchbay makes an empty instance with a rule for each of the chains, and others in
// YAML, and serves it.
func startPatchbay(ctx context.Context, binary, addr, others string, chains ...string) (*router, error) {
	dir, err := os.MkdirTemp("", "patchbay-bench-")
	if err != nil {
		return nil, err
	}
	r := &router{addr: addr, url: "http://" + addr + "/in/bench", dir: dir}
	file := filepath.Join(dir, "bench.yaml")
	var config strings.Builder
	fmt.Fprintf(&config, "version: 1\ninboxes:\n  - name: bench\n    verify: { scheme: github, secret: %s }\n    limits: { rate: 0 }\nrules:\n", secret)
	for i, steps := range chains {
		fmt.Fprintf(&config, "  - name: Bench %d\n    inbox: bench\n    when: '%s'\n    steps:\n%s", i, condition, steps)
	}
	config.WriteString(others)
	if err := os.WriteFile(file, []byte(config.String()), 0o600); err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	if out, err := exec.CommandContext(ctx, binary, "apply", file, "--data", data).CombinedOutput(); err != nil { //nolint:gosec // the program measures the binary it is given
		return nil, fmt.Errorf("apply: %w: %s", err, out)
	}
	out, err := exec.CommandContext(ctx, binary, "token", "create", "--name", "bench", "--scope", "read", "--output", "json", "--data", data).Output() //nolint:gosec // the program measures the binary it is given
	if err != nil {
		return nil, fmt.Errorf("make a token: %w", err)
	}
	var made struct {
		Token string `json:"token"`
	}
	if err := json.Unmarshal(out, &made); err != nil {
		return nil, fmt.Errorf("read the token: %w", err)
	}
	r.token = made.Token
	r.cmd = exec.CommandContext(ctx, binary, "serve", "--data", data, "--listen", addr, "--allow-private", "127.0.0.1", "--log-level", "warn") //nolint:gosec // the program measures the binary it is given
	err = r.start(ctx)
	return r, err
}

func (r *router) start(ctx context.Context) error {
	r.cmd.Stdout, r.cmd.Stderr = &r.logs, &r.logs
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := r.cmd.Start(); err != nil {
		return err
	}
	for range 1000 {
		conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp4", r.addr)
		if err == nil {
			return conn.Close()
		}
		time.Sleep(5 * time.Millisecond)
	}
	return errors.Join(fmt.Errorf("nothing listens on %s: %s", r.addr, r.logs.String()), r.stop())
}

// stop ends the process and returns when it is gone.
func (r *router) stop() error {
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := r.cmd.Wait(); err != nil {
		return fmt.Errorf("%s did not end well: %w: %s", filepath.Base(r.cmd.Path), err, r.logs.String())
	}
	return nil
}

// remove deletes the instance and returns the bytes that it had on disk.
func (r *router) remove() (bytes int64, err error) {
	err = filepath.WalkDir(filepath.Join(r.dir, "data"), func(_ string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return bytes, errors.Join(err, os.RemoveAll(r.dir))
}

// depth is how much work waits in a running Patchbay.
type depth struct {
	Pending int64 `json:"pending"`
	Queued  int64 `json:"queued"`
	Running int64 `json:"running"`
	Waiting int64 `json:"waiting"`
}

func (r *router) depth(ctx context.Context) (depth, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.addr+"/api/v1/stats", http.NoBody)
	if err != nil {
		return depth{}, err
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return depth{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return depth{}, fmt.Errorf("stats answered %s %s: %w", resp.Status, b, err)
	}
	var stats struct {
		Depth depth `json:"depth"`
	}
	return stats.Depth, json.Unmarshal(b, &stats)
}

// routed waits until every event is routed and returns how long that took.
func (r *router) routed(ctx context.Context) (time.Duration, error) {
	started := time.Now()
	for {
		d, err := r.depth(ctx)
		if err != nil {
			return 0, err
		}
		if d.Pending == 0 {
			return time.Since(started), nil
		}
		if time.Since(started) > time.Minute {
			return 0, fmt.Errorf("%d events are not routed after a minute", d.Pending)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
