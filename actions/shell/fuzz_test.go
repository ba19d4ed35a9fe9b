package shell_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions/shell"
	"patchbay/engine"
)

// Whatever a payload puts into a command, it is one argument of the program that the
// author named: never an option, another program or a variable of its own.
func FuzzPlan_Payload(f *testing.F) {
	f.Add("main", "x", "in", "")
	f.Add("--exec=evil", "-", "$(id)", "a\nLD_PRELOAD=/tmp/x")
	f.Add("", "--", "`id`", "\x00")
	f.Add("a b\tc", "'; rm -rf / #", "\xff", "=")
	const program = "/usr/local/bin/deploy"
	a, err := shell.New([]string{program})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, first, second, stdin, value string) {
		written := map[string]any{
			"command": []any{program, "{{ payload.first }}", "--branch={{ payload.second }}", "--", "{{ payload.second }}"},
			"stdin":   "{{ payload.stdin }}", "env": map[string]any{"A": "{{ payload.value }}"},
		}
		rendered := map[string]any{
			"command": []any{program, first, "--branch=" + second, "--", second}, "stdin": stdin, "env": map[string]any{"A": value},
		}
		plan, err := a.Plan(t.Context(), engine.Call{With: rendered, Template: written, Key: "k"})
		if err != nil {
			require.True(t, engine.AsFailure(err).Permanent, "%v", err)
			return
		}
		argv := plan.Preview.Argv
		require.Equal(t, []string{program, first, "--branch=" + second, "--", second}, argv)
		require.False(t, strings.HasPrefix(first, "-"), "%q became an option", first)
		require.NotContains(t, strings.Join(argv, "")+value, "\x00")
		require.Len(t, plan.Preview.Env, 4)
		require.Equal(t, "A="+value, plan.Preview.Env[3])
		_, err = json.Marshal(plan.Preview)
		require.NoError(t, err)
	})
}
