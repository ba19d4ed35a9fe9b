package api

import (
	"context"
	"net/http"
	"time"

	"patchbay/engine"
)

// Tried is what trying a connection for real has shown.
type Tried struct {
	Message string `json:"message" doc:"A sentence about what worked."`
}

// TrialInput is a connection to be tried before it is stored.
type TrialInput struct {
	ConnectionInput
	Stored string `json:"stored,omitempty" maxLength:"63" doc:"The connection that is being changed: secrets left out are taken from it."`
}

func (m *mount) connectionTrials() {
	const tag = "connections"
	add(m, operation{
		id: "testConnection", method: http.MethodPost, path: "/connections/{id}/test", tag: tag, summary: "Try a connection for real",
		need: engine.RoleEditor, audit: "connection.test", timeout: time.Minute,
	}, m.testConnection)
	add(m, operation{
		id: "testNewConnection", method: http.MethodPost, path: "/connections/test", tag: tag, summary: "Try a connection for real before it is stored",
		need: engine.RoleEditor, audit: "connection.test", timeout: time.Minute,
	}, m.testNewConnection)
	add(m, operation{
		id: "listChoices", method: http.MethodGet, path: "/connections/{id}/choices", tag: tag, need: engine.RoleEditor, timeout: time.Minute,
		summary: "What a field of a step that uses the connection can be, such as the channels of a Slack workspace",
	}, m.listChoices)
}

func (m *mount) testConnection(ctx context.Context, in *Named) (*plain[Tried], error) {
	c, err := m.Connections.Connection(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	about(ctx, c.Name, c.Type)
	message, failed := m.Actions.TestConnection(ctx, c)
	note := ""
	if failed != nil {
		note = asProblem(failed).Detail
	}
	if err := m.Connections.NoteUse(ctx, c.Name, m.Now(), note); err != nil {
		return nil, err
	}
	if failed != nil {
		return nil, failed
	}
	return answer(Tried{Message: message}), nil
}

func (m *mount) testNewConnection(ctx context.Context, in *struct{ Body TrialInput }) (*plain[Tried], error) {
	b := in.Body
	c := &engine.Connection{Name: b.Name, Title: b.Title, Type: b.Type, With: keepSecrets(b.With, nil)}
	var old *engine.Connection
	if b.Stored != "" {
		var err error
		if old, err = m.Connections.Connection(ctx, b.Stored); err != nil {
			return nil, err
		}
		c.Name = old.Name
		if c.Type == "" {
			c.Type = old.Type
		}
		if c.Type == old.Type {
			c.With = keepSecrets(b.With, old.Secrets)
		}
	}
	if c.Name == "" {
		c.Name = "new"
	}
	about(ctx, c.Name, c.Type)
	if err := m.Checker.CheckConnection(ctx, c); err != nil {
		return nil, err
	}
	if old != nil && c.Type == old.Type {
		if err := m.checkPlace("with", old, b.With, c.Secrets); err != nil {
			return nil, err
		}
	}
	message, err := m.Actions.TestConnection(ctx, c)
	if err != nil {
		return nil, err
	}
	return answer(Tried{Message: message}), nil
}

func (m *mount) listChoices(ctx context.Context, in *struct {
	Named
	Field string `query:"field" required:"true" maxLength:"64" doc:"A field of the step's configuration, such as channel."`
},
) (*plain[Page[engine.Choice]], error) {
	c, err := m.Connections.Connection(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	choices, err := m.Actions.Choices(ctx, c, in.Field)
	if err != nil {
		return nil, err
	}
	return answer(Page[engine.Choice]{Items: list(choices)}), nil
}
