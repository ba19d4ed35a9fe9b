package runner

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"patchbay/engine"
)

// What alerts can be about; the words of [engine.Alerts].On.
const (
	alertRunFailed   = "run.failed"
	alertDestination = "destination"
	alertQueueAge    = "queue.age"
	alertRejected    = "inbox.rejected"
	alertDisk        = "disk"
)

const (
	alertWindow  = 10 * time.Minute // default grouping
	alertCap     = 10               // default messages an hour
	alertEvery   = 15 * time.Second // how often conditions are looked at
	alertSignals = 256
	alertCauses  = 1000
)

// signal tells the alerts that something is wrong, or right again.
type signal struct {
	kind        string
	key         string // equal for the same cause
	title       string // "Rule "Invoices" failed."
	detail      string
	destination string
	solved      bool
	once        bool // nothing will tell that it is solved
}

// trouble is a cause that is being alerted about.
type trouble struct {
	signal
	since  time.Time
	more   int64     // occurrences that no message has told of
	told   bool      // a message went out
	last   time.Time // when it did
	solved bool      // the closing message is due
}

// alerts tells people about trouble: one message when a cause appears, one more for
// each window in which it came again, and one when it is gone. It never holds up a
// run: a signal for which there is no room is dropped, because what it tells stands
// in history anyway. What goes wrong with an alert is only logged, so that alerts
// cannot cause alerts.
type alerts struct {
	r       *Runner
	signals chan signal

	// Owned by loop.
	troubles map[string]*trouble
	sent     []time.Time // messages of the last hour
	heldBack int64       // messages that the cap kept back
	rejected map[string]int64
}

func newAlerts(r *Runner) *alerts {
	return &alerts{r: r, signals: make(chan signal, alertSignals), troubles: make(map[string]*trouble)}
}

func (a *alerts) tell(s signal) {
	select {
	case a.signals <- s:
	default:
	}
}

func (a *alerts) runFailed(run *engine.Run, cause *engine.Cause) {
	s := signal{
		kind: alertRunFailed, key: alertRunFailed + "\x00" + run.RuleID + "\x00" + alike(run.Reason),
		title: "The rule " + strconv.Quote(run.RuleName) + " failed.", detail: alike(run.Reason),
	}
	if cause != nil {
		s.key = causeKey(cause.Destination, cause.Reason)
		s.destination, s.detail = cause.Destination, cause.Reason
	}
	a.tell(s)
}

// refused tells about a refusal that a person must know of although the run goes on.
func (a *alerts) refused(run *engine.Run, f *engine.Failure, destination string) {
	a.tell(signal{
		kind: alertRunFailed, key: "refused\x00" + causeKey(destination, alike(f.Message)), once: true,
		title: "A step of the rule " + strconv.Quote(run.RuleName) + " was refused.", detail: alike(f.Message), destination: destination,
	})
}

// quoted is text that a message quotes, as %q writes it.
var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// alike is a message without what it quotes. That may come from a payload: it would
// make a cause of its own of every value, and it is nothing for those who are alerted.
func alike(message string) string {
	if !strings.Contains(message, `"`) {
		return message
	}
	return quoted.ReplaceAllLiteralString(message, `"…"`)
}

func causeKey(destination, reason string) string {
	return alertRunFailed + "\x00" + destination + "\x00" + reason
}

func (a *alerts) down(destination string) {
	a.tell(signal{
		kind: alertDestination, key: alertDestination + "\x00" + destination, destination: destination,
		title: destination + " does not answer.", detail: "Sending to it is paused; its runs wait and go on by themselves when it answers again.",
	})
}

func (a *alerts) up(destination string) {
	a.tell(signal{kind: alertDestination, key: alertDestination + "\x00" + destination, solved: true})
}

// loop works until ctx ends.
func (a *alerts) loop(ctx context.Context) {
	tick := time.NewTicker(alertEvery)
	defer tick.Stop()
	for {
		select {
		case s := <-a.signals:
			a.take(ctx, s)
		case <-tick.C:
			a.look(ctx)
			a.flush(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// settings returns what is configured, defaults filled in; false when nobody wants alerts.
func (a *alerts) settings(ctx context.Context) (engine.Alerts, bool) {
	snap, err := a.r.catalog.snapshot(ctx)
	if err != nil || snap.settings == nil {
		return engine.Alerts{}, false
	}
	s := snap.settings.Alerts
	if s.Window <= 0 {
		s.Window = engine.Duration(alertWindow)
	}
	if s.Cap <= 0 {
		s.Cap = alertCap
	}
	return s, len(s.On) > 0 && (s.Via != "" || s.Fallback != "")
}

// take works in one signal.
func (a *alerts) take(ctx context.Context, s signal) {
	t := a.troubles[s.key]
	if s.solved {
		if t != nil {
			t.solved = true
			a.speak(ctx, t)
		}
		return
	}
	settings, on := a.settings(ctx)
	if !on || !slices.Contains(settings.On, s.kind) {
		return
	}
	if t == nil {
		if len(a.troubles) >= alertCauses {
			a.heldBack++
			return
		}
		t = &trouble{signal: s, since: a.r.deps.Now()}
		a.troubles[s.key] = t
	}
	t.solved = false
	t.more++
	a.speak(ctx, t)
}

// flush sends what waited for its window or for the cap.
func (a *alerts) flush(ctx context.Context) {
	waiting := make([]*trouble, 0, len(a.troubles))
	for _, t := range a.troubles {
		waiting = append(waiting, t)
	}
	slices.SortFunc(waiting, func(x, y *trouble) int { return x.since.Compare(y.since) })
	for _, t := range waiting {
		a.speak(ctx, t)
	}
}

// speak sends the message that is due about a cause, if one is.
func (a *alerts) speak(ctx context.Context, t *trouble) {
	settings, on := a.settings(ctx)
	if !on {
		delete(a.troubles, t.key)
		return
	}
	now := a.r.deps.Now()
	switch {
	case t.solved && !t.told:
		delete(a.troubles, t.key) // nobody was told that it began
		return
	case t.solved:
	case t.more == 0, t.told && now.Sub(t.last) < settings.Window.Std():
		return
	}
	if !a.mayTalk(now, settings.Cap) {
		return
	}
	a.send(ctx, settings, a.message(t))
	a.sent = append(a.sent, now)
	t.told, t.last, t.more = true, now, 0
	if t.solved {
		delete(a.troubles, t.key)
	}
}

// mayTalk applies the cap.
func (a *alerts) mayTalk(now time.Time, limit int) bool {
	a.sent = slices.DeleteFunc(a.sent, func(at time.Time) bool { return now.Sub(at) >= time.Hour })
	return len(a.sent) < limit
}

// heldBackNow counts the causes that wait for the cap, beside one.
func (a *alerts) heldBackNow(but *trouble) int64 {
	n := a.heldBack
	for _, t := range a.troubles {
		if t != but && (!t.told && t.more > 0) {
			n++
		}
	}
	return n
}
