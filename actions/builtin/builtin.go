// Package builtin is the one list of Patchbay's actions and connection types.
package builtin

import (
	"patchbay/actions"
	"patchbay/actions/email"
	"patchbay/actions/flow"
	"patchbay/actions/httpcall"
	"patchbay/actions/note"
	"patchbay/actions/outbound"
	"patchbay/actions/shell"
	"patchbay/actions/slack"
)

// Options of the built-in actions.
type Options struct {
	Client *outbound.Client // that they call others with
	Shell  []string         // absolute paths of programs that steps may run; none: shell is off
}

// New makes the built-in actions. It returns a KindInvalid error for a program
// that is not an absolute path.
func New(o Options) (*actions.Registry, error) {
	programs, err := shell.New(o.Shell)
	if err != nil {
		return nil, err
	}
	accounts, servers, workspaces := httpcall.NewConnection(o.Client), email.NewConnection(o.Client), slack.NewConnection(o.Client)
	list := append(flow.New(),
		httpcall.New(o.Client, accounts),
		email.New(o.Client, servers),
		slack.New(o.Client, workspaces),
		programs,
		note.New(),
	)
	return actions.NewRegistry(list, []actions.ConnectionKind{accounts, servers, workspaces})
}
