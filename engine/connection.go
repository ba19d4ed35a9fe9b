package engine

import (
	"context"
	"time"
)

// Connection is a stored account that steps use. With holds its plain settings,
// Secrets its secret ones by path ("password", "secrets.API_KEY"); which is which
// the connection's type decides. In files both stand in with.
type Connection struct {
	Name      string            `json:"name" yaml:"name"`
	Title     string            `json:"title,omitempty" yaml:"title,omitempty"`
	Type      string            `json:"type" yaml:"type"`
	With      map[string]any    `json:"with,omitempty" yaml:"with,omitempty"`
	Secrets   map[string]Secret `json:"-" yaml:"-"`
	Managed   string            `json:"managed,omitempty" yaml:"-"`
	Version   int64             `json:"version" yaml:"-"`
	CreatedAt time.Time         `json:"createdAt" yaml:"-"`
	UpdatedAt time.Time         `json:"updatedAt" yaml:"-"`
	LastUsed  *time.Time        `json:"lastUsed,omitempty" yaml:"-"`
	LastError string            `json:"lastError,omitempty" yaml:"-"`
}

// ConnectionType describes a kind of connection: its plain and secret settings.
type ConnectionType struct {
	Type    string         `json:"type"`
	Title   string         `json:"title"`
	Summary string         `json:"summary"`
	Schema  map[string]any `json:"schema"`                   // JSON Schema of with, secrets included
	Secrets []string       `json:"secrets" nullable:"false"` // paths in with that are secret; "secrets.*" covers a map
}

// ConnectionStore keeps connections, secrets encrypted at rest.
type ConnectionStore interface {
	// Connection returns one connection with its secrets in clear. KindNotFound.
	Connection(ctx context.Context, name string) (*Connection, error)
	// Connections returns all connections by name, secrets in clear.
	Connections(ctx context.Context) ([]*Connection, error)
	// PutConnection creates (ifVersion 0) or replaces a connection. KindConflict.
	PutConnection(ctx context.Context, c *Connection, ifVersion int64) error
	// DeleteConnection removes a connection. KindNotFound, KindConflict.
	DeleteConnection(ctx context.Context, name string, ifVersion int64) error
	// NoteUse records when a connection was last used and its last error ("" when it worked).
	NoteUse(ctx context.Context, name string, at time.Time, lastError string) error
}
