package api

import (
	"context"
	"net/http"
	"time"

	"patchbay/engine"
)

// HandshakeState tells how senders fared that tried an inbox's address out.
type HandshakeState struct {
	Answered     int64      `json:"answered" doc:"Since the program started. Such requests make no event."`
	Refused      int64      `json:"refused" doc:"Since the program started."`
	LastAt       *time.Time `json:"lastAt" nullable:"true" doc:"When the last one was answered; null when none was."`
	Reason       string     `json:"reason" doc:"Why the last one was refused; empty when it was answered."`
	BringsSecret bool       `json:"bringsSecret" doc:"The sender sends the secret itself, once somebody waits for it."`
	WaitingUntil *time.Time `json:"waitingUntil" nullable:"true" doc:"Until when the inbox waits for the secret; null when it does not."`
	CameAt       *time.Time `json:"cameAt" nullable:"true" doc:"When the secret came, for some minutes after."`
	ToEnter      string     `json:"toEnter,omitempty" doc:"The secret that came and has to be entered at the sender, for some minutes and for those who may change the inbox."`
}

func (m *mount) handshakeOperations(tag string) {
	add(m, operation{
		id: "waitForSecret", method: http.MethodPost, path: "/inboxes/{id}/wait", tag: tag,
		summary: "Take the secret that the sender sends itself, once, within some minutes", need: engine.RoleEditor, audit: "inbox.wait",
	}, m.waitForSecret)
	add(m, operation{
		id: "stopWaiting", method: http.MethodDelete, path: "/inboxes/{id}/wait", tag: tag,
		summary: "Wait for the secret no longer, and no longer show one that came", need: engine.RoleEditor, audit: "inbox.stop-waiting", status: http.StatusOK,
	}, m.stopWaiting)
}

func (m *mount) waitForSecret(ctx context.Context, in *Named) (*one[Inbox], error) {
	box, err := m.Inboxes.Inbox(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	about(ctx, box.Name, "")
	if err := m.Greeter.Arm(ctx, box.Name, callerOf(ctx).who); err != nil {
		return nil, err
	}
	return m.showInbox(ctx, box)
}

func (m *mount) stopWaiting(ctx context.Context, in *Named) (*one[Inbox], error) {
	box, err := m.Inboxes.Inbox(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	about(ctx, box.Name, "")
	m.Greeter.Disarm(box.Name)
	return m.showInbox(ctx, box)
}

func (m *mount) handshakeState(ctx context.Context, inbox string) HandshakeState {
	h := m.Greeter.Handshakes(ctx, inbox)
	s := HandshakeState{
		Answered: h.Answered, Refused: h.Refused, LastAt: when(h.LastAt), Reason: h.Refusal,
		BringsSecret: h.Brings, WaitingUntil: when(h.Until), CameAt: when(h.CameAt),
	}
	if callerOf(ctx).role.Allows(engine.RoleEditor) {
		s.ToEnter = h.ToEnter.Reveal()
	}
	return s
}
