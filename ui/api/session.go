package api

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"

	"patchbay/engine"
)

const (
	sessionIdle    = 7 * 24 * time.Hour
	sessionLongest = 30 * 24 * time.Hour
)

// cookieName is the session cookie's. The prefix makes browsers refuse it from
// anywhere but this very host, over TLS.
func cookieName(secure bool) string {
	if secure {
		return "__Host-patchbay"
	}
	return "patchbay"
}

// Credentials is what a person signs in with.
type Credentials struct {
	Email    string `json:"email" maxLength:"320"`
	Password string `json:"password" maxLength:"1024"`
}

// SetupInput creates the first administrator.
type SetupInput struct {
	Token    string `json:"token" doc:"From the setup link that the first start prints." maxLength:"200"`
	Email    string `json:"email" maxLength:"320"`
	Name     string `json:"name,omitempty" maxLength:"200"`
	Password string `json:"password" maxLength:"1024"`
}

// SetupState tells whether somebody still has to set this instance up.
type SetupState struct {
	Needed bool `json:"needed"`
}

// PasswordChange is a person's own change of password.
type PasswordChange struct {
	Current string `json:"current" maxLength:"1024"`
	New     string `json:"new" maxLength:"1024"`
}

// SessionState tells who the caller is.
type SessionState struct {
	Who       string      `json:"who" doc:"E-mail address, token:NAME or local."`
	Role      engine.Role `json:"role" enum:"viewer,editor,admin"`
	User      *User       `json:"user,omitempty"`
	CSRFToken string      `json:"csrfToken,omitempty" doc:"Send it as X-CSRF-Token with every change."`
	Version   string      `json:"version"`
}

type signedIn struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      SessionState
}

type signedOut struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

type none struct{}

func (m *mount) sessionOperations() {
	add(m, operation{
		id: "getSetup", method: http.MethodGet, path: "/setup", tag: "session", summary: "Whether the first administrator is still to be created",
	}, m.getSetup)
	add(m, operation{
		id: "setup", method: http.MethodPost, path: "/setup", tag: "session", summary: "Create the first administrator and sign in",
		audit: "instance.setup", status: http.StatusCreated,
	}, m.postSetup)
	add(m, operation{
		id: "login", method: http.MethodPost, path: "/login", tag: "session", summary: "Sign in", audit: "session.login",
	}, m.login)
	add(m, operation{
		id: "logout", method: http.MethodPost, path: "/logout", tag: "session", summary: "Sign out",
		need: engine.RoleViewer, audit: "session.logout", status: http.StatusNoContent,
	}, m.logout)
	add(m, operation{
		id: "getSession", method: http.MethodGet, path: "/session", tag: "session", summary: "Who the caller is", need: engine.RoleViewer,
	}, m.getSession)
	add(m, operation{
		id: "changePassword", method: http.MethodPost, path: "/session/password", tag: "session",
		summary: "Change one's own password, which ends all other sessions", need: engine.RoleViewer, audit: "session.password",
	}, m.changePassword)
}

func (m *mount) getSession(ctx context.Context, _ *none) (*struct{ Body SessionState }, error) {
	who := callerOf(ctx)
	state := SessionState{Who: who.who, Role: who.role, Version: m.Version}
	if who.user != nil {
		state.User, state.CSRFToken = userView(who.user), who.session.CSRF
	}
	return &struct{ Body SessionState }{state}, nil
}

// loginAccount is what guessing a person's password counts for. Other things are
// guessed too, and nobody must use up their attempts by calling himself like one.
func loginAccount(email string) string { return "login " + email }

func (m *mount) login(ctx context.Context, in *struct{ Body Credentials }) (*signedIn, error) {
	who := callerOf(ctx)
	refund, err := m.logins.enter(m.Now(), who.ip, loginAccount(in.Body.Email))
	if err != nil {
		return nil, err
	}
	user, err := m.Users.UserByEmail(ctx, in.Body.Email)
	if err != nil && engine.KindOf(err) != engine.KindNotFound {
		return nil, err
	}
	hash := decoyHash // an unknown account takes as long as a known one
	if user != nil {
		hash = user.PasswordHash
	}
	var right bool
	if err := m.hashes(ctx, func() { right = checkPassword(hash, in.Body.Password) }); err != nil {
		return nil, err
	}
	if user == nil || !right {
		m.Log.WarnContext(ctx, "sign-in refused", "request_id", who.request, "ip", who.ip)
		return nil, unauthorized("The e-mail address or the password is wrong.")
	}
	refund()
	return m.signIn(ctx, user)
}

// signIn opens a new session, which takes the place of the one the browser had.
func (m *mount) signIn(ctx context.Context, user *engine.User) (*signedIn, error) {
	who, now := callerOf(ctx), m.Now()
	value, err := randomText(32)
	if err != nil {
		return nil, err
	}
	token, err := randomText(24)
	if err != nil {
		return nil, err
	}
	s := &engine.Session{
		Hash: hashOf(value), UserID: user.ID, CSRF: token + "." + passwordMark(user.PasswordHash),
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(sessionIdle),
	}
	var before []byte
	if who.session != nil {
		before = who.session.Hash
	}
	if err := m.Users.PutSession(ctx, s, before); err != nil {
		return nil, err
	}
	who.log.who, who.log.object = user.Email, user.Email
	return &signedIn{
		SetCookie: m.cookie(who, value, int(sessionLongest.Seconds())),
		Body:      SessionState{Who: user.Email, Role: user.Role, User: userView(user), CSRFToken: s.CSRF, Version: m.Version},
	}, nil
}

func (m *mount) cookie(who caller, value string, age int) http.Cookie {
	return http.Cookie{ //nolint:gosec // Secure wherever the answer travels over TLS
		Name: cookieName(who.secure), Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: who.secure, SameSite: http.SameSiteLaxMode,
	}
}

func (m *mount) logout(ctx context.Context, _ *none) (*signedOut, error) {
	who := callerOf(ctx)
	if who.session == nil {
		return nil, engine.Invalid("", "There is no session to end; delete the token instead.")
	}
	if err := m.Users.DeleteSession(ctx, who.session.Hash); err != nil {
		return nil, err
	}
	about(ctx, who.who, "")
	return &signedOut{SetCookie: m.cookie(who, "", -1)}, nil
}

func (m *mount) changePassword(ctx context.Context, in *struct{ Body PasswordChange }) (*signedIn, error) {
	who := callerOf(ctx)
	if who.user == nil {
		return nil, engine.Invalid("", "Only people have a password; sign in first.")
	}
	refund, err := m.logins.enter(m.Now(), who.ip, loginAccount(who.user.Email))
	if err != nil {
		return nil, err
	}
	var right bool
	if err := m.hashes(ctx, func() { right = checkPassword(who.user.PasswordHash, in.Body.Current) }); err != nil {
		return nil, err
	}
	if !right {
		return nil, engine.Invalid("current", "This is not your password.")
	}
	refund()
	user := *who.user
	if user.PasswordHash, err = m.newHash(ctx, "new", in.Body.New, user.Email); err != nil {
		return nil, err
	}
	if err := m.Users.SetPassword(ctx, user.ID, who.user.PasswordHash, user.PasswordHash); err != nil {
		return nil, err
	}
	return m.signIn(ctx, &user)
}

func randomText(size int) (string, error) {
	b := make([]byte, size)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("make a random text: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}
