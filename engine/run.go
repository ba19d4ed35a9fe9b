package engine

import (
	"context"
	"time"
)

// RunState is the state of a run.
type RunState string

// The states of a run. Queued, running and waiting ones are active.
const (
	RunQueued    RunState = "queued"
	RunRunning   RunState = "running"
	RunWaiting   RunState = "waiting"
	RunSucceeded RunState = "succeeded"
	RunFailed    RunState = "failed"
	RunFiltered  RunState = "filtered"
	RunSkipped   RunState = "skipped"
	RunCanceled  RunState = "canceled"
)

// Active reports whether the run is not finished.
func (s RunState) Active() bool { return s == RunQueued || s == RunRunning || s == RunWaiting }

// StepState is the state of a step, and of one item of a forEach step.
type StepState string

// The states of a step.
const (
	StepPending   StepState = "pending"
	StepRunning   StepState = "running"
	StepWaiting   StepState = "waiting"
	StepSucceeded StepState = "succeeded"
	StepFailed    StepState = "failed"
	StepSkipped   StepState = "skipped"
	StepCanceled  StepState = "canceled"
)

// Outcome says whether what a step sends may have reached its destination.
type Outcome string

// The outcomes.
const (
	OutcomeNone    Outcome = ""
	OutcomeSent    Outcome = "sent"
	OutcomeNotSent Outcome = "not-sent"
	OutcomeUnknown Outcome = "unknown"
)

// Trigger says what started a run.
type Trigger string

// The triggers.
const (
	TriggerLive   Trigger = "live"
	TriggerReplay Trigger = "replay"
	TriggerTest   Trigger = "test"
)

// Run is one rule applied to one event. StartedAt and FinishedAt are zero until then.
type Run struct {
	ID          ID
	Seq         int64 // of its last change
	EventID     ID
	Inbox       string
	RuleID      string
	RuleName    string
	RuleVersion int
	Trigger     Trigger
	State       RunState
	Reason      string
	Warnings    []string
	Unknown     bool   // it failed, and what it sent may have arrived
	Step        int    // index of the first unsettled step
	Overlap     string // mode; "" and parallel do not exclude each other
	OverlapKey  string
	Destination string // what a waiting run waits for: the destination of its step, "" for a delay
	CreatedAt   time.Time
	DueAt       time.Time // of a waiting run
	StartedAt   time.Time
	FinishedAt  time.Time
}

// Attempt is one execution of one step of a run, for one item under forEach.
// Number counts from 1; number 0 is the settled row of a step or item that needed
// no attempt (skipped), and, with Item WholeStep, holds what is evaluated once for
// a step: With the list of a forEach step. The row is written before the action
// is done (State StepRunning) and again with what came of it; With and Preview may
// be nil then: what was written first stays.
type Attempt struct {
	RunID     ID
	Step      int // index in the rule
	Key       string
	Action    string
	Item      int // 0 without forEach
	Number    int
	State     StepState
	Outcome   Outcome
	Uncounted bool // cut by a crash: does not count against the retry policy
	StartedAt time.Time
	Duration  time.Duration
	With      any // rendered configuration; on the first attempt only
	Preview   *Preview
	Output    any
	Error     string
	RetryAt   time.Time // when the next attempt is due, zero when there is none
}

// WholeStep is the Item of an attempt row that speaks of a forEach step as a whole.
const WholeStep = -1

// Routing is what the rules made of one event: a run for each match.
type Routing struct {
	Event ID
	Inbox string
	Route Route
	Epoch int64
	Runs  []NewRun
	// Notes tell why rules could not be judged; DecodeError why the payload could not be read.
	Notes       []RuleNote
	DecodeError string
	// Replay routings start runs without touching the event's route and counters.
	Replay bool
}

// RuleNote is what went wrong when a rule was judged over an event. Such a rule
// counts as not matching.
type RuleNote struct {
	Rule    string `json:"rule"`
	Version int    `json:"version"`
	Note    string `json:"note"`
}

// NewRun is a run to be created, with the first attempts it starts with.
// Max and DropOldest belong to overlap mode queue.
type NewRun struct {
	Run        *Run
	Attempts   []*Attempt
	Max        int
	DropOldest bool
}

// Routed tells what the overlap modes made of a routing, after its commit. Blocked
// runs wait for their turn; Started ones may go on; Canceled ones (of before) must stop.
type Routed struct {
	Started  []ID
	Blocked  []ID
	Skipped  []ID
	Canceled []ID
}

// Settlement is a step of progress of one run: its row as it is now and the
// attempts that changed, in one commit. Problem names what keeps the run from
// succeeding, nil when nothing does.
type Settlement struct {
	Run      *Run
	Epoch    int64
	Attempts []*Attempt
	Problem  *Cause
}

// Cause is a destination and the reason it fails, in words that are the same for the same cause.
type Cause struct {
	Destination string
	Reason      string
	Permanent   bool
}

// Work is a run with everything that is needed to go on with it. Event carries its body.
type Work struct {
	Run      *Run
	Event    *Event
	Attempts []*Attempt // without previews
}

// RunFilter selects runs; zero fields do not restrict.
type RunFilter struct {
	Rule    string
	Event   ID
	Inbox   string
	State   RunState
	Problem int64
	Warned  bool  // succeeded although a step failed
	Unknown *bool // whether what failed may have been sent
	Since   time.Time
	Until   time.Time
	Limit   int // 1 to 200
	Cursor  string
}

// RunPage is one page of runs, newest first.
type RunPage struct {
	Items      []*Run
	NextCursor string
}

// RunStore keeps runs and their attempts.
type RunStore interface {
	// Route stores the routing of an event with its runs in one commit. A run of
	// Routed.Started that is given as queued or running is stored as running under the
	// epoch: it is the caller's, and Due does not hand it out. Blocked ones are handed
	// out by Due when their turn comes. It sets Seq, State and Reason of each run.
	// ErrLeaseLost when the epoch is over. KindConflict when the event was routed before.
	Route(ctx context.Context, r Routing) (Routed, error)
	// Settle stores progress of a run in one commit and returns the runs that were
	// blocked by it and may start now: they are queued, and Due hands them out. A run
	// settled as queued is given back for Due to hand out again. It sets s.Run.Seq.
	// ErrLeaseLost when the epoch is over or the run was canceled or taken meanwhile.
	Settle(ctx context.Context, s Settlement) (next []ID, err error)
	// Run returns a run with its attempts in order of step, item and number. KindNotFound.
	Run(ctx context.Context, id ID) (*Run, []*Attempt, error)
	// Runs returns one page of runs. KindInvalid for a bad cursor.
	Runs(ctx context.Context, f RunFilter) (RunPage, error)
	// Cancel ends active runs, and failed ones for good, with a reason. It returns those
	// that were one or the other, with an error those that it has ended before.
	Cancel(ctx context.Context, ids []ID, reason string) ([]ID, error)
	// Reopen makes finished failed or canceled runs queued again at step (-1: where it
	// stopped). rule 0 keeps the version. They start anew, so that StartedAt is zero until
	// then. KindNotFound; KindConflict when it is active or succeeded.
	Reopen(ctx context.Context, id ID, step int, ruleVersion int) error
	// SettleUnknown records that a person saw what a failed step with outcome unknown
	// sent arrive: the step counts as succeeded and the run is queued for the rest of
	// its steps. KindNotFound; KindConflict when the step is not such a one.
	SettleUnknown(ctx context.Context, id ID, stepKey, by string) error
}

// Queue hands out work: events that were not routed and runs that are due.
type Queue interface {
	// Begin starts a new epoch: it takes over all unfinished work of earlier ones
	// (running runs become queued; their running attempts end unknown and uncounted)
	// and returns the epoch.
	Begin(ctx context.Context) (epoch int64, err error)
	// Pending returns unrouted accepted events with bodies, in commit order, after seq.
	Pending(ctx context.Context, after int64, limit int) ([]*Event, error)
	// Due returns the queued runs that nothing blocks and the waiting runs due at now,
	// oldest first, and marks them running under the epoch. ErrLeaseLost.
	Due(ctx context.Context, epoch int64, now time.Time, limit int) ([]*Work, error)
	// NextDue returns when the next waiting run becomes due; zero when none waits.
	NextDue(ctx context.Context) (time.Time, error)
	// Wake makes runs that wait for a destination due, oldest first: the first at from,
	// each further one gap later, at most limit. It returns how many.
	Wake(ctx context.Context, destination string, from time.Time, gap time.Duration, limit int) (int, error)
	// Depth counts unrouted events and active runs, with the age reference of the oldest.
	Depth(ctx context.Context) (Depth, error)
}

// Depth is how much work waits.
type Depth struct {
	Pending int64     `json:"pending"`
	Queued  int64     `json:"queued"`
	Running int64     `json:"running"`
	Waiting int64     `json:"waiting"`
	Oldest  time.Time `json:"oldest"` // of what should have started; zero when nothing waits
}

// Problem is a destination that fails for one cause, with the runs it affects.
type Problem struct {
	ID          int64      `json:"id"`
	Destination string     `json:"destination"`
	Reason      string     `json:"reason"`
	Waiting     int64      `json:"waiting"`
	Failed      int64      `json:"failed"`
	Unknown     int64      `json:"unknown"`
	Since       time.Time  `json:"since"`
	SolvedAt    *time.Time `json:"solvedAt,omitempty"`
	NextCheck   *time.Time `json:"nextCheck,omitempty"`
	Recovered   int64      `json:"recovered"` // runs that got on, since it is open
	Skipped     int64      `json:"skipped"`   // runs that somebody ended instead
	Rules       []RuleRef  `json:"rules"`     // of its newest runs
}

// RuleRef names a rule as runs do: with the name that it had.
type RuleRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// ProblemStore tells which destinations fail. Problems open and close with the runs
// that are settled; nobody writes them by hand.
type ProblemStore interface {
	// Problems returns open problems, and solved ones of the last 30 days when asked.
	Problems(ctx context.Context, solved bool) ([]*Problem, error)
	// OpenProblems counts the open ones.
	OpenProblems(ctx context.Context) (int, error)
}
