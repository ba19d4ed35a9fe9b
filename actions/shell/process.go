package shell

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"patchbay/actions"
	"patchbay/engine"
)

// do runs a program and waits for it and everything it started in its group.
func (r *runner) do(ctx context.Context, p *process) (engine.Result, error) {
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return engine.Result{}, engine.Temporary("Too many programs are running; this one was not started in time.", ctx.Err())
	}
	if err := checkFolder(p.dir); err != nil {
		return engine.Result{}, err
	}
	stdout, stderr := &capped{}, &capped{}
	cmd := exec.CommandContext(ctx, p.argv[0], p.argv[1:]...) //nolint:gosec // argv[0] is on the operator's list, the rest was checked when it was planned
	cmd.Env, cmd.Dir = p.env, p.dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(p.stdin), stdout, stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = grace
	name := filepath.Base(p.argv[0])
	if err := cmd.Start(); err != nil {
		return engine.Result{}, startFailure(ctx, name, err)
	}
	err := cmd.Wait()
	// Whatever it left behind in its group ends with it.
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	output := outputOf(cmd.ProcessState.ExitCode(), stdout, stderr)
	switch {
	case ctx.Err() != nil && !cmd.ProcessState.Success():
		f := engine.Unknown(name+" did not end in time and was stopped; it may have done its work in part.", ctx.Err())
		if errors.Is(ctx.Err(), context.Canceled) {
			f.Message = name + " was stopped; it may have done its work in part."
		}
		f.Output = output
		return engine.Result{}, f
	case cmd.ProcessState.Success():
		return engine.Result{Output: output, Log: name + " ended well."}, nil
	case !cmd.ProcessState.Exited():
		f := engine.Unknown(name+" was ended by a signal; it may have done its work in part.", err)
		f.Output = output
		return engine.Result{}, f
	}
	return engine.Result{}, &engine.Failure{
		Message:   name + " ended with exit code " + strconv.Itoa(cmd.ProcessState.ExitCode()) + ".",
		Permanent: true, Outcome: engine.OutcomeSent, Output: output, Err: err,
	}
}

func startFailure(ctx context.Context, name string, err error) *engine.Failure {
	if ctx.Err() != nil {
		return engine.Temporary("The step was stopped before "+name+" was started.", err)
	}
	switch {
	case errors.Is(err, syscall.ENOENT):
		return engine.Permanent(name+" is not there; check the path of the program.", err)
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.ENOEXEC):
		return engine.Permanent(name+" cannot be run; check its permissions.", err)
	}
	return engine.Temporary(name+" could not be started.", err)
}

func outputOf(exitCode int, stdout, stderr *capped) map[string]any {
	output := map[string]any{"exitCode": int64(exitCode), "stdout": stdout.text(), "stderr": stderr.text()}
	if stdout.cut || stderr.cut {
		output["truncated"] = true
	}
	return output
}

// capped keeps the beginning of what is written and takes the rest, so that the
// program does not block.
type capped struct {
	kept bytes.Buffer
	cut  bool
}

// Write implements [io.Writer].
func (c *capped) Write(p []byte) (int, error) {
	room := actions.Keep - c.kept.Len()
	if len(p) > room {
		c.cut = true
		c.kept.Write(p[:max(room, 0)])
		return len(p), nil
	}
	c.kept.Write(p)
	return len(p), nil
}

func (c *capped) text() string {
	text, _ := actions.Clip(c.kept.String(), actions.Keep)
	return text
}
