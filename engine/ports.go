package engine

import (
	"context"
	"time"
)

// Evaluator evaluates an inbox's expressions over a request that is not stored yet.
type Evaluator interface {
	// EvalText evaluates an expression to text; nil gives "". The payload is decoded
	// only when the expression reads it. KindInvalid for an expression that does not
	// compile or that fails.
	EvalText(ctx context.Context, expression string, e *Event) (string, error)
}

// Dispatcher takes events in and works on them.
type Dispatcher interface {
	// Accept stores an accepted event and sees to it that its rules are judged and its
	// runs go on. It returns after the commit, as [EventStore.Accept] does, with the
	// same errors. Unless the event turned out a duplicate the callee owns it then.
	Accept(ctx context.Context, e *Event, claim Claim) (Receipt, error)
	// AcceptBatch is Accept of an event that becomes one event per item of its list, as
	// [EventStore.AcceptBatch] stores it. The callee owns those items then that were accepted.
	AcceptBatch(ctx context.Context, e *Event, items []Item) (Receipt, error)
	// Full reports that more work is waiting than should be accepted now.
	Full() bool
}

// Fetcher gets what senders publish to be checked by: certificates, sets of keys, and
// addresses that confirm a subscription. Whoever calls it has held the address against
// a list of hosts before.
type Fetcher interface {
	// Fetch returns the body of an answer 200 to GET, of at most limit bytes. Redirects
	// are not followed, and it takes ten seconds at most. Every failure is a
	// KindUnavailable error whose sentence names the host.
	Fetch(ctx context.Context, url string, limit int64) ([]byte, error)
}

// Fingerprinter replaces credentials by keyed hashes that can be compared, not reversed.
type Fingerprinter interface {
	// Fingerprint returns "hash:" and a keyed hash of the value.
	Fingerprint(value string) string
}

// Checker validates configuration before it is stored. Implementations look at
// every field and return all faults joined, each an *Error with its Field.
type Checker interface {
	// CheckInbox also fills in what the server makes itself (the address key).
	CheckInbox(ctx context.Context, in *Inbox) error
	// CheckRule knows the inboxes and connections that exist, plus those named in also.
	CheckRule(ctx context.Context, r *Rule, also Names) error
	// CheckConnection separates secret settings from plain ones, in place.
	CheckConnection(ctx context.Context, c *Connection) error
}

// Names lists objects that are about to exist, for checks of what refers to them.
type Names struct {
	Inboxes     []string
	Connections []string
}

// ConfigChange says which configuration object changed. Kind is "inbox", "rule",
// "connection", "settings" or "vars".
type ConfigChange struct {
	Kind string
	Name string
}

// Watcher tells about changes after their commit.
type Watcher interface {
	// WatchConfig calls fn after the commit of each change of configuration and before
	// its author is answered, one call at a time; fn must not block. stop ends it.
	WatchConfig(fn func(ConfigChange)) (stop func())
	// WatchSeq returns a channel that gets a value when the newest seq has grown. stop ends it.
	WatchSeq() (wake <-chan struct{}, stop func())
}

// Document is configuration as a file holds it.
type Document struct {
	Version     int            `json:"version" yaml:"version"`
	Inboxes     []*Inbox       `json:"inboxes,omitempty" yaml:"inboxes,omitempty" nullable:"false"`
	Connections []*Connection  `json:"connections,omitempty" yaml:"connections,omitempty" nullable:"false"`
	Rules       []*Rule        `json:"rules,omitempty" yaml:"rules,omitempty" nullable:"false"`
	Vars        map[string]any `json:"vars,omitempty" yaml:"vars,omitempty"`
	Alerts      *Alerts        `json:"alerts,omitempty" yaml:"alerts,omitempty"`
}

// ApplyOptions steer [Applier.Apply]. Source names the file or folder, for the
// objects it manages.
type ApplyOptions struct {
	Source string
	Files  map[string]string // the file of an object by its place, such as "rules[0]"; Source where it is missing
	By     string
	DryRun bool
	Prune  bool
	New    bool // everything must be new: what exists already is a conflict, and a failure leaves nothing behind

	// Begin is told what is about to be changed, before anything is; optional. Its error
	// keeps everything as it is.
	Begin func(changes []ApplyChange) error
}

// ApplyChange is one thing that apply did or would do. Action is "create",
// "update", "delete" or "unchanged".
type ApplyChange struct {
	Action string   `json:"action"`
	Kind   string   `json:"kind"`
	Name   string   `json:"name"`
	Fields []string `json:"fields,omitempty" nullable:"false"` // what differs
}

// Applier brings an instance in line with a document.
type Applier interface {
	// Apply checks everything first and then changes what differs; doing it twice
	// changes nothing the second time. It returns joined *Error values, whose Field is a
	// path into the document, and has changed nothing then.
	Apply(ctx context.Context, doc *Document, opt ApplyOptions) ([]ApplyChange, error)
	// Export returns the configuration, secrets left out; rules selects rules by id with
	// what they need, nil is everything. KindNotFound.
	Export(ctx context.Context, rules []string) (*Document, error)
}

// Controller is what people may ask of runs and events, beside looking at them.
type Controller interface {
	// Replay runs a stored event again; it returns the new runs. KindNotFound, KindInvalid.
	Replay(ctx context.Context, req ReplayRequest) ([]ID, error)
	// Release verifies and accepts the held events of an inbox; it returns how many were
	// accepted and how many rejected, repeats in neither. KindNotFound; KindConflict while
	// the inbox is still paused or its check unfinished or unusable.
	Release(ctx context.Context, inbox string) (accepted, rejected int, err error)
	// Retry makes a failed run go on. KindNotFound, KindConflict.
	Retry(ctx context.Context, run ID, fromStart, currentVersion bool) (ID, error)
	// Cancel ends active runs. It returns those that were active, with an error those that it
	// has ended before.
	Cancel(ctx context.Context, runs []ID, reason string) ([]ID, error)
	// SettleStep records that a person saw a step of unknown outcome arrive. KindNotFound, KindConflict.
	SettleStep(ctx context.Context, run ID, step, by string) error
	// Preview returns what a step would do for an event, without doing it. KindInvalid.
	Preview(ctx context.Context, req PreviewRequest) (*Previewed, error)
	// Test does a step once, for real, and stores nothing of it. What it sends is marked
	// as a test. A failure of the step is no error. KindInvalid as Preview, and for steps
	// that send nothing.
	Test(ctx context.Context, req TestRequest) (*Tested, error)
	// CheckDestination makes the runs that wait for a destination due now.
	CheckDestination(ctx context.Context, destination string) (int, error)
}

// ReplayRequest says how to run an event again. Rules nil means today's rules of
// its inbox. Body and Headers, when set, make an edited copy first.
type ReplayRequest struct {
	Event   ID
	Rules   []string
	Version int  // of a single rule, 0 is the current one
	Force   bool // skip the condition
	Body    []byte
	Headers []Header
	By      string
}

// PreviewRequest names a step of a rule (as it is in Rule, saved or not, other steps of
// which may be unfinished) and an event: a stored one, or Sample. Outputs stand for what
// earlier steps gave.
type PreviewRequest struct {
	Event   ID
	Sample  *Event
	Rule    *Rule
	Step    string
	Outputs map[string]any
}

// Previewed is what a step would do. Skipped tells why it would do nothing; Preview may
// be nil then. Items is how many times it would, under forEach, 0 without.
type Previewed struct {
	Preview *Preview
	Skipped string
	Items   int
}

// TestRequest asks to do a step. MailTo is where its mail goes instead, to nobody else.
type TestRequest struct {
	PreviewRequest
	MailTo string
}

// Tested is what came of a step that was tested; under forEach of its first item. Done
// is false when it was skipped, and Failure nil when it worked. Destination is empty for
// what stays inside, such as a note.
type Tested struct {
	Previewed
	Done        bool
	Destination string
	Output      any
	Log         string
	Failure     *Failure
	Duration    time.Duration
}

// Housekeeper keeps the database small and whole.
type Housekeeper interface {
	// Prune deletes what retention no longer keeps, in batches that each hold the
	// writer for less than 100 ms, until nothing is left to do or ctx ends. It returns
	// the number of events deleted.
	Prune(ctx context.Context, now time.Time) (int64, error)
	// Backup writes a consistent copy of the database to a new file while serving.
	// KindConflict when the file exists.
	Backup(ctx context.Context, path string) error
	// Verify checks the database's invariants and returns one sentence per violation.
	Verify(ctx context.Context) ([]string, error)
	// DiskUse returns the bytes of the database files and those free in them.
	DiskUse(ctx context.Context) (used, free int64, err error)
}
