package engine

import (
	"context"
	"time"
)

// Role is what a person or a token may do; each includes the ones before it.
type Role string

// The roles. Token scopes read, write and admin mean the same three.
const (
	RoleViewer Role = "viewer"
	RoleEditor Role = "editor"
	RoleAdmin  Role = "admin"
)

// Allows reports whether a holder of the role may do what needs need.
func (r Role) Allows(need Role) bool {
	rank := map[Role]int{RoleViewer: 1, RoleEditor: 2, RoleAdmin: 3}
	return rank[r] >= rank[need] && rank[need] > 0
}

// User is a person who may sign in. PasswordHash is an argon2id string.
type User struct {
	ID           ID        `json:"id"`
	Email        string    `json:"email"`
	Name         string    `json:"name,omitempty"`
	Role         Role      `json:"role"`
	PasswordHash string    `json:"-"`
	CreatedAt    time.Time `json:"createdAt"`
}

// Session is a signed-in browser. Hash is SHA-256 of the cookie's random value.
type Session struct {
	Hash      []byte
	UserID    ID
	CSRF      string
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
}

// Token lets a program use the API. Hash is SHA-256 of its text.
type Token struct {
	ID        ID         `json:"id"`
	Name      string     `json:"name"`
	Scope     Role       `json:"-"`
	Hash      []byte     `json:"-"`
	Last4     string     `json:"last4"`
	CreatedAt time.Time  `json:"createdAt"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
	LastUsed  *time.Time `json:"lastUsed,omitempty"`
}

// Invitation is a link with which somebody makes an account, or, where it is for a
// user, gives that user a new password. Hash is SHA-256 of its text. It serves once.
type Invitation struct {
	ID        ID
	Hash      []byte
	UserID    ID // zero: of an account that is still to be made
	Email     string
	Name      string
	Role      Role
	InvitedBy string
	CreatedAt time.Time
	ExpiresAt time.Time
}

// InvitationStore keeps invitations.
type InvitationStore interface {
	// Invitations returns those that have not expired at now, by e-mail address.
	Invitations(ctx context.Context, now time.Time) ([]*Invitation, error)
	// InvitationByHash returns one that has not expired at now. KindNotFound.
	InvitationByHash(ctx context.Context, hash []byte, now time.Time) (*Invitation, error)
	// PutInvitation stores an invitation, in the place of an earlier one of the address.
	PutInvitation(ctx context.Context, i *Invitation) error
	// DeleteInvitation takes an invitation back. KindNotFound.
	DeleteInvitation(ctx context.Context, id ID) error
	// AcceptInvitation stores a user and uses the invitation up in one commit; of a user who is there
	// already only the password changes, and u becomes what is stored. KindNotFound when it was used
	// before or taken back; otherwise as PutUser.
	AcceptInvitation(ctx context.Context, id ID, u *User) error
}

// AuditEntry is one line of the change log.
type AuditEntry struct {
	Seq    int64     `json:"seq"`
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	Action string    `json:"action"` // "rule.publish", "inbox.create", …
	Object string    `json:"object"`
	Detail string    `json:"detail,omitempty"`
}

// AuditQuery says which lines of the change log are wanted; what is empty leaves out none.
type AuditQuery struct {
	Before int64  // only lines with a smaller Seq
	Who    string // exactly this person or token
	Kind   string // what the action is about: "rule" for "rule.publish"
	Text   string // in the object or the detail, without case
}

// UserStore keeps users and their sessions.
type UserStore interface {
	// Users returns all users by e-mail address.
	Users(ctx context.Context) ([]*User, error)
	// UserByEmail returns one user; the address is compared without case. KindNotFound.
	UserByEmail(ctx context.Context, email string) (*User, error)
	// PutUser creates or replaces a user by ID. KindConflict when the address is taken.
	PutUser(ctx context.Context, u *User) error
	// SetPassword gives a user another password in the place of the one with the hash old, which
	// ends the sessions; nothing else of the user changes. KindNotFound; KindConflict when the
	// password is another one by now.
	SetPassword(ctx context.Context, id ID, old, hash string) error
	// DeleteUser removes a user and the sessions. KindNotFound; KindConflict for the last administrator.
	DeleteUser(ctx context.Context, id ID) error
	// PutSession stores a session, replacing the one of hash replaces ("" none). KindNotFound when
	// the user is gone, or when the session replaces itself and has ended.
	PutSession(ctx context.Context, s *Session, replaces []byte) error
	// Session returns a session that has not expired at now, with its user. KindNotFound.
	Session(ctx context.Context, hash []byte, now time.Time) (*Session, *User, error)
	// DeleteSession ends a session; ending one that is gone is no error.
	DeleteSession(ctx context.Context, hash []byte) error
}

// TokenStore keeps API tokens and the change log.
type TokenStore interface {
	// Tokens returns all tokens by name.
	Tokens(ctx context.Context) ([]*Token, error)
	// PutToken stores a new token. KindConflict when the name is taken.
	PutToken(ctx context.Context, t *Token) error
	// TokenByHash returns a token that has not expired at now and notes its use. KindNotFound.
	TokenByHash(ctx context.Context, hash []byte, now time.Time) (*Token, error)
	// DeleteToken removes a token. KindNotFound.
	DeleteToken(ctx context.Context, id ID) error
	// Audit adds a line to the change log.
	Audit(ctx context.Context, e AuditEntry) error
	// AuditLog returns the newest lines that fit, at most limit.
	AuditLog(ctx context.Context, of AuditQuery, limit int) ([]AuditEntry, error)
}
