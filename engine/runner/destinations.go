package runner

import (
	"context"
	"sync"
	"time"

	"patchbay/engine"
)

const (
	// recheckGap spaces the runs that come back to an open circuit, so that looking in
	// vain stays cheap however many wait.
	recheckGap = 20 * time.Millisecond
	// parkGap is the least time between runs that come back to a full destination, and
	// parkGapMost the longest: a pace that was measured in a rush is wrong soon after
	// it, and a line made at that pace would keep the destination waiting for minutes.
	parkGap     = 500 * time.Microsecond
	parkGapMost = 4 * time.Millisecond
	// releaseGap spaces the waiting runs of a destination that answers again.
	releaseGap = 10 * time.Millisecond
	// releaseEvery is how often at most waiting runs are made due because of single
	// failures, without an open circuit.
	releaseEvery = 10 * time.Second
	// memorySpell is when a run comes back that memory has no room for.
	memorySpell = 200 * time.Millisecond
	// forgetAfter is how long an unused destination is remembered.
	forgetAfter = 10 * time.Minute
)

// destination is what is known about one place that steps send to.
type destination struct {
	name string
	gate *gate

	mu       sync.Mutex
	circuit  circuit
	failing  bool      // since its last answer it was not there
	parked   int       // runs that wait for it in line
	line     int       // which line: it is begun anew when all of them are made due
	turn     time.Time // when a destination with a rate takes the next one
	released time.Time // when waiting runs were last made due
	spare    time.Time // until then it wants fewer calls: no waiting run is made due
	used     time.Time
}

// destinations keeps them by name.
type destinations struct {
	now   engine.Clock
	limit int // of steps at one destination at a time

	mu     sync.Mutex
	byName map[string]*destination
	parked map[engine.ID]place
}

// place is where a run stands in line, so that it leaves the line when it comes
// back and when it is canceled. Nobody would be let in before the canceled ones
// otherwise.
type place struct {
	dest *destination
	line int
	at   time.Time // when it comes back
}

func newDestinations(now engine.Clock, limit int) *destinations {
	return &destinations{now: now, limit: limit, byName: make(map[string]*destination), parked: make(map[engine.ID]place)}
}

func (ds *destinations) get(name string) *destination {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	d := ds.byName[name]
	if d == nil {
		d = &destination{name: name, gate: newGate(ds.now, ds.limit)}
		ds.byName[name] = d
	}
	d.used = ds.now()
	return d
}

// ticket is the permission to use a destination once. It is given back with done.
type ticket struct {
	dest  *destination
	since time.Time
	probe bool
}

// postponed is why a step cannot be done now and when to come back. cause is nil when nothing fails.
type postponed struct {
	at    time.Time
	place place
	soon  bool // at once, by somebody who has the time to wait
	cause *engine.Cause
}

// enter asks for permission to do a plan. It returns a ticket, or when to come back.
func (ds *destinations) enter(ctx context.Context, plan *engine.Plan, patient bool) (*ticket, *postponed) {
	d := ds.get(plan.Destination)
	every := spacing(plan.PerSecond)
	probe, wait := d.mayUse(ds.now(), every)
	if wait != nil {
		return nil, wait
	}
	switch d.gate.enter(ctx, patient) {
	case entered:
	case enterSoon:
		d.giveUpProbe(ds.now(), probe)
		return nil, &postponed{soon: true}
	default:
		return nil, d.full(ds.now(), probe)
	}
	now := ds.now()
	if every > 0 {
		d.mu.Lock()
		if wait = d.early(now, every); wait == nil { // nobody was quicker
			d.turn = later(d.turn, now).Add(every)
		}
		d.mu.Unlock()
		if wait != nil {
			d.gate.giveBack()
			d.giveUpProbe(now, probe)
			return nil, wait
		}
	}
	return &ticket{dest: d, since: now, probe: probe}, nil
}

// spacing is the least time between two uses of a destination; 0 is none.
func spacing(perSecond float64) time.Duration {
	if perSecond <= 0 {
		return 0
	}
	return time.Duration(float64(time.Second) / perSecond)
}

// mayUse asks the circuit and the rate.
func (d *destination) mayUse(now time.Time, every time.Duration) (probe bool, wait *postponed) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if wait := d.early(now, every); wait != nil {
		return false, wait
	}
	ok, probe, next := d.circuit.allow(now)
	if ok {
		return probe, nil
	}
	wait = d.queue(next, recheckGap)
	wait.cause = &engine.Cause{Destination: d.name, Reason: alike(d.circuit.reason)}
	return false, wait
}

// early postpones what comes before its turn. A fifth of the spacing is forgiven,
// since who comes back at the time it was told may meet one that was a little late.
func (d *destination) early(now time.Time, every time.Duration) *postponed {
	if every == 0 || !now.Before(d.turn.Add(-every/5)) {
		return nil
	}
	return d.queue(now.Add(d.turn.Sub(now)), every) // by the clock as it is now, which may have been set
}

// queue gives the last place in line: each is gap after the one before it.
func (d *destination) queue(first time.Time, gap time.Duration) *postponed {
	at := first.Add(time.Duration(d.parked) * gap)
	d.parked++
	return &postponed{at: at, place: place{dest: d, line: d.line, at: at}}
}

// dissolve begins the line anew: all that stand in it are made due.
func (d *destination) dissolve() {
	d.parked = 0
	d.line++
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// full parks a run that found no slot. Each parked one comes back a slot's time
// after the one before it, or a little in vain where slots are slow.
func (d *destination) full(now time.Time, probe bool) *postponed {
	gap := min(max(d.gate.pace(), parkGap), parkGapMost)
	d.giveUpProbe(now, probe)
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.queue(now.Add(patience+gap), gap)
}

func (d *destination) giveUpProbe(now time.Time, probe bool) {
	if !probe {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.circuit.undecided(now)
}

// news is what the end of a step changes for the other runs of its destination.
type news struct {
	opened  bool // its circuit is open now
	closed  bool // its circuit was open and is closed now
	release bool // waiting runs should become due
}

// done gives a ticket back with what came of the step. A canceled step tells nothing.
func (ds *destinations) done(t *ticket, f *engine.Failure, canceled bool) news {
	now := ds.now()
	d := t.dest
	if canceled {
		d.gate.giveBack()
		d.giveUpProbe(now, t.probe)
		return news{}
	}
	d.gate.leave(now.Sub(t.since))
	d.mu.Lock()
	defer d.mu.Unlock()
	if f != nil && f.Down {
		d.failing = true
		return news{opened: d.circuit.down(now, f.Message, t.probe)}
	}
	if f != nil && f.RetryAfter > 0 {
		d.spare = later(d.spare, now.Add(f.RetryAfter))
	}
	var n news
	n.closed = d.circuit.answered(now)
	d.failing = d.failing || n.closed
	if d.failing && !now.Before(d.spare) && (n.closed || now.Sub(d.released) >= releaseEvery) {
		n.release = true
		d.failing = false
		d.released = now
		d.dissolve()
	}
	return n
}

// park notes that a run waits at a place in line.
func (ds *destinations) park(run engine.ID, p place) {
	if p.dest == nil {
		return
	}
	ds.mu.Lock()
	defer ds.mu.Unlock()
	ds.parked[run] = p
}

// unpark notes that runs came back from where they waited, or never will.
func (ds *destinations) unpark(runs ...engine.ID) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	for _, run := range runs {
		ds.leaveLine(run)
	}
}

func (ds *destinations) leaveLine(run engine.ID) {
	p, ok := ds.parked[run]
	if !ok {
		return
	}
	delete(ds.parked, run)
	p.dest.mu.Lock()
	defer p.dest.mu.Unlock()
	if p.line == p.dest.line {
		p.dest.parked--
	}
}

// checkNow lets the next run of a destination try it.
func (ds *destinations) checkNow(name string) {
	d := ds.get(name)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.circuit.checkNow(ds.now())
	d.dissolve()
}

// forget drops what was not used for a while and is not known to fail, and the
// places of runs that were deleted while they waited.
func (ds *destinations) forget() {
	now := ds.now()
	ds.mu.Lock()
	defer ds.mu.Unlock()
	for run, p := range ds.parked {
		if now.Sub(p.at) > forgetAfter {
			ds.leaveLine(run)
		}
	}
	for name, d := range ds.byName {
		d.mu.Lock()
		idle := d.circuit.state == circuitClosed || now.Sub(d.circuit.next) > circuitLongest
		d.mu.Unlock()
		if idle && d.gate.inUse() == 0 && now.Sub(d.used) > forgetAfter {
			delete(ds.byName, name)
		}
	}
}

// CircuitState is the state of the circuit of one destination that is not plainly there.
type CircuitState struct {
	Destination string
	NextCheck   time.Time
	Probing     bool
}

func (ds *destinations) open() []CircuitState {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	var list []CircuitState
	for name, d := range ds.byName {
		d.mu.Lock()
		if d.circuit.state != circuitClosed {
			list = append(list, CircuitState{Destination: name, NextCheck: d.circuit.next, Probing: d.circuit.state == circuitProbing})
		}
		d.mu.Unlock()
	}
	return list
}

// isOpen reports whether sending to a destination is paused.
func (ds *destinations) isOpen(name string) bool {
	ds.mu.Lock()
	d := ds.byName[name]
	ds.mu.Unlock()
	if d == nil {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.circuit.state != circuitClosed
}
