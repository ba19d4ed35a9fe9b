package rules

import (
	"strings"
	"time"
)

// Scope says which names an expression may use beside those that are always there.
type Scope struct {
	InSteps   bool     // steps exists
	Steps     []string // keys of the earlier steps: steps.KEY
	Item      bool     // item and index exist
	Condition bool     // the result must be true or false
}

func (s Scope) key(src string) string {
	var b strings.Builder
	for _, on := range []bool{s.InSteps, s.Item, s.Condition} {
		if on {
			b.WriteByte('1')
		} else {
			b.WriteByte('0')
		}
	}
	for _, k := range s.Steps {
		b.WriteString(k)
		b.WriteByte(0)
	}
	b.WriteByte(1)
	b.WriteString(src)
	return b.String()
}

// Env is what an expression is evaluated over. Its values are maps, lists, text,
// numbers, booleans and nil; anything else in it does not exist for expressions.
type Env struct {
	Payload  any
	Literals map[string]string // RFC 6901 pointer into Payload -> number as received
	Headers  map[string]any    // by lower-case name
	Query    map[string]any
	Method   string
	Inbox    string
	Event    map[string]any
	Vars     map[string]any
	Steps    map[string]any
	Item     any
	Index    int
	Now      time.Time
}

// root is one of the names that stand for a part of [Env].
type root uint8

const (
	rootNone root = iota
	rootPayload
	rootHeaders
	rootQuery
	rootMethod
	rootInbox
	rootEvent
	rootVars
	rootSteps
	rootItem
	rootIndex
)

func rootOf(name string) root {
	switch name {
	case "payload":
		return rootPayload
	case "headers":
		return rootHeaders
	case "query":
		return rootQuery
	case "method":
		return rootMethod
	case "inbox":
		return rootInbox
	case "event":
		return rootEvent
	case "vars":
		return rootVars
	case "steps":
		return rootSteps
	case "item":
		return rootItem
	case "index":
		return rootIndex
	}
	return rootNone
}

// Names returns the names that exist in the scope.
func (s Scope) Names() []string {
	list := []string{"payload", "headers", "query", "method", "inbox", "event", "vars"}
	if s.InSteps {
		list = append(list, "steps")
	}
	if s.Item {
		list = append(list, "item", "index")
	}
	return list
}

// EventFields returns the fields of event.
func EventFields() []string {
	return []string{"id", "type", "receivedAt", "verified", "ip", "decodeError"}
}

// get returns the value of a root.
func (e *Env) get(r root) any {
	switch r {
	case rootPayload:
		return e.Payload
	case rootHeaders:
		return e.Headers
	case rootQuery:
		return e.Query
	case rootMethod:
		return e.Method
	case rootInbox:
		return e.Inbox
	case rootEvent:
		return e.Event
	case rootVars:
		return e.Vars
	case rootSteps:
		return e.Steps
	case rootItem:
		return e.Item
	case rootIndex:
		return int64(e.Index)
	default:
		return nil
	}
}
