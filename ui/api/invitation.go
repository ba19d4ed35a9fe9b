package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"patchbay/engine"
)

// invitationLife is how long an invitation counts.
const invitationLife = 7 * 24 * time.Hour

// InvitationInput invites somebody who has no account yet.
type InvitationInput struct {
	Email string      `json:"email" maxLength:"320"`
	Name  string      `json:"name,omitempty" maxLength:"200"`
	Role  engine.Role `json:"role" enum:"viewer,editor,admin"`
}

// Invitation is a link with which somebody makes an account, or chooses a new password.
type Invitation struct {
	ID        engine.ID   `json:"id"`
	Email     string      `json:"email"`
	Name      string      `json:"name"`
	Role      engine.Role `json:"role" enum:"viewer,editor,admin"`
	Password  bool        `json:"password" doc:"It gives a user who is there already a new password."`
	InvitedBy string      `json:"invitedBy"`
	CreatedAt time.Time   `json:"createdAt"`
	ExpiresAt time.Time   `json:"expiresAt"`
}

// NewInvitation is an invitation with its link, which is shown once.
type NewInvitation struct {
	Invitation
	Link string `json:"link" doc:"It serves once, until expiresAt. Nobody can see it again."`
}

// InvitationToken is the text of a link, behind its #.
type InvitationToken struct {
	Token string `json:"token" maxLength:"200"`
}

// AcceptInput makes the account that somebody was invited to.
type AcceptInput struct {
	Token    string `json:"token" maxLength:"200"`
	Name     string `json:"name,omitempty" maxLength:"200" doc:"That of the invitation when left out."`
	Password string `json:"password" maxLength:"1024"`
}

// Invited is what the invited person sees first.
type Invited struct {
	Email    string      `json:"email"`
	Name     string      `json:"name"`
	Role     engine.Role `json:"role" enum:"viewer,editor,admin"`
	Password bool        `json:"password" doc:"The account is there; it gets a new password."`
}

func (m *mount) invitationOperations() {
	const tag = "users"
	add(m, operation{
		id: "listInvitations", method: http.MethodGet, path: "/invitations", tag: tag, summary: "Invitations that were not used yet", need: engine.RoleAdmin,
	}, m.listInvitations)
	add(m, operation{
		id: "createInvitation", method: http.MethodPost, path: "/invitations", tag: tag, summary: "Make a link with which somebody makes an account",
		need: engine.RoleAdmin, audit: "user.invite", status: http.StatusCreated,
	}, m.createInvitation)
	add(m, operation{
		id: "createPasswordLink", method: http.MethodPost, path: "/users/{id}/link", tag: tag, summary: "Make a link with which a user chooses a new password",
		need: engine.RoleAdmin, audit: "user.password-link", status: http.StatusCreated,
	}, m.createPasswordLink)
	add(m, operation{
		id: "deleteInvitation", method: http.MethodDelete, path: "/invitations/{id}", tag: tag, summary: "Take an invitation back",
		need: engine.RoleAdmin, audit: "user.uninvite", status: http.StatusNoContent,
	}, m.deleteInvitation)
	add(m, operation{
		id: "lookAtInvitation", method: http.MethodPost, path: "/invitations/look", tag: "session", summary: "Whom a link invites",
	}, m.lookAtInvitation)
	add(m, operation{
		id: "acceptInvitation", method: http.MethodPost, path: "/invitations/accept", tag: "session", summary: "Choose a password and sign in",
		audit: "user.accept", status: http.StatusCreated,
	}, m.acceptInvitation)
}

func invitationView(i *engine.Invitation) Invitation {
	return Invitation{
		ID: i.ID, Email: i.Email, Name: i.Name, Role: i.Role, Password: !i.UserID.IsZero(), InvitedBy: i.InvitedBy,
		CreatedAt: i.CreatedAt.UTC(), ExpiresAt: i.ExpiresAt.UTC(),
	}
}

func (m *mount) listInvitations(ctx context.Context, in *struct{ Listing }) (*plain[Page[Invitation]], error) {
	all, err := m.Invitations.Invitations(ctx, m.Now())
	if err != nil {
		return nil, err
	}
	return page(each(all, invitationView), func(i Invitation) string { return i.Email }, in.Listing)
}

func (m *mount) createInvitation(ctx context.Context, in *struct{ Body InvitationInput }) (*made[NewInvitation], error) {
	email, err := checkEmail(in.Body.Email)
	if err != nil {
		return nil, err
	}
	_, err = m.Users.UserByEmail(ctx, email)
	if err == nil {
		return nil, &engine.Error{Kind: engine.KindConflict, Field: "email", Message: "There is a user with this e-mail address already; make a new password link instead."}
	}
	if engine.KindOf(err) != engine.KindNotFound {
		return nil, err
	}
	return m.invite(ctx, &engine.Invitation{Email: email, Name: in.Body.Name, Role: in.Body.Role})
}

func (m *mount) createPasswordLink(ctx context.Context, in *Named) (*made[NewInvitation], error) {
	u, err := m.user(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return m.invite(ctx, &engine.Invitation{UserID: u.ID, Email: u.Email, Name: u.Name, Role: u.Role})
}

func (m *mount) invite(ctx context.Context, i *engine.Invitation) (*made[NewInvitation], error) {
	text, err := randomText(32)
	if err != nil {
		return nil, err
	}
	i.ID, i.Hash, i.InvitedBy, i.CreatedAt = m.NewID(), hashOf(text), callerOf(ctx).who, m.Now()
	i.ExpiresAt = i.CreatedAt.Add(invitationLife)
	about(ctx, i.Email, string(i.Role))
	if err := m.Invitations.PutInvitation(ctx, i); err != nil {
		return nil, err
	}
	// Behind # it reaches no server, and so no log of one.
	link := strings.TrimSuffix(m.PublicURL(), "/") + "/invite#" + text
	return &made[NewInvitation]{Location: prefix + "/invitations/" + i.ID.String(), Body: NewInvitation{Invitation: invitationView(i), Link: link}}, nil
}

func (m *mount) deleteInvitation(ctx context.Context, in *Named) (*none, error) {
	id, err := parseID("invitation", in.ID)
	if err != nil {
		return nil, err
	}
	about(ctx, id.String(), "")
	return nil, m.Invitations.DeleteInvitation(ctx, id)
}

// invitation returns what a link stands for. Wrong ones cost attempts, as wrong
// passwords do.
func (m *mount) invitation(ctx context.Context, token string) (*engine.Invitation, error) {
	refund, err := m.logins.enter(m.Now(), callerOf(ctx).ip, "")
	if err != nil {
		return nil, err
	}
	i, err := m.Invitations.InvitationByHash(ctx, hashOf(token), m.Now())
	if engine.KindOf(err) == engine.KindNotFound {
		return nil, &engine.Error{Kind: engine.KindNotFound, Field: "token", Message: "This link was used before, or is too old; ask an administrator for a new one."}
	}
	if err != nil {
		return nil, err
	}
	refund()
	return i, nil
}

func (m *mount) lookAtInvitation(ctx context.Context, in *struct{ Body InvitationToken }) (*plain[Invited], error) {
	i, err := m.invitation(ctx, in.Body.Token)
	if err != nil {
		return nil, err
	}
	return answer(Invited{Email: i.Email, Name: i.Name, Role: i.Role, Password: !i.UserID.IsZero()}), nil
}

func (m *mount) acceptInvitation(ctx context.Context, in *struct{ Body AcceptInput }) (*signedIn, error) {
	i, err := m.invitation(ctx, in.Body.Token)
	if err != nil {
		return nil, err
	}
	user := &engine.User{ID: m.NewID(), Email: i.Email, Name: i.Name, Role: i.Role, CreatedAt: m.Now()}
	if !i.UserID.IsZero() {
		if user, err = m.user(ctx, i.UserID.String()); err != nil {
			return nil, err
		}
	} else if in.Body.Name != "" {
		user.Name = in.Body.Name
	}
	if user.PasswordHash, err = m.newHash(ctx, "password", in.Body.Password, user.Email); err != nil {
		return nil, err
	}
	if err := m.Invitations.AcceptInvitation(ctx, i.ID, user); err != nil {
		return nil, err
	}
	return m.signIn(ctx, user)
}
