// Command patchbay receives webhooks, decides with rules what each one means, and
// acts. It is the server and its command line in one.
//
// This package holds the configuration (it is the only reader of the environment),
// one file per subcommand, and the wiring with its order of start and shutdown
// ([server]). A command that touches an instance is a call of its HTTP API, whichever
// way leads there; see [dial].
//
// Decisions where the design is silent: the token that `token create` makes may do
// everything unless --scope says otherwise, because whoever can run it on the data
// directory is the administrator already; `user create` makes up a password where
// none is given and prints it once; --url refuses plain http to hosts other than
// this machine, because the token would travel in clear.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"reflect"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"patchbay/engine"
	"patchbay/engine/config"
)

// version is set by the linker.
var version = "development" // the linker can set nothing else

// The exit statuses.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

type commandLine struct {
	Serve   serveCommand   `cmd:"" help:"Receive webhooks and work on them."`
	Apply   applyCommand   `cmd:"" help:"Bring an instance in line with a file or folder."`
	Export  exportCommand  `cmd:"" help:"Write the configuration of an instance as YAML, secrets left out."`
	Recipe  recipeCommand  `cmd:"" help:"Ready-made rules: list, show, test, import."`
	Send    sendCommand    `cmd:"" help:"Send a (signed) sample event to an inbox."`
	Eval    evalCommand    `cmd:"" help:"Try an expression."`
	User    userCommand    `cmd:"" help:"People who may sign in."`
	Token   tokenCommand   `cmd:"" help:"Tokens for programs that use the API."`
	Key     keyCommand     `cmd:"" help:"The key that encrypts secrets."`
	Backup  backupCommand  `cmd:"" help:"Write a consistent copy of the database, also while serving."`
	Restore restoreCommand `cmd:"" help:"Put a backup into an empty data directory, or release what it holds back."`
	Doctor  doctorCommand  `cmd:"" help:"Check what an instance needs, and say what to do."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// streams are where a command reads and writes.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// usageError is a wrong use of the command line that its grammar cannot see.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

func usage(format string, args ...any) error {
	return &usageError{message: fmt.Sprintf(format, args...)}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	status := run(ctx, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(status)
}

// command is what a command line asks for.
type command interface {
	Run(ctx context.Context, std streams) error
}

// run executes one command and returns the exit status.
func run(ctx context.Context, args []string, std streams) int {
	c, status := parse(args, std)
	if c == nil {
		return status
	}
	return report(c.Run(ctx, std), std.err)
}

// parse finds the command that args ask for. Where there is none to run it has said
// why, and returns the exit status. The grammar is gone afterwards: a server would keep
// it in memory for all its life.
func parse(args []string, std streams) (command, int) {
	var line commandLine
	ended := -1
	parser, err := kong.New(&line,
		kong.Name("patchbay"),
		kong.Description("Receives webhooks, decides with rules what each one means, and acts."),
		kong.DefaultEnvars("PATCHBAY"),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { ended = code }),
	)
	if err != nil {
		fmt.Fprintln(std.err, "patchbay:", err)
		return nil, exitFailed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if ended >= 0 { // --help has printed what was asked for
		return nil, ended
	}
	if err != nil {
		fmt.Fprintf(std.err, "patchbay: %s; see patchbay --help\n", err)
		return nil, exitUsage
	}
	c, ok := reflect.TypeAssert[command](parsed.Selected().Target.Addr())
	if !ok {
		fmt.Fprintf(std.err, "patchbay: %q cannot be run\n", parsed.Command())
		return nil, exitFailed
	}
	return c, exitDone
}

// report prints what went wrong, a sentence for each fault, and returns the exit status.
func report(err error, out io.Writer) int {
	if err == nil {
		return exitDone
	}
	for _, fault := range config.Faults(err) {
		fmt.Fprintln(out, "patchbay:", sentence(fault))
	}
	if _, ok := errors.AsType[*usageError](err); ok {
		return exitUsage
	}
	return exitFailed
}

// sentence returns the words of an error that are fit for people. The path that led
// to it stays in front where it names a place.
func sentence(err error) string {
	if fault, ok := errors.AsType[*config.FaultError](err); ok {
		return fault.Error()
	}
	if e, ok := errors.AsType[*engine.Error](err); ok {
		return e.Error()
	}
	return strings.TrimSuffix(err.Error(), "\n")
}
