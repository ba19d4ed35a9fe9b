package runner

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"patchbay/engine"
)

// alertMessage is an alert as it goes out.
type alertMessage struct {
	subject     string
	text        string
	destination string // what it is about, "" when that is no destination
}

// message words what is due about a cause.
func (a *alerts) message(t *trouble) alertMessage {
	var b strings.Builder
	subject := t.title
	switch {
	case t.solved:
		subject = "Solved: " + t.title
		b.WriteString("Solved: " + t.title + "\n")
		b.WriteString("It lasted " + roughly(a.r.deps.Now().Sub(t.since)) + ".\n")
	default:
		b.WriteString(t.title + "\n")
		if t.detail != "" {
			b.WriteString(t.detail + "\n")
		}
		if t.told {
			b.WriteString("This happened " + times(t.more) + " more since the last message.\n")
		} else if t.more > 1 {
			b.WriteString("This happened " + times(t.more) + " since " + t.since.UTC().Format(time.RFC3339) + ".\n")
		}
	}
	if n := a.heldBackNow(t); n > 0 {
		b.WriteString("And " + strconv.FormatInt(n, 10) + " more alerts were held back.\n")
		a.heldBack = 0
	}
	about := t.destination
	if t.solved {
		about = "" // it works again, so alerts may go through it
	}
	name, link := "Patchbay", ""
	if snap := a.r.catalog.current.Load(); snap.settings != nil {
		if snap.settings.Name != "" {
			name = snap.settings.Name
		}
		if snap.settings.PublicURL != "" {
			link = strings.TrimSuffix(snap.settings.PublicURL, "/") + "/problems\n"
		}
	}
	return alertMessage{subject: name + ": " + oneLine(subject), text: b.String() + link, destination: about}
}

func times(n int64) string {
	if n == 1 {
		return "once"
	}
	return strconv.FormatInt(n, 10) + " times"
}

func roughly(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < 2*time.Hour:
		return strconv.Itoa(int(d.Minutes())) + " min"
	}
	return strconv.Itoa(int(d.Hours())) + " h"
}

func oneLine(s string) string {
	return strings.Join(strings.Fields(s), " ")
}

// send tries the first connection and then, when that is the broken one, the second.
func (a *alerts) send(ctx context.Context, s engine.Alerts, m alertMessage) {
	var err error
	for _, way := range []struct{ connection, to string }{{s.Via, s.To}, {s.Fallback, s.FallbackTo}} {
		if way.connection == "" {
			continue
		}
		if err = a.sendBy(ctx, way.connection, way.to, m); err == nil {
			return
		}
	}
	if err != nil {
		a.r.deps.Log.ErrorContext(ctx, "alert could not be sent", "subject", m.subject, "error", err)
	}
}

func (a *alerts) sendBy(ctx context.Context, connection, to string, m alertMessage) error {
	conn, err := a.r.catalog.connection(ctx, connection)
	if err != nil {
		return fmt.Errorf("load connection %q: %w", connection, err)
	}
	typ, with, err := alertStep(conn, to, m)
	if err != nil {
		return err
	}
	action, ok := a.r.deps.Actions.Action(typ)
	if !ok {
		return fmt.Errorf("send alert by %q: %w", connection, engine.NotFound("action", typ))
	}
	plan, err := a.r.plan(ctx, action, engine.Call{
		With: with, Template: with, Connection: conn, Attempt: 1,
		Key: idempotencyKey(a.r.deps.NewID(), "alert", 0), Now: a.r.deps.Now(),
	})
	if err != nil {
		return fmt.Errorf("plan alert by %q: %w", connection, err)
	}
	if plan.Destination == m.destination || a.r.dests.isOpen(plan.Destination) {
		return fmt.Errorf("send alert by %q: %w", connection, errAlertWay)
	}
	timeout := action.Spec().Timeout.Std()
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	if _, f := a.r.do(ctx, &launch{action: action, plan: plan, timeout: timeout}); f != nil {
		return fmt.Errorf("send alert by %q: %w", connection, f)
	}
	return nil
}

var errAlertWay = engine.Conflict("The alert is about the destination that it would go to.")

// slackText escapes what Slack would take for a mention or a link.
func slackText() *strings.Replacer {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
}

// alertStep writes the message for the action that uses a type of connection.
func alertStep(conn *engine.Connection, to string, m alertMessage) (typ string, with map[string]any, err error) {
	switch conn.Type {
	case "smtp":
		return "email", map[string]any{"to": to, "subject": m.subject, "text": m.text}, nil
	case "slack":
		with = map[string]any{"text": slackText().Replace(m.text)}
		if to != "" {
			with["channel"] = to
		}
		return "slack", with, nil
	case "http":
		return "http", map[string]any{"method": "POST", "url": to, "json": map[string]any{"subject": m.subject, "text": m.text}}, nil
	}
	return "", nil, engine.Invalid("alerts.via", "Alerts cannot go through %q, a connection of type %s; choose one of type smtp, slack or http.", conn.Name, conn.Type)
}
