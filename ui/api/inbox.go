package api

import (
	"context"
	"crypto/subtle"
	"net/http"
	"slices"
	"strconv"
	"time"

	"patchbay/engine"
)

type inboxChange struct {
	Named
	Match
	Body InboxInput
}

type objectAction struct {
	Named
	Match
}

// Release tells what became of the requests that an inbox held.
type Release struct {
	Accepted int `json:"accepted"`
	Rejected int `json:"rejected"`
}

// Comparison asks whether a text is the stored secret.
type Comparison struct {
	Field string `json:"field,omitempty" doc:"Of a connection: which secret, such as password."`
	Value string `json:"value" writeOnly:"true" maxLength:"65536"`
}

// Compared is the answer to a comparison.
type Compared struct {
	Same bool `json:"same"`
}

func (m *mount) inboxOperations() {
	const tag = "inboxes"
	add(m, operation{
		id: "listInboxes", method: http.MethodGet, path: "/inboxes", tag: tag, summary: "All inboxes with their counters", need: engine.RoleViewer,
	}, m.listInboxes)
	add(m, operation{
		id: "createInbox", method: http.MethodPost, path: "/inboxes", tag: tag, summary: "Create an inbox",
		need: engine.RoleEditor, audit: "inbox.create", status: http.StatusCreated,
	}, m.createInbox)
	add(m, operation{
		id: "getInbox", method: http.MethodGet, path: "/inboxes/{id}", tag: tag, summary: "One inbox", need: engine.RoleViewer,
	}, m.getInbox)
	add(m, operation{
		id: "getInboxChange", method: http.MethodGet, path: "/inboxes/{id}/change", tag: tag, summary: "Who changed an inbox last", need: engine.RoleViewer,
	}, m.getInboxChange)
	add(m, operation{
		id: "replaceInbox", method: http.MethodPut, path: "/inboxes/{id}", tag: tag, summary: "Change an inbox; secrets left out are kept",
		need: engine.RoleEditor, audit: "inbox.update",
	}, m.replaceInbox)
	add(m, operation{
		id: "deleteInbox", method: http.MethodDelete, path: "/inboxes/{id}", tag: tag, summary: "Delete an inbox with its events and runs",
		need: engine.RoleEditor, audit: "inbox.delete", status: http.StatusNoContent,
	}, m.deleteInbox)
	add(m, operation{
		id: "pauseInbox", method: http.MethodPost, path: "/inboxes/{id}/pause", tag: tag, summary: "Store requests without acting on them",
		need: engine.RoleEditor, audit: "inbox.pause",
	}, m.setPaused(true))
	add(m, operation{
		id: "resumeInbox", method: http.MethodPost, path: "/inboxes/{id}/resume", tag: tag, summary: "Act on requests again",
		need: engine.RoleEditor, audit: "inbox.resume",
	}, m.setPaused(false))
	add(m, operation{
		id: "releaseInbox", method: http.MethodPost, path: "/inboxes/{id}/release", tag: tag, summary: "Verify and accept the requests that are held",
		need: engine.RoleEditor, audit: "inbox.release", timeout: 5 * time.Minute,
	}, m.releaseInbox)
	add(m, operation{
		id: "rotateInboxKey", method: http.MethodPost, path: "/inboxes/{id}/rotate-key", tag: tag, summary: "Give the address a new secret part",
		need: engine.RoleEditor, audit: "inbox.rotate-key",
	}, m.rotateInboxKey)
	add(m, operation{
		id: "compareInboxSecret", method: http.MethodPost, path: "/inboxes/{id}/compare", tag: tag, summary: "Whether a text is one of the inbox's secrets",
		need: engine.RoleEditor, audit: "inbox.compare",
	}, m.compareInboxSecret)
	m.handshakeOperations(tag)
	if m.Send != nil {
		m.sampleOperations()
	}
}

func (m *mount) listInboxes(ctx context.Context, in *struct{ Listing }) (*plain[Page[Inbox]], error) {
	all, err := m.Inboxes.Inboxes(ctx)
	if err != nil {
		return nil, err
	}
	ledgers, err := m.Inboxes.Ledgers(ctx)
	if err != nil {
		return nil, err
	}
	today, err := m.Activity.EventsByInbox(ctx, m.Now().Add(-24*time.Hour))
	if err != nil {
		return nil, err
	}
	away, views := m.turnedAway(), make([]Inbox, 0, len(all))
	for _, box := range all {
		refused, err := m.refusedState(ctx, box, today, away)
		if err != nil {
			return nil, err
		}
		views = append(views, m.inboxView(ctx, box, ledgers[box.Name], refused))
	}
	return page(views, func(i Inbox) string { return i.Name }, in.Listing)
}

func (m *mount) getInbox(ctx context.Context, in *Named) (*one[Inbox], error) {
	box, err := m.Inboxes.Inbox(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return m.showInbox(ctx, box)
}

// LastChange tells who changed something last.
type LastChange struct {
	At time.Time `json:"at"`
	By string    `json:"by" doc:"E-mail address, token:NAME or local; empty when the change log does not tell."`
}

func (m *mount) getInboxChange(ctx context.Context, in *Named) (*plain[LastChange], error) {
	box, err := m.Inboxes.Inbox(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	lines, err := m.Tokens.AuditLog(ctx, engine.AuditQuery{Kind: "inbox", Text: box.Name}, 100)
	if err != nil {
		return nil, err
	}
	change := LastChange{At: box.UpdatedAt.UTC()}
	for _, line := range lines {
		if line.Object == box.Name && !slices.Contains([]string{"inbox.release", "inbox.compare", "inbox.send"}, line.Action) {
			change.By = line.Who
			break
		}
	}
	return &plain[LastChange]{Body: change}, nil
}

func (m *mount) showInbox(ctx context.Context, box *engine.Inbox) (*one[Inbox], error) {
	ledger, err := m.Inboxes.Ledger(ctx, box.Name)
	if err != nil {
		return nil, err
	}
	today, err := m.Activity.EventsByInbox(ctx, m.Now().Add(-24*time.Hour))
	if err != nil {
		return nil, err
	}
	refused, err := m.refusedState(ctx, box, today, m.turnedAway())
	if err != nil {
		return nil, err
	}
	view := m.inboxView(ctx, box, ledger, refused)
	if view.LooksLike, err = m.looksLike(ctx, box); err != nil {
		return nil, err
	}
	return &one[Inbox]{ETag: etag(box.Version), Body: view}, nil
}

func (m *mount) createInbox(ctx context.Context, in *struct{ Body InboxInput }) (*one[Inbox], error) {
	box := in.Body.inbox(nil)
	if err := m.Checker.CheckInbox(ctx, box); err != nil {
		return nil, err
	}
	if err := m.Inboxes.PutInbox(ctx, box, 0); err != nil {
		return nil, err
	}
	about(ctx, box.Name, "")
	out, err := m.showInbox(ctx, box)
	if err != nil {
		return nil, err
	}
	out.Location = prefix + "/inboxes/" + box.Name
	return out, nil
}

func (m *mount) replaceInbox(ctx context.Context, in *inboxChange) (*one[Inbox], error) {
	old, err := m.wantInbox(ctx, in.ID, in.required)
	if err != nil {
		return nil, err
	}
	if in.Body.Name != "" && in.Body.Name != old.Name {
		return nil, engine.Invalid("name", "The name stands in the address and cannot change; change the title, or make a new inbox.")
	}
	next := in.Body.inbox(old)
	if err := m.Checker.CheckInbox(ctx, next); err != nil {
		return nil, err
	}
	return m.storeInbox(ctx, next, old.Version)
}

// wantInbox returns an inbox once the caller's If-Match allows to change it.
func (m *mount) wantInbox(ctx context.Context, name string, allowed func(string, any) error) (*engine.Inbox, error) {
	box, err := m.Inboxes.Inbox(ctx, name)
	if err != nil {
		return nil, err
	}
	about(ctx, box.Name, "")
	shown, err := m.showInbox(ctx, box)
	if err != nil {
		return nil, err
	}
	return box, allowed(shown.ETag, shown.Body)
}

func (m *mount) storeInbox(ctx context.Context, box *engine.Inbox, seen int64) (*one[Inbox], error) {
	if err := m.Inboxes.PutInbox(ctx, box, seen); err != nil {
		return nil, m.racedInbox(ctx, err, box.Name, seen)
	}
	return m.showInbox(ctx, box)
}

func (m *mount) racedInbox(ctx context.Context, err error, name string, seen int64) error {
	return raced(err, seen, func() (int64, Inbox, error) {
		now, err := m.Inboxes.Inbox(ctx, name)
		if err != nil {
			return 0, Inbox{}, err
		}
		shown, err := m.showInbox(ctx, now)
		if err != nil {
			return 0, Inbox{}, err
		}
		return now.Version, shown.Body, nil
	})
}

func (m *mount) deleteInbox(ctx context.Context, in *objectAction) (*none, error) {
	old, err := m.wantInbox(ctx, in.ID, in.required)
	if err != nil {
		return nil, err
	}
	return nil, m.racedInbox(ctx, m.Inboxes.DeleteInbox(ctx, old.Name, old.Version), old.Name, old.Version)
}

func (m *mount) setPaused(paused bool) func(context.Context, *objectAction) (*one[Inbox], error) {
	return func(ctx context.Context, in *objectAction) (*one[Inbox], error) {
		old, err := m.wantInbox(ctx, in.ID, in.optional)
		if err != nil {
			return nil, err
		}
		if old.Paused == paused {
			return m.showInbox(ctx, old)
		}
		next := *old
		next.Paused = paused
		return m.storeInbox(ctx, &next, old.Version)
	}
}

func (m *mount) releaseInbox(ctx context.Context, in *Named) (*plain[Release], error) {
	accepted, rejected, err := m.Controller.Release(ctx, in.ID)
	about(ctx, in.ID, strconv.Itoa(accepted)+" accepted, "+strconv.Itoa(rejected)+" rejected")
	if err != nil {
		callerOf(ctx).log.begun = accepted+rejected > 0
		return nil, err
	}
	return answer(Release{Accepted: accepted, Rejected: rejected}), nil
}

func (m *mount) rotateInboxKey(ctx context.Context, in *objectAction) (*one[Inbox], error) {
	old, err := m.wantInbox(ctx, in.ID, in.optional)
	if err != nil {
		return nil, err
	}
	if old.Verify.Key == "" {
		return nil, engine.Conflict("The address of this inbox has no secret part; set its sender check to key first.")
	}
	next := *old
	next.Verify.Key = "" // the check makes a new one
	if err := m.Checker.CheckInbox(ctx, &next); err != nil {
		return nil, err
	}
	return m.storeInbox(ctx, &next, old.Version)
}

func (m *mount) compareInboxSecret(ctx context.Context, in *struct {
	Named
	Body Comparison
},
) (*plain[Compared], error) {
	box, err := m.Inboxes.Inbox(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	about(ctx, box.Name, "")
	return m.compare(ctx, "inbox "+box.Name, box.Verify.Active(), in.Body.Value)
}

// compare tells whether a text is one of the secrets. Wrong ones cost attempts, as
// wrong passwords do: this is no way to guess a secret.
func (m *mount) compare(ctx context.Context, of string, secrets []engine.Secret, text string) (*plain[Compared], error) {
	refund, err := m.logins.enter(m.Now(), callerOf(ctx).ip, of)
	if err != nil {
		return nil, err
	}
	same := 0
	for _, s := range secrets {
		same |= subtle.ConstantTimeCompare(hashOf(s.Reveal()), hashOf(text))
	}
	if same == 1 {
		refund()
	}
	return answer(Compared{Same: same == 1}), nil
}
