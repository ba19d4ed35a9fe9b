package storage

import (
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"patchbay/engine"
)

// The rows of configuration, as GORM reads and writes them. They never leave this
// package. Times are microseconds since 1970; 0 is none.

type inboxRow struct {
	Name      string `gorm:"primaryKey"`
	Body      string
	Secrets   []byte
	Managed   string
	Version   int64
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	UpdatedAt int64 `gorm:"autoUpdateTime:false"`
}

// TableName implements GORM's Tabler.
func (inboxRow) TableName() string { return "inboxes" }

type inboxRemovalRow struct {
	Name      string `gorm:"primaryKey"`
	StartedAt int64
}

// TableName implements GORM's Tabler.
func (inboxRemovalRow) TableName() string { return "inbox_removals" }

type ruleRow struct {
	ID             string `gorm:"primaryKey"`
	Revision       int64
	Version        int
	Body           *string
	Draft          *string
	DraftBasedOn   int
	DraftUpdatedAt int64
	DraftUpdatedBy string
	Managed        string
	CreatedAt      int64 `gorm:"autoCreateTime:false"`
	UpdatedAt      int64 `gorm:"autoUpdateTime:false"`
}

// TableName implements GORM's Tabler.
func (ruleRow) TableName() string { return "rules" }

type ruleVersionRow struct {
	RuleID      string `gorm:"primaryKey"`
	Version     int    `gorm:"primaryKey;autoIncrement:false"`
	Body        string
	PublishedAt int64
	PublishedBy string
}

// TableName implements GORM's Tabler.
func (ruleVersionRow) TableName() string { return "rule_versions" }

type connectionRow struct {
	Name      string `gorm:"primaryKey"`
	Title     string
	Type      string
	Settings  string
	Secrets   []byte
	Managed   string
	Version   int64
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	UpdatedAt int64 `gorm:"autoUpdateTime:false"`
	LastUsed  int64
	LastError string
}

// TableName implements GORM's Tabler.
func (connectionRow) TableName() string { return "connections" }

type userRow struct {
	ID           []byte `gorm:"primaryKey"`
	Email        string
	EmailKey     string
	Name         string
	Role         string
	PasswordHash string
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
}

// TableName implements GORM's Tabler.
func (userRow) TableName() string { return "users" }

type sessionRow struct {
	Hash      []byte `gorm:"primaryKey"`
	UserID    []byte
	CSRF      string `gorm:"column:csrf"`
	CreatedAt int64  `gorm:"autoCreateTime:false"`
	SeenAt    int64
	ExpiresAt int64
}

// TableName implements GORM's Tabler.
func (sessionRow) TableName() string { return "sessions" }

type tokenRow struct {
	ID        []byte `gorm:"primaryKey"`
	Name      string
	Scope     string
	Hash      []byte
	Last4     string `gorm:"column:last4"`
	CreatedAt int64  `gorm:"autoCreateTime:false"`
	ExpiresAt int64
	LastUsed  int64
}

// TableName implements GORM's Tabler.
func (tokenRow) TableName() string { return "tokens" }

type auditRow struct {
	Seq    int64 `gorm:"primaryKey"`
	At     int64
	Who    string
	Action string
	Object string
	Detail string
}

// TableName implements GORM's Tabler.
func (auditRow) TableName() string { return "audit_entries" }

type documentRow struct {
	Name      string `gorm:"primaryKey"`
	Body      string
	Version   int64
	UpdatedAt int64 `gorm:"autoUpdateTime:false"`
}

// TableName implements GORM's Tabler.
func (documentRow) TableName() string { return "documents" }

type lookupTableRow struct {
	Name      string `gorm:"primaryKey"`
	Body      string
	UpdatedAt int64 `gorm:"autoUpdateTime:false"`
}

// TableName implements GORM's Tabler.
func (lookupTableRow) TableName() string { return "lookup_tables" }

type keyCheckRow struct {
	ID     int `gorm:"primaryKey;autoIncrement:false"`
	Sealed []byte
}

// TableName implements GORM's Tabler.
func (keyCheckRow) TableName() string { return "key_checks" }

// encodeJSON writes a value of configuration. What JSON cannot hold (a NaN from a
// file) is the writer's mistake, not ours.
func encodeJSON(field string, v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", &engine.Error{Kind: engine.KindInvalid, Field: field, Message: "a value here cannot be stored; use text, numbers, true, false, lists and objects.", Err: err}
	}
	return string(b), nil
}

// decodeJSON reads what encodeJSON wrote, every number with its value.
func decodeJSON(text string, into any) error {
	if err := engine.DecodeJSON([]byte(text), into); err != nil {
		return fmt.Errorf("decode stored configuration: %w", err)
	}
	return nil
}

func decodeMap(text string) (map[string]any, error) {
	var m map[string]any
	if err := decodeJSON(text, &m); err != nil {
		return nil, err
	}
	return m, nil
}

// upsert writes a whole row, over the one of the same key when there is one.
func upsert(tx *gorm.DB, row any) error {
	return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(row).Error
}

// checkVersion reports why an edit of version want cannot be made over version have,
// nil when it can. want 0 makes a new object.
func checkVersion(thing, name string, exists bool, have, want int64) error {
	switch {
	case want == 0 && exists:
		return engine.Conflict("There is already %s %q.", thing, name)
	case want != 0 && !exists:
		return engine.Conflict("Somebody deleted %s %q meanwhile.", thing, name)
	case want != have && exists:
		return engine.Conflict("Somebody changed %s %q meanwhile; load it again.", thing, name)
	}
	return nil
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

func timePointer(us int64) *time.Time {
	if us == 0 {
		return nil
	}
	t := fromMicros(us)
	return &t
}
