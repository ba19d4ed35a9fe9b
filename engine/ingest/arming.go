package ingest

import (
	"context"
	"slices"
	"sync"
	"time"

	"patchbay/engine"
	"patchbay/engine/verify"
)

const (
	armedFor = 15 * time.Minute // an inbox waits for the secret
	shownFor = 15 * time.Minute // the secret can be read after it came
)

// arms are the inboxes that wait for their sender to bring the secret, or have just
// got it. They are in memory alone: a waiting that a restart ends is begun again with
// one press, while one that outlived its minutes would let a stranger in.
type arms struct {
	mu      sync.Mutex
	byInbox map[string]*arm
}

type arm struct {
	made   time.Time // of the inbox: another one of this name waits for nothing
	scheme string
	who    string
	until  time.Time
	cameAt time.Time
	token  engine.Secret
}

// of returns the arm of a door that still counts, nil otherwise.
func (a *arms) of(d *door, now time.Time) *arm {
	found := a.byInbox[d.inbox.Name]
	switch {
	case found == nil:
		return nil
	case !found.made.Equal(d.inbox.CreatedAt), found.scheme != d.provider.ID,
		found.cameAt.IsZero() && !now.Before(found.until),
		!found.cameAt.IsZero() && !now.Before(found.cameAt.Add(shownFor)):
		delete(a.byInbox, d.inbox.Name)
		return nil
	default:
		return found
	}
}

// take ends the waiting of an inbox. before is for [arms.put], nil when the inbox does
// not wait. token is what the operator has to read, "" when there is nothing.
func (a *arms) take(d *door, now time.Time, token engine.Secret) (before *arm) {
	a.mu.Lock()
	defer a.mu.Unlock()
	waits := a.of(d, now)
	if waits == nil || !waits.cameAt.IsZero() {
		return nil
	}
	came := *waits
	came.cameAt, came.token = now, token
	a.byInbox[d.inbox.Name] = &came
	return waits
}

func (a *arms) put(inbox string, one *arm) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.byInbox[inbox] = one
}

func (a *arms) drop(inbox string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.byInbox, inbox)
}

func (a *arms) show(d *door, now time.Time, to *engine.Handshakes) {
	a.mu.Lock()
	defer a.mu.Unlock()
	found := a.of(d, now)
	if found == nil {
		return
	}
	to.WaitedBy, to.CameAt, to.ToEnter = found.who, found.cameAt, found.token
	if found.cameAt.IsZero() {
		to.Until = found.until
	}
}

// Arm implements [engine.Greeter].
func (h *Handler) Arm(ctx context.Context, inbox, who string) error {
	d, err := h.doors.find(ctx, inbox)
	switch {
	case err != nil:
		return err
	case d == nil:
		return engine.NotFound("inbox", inbox)
	case d.provider.Captures() == nil:
		return engine.Conflict("The sender of this inbox brings no secret by itself; enter the one that is set there.")
	}
	now := h.deps.Now()
	h.arms.put(inbox, &arm{
		made: d.inbox.CreatedAt, scheme: d.provider.ID, who: who,
		until: now.Add(armedFor).UTC().Truncate(time.Millisecond),
	})
	return nil
}

// Disarm implements [engine.Greeter].
func (h *Handler) Disarm(inbox string) { h.arms.drop(inbox) }

// capture keeps the secret that a sender brought while somebody waits for it, and ends
// the waiting. Whoever comes later changes nothing.
func (h *Handler) capture(ctx context.Context, d *door, shake *verify.Handshake, value string) error {
	shown := engine.Secret("")
	if shake.Show {
		shown = engine.Secret(value)
	}
	before := h.arms.take(d, h.deps.Now(), shown)
	if before == nil {
		return &engine.Error{Kind: engine.KindUnauthorized, Message: d.provider.Title + " sent its secret, but nobody waited for it here."}
	}
	if err := h.keep(ctx, d, engine.Secret(value)); err != nil {
		h.arms.put(d.inbox.Name, before)
		return engine.Unavailable(err, "The secret that %s sent could not be stored.", d.provider.Title)
	}
	entry := engine.AuditEntry{
		At: h.deps.Now(), Who: before.who, Action: "inbox.secret", Object: d.inbox.Name,
		Detail: d.provider.Title + " sent it while the inbox waited for it",
	}
	if err := h.deps.Audit(context.WithoutCancel(ctx), entry); err != nil {
		h.deps.Log.ErrorContext(ctx, "change log not written", "action", entry.Action, "object", entry.Object, "error", err)
	}
	return nil
}

// keepTries is how often a secret is stored again that an other change of the inbox came before.
const keepTries = 5

// keep makes a secret the inbox's own. One that it had counts further: a sender may
// have several webhooks here, each with its secret.
func (h *Handler) keep(ctx context.Context, d *door, secret engine.Secret) (err error) {
	for range keepTries {
		var in *engine.Inbox
		if in, err = h.deps.Inboxes.Inbox(ctx, d.inbox.Name); err != nil {
			return err
		}
		if !in.CreatedAt.Equal(d.inbox.CreatedAt) || in.Verify.Scheme != d.inbox.Verify.Scheme {
			return engine.Conflict("The inbox is another one by now.")
		}
		v := &in.Verify
		earlier := slices.DeleteFunc(v.Active(), func(s engine.Secret) bool { return s == secret })
		v.Secret, v.Secrets, v.Pending = secret, earlier, false
		if _, err = verify.New(*v); err != nil {
			return err
		}
		if err = h.deps.Inboxes.PutInbox(ctx, in, in.Version); engine.KindOf(err) != engine.KindConflict {
			return err
		}
	}
	return err
}
