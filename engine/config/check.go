package config

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"patchbay/engine"
	"patchbay/engine/rules"
)

const (
	schemeKey  = "key"
	schemeNone = "none"

	maxTitle = 200
	maxNote  = 10_000
)

// CheckerDeps is what a [Checker] works with. MaxBody is the largest body that any
// inbox may take.
type CheckerDeps struct {
	Inboxes     engine.InboxStore
	Connections engine.ConnectionStore
	Actions     engine.Actions
	Rules       *rules.Engine
	MaxBody     engine.Size
}

// Checker validates inboxes, rules and connections before they are stored.
type Checker struct {
	deps CheckerDeps
}

var _ engine.Checker = (*Checker)(nil)

// NewChecker makes a checker.
func NewChecker(deps CheckerDeps) *Checker { return &Checker{deps: deps} }

// faults collects the faults of one object.
type faults []error

func (f *faults) add(field, format string, args ...any) {
	*f = append(*f, engine.Invalid(field, format, args...))
}

// include adds every error of err, its fields below path.
func (f *faults) include(path string, err error) {
	if err != nil {
		*f = append(*f, Faults(prefixed(path, err))...)
	}
}

func (f *faults) text(field, value string, limit int) {
	if len(value) > limit {
		f.add(field, "This is longer than %d characters.", limit)
	}
	f.noReference(field, value)
}

// noReference refuses references: only the command that reads a file resolves them.
func (f *faults) noReference(field, value string) {
	if found := reference.FindString(value); found != "" {
		f.add(field, "%s is a reference, which only patchbay apply resolves while it reads a file; give the value itself.", found)
	}
}

// noReferences looks at every text of a free value.
func (f *faults) noReferences(field string, value any) {
	switch x := value.(type) {
	case string:
		f.noReference(field, x)
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(x)) {
			f.noReference(field, name)
			f.noReferences(join(field, name), x[name])
		}
	case []any:
		for i, v := range x {
			f.noReferences(fmt.Sprintf("%s[%d]", field, i), v)
		}
	}
}

// secret refuses references and the text that stands for a hidden secret.
func (f *faults) secret(field string, s engine.Secret) {
	f.noReference(field, s.Reveal())
	if s.Reveal() == s.String() {
		f.add(field, "%s stands for a secret that is not shown; leave the field out to keep the secret, or give the secret itself.", s)
	}
}

func (f *faults) join() error { return errors.Join(*f...) }

func oneOf(value string, allowed ...string) bool { return slices.Contains(allowed, value) }

// didYouMean returns the end of a message about an unknown name.
func didYouMean(name string, known []string) string {
	if near := engine.Nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(known) == 0 {
		return "there is none yet."
	}
	slices.Sort(known)
	if len(known) > 8 {
		return "choose one of " + strings.Join(known[:8], ", ") + " …"
	}
	return "choose one of " + strings.Join(known, ", ") + "."
}

// known is what rules may refer to. The type of a connection is "" when only its name is known.
type known struct {
	inboxes     []string
	connections map[string]string
}

func (c *Checker) known(ctx context.Context) (known, error) {
	k := known{connections: map[string]string{}}
	inboxes, err := c.deps.Inboxes.Inboxes(ctx)
	if err != nil {
		return known{}, fmt.Errorf("list inboxes: %w", err)
	}
	for _, in := range inboxes {
		k.inboxes = append(k.inboxes, in.Name)
	}
	connections, err := c.deps.Connections.Connections(ctx)
	if err != nil {
		return known{}, fmt.Errorf("list connections: %w", err)
	}
	for _, conn := range connections {
		k.connections[conn.Name] = conn.Type
	}
	return k, nil
}
