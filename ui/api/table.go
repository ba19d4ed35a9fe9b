package api

import (
	"context"
	"net/http"
	"slices"

	"patchbay/engine"
)

// Table is a list for lookup(name, key).
type Table struct {
	Name string         `json:"name"`
	Rows map[string]any `json:"rows"`
}

// TableInput creates or replaces a list. Its name may be repeated in it.
type TableInput struct {
	Name string         `json:"name,omitempty" readOnly:"true"`
	Rows map[string]any `json:"rows"`
}

func (m *mount) tableOperations() {
	const tag = "workspace"
	add(m, operation{
		id: "listTables", method: http.MethodGet, path: "/tables", tag: tag, summary: "The lists for lookup()", need: engine.RoleViewer,
	}, m.listTables)
	add(m, operation{
		id: "getTable", method: http.MethodGet, path: "/tables/{id}", tag: tag, summary: "One list", need: engine.RoleViewer,
	}, m.getTable)
	add(m, operation{
		id: "putTable", method: http.MethodPut, path: "/tables/{id}", tag: tag, summary: "Create a list, or replace it under If-Match",
		need: engine.RoleEditor, audit: "table.put", body: 8 << 20,
	}, m.putTable)
	add(m, operation{
		id: "deleteTable", method: http.MethodDelete, path: "/tables/{id}", tag: tag, summary: "Delete a list",
		need: engine.RoleEditor, audit: "table.delete", status: http.StatusNoContent,
	}, m.deleteTable)
}

func (m *mount) listTables(ctx context.Context, in *struct{ Listing }) (*plain[Page[Table]], error) {
	all, err := m.Settings.Tables(ctx)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	tables := each(names, func(name string) Table { return Table{Name: name, Rows: all[name]} })
	return page(tables, func(t Table) string { return t.Name }, in.Listing)
}

func (m *mount) getTable(ctx context.Context, in *Named) (*one[Table], error) {
	all, err := m.Settings.Tables(ctx)
	if err != nil {
		return nil, err
	}
	rows, ok := all[in.ID]
	if !ok {
		return nil, engine.NotFound("table", in.ID)
	}
	tag, err := contentTag(rows)
	if err != nil {
		return nil, err
	}
	return &one[Table]{ETag: tag, Body: Table{Name: in.ID, Rows: rows}}, nil
}

func (m *mount) putTable(ctx context.Context, in *struct {
	Named
	Match
	Body TableInput
},
) (*one[Table], error) {
	if err := engine.CheckName("name", in.ID); err != nil {
		return nil, err
	}
	m.lists.Lock()
	defer m.lists.Unlock()
	old, err := m.getTable(ctx, &in.Named)
	switch {
	case engine.KindOf(err) == engine.KindNotFound && err != nil:
		if in.IfMatch != "" && in.IfMatch != "*" {
			return nil, err
		}
	case err != nil:
		return nil, err
	default:
		if err := in.required(old.ETag, old.Body); err != nil {
			return nil, err
		}
	}
	about(ctx, in.ID, "")
	if err := m.Settings.PutTable(ctx, in.ID, in.Body.Rows); err != nil {
		return nil, err
	}
	return m.getTable(ctx, &in.Named)
}

func (m *mount) deleteTable(ctx context.Context, in *objectAction) (*none, error) {
	m.lists.Lock()
	defer m.lists.Unlock()
	old, err := m.getTable(ctx, &in.Named)
	if err != nil {
		return nil, err
	}
	if err := in.required(old.ETag, old.Body); err != nil {
		return nil, err
	}
	about(ctx, in.ID, "")
	return nil, m.Settings.PutTable(ctx, in.ID, nil)
}
