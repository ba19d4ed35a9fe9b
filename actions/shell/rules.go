package shell

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"patchbay/actions"
	"patchbay/engine"
)

var (
	envName       = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)
	versionSuffix = regexp.MustCompile(`[-.0-9]+$`)
)

// check looks at a configuration as it was written.
func (r *runner) check(c *Config, given map[string]any) error {
	if written, ok := given["command"].(string); ok && actions.HasTemplate(written) {
		return engine.Invalid("command", "The command must be a list; templates stand in its arguments only.")
	}
	var faults []error
	if len(c.Command) > 0 && actions.HasTemplate(c.Command[0]) {
		faults = append(faults, engine.Invalid("command[0]", "No template may stand here; write the path of the program itself."))
	} else if err := r.checkProgram(c.Command); err != nil {
		faults = append(faults, err)
	}
	faults = append(faults, r.checkInterpreter(c.Command), checkEnv(c.Env), checkDir(c.Dir))
	return errors.Join(faults...)
}

// checkInterpreter refuses templates in the arguments of programs that run what
// their arguments say.
func (r *runner) checkInterpreter(command []string) error {
	if len(command) == 0 || !r.interpreters[command[0]] {
		return nil
	}
	for i, arg := range command {
		if i > 0 && actions.HasTemplate(arg) {
			return engine.Invalid(item(i), "%s runs what its arguments say, so no template may stand here; give the value in stdin or env.", command[0])
		}
	}
	return nil
}

// checkArgs looks at rendered arguments next to what the author wrote. Where that
// is not known, every argument counts as data.
func (r *runner) checkArgs(command []string, template map[string]any) error {
	written, _ := template["command"].([]any)
	if len(command) > maxArgs {
		return engine.Invalid("command", "A command has at most %d arguments.", maxArgs)
	}
	total, afterDashes := 0, false
	for i, arg := range command {
		total += len(arg)
		if hasNUL(arg) {
			return engine.Invalid(item(i), "The argument holds a zero byte.")
		}
		source, known := "", false
		if i < len(written) {
			source, known = textOf(written[i])
		}
		if !known || actions.HasTemplate(source) {
			if err := r.checkDataArg(dataArg{i, arg, source, command[0], afterDashes}); err != nil {
				return err
			}
		}
		afterDashes = afterDashes || i > 0 && source == "--"
	}
	if total > maxArgBytes {
		return engine.Invalid("command", "The arguments are longer than 128 KiB together; give the value in stdin.")
	}
	return nil
}

// dataArg is an argument that data is part of, or may be.
type dataArg struct {
	index       int
	text        string
	source      string // as it was written, "" when that is not known
	program     string
	afterDashes bool
}

func (r *runner) checkDataArg(a dataArg) error {
	switch {
	case a.index == 0 && a.source == "":
		return nil // on the operator's list, whoever wrote it
	case a.index == 0:
		return engine.Invalid(item(a.index), "No template may stand here; write the path of the program itself.")
	case r.interpreters[a.program]:
		return engine.Invalid(item(a.index), "%s runs what its arguments say, so no template may stand here; give the value in stdin or env.", a.program)
	case strings.HasPrefix(a.text, "-") && !strings.HasPrefix(a.source, "-") && !a.afterDashes:
		return engine.Invalid(item(a.index), "The data put here begins with -, so the program would take it for an option; put -- before it, or write text before the template.")
	}
	return nil
}

func textOf(v any) (string, bool) {
	s, err := actions.Text(v)
	return s, err == nil
}

func item(i int) string { return "command[" + strconv.Itoa(i) + "]" }

func hasNUL(s string) bool { return strings.ContainsRune(s, 0) }

// checkEnv refuses names that change which code runs.
func checkEnv(env map[string]string) error {
	total := 0
	for name, value := range env {
		field := "env." + name
		total += len(name) + len(value) + 2
		switch {
		case !envName.MatchString(name):
			return engine.Invalid(field, "%q cannot be the name of a variable; use letters, digits and _.", name)
		case decidesCode(strings.ToUpper(name)):
			return refusedVariable(field, name)
		case hasNUL(value):
			return engine.Invalid(field, "The value holds a zero byte.")
		}
	}
	if total > maxEnvBytes {
		return engine.Invalid("env", "The environment is larger than 64 KiB; give the value in stdin.")
	}
	return nil
}

func refusedVariable(field, name string) *engine.Error {
	return engine.Invalid(field, "The variable %s decides which code runs and cannot be set.", name)
}

// Variable refuses the name of a variable that no step can set.
func Variable(name string) error {
	if decidesCode(strings.ToUpper(name)) {
		return refusedVariable("env."+name, name)
	}
	return nil
}

func decidesCode(name string) bool {
	if name == "PATCHBAY_TEST" { // marks a step that is tested, and decides nothing
		return false
	}
	for _, prefix := range []string{"LD_", "DYLD_", "BASH_", "PATCHBAY_", "PYTHON", "PERL5", "GIT_CONFIG", "GLIBC_", "MALLOC_", "NPM_CONFIG_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	switch name {
	case "PATH", "IFS", "ENV", "SHELL", "SHELLOPTS", "BASHOPTS", "PS4", "PROMPT_COMMAND", "CDPATH", "EDITOR", "VISUAL", "PAGER",
		"GCONV_PATH", "LOCPATH", "NLSPATH", "HOSTALIASES", "RES_OPTIONS", "LOCALDOMAIN",
		"PERLLIB", "RUBYOPT", "RUBYLIB", "NODE_OPTIONS", "NODE_PATH", "LUA_PATH", "LUA_CPATH", "LUA_INIT", "PHPRC", "PHP_INI_SCAN_DIR",
		"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH",
		"GIT_SSH", "GIT_SSH_COMMAND", "GIT_EXEC_PATH", "GIT_EDITOR", "GIT_PAGER", "GIT_ASKPASS", "GIT_PROXY_COMMAND", "GIT_EXTERNAL_DIFF", "GIT_TEMPLATE_DIR":
		return true
	}
	return false
}

// interprets reports whether a program of this name runs what its arguments say.
func interprets(base string) bool {
	name := versionSuffix.ReplaceAllString(base, "")
	switch name {
	case "sh", "bash", "rbash", "dash", "ash", "zsh", "ksh", "mksh", "fish", "csh", "tcsh", "rc", "busybox", "toybox",
		"python", "pypy", "perl", "ruby", "irb", "node", "nodejs", "deno", "bun", "php", "lua", "luajit", "tclsh", "wish", "expect",
		"Rscript", "R", "java", "jshell", "groovy", "scala", "julia", "guile", "elixir", "erl", "escript", "osascript", "pwsh", "powershell",
		"awk", "gawk", "mawk", "nawk", "sed", "xargs", "env", "make", "gmake", "ssh", "vi", "vim", "emacs", "ed",
		"sudo", "su", "doas", "runuser", "nohup", "nice", "ionice", "timeout", "setsid", "stdbuf", "time", "watch", "script", "unshare",
		"nsenter", "chroot", "systemd-run", "parallel", "flock", "strace", "gdb", "sqlite", "psql", "mysql":
		return true
	}
	return false
}
