package shell_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/actions/actiontest"
	"patchbay/actions/outbound"
	"patchbay/actions/shell"
	"patchbay/engine"
)

// script writes a program; most tests call it directly, as an operator's own script.
func script(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700))
	return path
}

func newAction(t *testing.T, programs ...string) engine.Action {
	t.Helper()
	a, err := shell.New(programs)
	require.NoError(t, err)
	return a
}

func argv(args ...any) map[string]any { return map[string]any{"command": args} }

func run(t *testing.T, ctx context.Context, program string, with map[string]any) (map[string]any, error) { //nolint:revive // t comes first in tests
	t.Helper()
	a := newAction(t, program)
	plan, err := a.Plan(ctx, engine.Call{With: with, Template: with, Key: "the-key"})
	require.NoError(t, err)
	result, err := a.Do(ctx, plan)
	if err != nil {
		output, _ := engine.AsFailure(err).Output.(map[string]any)
		return output, err
	}
	output, ok := result.Output.(map[string]any)
	require.True(t, ok)
	return output, nil
}

func TestShell_Conformance(t *testing.T) {
	t.Parallel()
	ready := filepath.Join(t.TempDir(), "ready")
	require.NoError(t, syscall.Mkfifo(ready, 0o600))
	arrived := make(chan struct{}, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		// Opening the pipe for reading ends when the program opens it for writing.
		if f, err := os.Open(ready); err == nil {
			arrived <- struct{}{}
			_ = f.Close()
		}
	}()
	t.Cleanup(func() { <-done })
	fine, bad := script(t, `cat; echo "$1"`), script(t, `echo out; echo err >&2; exit 3`)
	hang := script(t, `echo > "$1"; sleep 60`)
	hangWith := argv(hang, ready)
	actiontest.Exercise(t, actiontest.Subject{
		New: func(t *testing.T, _ *outbound.Client) engine.Action {
			t.Helper()
			return newAction(t, fine, bad, hang)
		},
		Calls: []engine.Call{{
			With:     map[string]any{"command": []any{fine, "a"}, "stdin": "x", "env": map[string]any{"A": "b"}, "dir": "/"},
			Template: argv(fine, "a"),
		}},
		Failing: []engine.Call{{With: argv(bad), Template: argv(bad)}},
		Hanging: &engine.Call{With: hangWith, Template: hangWith},
		Arrived: arrived,
	})
}

func TestDo_RunsTheProgram(t *testing.T) {
	t.Parallel()
	program := script(t, `for a in "$@"; do printf '[%s]' "$a"; done; cat; pwd >&2`)
	dir := t.TempDir()
	evil := "$(touch /tmp/x); `id` | && ; ' \" \n *"
	output, err := run(t, t.Context(), program, map[string]any{
		"command": []any{program, evil, "-literal", int64(5)}, "stdin": map[string]any{"a": "<"}, "dir": dir,
	})
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"exitCode": int64(0), "stdout": "[" + evil + `][-literal][5]{"a":"<"}`, "stderr": dir + "\n",
	}, output)
}

func TestDo_CleanEnvironment(t *testing.T) {
	t.Setenv("PATCHBAY_SECRET_KEY", "must-not-be-seen")
	t.Setenv("LD_PRELOAD_X", "must-not-be-seen")
	with := argv("/usr/bin/env")
	with["env"] = map[string]any{"B": "2", "A": "line\nbreak", "PATCHBAY_TEST": "1"}
	output, err := run(t, t.Context(), "/usr/bin/env", with)
	require.NoError(t, err)
	require.Equal(t, "PATH=/usr/local/bin:/usr/bin:/bin\nLANG=C.UTF-8\nPATCHBAY_IDEMPOTENCY_KEY=the-key\nA=line\nbreak\nB=2\nPATCHBAY_TEST=1\n", output["stdout"])
}

func TestDo_ExitCode(t *testing.T) {
	t.Parallel()
	program := script(t, `echo out; echo err >&2; exit 42`)
	output, err := run(t, t.Context(), program, argv(program))
	f := engine.AsFailure(err)
	require.Equal(t, "program ended with exit code 42.", f.Message)
	require.True(t, f.Permanent)
	require.Equal(t, map[string]any{"exitCode": int64(42), "stdout": "out\n", "stderr": "err\n"}, output)
}

func TestDo_KillsTheGroupAtTheTimeout(t *testing.T) {
	t.Parallel()
	pids := filepath.Join(t.TempDir(), "pids")
	// Program and child both ignore the polite signal.
	program := script(t, `trap '' TERM; sh -c 'trap "" TERM; echo $$ >> `+pids+`; while :; do sleep 1; done' & echo $$ >> `+pids+`; wait; while :; do sleep 1; done`)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := run(t, ctx, program, argv(program))
	f := engine.AsFailure(err)
	require.Equal(t, engine.OutcomeUnknown, f.Outcome)
	require.Equal(t, "program did not end in time and was stopped; it may have done its work in part.", f.Message)
	require.Less(t, time.Since(start), 5*time.Second)
	require.Eventually(t, func() bool { return noneAlive(t, pids) }, 5*time.Second, 20*time.Millisecond)
}

func TestDo_EndsWhatWasLeftBehind(t *testing.T) {
	t.Parallel()
	pids := filepath.Join(t.TempDir(), "pids")
	program := script(t, `sh -c 'echo $$ >> `+pids+`; exec sleep 60' >/dev/null 2>&1 </dev/null & while ! [ -s `+pids+` ]; do :; done; echo done`)
	output, err := run(t, t.Context(), program, argv(program))
	require.NoError(t, err)
	require.Equal(t, "done\n", output["stdout"])
	require.Eventually(t, func() bool { return noneAlive(t, pids) }, 5*time.Second, 20*time.Millisecond)
}

// noneAlive looks at the processes named in a file; ended ones that nobody has
// collected yet count as ended.
func noneAlive(t *testing.T, file string) bool {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	lines := strings.Fields(string(text))
	require.NotEmpty(t, lines)
	for _, line := range lines {
		_, err := strconv.Atoi(line)
		require.NoError(t, err)
		stat, err := os.ReadFile("/proc/" + line + "/stat")
		if err == nil && !strings.Contains(string(stat), ") Z ") {
			return false
		}
	}
	return true
}

func TestDo_KilledBySignalIsUnknown(t *testing.T) {
	t.Parallel()
	program := script(t, `kill -SEGV $$`)
	_, err := run(t, t.Context(), program, argv(program))
	f := engine.AsFailure(err)
	require.Equal(t, engine.OutcomeUnknown, f.Outcome)
	require.Equal(t, "program was ended by a signal; it may have done its work in part.", f.Message)
}

func TestDo_CapsOutput(t *testing.T) {
	t.Parallel()
	program := script(t, `head -c 10000000 /dev/zero | tr '\0' x; head -c 70000 /dev/zero | tr '\0' y >&2; echo`)
	output, err := run(t, t.Context(), program, argv(program))
	require.NoError(t, err)
	require.Equal(t, strings.Repeat("x", 64<<10), output["stdout"])
	require.Equal(t, strings.Repeat("y", 64<<10), output["stderr"])
	require.Equal(t, true, output["truncated"])
}

func TestDo_ProgramThatDoesNotReadItsInput(t *testing.T) {
	t.Parallel()
	program := script(t, `exit 0`)
	with := argv(program)
	with["stdin"] = strings.Repeat("x", 1<<20)
	_, err := run(t, t.Context(), program, with)
	require.NoError(t, err)
}

func TestDo_CannotStart(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing")
	_, err := run(t, t.Context(), missing, argv(missing))
	require.EqualError(t, err, "missing is not there; check the path of the program.")
	noRight := filepath.Join(t.TempDir(), "plain")
	require.NoError(t, os.WriteFile(noRight, []byte("x"), 0o600))
	_, err = run(t, t.Context(), noRight, argv(noRight))
	require.EqualError(t, err, "plain cannot be run; check its permissions.")
	program := script(t, `:`)
	with := argv(program)
	with["dir"] = filepath.Join(t.TempDir(), "nowhere")
	_, err = run(t, t.Context(), program, with)
	require.ErrorContains(t, err, "check dir")
	require.True(t, engine.AsFailure(err).Permanent)
}

func TestDo_RunsFewAtATime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	program := script(t, `: > "$1.started"; while ! [ -e "`+dir+`/go" ]; do sleep 0.02; done`)
	a := newAction(t, program)
	ended := make(chan error, 8)
	for i := range 8 {
		with := argv(program, filepath.Join(dir, strconv.Itoa(i)))
		plan, err := a.Plan(t.Context(), engine.Call{With: with, Template: with})
		require.NoError(t, err)
		go func() {
			_, err := a.Do(context.WithoutCancel(t.Context()), plan)
			ended <- err
		}()
	}
	require.Eventually(t, func() bool {
		started, err := filepath.Glob(filepath.Join(dir, "*.started"))
		return err == nil && len(started) == 8
	}, 10*time.Second, 20*time.Millisecond)
	with := argv(program, filepath.Join(dir, "ninth"))
	plan, err := a.Plan(t.Context(), engine.Call{With: with, Template: with})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = a.Do(ctx, plan)
	f := engine.AsFailure(err)
	require.Equal(t, engine.OutcomeNotSent, f.Outcome)
	require.False(t, f.Permanent)
	require.NoFileExists(t, filepath.Join(dir, "ninth.started"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), nil, 0o600))
	for range 8 {
		require.NoError(t, <-ended)
	}
}
