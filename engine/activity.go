package engine

import (
	"context"
	"time"
)

// EventCounts counts the requests of senders, by what became of them. Requests that
// were held leave Held when they are released, so that it can be below zero where more
// were released than came.
type EventCounts struct {
	Received  int64 `json:"received"`
	Accepted  int64 `json:"accepted"`
	Duplicate int64 `json:"duplicate"`
	Rejected  int64 `json:"rejected"`
	Held      int64 `json:"held"`
	Matched   int64 `json:"matched"`
	Unmatched int64 `json:"unmatched"`
}

// RunCounts counts runs, those that people started included. Warned is the part of
// Succeeded in which a step failed; Done counts steps that did something, Sent the part
// of them that let something leave.
type RunCounts struct {
	Started   int64 `json:"started"`
	Succeeded int64 `json:"succeeded"`
	Warned    int64 `json:"warned"`
	Failed    int64 `json:"failed"`
	Filtered  int64 `json:"filtered"`
	Skipped   int64 `json:"skipped"`
	Canceled  int64 `json:"canceled"`
	Done      int64 `json:"done"`
	Sent      int64 `json:"sent"`
}

// CountStep is how fine counts are: they are kept for each quarter of an hour, since no
// time zone begins its day at another time.
const CountStep = 15 * time.Minute

// CountKept is for how long they are kept that fine.
const CountKept = 32 * 24 * time.Hour

// Span asks for counts between two times in steps, each a multiple of [CountStep].
// Steps begin at Since.
type Span struct {
	Since, Until time.Time
	Step         time.Duration
	Name         string // of one inbox or rule; "" is all of them
}

// Use is what an inbox has in the database now.
type Use struct {
	Inbox  string `json:"inbox"`
	Events int64  `json:"events"`
	Bytes  int64  `json:"bytes" doc:"Of the bodies, as they were received."`
}

// DiskSize is how large the files of the database were at a time.
type DiskSize struct {
	At   time.Time
	Used int64
}

// TypeCount is how many of the events that were looked at are of a kind.
type TypeCount struct {
	Type   string    `json:"type"`
	Count  int64     `json:"count"`
	LastAt time.Time `json:"lastAt"`
}

// Publication is when and by whom the current version of a rule was published.
type Publication struct {
	At time.Time `json:"at"`
	By string    `json:"by"`
}

// ActivityStore tells what happened without looking at everything again.
type ActivityStore interface {
	CountStore
	LatestStore
	PageStore
}

// CountStore tells how much there was and is.
type CountStore interface {
	// EventCounts returns counts by step, 0 for the first. Steps without any are left out.
	EventCounts(ctx context.Context, s Span) (map[int]EventCounts, error)
	// RunCounts is the same for runs.
	RunCounts(ctx context.Context, s Span) (map[int]RunCounts, error)
	// EventsByInbox returns the counts since a time by inbox; the zero time is since ever.
	EventsByInbox(ctx context.Context, since time.Time) (map[string]EventCounts, error)
	// RunsByRule is the same for runs, by rule; also of rules that are deleted.
	RunsByRule(ctx context.Context, since time.Time) (map[string]RunCounts, error)
	// Uses returns what each inbox has stored, by name.
	Uses(ctx context.Context) ([]Use, error)
	// DiskSizes returns how large the files were in the last days, oldest first.
	DiskSizes(ctx context.Context) ([]DiskSize, error)
}

// LatestStore finds what came last, and beside something else.
type LatestStore interface {
	// LastRuns returns the newest run of each rule that has one.
	LastRuns(ctx context.Context, rules []string) (map[string]*Run, error)
	// LastRejected returns the newest rejected request of an inbox, nil when there is none.
	LastRejected(ctx context.Context, inbox string) (*Event, error)
	// RejectedInARow returns how many requests of senders an inbox rejected since the last
	// one that it did not reject, as far as they are kept.
	RejectedInARow(ctx context.Context, inbox string) (int64, error)
	// Publications tells of each rule that is published when its current version was.
	Publications(ctx context.Context) (map[string]Publication, error)
	// Neighbors returns the next newer and the next older event of the inbox of an event;
	// the zero ID where there is none. KindNotFound.
	Neighbors(ctx context.Context, event ID) (newer, older ID, err error)
	// EventTypes returns the kinds among the newest events of an inbox ("" all of them),
	// the most frequent first, and how many events were looked at.
	EventTypes(ctx context.Context, inbox string) (types []TypeCount, looked int, err error)
}

// PageStore finds what stands beside the rows of a page, for all of them at once. What is
// gone meanwhile is left out.
type PageStore interface {
	// RunsOf returns the newest runs of events, at most limit of each, newest first.
	RunsOf(ctx context.Context, events []ID, limit int) (map[ID][]*Run, error)
	// EventsOf returns events; those up to a size in bytes with their bodies.
	EventsOf(ctx context.Context, events []ID, bodies int64) (map[ID]*Event, error)
	// LastDone returns of each run the last attempt at one of these actions that
	// succeeded, without With; Output and Preview are nil where they are large.
	LastDone(ctx context.Context, runs []ID, actions []string) (map[ID]*Attempt, error)
}
