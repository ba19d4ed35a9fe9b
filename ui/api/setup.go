package api

import (
	"context"
	"crypto/subtle"
	"net/http"

	"patchbay/engine"
)

func (m *mount) getSetup(ctx context.Context, _ *none) (*struct{ Body SetupState }, error) {
	needed, err := m.setupNeeded(ctx)
	return &struct{ Body SetupState }{SetupState{Needed: needed}}, err
}

func (m *mount) setupNeeded(ctx context.Context) (bool, error) {
	if m.SetupToken == "" {
		return false, nil
	}
	users, err := m.Users.Users(ctx)
	return len(users) == 0, err
}

func (m *mount) postSetup(ctx context.Context, in *struct{ Body SetupInput }) (*signedIn, error) {
	m.setup.Lock()
	defer m.setup.Unlock()
	needed, err := m.setupNeeded(ctx)
	if err != nil {
		return nil, err
	}
	if !needed {
		return nil, newProblem(http.StatusGone, "This instance is set up already; sign in.")
	}
	refund, err := m.logins.enter(m.Now(), callerOf(ctx).ip, "")
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare(hashOf(in.Body.Token), hashOf(m.SetupToken.Reveal())) != 1 {
		return nil, &engine.Error{Kind: engine.KindForbidden, Message: "The setup link is wrong; use the one that the first start printed.", Field: "token"}
	}
	refund()
	user, err := m.newUser(ctx, UserInput{Email: in.Body.Email, Name: in.Body.Name, Role: engine.RoleAdmin, Password: &in.Body.Password})
	if err != nil {
		return nil, err
	}
	if err := m.Users.PutUser(ctx, user); err != nil {
		return nil, err
	}
	return m.signIn(ctx, user)
}
