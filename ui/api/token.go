package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"patchbay/engine"
)

// Scope is what a token may do.
type Scope string

// The scopes.
const (
	ScopeRead  Scope = "read"
	ScopeWrite Scope = "write"
	ScopeAdmin Scope = "admin"
)

func (s Scope) role() engine.Role {
	return map[Scope]engine.Role{ScopeRead: engine.RoleViewer, ScopeWrite: engine.RoleEditor, ScopeAdmin: engine.RoleAdmin}[s]
}

func scopeOf(r engine.Role) Scope {
	return map[engine.Role]Scope{engine.RoleViewer: ScopeRead, engine.RoleEditor: ScopeWrite, engine.RoleAdmin: ScopeAdmin}[r]
}

// Token lets a program use the API. Its text is shown once, when it is made.
type Token struct {
	ID        engine.ID  `json:"id"`
	Name      string     `json:"name"`
	Scope     Scope      `json:"scope" enum:"read,write,admin"`
	Last4     string     `json:"last4"`
	CreatedAt time.Time  `json:"createdAt"`
	ExpiresAt *time.Time `json:"expiresAt" nullable:"true"`
	LastUsed  *time.Time `json:"lastUsed" nullable:"true"`
}

// NewToken is a token with its text.
type NewToken struct {
	Token
	Text string `json:"token" doc:"The token itself; it is not shown again."`
}

// TokenInput creates a token.
type TokenInput struct {
	Name      string     `json:"name" minLength:"1" maxLength:"100"`
	Scope     Scope      `json:"scope,omitempty" enum:"read,write,admin" doc:"read when left out."`
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
}

// AuditLine is one line of the change log.
type AuditLine struct {
	Seq    string    `json:"seq"`
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	Action string    `json:"action"`
	Object string    `json:"object"`
	Detail string    `json:"detail"`
}

func (m *mount) tokenOperations() {
	add(m, operation{
		id: "listTokens", method: http.MethodGet, path: "/tokens", tag: "tokens", summary: "The API tokens, without their text", need: engine.RoleAdmin,
	}, m.listTokens)
	add(m, operation{
		id: "createToken", method: http.MethodPost, path: "/tokens", tag: "tokens", summary: "Create an API token",
		need: engine.RoleAdmin, audit: "token.create", status: http.StatusCreated,
	}, m.createToken)
	add(m, operation{
		id: "deleteToken", method: http.MethodDelete, path: "/tokens/{id}", tag: "tokens", summary: "Delete an API token",
		need: engine.RoleAdmin, audit: "token.delete", status: http.StatusNoContent,
	}, m.deleteToken)
	add(m, operation{
		id: "listAudit", method: http.MethodGet, path: "/audit", tag: "audit", summary: "Who changed what, newest first", need: engine.RoleAdmin,
	}, m.listAudit)
}

func tokenView(t *engine.Token) Token {
	return Token{
		ID: t.ID, Name: t.Name, Scope: scopeOf(t.Scope), Last4: t.Last4, CreatedAt: t.CreatedAt.UTC(),
		ExpiresAt: t.ExpiresAt, LastUsed: t.LastUsed,
	}
}

func (m *mount) listTokens(ctx context.Context, in *struct{ Listing }) (*plain[Page[Token]], error) {
	all, err := m.Tokens.Tokens(ctx)
	if err != nil {
		return nil, err
	}
	return page(each(all, tokenView), func(t Token) string { return t.Name }, in.Listing)
}

func (m *mount) createToken(ctx context.Context, in *struct{ Body TokenInput }) (*made[NewToken], error) {
	scope := in.Body.Scope
	if scope == "" {
		scope = ScopeRead
	}
	if in.Body.ExpiresAt != nil && !in.Body.ExpiresAt.After(m.Now()) {
		return nil, engine.Invalid("expiresAt", "The token would have expired already; choose a time to come.")
	}
	secret, err := randomText(32)
	if err != nil {
		return nil, err
	}
	text := "pb_" + secret
	t := &engine.Token{
		ID: m.NewID(), Name: in.Body.Name, Scope: scope.role(), Hash: hashOf(text),
		Last4: text[len(text)-4:], CreatedAt: m.Now(), ExpiresAt: in.Body.ExpiresAt,
	}
	if err := m.Tokens.PutToken(ctx, t); err != nil {
		return nil, err
	}
	about(ctx, t.Name, string(scope))
	return &made[NewToken]{
		Location: prefix + "/tokens/" + t.ID.String(),
		Body:     NewToken{Token: tokenView(t), Text: text},
	}, nil
}

func (m *mount) deleteToken(ctx context.Context, in *Named) (*none, error) {
	id, err := parseID("token", in.ID)
	if err != nil {
		return nil, err
	}
	all, err := m.Tokens.Tokens(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		if t.ID == id {
			about(ctx, t.Name, "")
		}
	}
	return nil, m.Tokens.DeleteToken(ctx, id)
}

func (m *mount) listAudit(ctx context.Context, in *struct {
	Paging
	Who  string `query:"who" maxLength:"320" doc:"A person's e-mail address, or token:NAME."`
	Kind string `query:"kind" maxLength:"64" doc:"What the change is about: rule for rule.publish."`
	Text string `query:"q" maxLength:"200" doc:"In the object or the detail."`
},
) (*plain[Page[AuditLine]], error) {
	of := engine.AuditQuery{Who: in.Who, Kind: in.Kind, Text: in.Text}
	if in.Cursor != "" {
		var err error
		if of.Before, err = strconv.ParseInt(in.Cursor, 10, 64); err != nil || of.Before <= 0 {
			return nil, engine.Invalid("cursor", "This cursor is not one of ours; start with the first page.")
		}
	}
	lines, err := m.Tokens.AuditLog(ctx, of, in.Limit)
	if err != nil {
		return nil, err
	}
	p := Page[AuditLine]{Items: each(lines, func(e engine.AuditEntry) AuditLine {
		return AuditLine{Seq: strconv.FormatInt(e.Seq, 10), At: e.At.UTC(), Who: e.Who, Action: e.Action, Object: e.Object, Detail: e.Detail}
	})}
	if len(lines) == in.Limit {
		p.NextCursor = p.Items[len(p.Items)-1].Seq
	}
	return answer(p), nil
}
