// Package runner is the heart of the program: it judges accepted events by the
// rules of their inbox, works through the steps of the runs that come of it, and
// repeats, resumes, postpones and gives up as the rules say.
//
// # From an event to its runs
//
// An event is judged by all rules of its inbox. Where that is quick it is done before
// the event is stored, and the event, its runs and the intents to do their first steps
// are one commit. Everywhere else the event is stored first. Then it waits, in memory
// when there is room and otherwise in the database, either way in commit order, and a
// routing worker stores the runs and the intents. From there on each run goes on in a
// goroutine of its own, and every further commit stores what came of a step together
// with the intent to do the next one: a chain of n steps costs n+1 commits, one more
// when the event waited and one more when it begins with an answer to the sender.
//
// # Waiting
//
// Whatever waits is a row with a due time: a retry, a delay, a destination that is
// paused, full or has a rate. The scheduler sleeps until the next one is due. Only
// for a slot that is expected within some milliseconds a run waits in memory, and
// never behind a destination that does not move.
//
// # Decisions where the contract is silent
//
// The delays of a retry policy grow by a factor of four. What an earlier failure of
// a destination postponed becomes due as soon as a step there succeeds. expireAfter
// counts from the event's arrival, and from the start of the run where a person
// started it. A condition of a step, or a list of forEach, that cannot be evaluated
// fails the step. A retry with the current version of a rule goes on at the step
// with the key of the one that failed.
package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// Deps is what a [Runner] works with. Replies, PayloadField, Claim, Split and DiskFree
// are optional.
type Deps struct {
	Events      engine.EventStore
	Runs        engine.RunStore
	Queue       engine.Queue
	RuleStore   engine.RuleStore
	Inboxes     engine.InboxStore
	Connections engine.ConnectionStore
	Settings    engine.SettingsStore
	Problems    engine.ProblemStore
	Watcher     engine.Watcher
	Housekeeper engine.Housekeeper
	Actions     engine.Actions
	Replies     *engine.Replies
	Rules       *rules.Engine

	// Verify proves the sender of a stored event; a KindUnauthorized error says why it
	// cannot be proved. Held events are released with it.
	Verify func(ctx context.Context, in *engine.Inbox, e *engine.Event) (scheme string, err error)
	// Claim returns the de-duplication claim of a stored event, for its release.
	Claim func(ctx context.Context, in *engine.Inbox, e *engine.Event) engine.Claim
	// Split returns the events that the items of a held event become where its inbox splits
	// lists, nil where it stays one; e.Reason tells then why, if there is a reason.
	Split func(ctx context.Context, in *engine.Inbox, e *engine.Event) []engine.Item
	// PayloadField names the form field in which the senders of a scheme put the payload.
	PayloadField func(scheme string) (name, encoding string)
	// DiskFree tells how many bytes the disk of the data directory has, and how many are free.
	DiskFree func() (total, free int64, err error)

	Now    engine.Clock
	NewID  engine.NewID
	Rand   func() float64 // in [0,1), for the jitter of retries
	Log    *slog.Logger
	Limits Limits
}

// Limits bound what a [Runner] does at once. Zero values mean the defaults.
type Limits struct {
	Workers        int   // events routed at a time; 128
	Steps          int   // steps done at a time; 512
	PerDestination int   // of them at one destination; 64
	QueueBytes     int64 // of events that wait in memory; 32 MiB
	Memory         int64 // of events and plans whose steps are being done; 128 MiB
	Backlog        int64 // events and runs that may wait before no more are accepted; 200,000
}

func (l Limits) withDefaults() Limits {
	or := func(v, fallback int64) int64 {
		if v > 0 {
			return v
		}
		return fallback
	}
	return Limits{
		Workers:        int(or(int64(l.Workers), 128)),
		Steps:          int(or(int64(l.Steps), 512)),
		PerDestination: int(or(int64(l.PerDestination), 64)),
		QueueBytes:     or(l.QueueBytes, 32<<20),
		Memory:         or(l.Memory, 128<<20),
		Backlog:        or(l.Backlog, 200_000),
	}
}

// Runner routes events and works on runs. It is safe for concurrent use.
type Runner struct {
	deps      Deps
	limits    Limits
	epoch     atomic.Int64 // 0 before Start
	catalog   *catalog
	backlog   *backlog
	scheduler *scheduler
	dests     *destinations
	slots     *gate
	memory    atomic.Int64
	stats     stats
	alerts    *alerts

	calls     sync.RWMutex // held for reading by calls that begin runs: people's and those that bring events
	accepting atomic.Int64 // events on their way into the store
	stopping  atomic.Bool
	quit      chan struct{}
	halt      context.CancelFunc
	stopWatch func()
	workers   sync.WaitGroup // all goroutines but the runs'
	runs      sync.WaitGroup

	mu     sync.Mutex
	active map[engine.ID]*context.CancelCauseFunc // by address: one run's executions may overlap for a moment
	forced bool
}

var (
	_ engine.Dispatcher = (*Runner)(nil)
	_ engine.Controller = (*Runner)(nil)
	_ engine.Evaluator  = (*Runner)(nil)
)

// New makes a runner. It takes events at once and works on them after [Runner.Start].
func New(deps Deps) *Runner {
	if deps.Replies == nil {
		deps.Replies = &engine.Replies{}
	}
	limits := deps.Limits.withDefaults()
	r := &Runner{
		deps:    deps,
		limits:  limits,
		backlog: newBacklog(limits.QueueBytes),
		dests:   newDestinations(deps.Now, limits.PerDestination),
		slots:   newGate(deps.Now, limits.Steps),
		quit:    make(chan struct{}),
		active:  make(map[engine.ID]*context.CancelCauseFunc),
	}
	r.catalog = newCatalog(&r.deps)
	r.stopWatch = deps.Watcher.WatchConfig(r.catalog.changed)
	r.scheduler = newScheduler(r)
	r.alerts = newAlerts(r)
	return r
}

// Start takes over all unfinished work and begins. ctx bounds the taking over
// only; [Runner.Stop] ends what was begun.
func (r *Runner) Start(ctx context.Context) error {
	epoch, err := r.deps.Queue.Begin(ctx)
	if err != nil {
		return fmt.Errorf("take over unfinished work: %w", err)
	}
	r.epoch.Store(epoch)
	if _, err := r.catalog.snapshot(ctx); err != nil {
		return err
	}
	r.measure(ctx)
	work := context.WithoutCancel(ctx) // what is begun is brought to its end
	r.backlog.start(r.limits.Workers, func() { r.workers.Go(func() { r.routeWorker(work) }) })
	loops, halt := context.WithCancel(work)
	r.halt = halt
	r.workers.Go(func() { r.feed(loops) })
	r.workers.Go(func() { r.scheduler.loop(loops) })
	r.workers.Go(func() { r.keepHouse(loops) })
	r.workers.Go(func() { r.alerts.loop(loops) })
	return nil
}

// Stop takes no more work, lets steps that are being done come to their end until
// ctx ends, and leaves everything else to the next start. What has to be broken off
// counts as of unknown outcome then. Stop returns when no goroutine is left.
func (r *Runner) Stop(ctx context.Context) error {
	r.calls.Lock()
	first := r.stopping.CompareAndSwap(false, true)
	r.calls.Unlock()
	if !first {
		return nil
	}
	close(r.quit)
	if r.halt != nil {
		r.halt()
	}
	r.backlog.close()
	r.workers.Wait()
	done := make(chan struct{})
	go func() {
		r.runs.Wait()
		close(done)
	}()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = fmt.Errorf("wait for steps to end: %w", ctx.Err())
		r.force()
		<-done
	}
	r.stopWatch()
	return err
}

var errStopped = errors.New("the program ends")

// force breaks off all steps that are being done.
func (r *Runner) force() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forced = true
	for _, cancel := range r.active {
		(*cancel)(errStopped)
	}
}

// Dispatch hands over an event right after its commit. The callee owns it. An event
// for which there is no room stays in the database and is read back in order.
func (r *Runner) Dispatch(e *engine.Event) { r.backlog.push(e) }

// Full implements [engine.Dispatcher].
func (r *Runner) Full() bool {
	return r.backlog.depth.Load()+r.stats.waitingRuns.Load() > r.limits.Backlog
}

// feed reads events back that had no room in memory.
func (r *Runner) feed(ctx context.Context) {
	for {
		err := r.backlog.feed(ctx, r.deps.Queue.Pending)
		if ctx.Err() != nil {
			return
		}
		r.deps.Log.ErrorContext(ctx, "waiting events could not be read", "error", err)
		if !r.pause(feedAgain) {
			return
		}
	}
}

// pause waits; false means that the program ends.
func (r *Runner) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.quit:
		return false
	}
}

// spawn goes on with a run in a goroutine of its own. l is its first step when the
// intent to do it is stored.
func (r *Runner) spawn(ctx context.Context, x *execution, l *launch) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	id := x.run.ID
	x.patient = true
	r.mu.Lock()
	r.active[id] = &cancel
	if r.forced {
		cancel(errStopped)
	}
	r.mu.Unlock()
	r.runs.Go(func() {
		defer func() {
			cancel(nil)
			r.mu.Lock()
			if r.active[id] == &cancel { // else the run was put back and goes on already
				delete(r.active, id)
			}
			r.mu.Unlock()
		}()
		x.work(ctx, l)
	})
}

// stopRuns breaks off runs that are being worked on.
func (r *Runner) stopRuns(ids []engine.ID, cause error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range ids {
		if cancel := r.active[id]; cancel != nil {
			(*cancel)(cause)
		}
	}
}

// spread tells the other runs of a destination what the end of a step means for them.
func (r *Runner) spread(ctx context.Context, destination string, n news) {
	if n.opened {
		r.deps.Log.WarnContext(ctx, "destination does not answer, sending is paused", "destination", destination)
		r.alerts.down(destination)
	}
	if n.closed {
		r.deps.Log.InfoContext(ctx, "destination answers again", "destination", destination)
		r.alerts.up(destination)
	}
	if n.release {
		if _, err := r.wakeRuns(ctx, destination); err != nil {
			r.deps.Log.ErrorContext(ctx, "waiting runs could not be made due", "destination", destination, "error", err)
		}
	}
}

// releaseMost bounds how many waiting runs are made due at once.
const releaseMost = 100_000

// wakeRuns makes the runs that wait for a destination due, oldest first.
func (r *Runner) wakeRuns(ctx context.Context, destination string) (int, error) {
	n, err := r.deps.Queue.Wake(context.WithoutCancel(ctx), destination, r.deps.Now(), releaseGap, releaseMost)
	if err != nil {
		return 0, fmt.Errorf("wake runs: %w", err)
	}
	if n > 0 {
		r.scheduler.kick()
	}
	return n, nil
}
