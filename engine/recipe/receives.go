package recipe

import (
	"regexp"
	"slices"
	"strings"

	"patchbay/engine"
	"patchbay/engine/verify"
)

// Receives is what an inbox has to receive for a recipe to be of use there. Provider is
// empty for senders that have no scheme of their own: they are known by their fields.
type Receives struct {
	Provider string
	Kinds    []string   // of the events that its rules want; none where their sender names no kinds
	Fields   [][]string // names on the way to what its first rule asks of the data
}

// Account is a connection that a recipe needs. Hosts are set for type http only.
type Account struct {
	Type  string
	Hosts []string
}

var dataField = regexp.MustCompile(`\bpayload((?:\.[A-Za-z_][A-Za-z0-9_]*)+)\s*(\?\?)?`)

// Receives tells what the recipe is for: the kinds are those of its tests in which a rule
// matches.
func (r *Recipe) Receives() Receives {
	var out Receives
	for _, t := range r.Tests {
		if len(t.Rules) > 0 && t.Type != "" && !slices.Contains(out.Kinds, t.Type) {
			out.Kinds = append(out.Kinds, t.Type)
		}
	}
	scheme := r.Scheme()
	if !general(scheme) {
		out.Provider = provider(scheme).ID
		return out
	}
	if len(r.Document.Rules) > 0 {
		out.Fields = fieldsOf(r.Document.Rules[0].When)
	}
	return out
}

func general(scheme string) bool {
	return scheme == "" || slices.ContainsFunc(verify.General(), func(p verify.Provider) bool { return p.ID == scheme })
}

// fieldsOf finds what a condition reads of the data. What it has a stand-in for need not
// be there, unless it reads nothing else.
func fieldsOf(when string) [][]string {
	var needed, others [][]string
	for _, m := range dataField.FindAllStringSubmatch(when, -1) {
		names := strings.Split(m[1][1:], ".")
		switch {
		case m[2] == "":
			needed = append(needed, names)
		case !strings.HasPrefix(names[0], "_"): // a trap for robots
			others = append(others, names)
		}
	}
	if len(needed) == 0 {
		return others
	}
	return needed
}

// Accounts are the connections that the recipe makes or reuses.
func (r *Recipe) Accounts() []Account {
	var all []Account
	for _, c := range r.Document.Connections {
		a := Account{Type: c.Type}
		if c.Type == "http" {
			a.Hosts = hostsFor(c)
		}
		all = append(all, a)
	}
	return all
}

// hostsFor are the hosts that a connection of type http is for.
func hostsFor(c *engine.Connection) []string {
	var hosts []string
	list, _ := c.With["hosts"].([]any)
	for _, host := range list {
		if text, ok := host.(string); ok {
			hosts = append(hosts, text)
		}
	}
	return hosts
}
