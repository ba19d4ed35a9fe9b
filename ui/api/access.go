package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"patchbay/engine"
)

type callerKey struct{}

// caller is who a request comes from.
type caller struct {
	who     string // for the change log: an e-mail address, "token:NAME" or "local"
	role    engine.Role
	user    *engine.User
	session *engine.Session
	ip      string
	secure  bool // the answer reaches the browser over TLS
	request string
	log     *change
}

// change is what a handler tells the change log about itself.
type change struct {
	who    string // where the caller becomes somebody on the way: signing in
	object string
	detail string
	minor  bool // one of many that say the same: it is not written down
	begun  bool // something has changed by now, whatever comes of the rest
}

func callerOf(ctx context.Context) caller {
	who, ok := ctx.Value(callerKey{}).(caller)
	if !ok {
		return caller{log: &change{}}
	}
	return who
}

// admit decides whether a request may go on to an operation.
func (m *mount) admit(ctx context.Context, c *fiber.Ctx, op operation) (caller, error) {
	who, err := m.identify(ctx, c)
	if err != nil && (op.need != "" || engine.KindOf(err) != engine.KindUnauthorized) {
		return caller{}, err
	}
	if op.need != "" && !who.role.Allows(op.need) {
		return caller{}, &engine.Error{Kind: engine.KindForbidden, Message: "Your role does not allow this; ask an administrator."}
	}
	if !m.local && (op.own || op.unsafe() && (who.session != nil || op.need == "")) {
		if err := m.sameSite(c); err != nil {
			return caller{}, err
		}
	}
	if op.need != "" && op.unsafe() && who.session != nil {
		if subtle.ConstantTimeCompare([]byte(c.Get("X-CSRF-Token")), []byte(who.session.CSRF)) != 1 {
			return caller{}, &engine.Error{Kind: engine.KindForbidden, Message: "The X-CSRF-Token header is missing or old; reload the page and try again."}
		}
	}
	return who, nil
}

// identify finds out who calls: by token, or by the session's cookie.
func (m *mount) identify(ctx context.Context, c *fiber.Ctx) (caller, error) {
	who := caller{ip: strings.Clone(c.IP()), secure: overTLS(c), request: requestID(c), log: &change{}}
	if m.local {
		who.who, who.role = "local", engine.RoleAdmin
		return who, nil
	}
	if header := c.Get(fiber.HeaderAuthorization); header != "" {
		return m.byToken(ctx, header, who)
	}
	cookie := c.Cookies(cookieName(true))
	if cookie == "" && !c.Secure() {
		cookie = c.Cookies(cookieName(false))
	}
	if cookie == "" {
		return who, unauthorized("Sign in, or send an API token as Authorization: Bearer.")
	}
	return m.bySession(ctx, hashOf(cookie), who)
}

func (m *mount) byToken(ctx context.Context, header string, who caller) (caller, error) {
	scheme, text, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || text == "" {
		return who, unauthorized("Send the API token as Authorization: Bearer TOKEN.")
	}
	token, err := m.Tokens.TokenByHash(ctx, hashOf(text), m.Now())
	if engine.KindOf(err) == engine.KindNotFound {
		return who, unauthorized("The API token is not known, or has expired; create a new one.")
	}
	if err != nil {
		return who, err
	}
	who.who, who.role = "token:"+token.Name, token.Scope
	return who, nil
}

func (m *mount) bySession(ctx context.Context, hash []byte, who caller) (caller, error) {
	now := m.Now()
	session, user, err := m.Users.Session(ctx, hash, now)
	if engine.KindOf(err) == engine.KindNotFound {
		return who, unauthorized("You are signed out; sign in again.")
	}
	if err != nil {
		return who, err
	}
	// A session ends with the password under which it was opened.
	if !strings.HasSuffix(session.CSRF, "."+passwordMark(user.PasswordHash)) {
		return who, unauthorized("The password has changed; sign in again.")
	}
	who.who, who.role, who.user, who.session = user.Email, user.Role, user, session
	return who, m.prolong(ctx, session, now)
}

// prolong keeps a session in use alive, up to a month, and writes that down once an hour.
func (m *mount) prolong(ctx context.Context, s *engine.Session, now time.Time) error {
	until := now.Add(sessionIdle)
	if latest := s.CreatedAt.Add(sessionLongest); until.After(latest) {
		until = latest
	}
	if until.Sub(s.ExpiresAt) < time.Hour {
		return nil
	}
	s.SeenAt, s.ExpiresAt = now, until
	err := m.Users.PutSession(ctx, s, s.Hash)
	if engine.KindOf(err) == engine.KindNotFound {
		return unauthorized("You are signed out; sign in again.")
	}
	return err
}

// sameSite refuses changes that another site's page makes a browser send.
func (m *mount) sameSite(c *fiber.Ctx) error {
	refused := &engine.Error{Kind: engine.KindForbidden, Message: "The request comes from another site; open Patchbay under its own address."}
	switch c.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return nil
	case "":
	default:
		return refused
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" {
		return nil // not a browser
	}
	from, err := url.Parse(origin)
	if err != nil || from.Host == "" {
		return refused
	}
	if strings.EqualFold(from.Host, c.Hostname()) {
		return nil
	}
	if public, err := url.Parse(m.PublicURL()); err == nil && public.Host != "" && strings.EqualFold(from.Host, public.Host) {
		return nil
	}
	return refused
}

// overTLS reports whether the browser talks TLS, whatever the public address is: the
// page may have been opened under another one. A proxy that nobody called trusted
// cannot say so, but the browser does: by its page's origin where it changes
// something, and by a cookie that it sends over TLS only.
func overTLS(c *fiber.Ctx) bool {
	return c.Secure() || strings.HasPrefix(c.Get(fiber.HeaderOrigin), "https://") || c.Cookies(cookieName(true)) != ""
}

func unauthorized(message string) error {
	return &engine.Error{Kind: engine.KindUnauthorized, Message: message}
}

func hashOf(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// record writes a change to the change log. The change has happened: a log that
// cannot be written is an error for the operator, not for the caller.
func (m *mount) record(ctx context.Context, op operation) {
	if op.audit == "" {
		return
	}
	who := callerOf(ctx)
	if who.log.minor {
		return
	}
	name := who.who
	if who.log.who != "" {
		name = who.log.who
	}
	entry := engine.AuditEntry{At: m.Now(), Who: name, Action: op.audit, Object: who.log.object, Detail: who.log.detail}
	if err := m.Tokens.Audit(context.WithoutCancel(ctx), entry); err != nil { // it has happened, even if too late
		m.Log.ErrorContext(ctx, "change log not written", "request_id", who.request, "action", op.audit, "object", who.log.object, "error", err)
		return
	}
	m.Log.InfoContext(ctx, "changed", "request_id", who.request, "who", name, "action", op.audit, "object", who.log.object)
}

// about names the object that an operation changes.
func about(ctx context.Context, object, detail string) {
	log := callerOf(ctx).log
	log.object, log.detail = object, detail
}
