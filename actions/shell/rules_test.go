package shell_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions/shell"
	"patchbay/engine"
)

func TestNew_RefusesProgramsThatAreNoAbsolutePaths(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"deploy", "./deploy", "/usr/bin/../bin/env", "/usr/bin/", ""} {
		_, err := shell.New([]string{p})
		require.Equal(t, engine.KindInvalid, engine.KindOf(err), p)
	}
}

func TestShell_IsOffByDefault(t *testing.T) {
	t.Parallel()
	a := newAction(t)
	require.ErrorContains(t, a.Check(argv("/usr/bin/env")), "Running programs is off")
	_, err := a.Plan(t.Context(), engine.Call{With: argv("/usr/bin/env")})
	require.ErrorContains(t, err, "--allow-shell")
	require.Equal(t, 1, a.Spec().Retry.Attempts)
	require.Equal(t, "stop", a.Spec().OnUnknown)
}

func TestCheck_Shell(t *testing.T) {
	t.Parallel()
	link := filepath.Join(t.TempDir(), "tool")
	require.NoError(t, os.Symlink("/bin/sh", link))
	box := filepath.Join(t.TempDir(), "busybox")
	require.NoError(t, os.WriteFile(box, nil, 0o600))
	echo, ash := filepath.Join(t.TempDir(), "echo"), filepath.Join(t.TempDir(), "ash")
	require.NoError(t, os.Symlink(box, echo))
	require.NoError(t, os.Symlink(box, ash))
	a := newAction(t, "/usr/local/bin/deploy", "/bin/sh", "/usr/bin/python3.11", link, box, echo, ash)
	for _, tc := range []struct {
		name  string
		with  map[string]any
		field string
	}{
		{"fine", argv("/usr/local/bin/deploy", "{{ payload.x }}"), ""},
		{"not on the list", argv("/usr/bin/id"), "command[0]"},
		{"relative", argv("deploy"), "command[0]"},
		{"unclean path", argv("/usr/local/bin/../bin/deploy"), "command[0]"},
		{"template for the program", argv("/usr/local/bin/{{ payload.x }}"), "command[0]"},
		{"template for the command", map[string]any{"command": "{{ payload.x }}"}, "command"},
		{"text as command", map[string]any{"command": "/usr/local/bin/deploy -x"}, "command"},
		{"nothing", map[string]any{"command": []any{}}, "command"},
		{"interpreter", argv("/bin/sh", "-c", "echo {{ payload.x }}"), "command[2]"},
		{"interpreter by version", argv("/usr/bin/python3.11", "{{ payload.x }}"), "command[1]"},
		{"interpreter by link", argv(link, "{{ payload.x }}"), "command[1]"},
		{"many programs in one", argv(box, "{{ payload.x }}"), "command[1]"},
		{"one of many programs", argv(echo, "{{ payload.x }}"), ""},
		{"an interpreter among many programs", argv(ash, "{{ payload.x }}"), "command[1]"},
		{"interpreter with data in stdin", map[string]any{"command": []any{"/bin/sh", "-c", "cat"}, "stdin": "{{ payload }}", "env": map[string]any{"X": "{{ payload.x }}"}}, ""},
		{"dir template", map[string]any{"command": []any{"/usr/local/bin/deploy"}, "dir": "/srv/{{ payload.x }}"}, "dir"},
		{"dir relative", map[string]any{"command": []any{"/usr/local/bin/deploy"}, "dir": "srv"}, "dir"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := a.Check(tc.with)
			if tc.field == "" {
				require.NoError(t, err)
				return
			}
			e, ok := errors.AsType[*engine.Error](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, tc.field, e.Field)
		})
	}
}

func TestCheck_RefusesVariablesThatDecideWhichCodeRuns(t *testing.T) {
	t.Parallel()
	a := newAction(t, "/usr/local/bin/deploy")
	for _, name := range []string{
		"LD_PRELOAD", "LD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES", "PATH", "path", "IFS", "BASH_ENV", "ENV", "BASH_FUNC_x",
		"PYTHONPATH", "PERL5OPT", "RUBYOPT", "NODE_OPTIONS", "GIT_SSH_COMMAND", "PATCHBAY_IDEMPOTENCY_KEY", "GLIBC_TUNABLES",
		"", "A=B", "1A", "A B", "A\x00", "{{ payload.x }}",
	} {
		with := argv("/usr/local/bin/deploy")
		with["env"] = map[string]any{name: "x"}
		require.Error(t, a.Check(with), name)
		_, err := a.Plan(t.Context(), engine.Call{With: with, Template: with})
		require.Error(t, err, name)
	}
	with := argv("/usr/local/bin/deploy")
	with["env"] = map[string]any{"GIT_COMMIT": "x", "node_name": "y", "_A1": "z"}
	require.NoError(t, a.Check(with))
}

func TestPlan_DashRule(t *testing.T) {
	t.Parallel()
	a := newAction(t, "/usr/local/bin/deploy", "/bin/sh")
	const p = "/usr/local/bin/deploy"
	for _, tc := range []struct {
		name              string
		written, rendered []any
		ok                bool
	}{
		{"literal option", []any{p, "-x"}, []any{p, "-x"}, true},
		{"data", []any{p, "{{ payload.x }}"}, []any{p, "main"}, true},
		{"data as option", []any{p, "{{ payload.x }}"}, []any{p, "--exec=evil"}, false},
		{"data as one dash", []any{p, "{{ payload.x }}"}, []any{p, "-"}, false},
		{"data as number", []any{p, "{{ payload.x }}"}, []any{p, int64(-5)}, false},
		{"data after text", []any{p, "--branch={{ payload.x }}"}, []any{p, "--branch=--evil"}, true},
		{"data after --", []any{p, "-x", "--", "{{ payload.x }}"}, []any{p, "-x", "--", "-evil"}, true},
		{"data before --", []any{p, "{{ payload.x }}", "--"}, []any{p, "-evil", "--"}, false},
		{"-- out of data", []any{p, "{{ payload.x }}", "{{ payload.y }}"}, []any{p, "--", "-evil"}, false},
		{"empty template text", []any{p, "{{ '' }}{{ payload.x }}"}, []any{p, "-evil"}, false},
		{"program out of data", []any{"{{ payload.x }}"}, []any{p}, false},
		{"interpreter", []any{"/bin/sh", "{{ payload.x }}"}, []any{"/bin/sh", "x"}, false},
		{"not known who wrote it", nil, []any{p, "-x"}, false},
		{"not known, but harmless", nil, []any{p, "x"}, true},
		{"not known, interpreter", nil, []any{"/bin/sh", "x"}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			call := engine.Call{With: map[string]any{"command": tc.rendered}}
			if tc.written != nil {
				call.Template = map[string]any{"command": tc.written}
			}
			_, err := a.Plan(t.Context(), call)
			require.Equal(t, tc.ok, err == nil, "%v", err)
		})
	}
}

func TestPlan_ShellLimits(t *testing.T) {
	t.Parallel()
	const p = "/usr/local/bin/deploy"
	a := newAction(t, p)
	for name, with := range map[string]map[string]any{
		"zero byte in an argument": argv(p, "a\x00b"),
		"zero byte in env":         {"command": []any{p}, "env": map[string]any{"A": "a\x00b"}},
		"stdin":                    {"command": []any{p}, "stdin": strings.Repeat("x", 1<<20+1)},
		"env":                      {"command": []any{p}, "env": map[string]any{"A": strings.Repeat("x", 64<<10)}},
		"arguments":                argv(p, strings.Repeat("x", 128<<10)),
		"object as argument":       argv(p, map[string]any{"a": "b"}),
	} {
		_, err := a.Plan(t.Context(), engine.Call{With: with, Template: with})
		require.True(t, err != nil && engine.AsFailure(err).Permanent, name)
	}
}

func TestPlan_ShellPreview(t *testing.T) {
	t.Parallel()
	with := map[string]any{"command": []any{"/usr/local/bin/deploy", "main"}, "stdin": "in", "env": map[string]any{"A": "1"}, "dir": "/srv"}
	plan, err := newAction(t, "/usr/local/bin/deploy").Plan(t.Context(), engine.Call{With: with, Template: with, Key: "k"})
	require.NoError(t, err)
	require.Equal(t, "program:/usr/local/bin/deploy", plan.Destination)
	require.Equal(t, engine.Preview{
		Kind: "process", Argv: []string{"/usr/local/bin/deploy", "main"}, Dir: "/srv", Body: "in",
		Env: []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "PATCHBAY_IDEMPOTENCY_KEY=k", "A=1"},
	}, plan.Preview)
}
