package api

import (
	"context"
	"net/http"
	"net/mail"
	"strings"
	"time"

	"patchbay/engine"
)

// User is a person who may sign in.
type User struct {
	ID        engine.ID   `json:"id"`
	Email     string      `json:"email"`
	Name      string      `json:"name"`
	Role      engine.Role `json:"role" enum:"viewer,editor,admin"`
	CreatedAt time.Time   `json:"createdAt"`
}

// UserInput creates or replaces a user. A password left out is kept. Read-only
// fields are ignored.
type UserInput struct {
	Email     string      `json:"email" maxLength:"320"`
	Name      string      `json:"name,omitempty" maxLength:"200"`
	Role      engine.Role `json:"role" enum:"viewer,editor,admin"`
	Password  *string     `json:"password,omitempty" writeOnly:"true" maxLength:"1024"`
	ID        string      `json:"id,omitempty" readOnly:"true"`
	CreatedAt *time.Time  `json:"createdAt,omitempty" readOnly:"true"`
}

func userView(u *engine.User) *User {
	return &User{ID: u.ID, Email: u.Email, Name: u.Name, Role: u.Role, CreatedAt: u.CreatedAt.UTC()}
}

func (m *mount) accountOperations() {
	const tag = "users"
	add(m, operation{
		id: "listUsers", method: http.MethodGet, path: "/users", tag: tag, summary: "Who may sign in", need: engine.RoleAdmin,
	}, m.listUsers)
	add(m, operation{
		id: "createUser", method: http.MethodPost, path: "/users", tag: tag, summary: "Let somebody sign in",
		need: engine.RoleAdmin, audit: "user.create", status: http.StatusCreated,
	}, m.createUser)
	add(m, operation{
		id: "getUser", method: http.MethodGet, path: "/users/{id}", tag: tag, summary: "One user", need: engine.RoleAdmin,
	}, m.getUser)
	add(m, operation{
		id: "replaceUser", method: http.MethodPut, path: "/users/{id}", tag: tag, summary: "Change a user; a new password ends the sessions",
		need: engine.RoleAdmin, audit: "user.update",
	}, m.replaceUser)
	add(m, operation{
		id: "deleteUser", method: http.MethodDelete, path: "/users/{id}", tag: tag, summary: "Remove a user with the sessions",
		need: engine.RoleAdmin, audit: "user.delete", status: http.StatusNoContent,
	}, m.deleteUser)
	m.invitationOperations()
	m.tiesOperation()
	m.tokenOperations()
}

func (m *mount) listUsers(ctx context.Context, in *struct{ Listing }) (*plain[Page[User]], error) {
	all, err := m.Users.Users(ctx)
	if err != nil {
		return nil, err
	}
	views := each(all, func(u *engine.User) User { return *userView(u) })
	return page(views, func(u User) string { return u.Email }, in.Listing)
}

func (m *mount) user(ctx context.Context, text string) (*engine.User, error) {
	id, err := parseID("user", text)
	if err != nil {
		return nil, err
	}
	all, err := m.Users.Users(ctx)
	if err != nil {
		return nil, err
	}
	for _, u := range all {
		if u.ID == id {
			return u, nil
		}
	}
	return nil, engine.NotFound("user", text)
}

func (m *mount) showUser(u *engine.User) (*one[User], error) {
	tag, err := contentTag([]any{userView(u), passwordMark(u.PasswordHash)})
	if err != nil {
		return nil, err
	}
	return &one[User]{ETag: tag, Body: *userView(u)}, nil
}

func (m *mount) getUser(ctx context.Context, in *Named) (*one[User], error) {
	u, err := m.user(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return m.showUser(u)
}

// newUser checks the input and makes a user of it.
func (m *mount) newUser(ctx context.Context, in UserInput) (*engine.User, error) {
	email, err := checkEmail(in.Email)
	if err != nil {
		return nil, err
	}
	if in.Password == nil {
		return nil, engine.Invalid("password", "Give the user a password.")
	}
	hash, err := m.newHash(ctx, "password", *in.Password, email)
	if err != nil {
		return nil, err
	}
	return &engine.User{ID: m.NewID(), Email: email, Name: in.Name, Role: in.Role, PasswordHash: hash, CreatedAt: m.Now()}, nil
}

func checkEmail(text string) (string, error) {
	text = strings.TrimSpace(text)
	addr, err := mail.ParseAddress(text)
	if err != nil || addr.Address != text || strings.ContainsAny(text, "<>\"\r\n ") {
		return "", engine.Invalid("email", "%q is not an e-mail address; write it like ann@example.com.", text)
	}
	return text, nil
}

func (m *mount) createUser(ctx context.Context, in *struct{ Body UserInput }) (*one[User], error) {
	u, err := m.newUser(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	_, err = m.Users.UserByEmail(ctx, u.Email)
	if err == nil {
		return nil, &engine.Error{Kind: engine.KindConflict, Field: "email", Message: "There is a user with this e-mail address already."}
	}
	if engine.KindOf(err) != engine.KindNotFound {
		return nil, err
	}
	if err := m.Users.PutUser(ctx, u); err != nil {
		return nil, err
	}
	about(ctx, u.Email, string(u.Role))
	out, err := m.showUser(u)
	if err != nil {
		return nil, err
	}
	out.Location = prefix + "/users/" + u.ID.String()
	return out, nil
}

// wantUser returns a user once the caller's If-Match allows to change it.
func (m *mount) wantUser(ctx context.Context, id string, match Match) (*engine.User, error) {
	u, err := m.user(ctx, id)
	if err != nil {
		return nil, err
	}
	about(ctx, u.Email, "")
	shown, err := m.showUser(u)
	if err != nil {
		return nil, err
	}
	return u, match.required(shown.ETag, shown.Body)
}

func (m *mount) replaceUser(ctx context.Context, in *struct {
	Named
	Match
	Body UserInput
},
) (*one[User], error) {
	m.people.Lock()
	defer m.people.Unlock()
	old, err := m.wantUser(ctx, in.ID, in.Match)
	if err != nil {
		return nil, err
	}
	next := *old
	if next.Email, err = checkEmail(in.Body.Email); err != nil {
		return nil, err
	}
	next.Name, next.Role = in.Body.Name, in.Body.Role
	if in.Body.Password != nil {
		if next.PasswordHash, err = m.newHash(ctx, "password", *in.Body.Password, next.Email); err != nil {
			return nil, err
		}
	}
	if old.Role == engine.RoleAdmin && next.Role != engine.RoleAdmin {
		if err := m.notTheLast(ctx, old.ID); err != nil {
			return nil, err
		}
	}
	about(ctx, next.Email, string(next.Role))
	if err := m.Users.PutUser(ctx, &next); err != nil {
		return nil, err
	}
	return m.showUser(&next)
}

// notTheLast refuses to leave the instance without an administrator.
func (m *mount) notTheLast(ctx context.Context, id engine.ID) error {
	all, err := m.Users.Users(ctx)
	if err != nil {
		return err
	}
	for _, u := range all {
		if u.ID != id && u.Role == engine.RoleAdmin {
			return nil
		}
	}
	return &engine.Error{Kind: engine.KindConflict, Field: "role", Message: "This is the last administrator; make somebody else one first."}
}

func (m *mount) deleteUser(ctx context.Context, in *objectAction) (*none, error) {
	m.people.Lock()
	defer m.people.Unlock()
	old, err := m.wantUser(ctx, in.ID, in.Match)
	if err != nil {
		return nil, err
	}
	return nil, m.Users.DeleteUser(ctx, old.ID)
}
