// Package shell is the action shell: it runs a program that the operator named.
//
// There is no shell in between: command is a list of arguments, command[0] stands
// on the operator's list, and what comes out of payloads goes where it cannot
// become an option or a script. The program gets a clean environment and a process
// group of its own, which is ended at the time-out.
package shell

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	"patchbay/actions"
	"patchbay/engine"
)

// The limits of a program.
const (
	maxArgs     = 256
	maxArgBytes = 128 << 10
	maxEnvBytes = 64 << 10
	maxStdin    = 1 << 20
	maxRunning  = 8
	grace       = 2 * time.Second // between SIGTERM and SIGKILL
)

// Config is the with of a shell step.
type Config struct {
	Command []string          `json:"command" title:"Program and what it is called with" required:"true" doc:"One by one; no shell reads them. The program is an absolute path that the operator has allowed."`
	Env     map[string]string `json:"env" title:"Environment" advanced:"true" doc:"Names and values; nothing else is inherited."`
	Stdin   string            `json:"stdin" title:"What it reads" format:"multiline" doc:"Its standard input; lists and objects arrive as JSON."`
	Dir     string            `json:"dir" title:"Folder" literal:"true" advanced:"true" doc:"Where the program runs; / when left out."`
}

// runner runs programs.
type runner struct {
	programs     []string
	interpreters map[string]bool // listed programs that run what their arguments say
	slots        chan struct{}
}

// New makes the action shell, which may run the listed programs. Every one of them
// must be an absolute path; with an empty list every step is refused.
func New(programs []string) (engine.Action, error) {
	r := &runner{programs: programs, interpreters: make(map[string]bool), slots: make(chan struct{}, maxRunning)}
	for _, p := range programs {
		if !filepath.IsAbs(p) || filepath.Clean(p) != p {
			return nil, engine.Invalid("allowShell", "%q is not the absolute path of a program; write it like /usr/local/bin/deploy.", p)
		}
		r.interpreters[p] = Interprets(p)
	}
	return actions.Define(actions.Definition[Config, *process]{
		Spec: engine.ActionSpec{
			Type: "shell", Title: "Run a program on this server", Phrase: "run[ {command|program}] on this server",
			Summary:   "Runs a program on this server that the operator has allowed.",
			Retry:     engine.Retry{Attempts: 1},
			Timeout:   engine.Duration(60 * time.Second),
			OnUnknown: "stop",
			Example:   map[string]any{"exitCode": 0, "stdout": "done\n", "stderr": ""},
		},
		Check: r.check, Plan: r.plan, Do: r.do,
	}), nil
}

// Interprets reports whether a program runs what its arguments say, by its name and that of what it is a link to.
func Interprets(program string) bool {
	if interprets(filepath.Base(program)) {
		return true
	}
	target, err := filepath.EvalSymlinks(program)
	if err != nil {
		return false
	}
	switch base := filepath.Base(target); base {
	case "busybox", "toybox":
		return false // it is what the link is called, and that was looked at
	default:
		return interprets(base)
	}
}

// process is a planned run of a program.
type process struct {
	argv  []string
	env   []string
	dir   string
	stdin string
}

func (r *runner) plan(_ context.Context, call engine.Call, c *Config) (engine.Plan, error) {
	if err := r.checkProgram(c.Command); err != nil {
		return engine.Plan{}, err
	}
	if err := r.checkArgs(c.Command, call.Template); err != nil {
		return engine.Plan{}, err
	}
	if err := checkEnv(c.Env); err != nil {
		return engine.Plan{}, err
	}
	if err := checkDir(c.Dir); err != nil {
		return engine.Plan{}, err
	}
	if len(c.Stdin) > maxStdin {
		return engine.Plan{}, engine.Invalid("stdin", "The standard input is larger than 1 MiB.")
	}
	p := &process{argv: c.Command, dir: c.Dir, stdin: c.Stdin, env: environment(c.Env, call.Key)}
	if p.dir == "" {
		p.dir = "/"
	}
	body, cut := actions.Clip(p.stdin, actions.Keep)
	return engine.Plan{
		Destination: "program:" + c.Command[0],
		Bytes:       2*actions.Keep + len(p.stdin),
		Detail:      p,
		Preview: engine.Preview{
			Kind: "process", Argv: slices.Clone(p.argv), Env: slices.Clone(p.env), Dir: p.dir, Body: body, Truncated: cut,
		},
	}, nil
}

// environment is all that a program inherits.
func environment(own map[string]string, key string) []string {
	env := []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "PATCHBAY_IDEMPOTENCY_KEY=" + key}
	names := make([]string, 0, len(own))
	for name := range own {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		env = append(env, name+"="+own[name])
	}
	return env
}

func (r *runner) checkProgram(command []string) error {
	switch {
	case len(r.programs) == 0:
		return engine.Invalid("command", "Running programs is off; the operator turns it on with --allow-shell PROGRAM.")
	case len(command) == 0:
		return engine.Invalid("command", "This field is empty; name a program.")
	case !filepath.IsAbs(command[0]):
		return engine.Invalid("command[0]", "%q is not an absolute path; write it like /usr/local/bin/deploy.", command[0])
	case !slices.Contains(r.programs, command[0]):
		return engine.Invalid("command[0]", "%q is not on the operator's list of programs; the operator allows it with --allow-shell.", command[0])
	}
	return nil
}

func checkDir(dir string) error {
	if dir != "" && (!filepath.IsAbs(dir) || hasNUL(dir)) {
		return engine.Invalid("dir", "%q is not an absolute path.", dir)
	}
	return nil
}

// checkFolder tells apart, before a start, what would otherwise look like a missing program.
func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return engine.Permanent("The folder in which the program should run is not there; check dir.", err)
	}
	return nil
}
