package api

import (
	"context"
	"net/http"

	"patchbay/engine"
)

func (m *mount) connectionOperations() {
	const tag = "connections"
	add(m, operation{
		id: "listConnections", method: http.MethodGet, path: "/connections", tag: tag, summary: "All connections, without their secrets", need: engine.RoleViewer,
	}, m.listConnections)
	add(m, operation{
		id: "createConnection", method: http.MethodPost, path: "/connections", tag: tag, summary: "Create a connection",
		need: engine.RoleEditor, audit: "connection.create", status: http.StatusCreated,
	}, m.createConnection)
	add(m, operation{
		id: "getConnection", method: http.MethodGet, path: "/connections/{id}", tag: tag, summary: "One connection, without its secrets", need: engine.RoleViewer,
	}, m.getConnection)
	add(m, operation{
		id: "replaceConnection", method: http.MethodPut, path: "/connections/{id}", tag: tag, summary: "Change a connection; secrets left out are kept",
		need: engine.RoleEditor, audit: "connection.update",
	}, m.replaceConnection)
	add(m, operation{
		id: "deleteConnection", method: http.MethodDelete, path: "/connections/{id}", tag: tag, summary: "Delete a connection; runs that need it fail",
		need: engine.RoleEditor, audit: "connection.delete", status: http.StatusNoContent,
	}, m.deleteConnection)
	add(m, operation{
		id: "compareConnectionSecret", method: http.MethodPost, path: "/connections/{id}/compare", tag: tag, summary: "Whether a text is the stored secret",
		need: engine.RoleEditor, audit: "connection.compare",
	}, m.compareConnectionSecret)
	m.connectionTrials()
}

func (m *mount) listConnections(ctx context.Context, in *struct{ Listing }) (*plain[Page[Connection]], error) {
	all, err := m.Connections.Connections(ctx)
	if err != nil {
		return nil, err
	}
	uses, err := m.connectionUses(ctx)
	if err != nil {
		return nil, err
	}
	views := each(all, func(c *engine.Connection) Connection { return m.connectionView(c, uses) })
	return page(views, func(c Connection) string { return c.Name }, in.Listing)
}

func (m *mount) getConnection(ctx context.Context, in *Named) (*one[Connection], error) {
	c, err := m.Connections.Connection(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return m.showConnection(ctx, c)
}

func (m *mount) showConnection(ctx context.Context, c *engine.Connection) (*one[Connection], error) {
	uses, err := m.connectionUses(ctx)
	if err != nil {
		return nil, err
	}
	return &one[Connection]{ETag: etag(c.Version), Body: m.connectionView(c, uses)}, nil
}

func (m *mount) createConnection(ctx context.Context, in *struct{ Body ConnectionInput }) (*one[Connection], error) {
	c := &engine.Connection{Name: in.Body.Name, Title: in.Body.Title, Type: in.Body.Type, With: keepSecrets(in.Body.With, nil)}
	if c.Name == "" {
		c.Name = engine.Slug(c.Title)
	}
	if err := m.Checker.CheckConnection(ctx, c); err != nil {
		return nil, err
	}
	if err := m.Connections.PutConnection(ctx, c, 0); err != nil {
		return nil, err
	}
	about(ctx, c.Name, c.Type)
	out, err := m.getConnection(ctx, &Named{ID: c.Name})
	if err != nil {
		return nil, err
	}
	out.Location = prefix + "/connections/" + c.Name
	return out, nil
}

func (m *mount) wantConnection(ctx context.Context, in *objectAction) (*engine.Connection, error) {
	c, err := m.Connections.Connection(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	about(ctx, c.Name, c.Type)
	shown, err := m.showConnection(ctx, c)
	if err != nil {
		return nil, err
	}
	return c, in.required(shown.ETag, shown.Body)
}

func (m *mount) racedConnection(ctx context.Context, err error, name string, seen int64) error {
	return raced(err, seen, func() (int64, Connection, error) {
		now, err := m.getConnection(ctx, &Named{ID: name})
		if err != nil {
			return 0, Connection{}, err
		}
		return now.Body.Version, now.Body, nil
	})
}

func (m *mount) replaceConnection(ctx context.Context, in *struct {
	Named
	Match
	Body ConnectionInput
},
) (*one[Connection], error) {
	old, err := m.wantConnection(ctx, &objectAction{Named: in.Named, Match: in.Match})
	if err != nil {
		return nil, err
	}
	if in.Body.Name != "" && in.Body.Name != old.Name {
		return nil, engine.Invalid("name", "Steps refer to the name, so it cannot change; change the title, or make a new connection.")
	}
	next := *old
	next.Title, next.Secrets = in.Body.Title, nil
	next.With = keepSecrets(in.Body.With, nil)
	if in.Body.Type == "" || in.Body.Type == old.Type {
		next.With = keepSecrets(in.Body.With, old.Secrets)
	} else {
		next.Type = in.Body.Type
	}
	if err := m.Checker.CheckConnection(ctx, &next); err != nil {
		return nil, err
	}
	if next.Type == old.Type {
		if err := m.checkPlace("with", old, in.Body.With, next.Secrets); err != nil {
			return nil, err
		}
	}
	if err := m.Connections.PutConnection(ctx, &next, old.Version); err != nil {
		return nil, m.racedConnection(ctx, err, old.Name, old.Version)
	}
	return m.getConnection(ctx, &Named{ID: old.Name})
}

func (m *mount) deleteConnection(ctx context.Context, in *objectAction) (*none, error) {
	old, err := m.wantConnection(ctx, in)
	if err != nil {
		return nil, err
	}
	return nil, m.racedConnection(ctx, m.Connections.DeleteConnection(ctx, old.Name, old.Version), old.Name, old.Version)
}

func (m *mount) compareConnectionSecret(ctx context.Context, in *struct {
	Named
	Body Comparison
},
) (*plain[Compared], error) {
	c, err := m.Connections.Connection(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	stored, ok := c.Secrets[in.Body.Field]
	if !ok {
		return nil, engine.Invalid("field", "This connection has no secret %q.", in.Body.Field)
	}
	about(ctx, c.Name, in.Body.Field)
	return m.compare(ctx, "connection "+c.Name, []engine.Secret{stored}, in.Body.Value)
}
