package engine

import (
	"context"
	"errors"
	"time"
)

// Action performs one kind of side effect. Plan says exactly what would be done,
// without doing it; Do does what a plan says. Dry runs, previews and real runs
// share the same Plan.
type Action interface {
	// Spec describes the action; it never changes.
	Spec() ActionSpec
	// Check refuses a configuration at save time: unknown fields, missing ones, wrong
	// types and templates where none may stand. It returns *Error values (joined)
	// whose Field is relative to with, such as "headers.Accept".
	Check(with map[string]any) error
	// Plan does no I/O. It returns a *Failure or an *Error for a configuration that
	// cannot be done; both are permanent.
	Plan(ctx context.Context, call Call) (Plan, error)
	// Do returns a *Failure; any other error counts as one that may be tried again
	// and of unknown outcome.
	Do(ctx context.Context, plan Plan) (Result, error)
}

// ActionSpec describes an action to people and to the engine. Field names are
// top-level fields of with. Phrase is what a step does as a sentence about the rule says
// it, such as "send a Slack message[ to {channel}]": {name} stands for a field, {name|form}
// for one in a form (condition, duration, host, program), and what is in [ ] is left out
// where its field is empty.
type ActionSpec struct {
	Type           string            `json:"type"`
	Title          string            `json:"title"`
	Summary        string            `json:"summary"`
	Phrase         string            `json:"phrase"`                       // within a sentence, see below
	Schema         map[string]any    `json:"schema"`                       // JSON Schema of with
	Connections    []string          `json:"connections" nullable:"false"` // types of connection it can use
	NeedConnection bool              `json:"needConnection"`
	Required       []string          `json:"required" nullable:"false"` // nil or empty after rendering is a permanent error
	Literal        []string          `json:"literal" nullable:"false"`  // templates are refused here
	Escape         map[string]Escape `json:"escape,omitempty"`          // how values put into the text of a field are escaped
	Flow           bool              `json:"flow"`                      // done by the runner itself: delay, filter, respond
	Retry          Retry             `json:"retry"`                     // default policy
	Timeout        Duration          `json:"timeout"`                   // default, of one attempt
	OnUnknown      string            `json:"onUnknown"`                 // default: retry or stop
	Example        any               `json:"example,omitempty"`         // an output, as later steps read it, before there is a real one
}

// Escape is how a value is made harmless where a template puts it into text.
type Escape string

// The escapes.
const (
	EscapeNone  Escape = ""
	EscapeHTML  Escape = "html"
	EscapeSlack Escape = "slack"
	EscapeURL   Escape = "url"
)

// Actions is the set of actions and connection types that this program knows.
type Actions interface {
	// Action returns the action of a type, and whether there is one.
	Action(typ string) (Action, bool)
	// Specs returns all actions' specs by type.
	Specs() []ActionSpec
	// ConnectionTypes returns all connection types by type.
	ConnectionTypes() []ConnectionType
	// CheckConnection refuses a connection that could not work; *Error values with Field "with.…".
	CheckConnection(c *Connection) error
	// TestConnection tries a connection for real and tells in a sentence what worked.
	// It returns an *Error in words that say what to do.
	TestConnection(ctx context.Context, c *Connection) (string, error)
	// Choices returns what a field of a step that uses the connection can be, as the other
	// side tells it. KindInvalid for fields that nobody can list.
	Choices(ctx context.Context, c *Connection, field string) ([]Choice, error)
}

// Choice is a value that a field can have, and what people call it.
type Choice struct {
	Value string `json:"value"`
	Title string `json:"title"`
}

// Call is one use of an action: its rendered configuration and what surrounds it.
type Call struct {
	With map[string]any // rendered; templates are gone
	// Template is the step's with as it was written, before rendering. Actions use it to
	// tell what the author wrote from what came out of a payload: the - rule of shell
	// arguments, ${secret:NAME}, the host of a URL that gets credentials. It must be set
	// for every live call and preview; without it such text counts as payload.
	Template   map[string]any
	Connection *Connection // resolved, with secrets; nil without one
	Key        string      // idempotency key: the same for all attempts of a step's item
	Attempt    int
	Run        ID
	Event      ID
	Rule       string
	Step       string
	Hops       int // how many times this chain of events has passed through a router
	Now        time.Time
}

// Plan is what an action would do. Detail is the action's own form of it and may
// hold secrets; Preview is fit for people and the only part that is ever stored.
type Plan struct {
	Action      string
	Destination string // what can be down: "https://host:port", "smtp://host:port", "slack:#channel", "program:/path"
	Preview     Preview
	Detail      any
	Bytes       int     // of memory that doing it may need
	PerSecond   float64 // how often the destination takes one; 0 means it has no such limit
}

// Preview shows what a step would send, secrets masked. Kind says which fields
// speak: request, mail, message, process, note, wait, filter or response.
type Preview struct {
	Kind      string   `json:"kind"`
	Method    string   `json:"method,omitempty"`
	URL       string   `json:"url,omitempty"`
	Headers   []Header `json:"headers,omitempty" nullable:"false"`
	Body      string   `json:"body,omitempty"` // request body, mail as MIME, standard input
	To        []string `json:"to,omitempty" nullable:"false"`
	Text      string   `json:"text,omitempty"`
	Argv      []string `json:"argv,omitempty" nullable:"false"`
	Env       []string `json:"env,omitempty" nullable:"false"`
	Dir       string   `json:"dir,omitempty"`
	Truncated bool     `json:"truncated,omitempty"` // the body is longer than what is kept here
}

// Result is what an action that succeeded gives: Output is read by later steps as
// steps.KEY (maps, lists, text, numbers, booleans and nil only), Log is for people.
type Result struct {
	Output any
	Log    string
}

// Failure is why an attempt failed. Message is one sentence for the person who
// owns the rule and holds no secret. Its text is the same for the same cause, so
// that failures group; what differs from time to time goes into Output.
type Failure struct { //nolint:errname // it is a result that is stored and shown; "failure" is the word for it
	Message    string
	Permanent  bool          // trying again cannot help
	RetryAfter time.Duration // what the destination asked for, 0 when it did not
	Outcome    Outcome       // what is known about the send
	Down       bool          // the destination as a whole is not there: counts for its circuit
	Alert      bool          // a person must know even if a retry could help (410 Gone)
	Output     any           // the response, where there was one
	Err        error
}

// Error returns the message.
func (f *Failure) Error() string { return f.Message }

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// Permanent makes a failure that is not tried again; nothing was sent.
func Permanent(message string, err error) *Failure {
	return &Failure{Message: message, Permanent: true, Outcome: OutcomeNotSent, Err: err}
}

// Temporary makes a failure that is tried again; nothing was sent.
func Temporary(message string, err error) *Failure {
	return &Failure{Message: message, Outcome: OutcomeNotSent, Err: err}
}

// Unknown makes a failure after which nobody knows whether it arrived.
func Unknown(message string, err error) *Failure {
	return &Failure{Message: message, Outcome: OutcomeUnknown, Err: err}
}

// AsFailure returns err as a failure: an *Error is permanent, any other error may
// be tried again and is of unknown outcome. nil stays nil.
func AsFailure(err error) *Failure {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return &Failure{Message: e.Error(), Permanent: true, Outcome: OutcomeNotSent, Err: err}
	}
	return Unknown("The step failed in a way that was not expected.", err)
}
