package hooksfile

import (
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"patchbay/engine"
)

const (
	// runTime is how long a program may take: webhook knows no limit.
	runTime = engine.Duration(time.Hour)
	// answerTime is the longest time that a sender waits for what a program prints.
	answerTime = engine.Duration(30 * time.Second)

	notSatisfied = "Hook rules were not satisfied."
	failed       = "Error occurred while executing the hook's command. Please check your logs for more details."
)

// command makes the step that runs the program.
func (m *maker) command() engine.Step {
	program := m.program()
	interprets := m.opt.Interprets != nil && m.opt.Interprets(program)
	command := []any{program}
	for _, p := range m.args {
		text, ok := m.template(p)
		switch {
		case !ok:
			m.lost(p.field, "%s", why(p))
		case interprets && p.source != "string":
			m.lost(p.field, "%s runs what its arguments say, so none may come from a request; let it read the value from the environment.", program)
			text = ""
		}
		command = append(command, text)
	}
	with := map[string]any{"command": command}
	if env := m.environment(); len(env) > 0 {
		with["env"] = env
	}
	if input := m.input(); input != "" {
		with["stdin"] = input
	}
	switch {
	case m.dir == "":
	case filepath.IsAbs(m.dir):
		with["dir"] = m.dir
	default:
		m.lost("command-working-directory", "%q is not an absolute path; give it in the step.", m.dir)
	}
	return engine.Step{Key: "run", Action: "shell", With: with, Timeout: runTime}
}

// program is the absolute path of what runs.
func (m *maker) program() string {
	switch {
	case m.command0() == "":
		m.lost("execute-command", "The hook names no program; name it in the step.")
		return "/bin/false"
	case filepath.IsAbs(m.hook.command):
		return filepath.Clean(m.hook.command)
	}
	if m.opt.Find != nil {
		if found := m.opt.Find(m.hook.command, m.dir); found != "" {
			m.changed("execute-command", "The program is called by its whole path, %s.", found)
			return found
		}
	}
	guess := "/usr/local/bin/" + filepath.Base(m.hook.command)
	if filepath.IsAbs(m.dir) {
		guess = filepath.Join(m.dir, m.hook.command)
	}
	guess = strings.ReplaceAll(guess, "{{", "")
	m.lost("execute-command", "%q is not an absolute path and was not found here; the step names %s, put the right one there.", m.hook.command, guess)
	return guess
}

func (m *maker) command0() string { return strings.TrimSpace(m.hook.command) }

func (m *maker) environment() map[string]any {
	env := map[string]any{}
	for _, p := range m.env {
		text, ok := m.template(p)
		if !ok {
			m.lost(p.field, "%s", why(p))
			continue
		}
		name := p.variable
		if name == "" {
			name = "HOOK_" + p.name
		}
		if fit := variable(name); fit != name {
			m.changed(p.field, "The variable %q is called %s: its name could not be one everywhere.", name, fit)
			name = fit
		}
		if m.opt.Variable != nil {
			if err := m.opt.Variable(name); err != nil {
				m.lost(p.field, "The variable %s decides which code runs and cannot be set; use another name, in the program too.", name)
				continue
			}
		}
		env[name] = text
	}
	return env
}

// variable makes a name that a variable can have.
func variable(name string) string {
	fit := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, name)
	if fit == "" || fit[0] >= '0' && fit[0] <= '9' {
		fit = "_" + fit
	}
	return fit[:min(len(fit), 128)]
}

// input gives what should have been a file to the program's standard input.
func (m *maker) input() string {
	var input string
	for i, p := range m.files {
		text, ok := m.template(p)
		name := p.variable
		if name == "" {
			name = "HOOK_" + strings.ToUpper(p.name)
		}
		switch {
		case !ok:
			m.lost(p.field, "%s", why(p))
		case i > 0:
			m.lost(p.field, "No files are made for programs, and standard input holds one value only; let the program read this one from a variable.")
		case p.base64:
			input = text
			m.lost(p.field, "No files are made for programs: the value comes on standard input, still in Base64; let the program begin with %s=$(mktemp) and base64 -d > \"$%s\".", name, name)
		default:
			input = text
			m.lost(p.field, "No files are made for programs: the value comes on standard input; let the program begin with %s=$(mktemp) and cat > \"$%s\".", name, name)
		}
	}
	return input
}

// answer says what the sender is told when the hook is triggered, and puts the steps
// into the order in which that happens.
func (m *maker) answer(box *engine.Inbox, rule *engine.Rule, run engine.Step) {
	status := m.status
	if status == 0 {
		status = http.StatusOK
	}
	with := map[string]any{"status": status, "text": strings.ReplaceAll(m.message, "{{", "{{{{")}
	if headers := m.answerHeaders(); len(headers) > 0 {
		with["headers"] = headers
	}
	reply := engine.Step{Key: "answer", Action: "respond", With: with}
	if m.output {
		run.OnError = "continue"
		with["status"] = "{{ steps.run.error == nil ? " + strconv.Itoa(status) + " : 500 }}"
		trouble := quote(failed)
		if m.outputOnError {
			trouble = `(steps.run.error.output.stdout ?? "") + (steps.run.error.output.stderr ?? "")`
		}
		with["text"] = `{{ steps.run.error == nil ? steps.run.stdout + steps.run.stderr : ` + trouble + ` }}`
		box.Respond = engine.Respond{Mode: "rule", Within: answerTime}
		m.changed("include-command-output-in-response", "The sender waits for at most 30 seconds; after that it gets 202 and the program goes on.")
		rule.Steps = []engine.Step{run, reply}
		return
	}
	box.Respond = engine.Respond{Mode: "rule"}
	rule.Steps = []engine.Step{reply, run}
}

// answerHeaders leaves out what belongs to the server.
func (m *maker) answerHeaders() map[string]any {
	headers := map[string]any{}
	for _, h := range m.headers {
		name := http.CanonicalHeaderKey(h.name)
		switch name {
		case "", "Connection", "Content-Length", "Transfer-Encoding", "Trailer", "Upgrade", "Keep-Alive", "Set-Cookie":
			m.changed("response-headers", "The header %q belongs to the server and is left out.", h.name)
			continue
		}
		headers[name] = strings.ReplaceAll(h.value, "{{", "{{{{")
	}
	return headers
}

// mismatch is the answer about what the rule does not take.
func (m *maker) mismatch(when string) *engine.Unmatched {
	status := m.mismatchStatus
	if when == yes {
		if status != 0 {
			m.changed("trigger-rule-mismatch-http-response-code", "Nothing is left that could not match: what is not proved is answered with 401.")
		}
		return nil
	}
	if status == 0 {
		status = http.StatusOK
	}
	return &engine.Unmatched{Status: status, Text: notSatisfied}
}
