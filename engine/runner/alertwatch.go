package runner

import (
	"context"
	"slices"
	"strconv"
	"time"

	"patchbay/engine"
)

const (
	// queueAgeLimit is how long work may wait for a slot or for its rules.
	queueAgeLimit = 5 * time.Minute
	// The disk is nearly full below this many bytes or this part of it.
	diskFreeBytes   = 512 << 20
	diskFreePercent = 5
)

// look checks the conditions that nobody signals.
func (a *alerts) look(ctx context.Context) {
	settings, on := a.settings(ctx)
	if !on {
		clear(a.troubles)
		return
	}
	if slices.Contains(settings.On, alertQueueAge) {
		a.lookAtQueue(ctx)
	}
	if slices.Contains(settings.On, alertRejected) {
		a.lookAtInboxes(ctx)
	}
	if slices.Contains(settings.On, alertDisk) && a.r.deps.DiskFree != nil {
		a.lookAtDisk(ctx)
	}
	a.lookAtProblems(ctx, settings.Window.Std())
}

// hold keeps a condition as trouble while it lasts. It is told once, not each time
// that it is looked at.
func (a *alerts) hold(ctx context.Context, s signal, bad bool) {
	t := a.troubles[s.key]
	switch {
	case bad && t == nil:
		a.take(ctx, s)
	case bad:
		t.solved = false
	case t != nil:
		s.solved = true
		a.take(ctx, s)
	}
}

func (a *alerts) lookAtQueue(ctx context.Context) {
	bad := false
	if ns := a.r.stats.oldest.Load(); ns > 0 {
		bad = a.r.deps.Now().Sub(time.Unix(0, ns)) > queueAgeLimit
	}
	a.hold(ctx, signal{
		kind: alertQueueAge, key: alertQueueAge, title: "Work waits for longer than 5 minutes.",
		detail: "Events come in faster than they can be worked on.",
	}, bad)
}

// lookAtInboxes compares the counters of rejected requests with those of before.
func (a *alerts) lookAtInboxes(ctx context.Context) {
	ledgers, err := a.r.deps.Inboxes.Ledgers(ctx)
	if err != nil {
		a.r.deps.Log.WarnContext(ctx, "counters of inboxes could not be read", "error", err)
		return
	}
	settings, _ := a.settings(ctx)
	first := a.rejected == nil
	if first {
		a.rejected = make(map[string]int64, len(ledgers))
	}
	for name, l := range ledgers {
		grown := l.Rejected - a.rejected[name]
		a.rejected[name] = l.Rejected
		s := signal{
			kind: alertRejected, key: alertRejected + "\x00" + name,
			title: "The inbox " + strconv.Quote(name) + " rejects requests.", detail: "The newest rejected events tell why.",
		}
		t := a.troubles[s.key]
		switch {
		case first:
		case grown > 0 && t == nil:
			a.take(ctx, s)
		case grown > 0:
			t.more += grown
			t.solved = false
		case t != nil && t.more == 0 && a.r.deps.Now().Sub(t.last) >= settings.Window.Std():
			s.solved = true
			a.take(ctx, s)
		}
	}
}

func (a *alerts) lookAtDisk(ctx context.Context) {
	total, free, err := a.r.deps.DiskFree()
	if err != nil {
		a.r.deps.Log.WarnContext(ctx, "free space of the disk could not be read", "error", err)
		return
	}
	a.hold(ctx, signal{
		kind: alertDisk, key: alertDisk, title: "The disk is nearly full.",
		detail: "When it is full no more events are accepted. Free " + engine.Size(diskFreeBytes).String() + " or more, or keep events for a shorter time.",
	}, free < diskFreeBytes || free < total/100*diskFreePercent)
}

// lookAtProblems solves the causes that no run is affected by any more.
func (a *alerts) lookAtProblems(ctx context.Context, window time.Duration) {
	var told []*trouble
	for key, t := range a.troubles {
		switch {
		case t.once:
			if t.more == 0 && a.r.deps.Now().Sub(t.last) >= window {
				delete(a.troubles, key)
			}
		case t.kind == alertRunFailed:
			told = append(told, t)
		case t.kind == alertDestination:
			if !a.r.dests.isOpen(t.destination) {
				t.solved = true
			}
		}
	}
	if len(told) == 0 || a.r.deps.Problems == nil {
		return
	}
	open, err := a.r.deps.Problems.Problems(ctx, false)
	if err != nil {
		a.r.deps.Log.WarnContext(ctx, "problems could not be read", "error", err)
		return
	}
	still := make(map[string]bool, len(open))
	for _, p := range open {
		still[causeKey(p.Destination, p.Reason)] = true
	}
	for _, t := range told {
		t.solved = !still[t.key]
	}
}
