package storage

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

var _ engine.TokenStore = (*DB)(nil)

// auditPage is how many lines AuditLog returns at most, and when no limit is given.
const auditPage = 200

// Tokens implements [engine.TokenStore].
func (db *DB) Tokens(ctx context.Context) ([]*engine.Token, error) {
	var rows []tokenRow
	if err := db.read.WithContext(ctx).Order("name").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read tokens: %w", translate(err))
	}
	list := make([]*engine.Token, 0, len(rows))
	for i := range rows {
		list = append(list, rows[i].token())
	}
	return list, nil
}

// PutToken implements [engine.TokenStore].
func (db *DB) PutToken(ctx context.Context, t *engine.Token) error {
	switch {
	case t.Name == "":
		return engine.Invalid("name", "a token needs a name.")
	case t.ID.IsZero() || len(t.Hash) == 0:
		return engine.Invalid("", "a token needs an id and a hash.")
	case !t.Scope.Allows(engine.RoleViewer):
		return engine.Invalid("scope", "%q is not a scope; use read, write or admin.", t.Scope)
	}
	row := tokenRow{ID: t.ID[:], Name: t.Name, Scope: string(t.Scope), Hash: t.Hash, Last4: t.Last4, CreatedAt: micros(t.CreatedAt)}
	if t.ExpiresAt != nil {
		row.ExpiresAt = micros(*t.ExpiresAt)
	}
	err := db.change(ctx, func(tx *gorm.DB) error {
		var taken int64
		if err := tx.Model(&tokenRow{}).Where("name = ?", t.Name).Count(&taken).Error; err != nil {
			return fmt.Errorf("look for token name: %w", err)
		}
		if taken > 0 {
			return &engine.Error{Kind: engine.KindConflict, Field: "name", Message: fmt.Sprintf("There is already a token %q.", t.Name)}
		}
		if row.CreatedAt == 0 {
			row.CreatedAt = micros(db.now())
		}
		return tx.Create(&row).Error
	})
	if err != nil {
		return fmt.Errorf("put token: %w", err)
	}
	t.CreatedAt = fromMicros(row.CreatedAt)
	return nil
}

// TokenByHash implements [engine.TokenStore]; the use is written at most once a minute.
func (db *DB) TokenByHash(ctx context.Context, hash []byte, now time.Time) (*engine.Token, error) {
	var rows []tokenRow
	err := db.read.WithContext(ctx).Where("hash = ? AND (expires_at = 0 OR expires_at > ?)", hash, micros(now)).Limit(1).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read token: %w", translate(err))
	}
	if len(rows) == 0 {
		return nil, &engine.Error{Kind: engine.KindNotFound, Message: "The token is not known or has expired."}
	}
	if now.Sub(fromMicros(rows[0].LastUsed)) >= noteInterval {
		db.noteSeen(ctx, &tokenRow{}, "last_used", hash, now)
		rows[0].LastUsed = micros(now)
	}
	return rows[0].token(), nil
}

// DeleteToken implements [engine.TokenStore].
func (db *DB) DeleteToken(ctx context.Context, id engine.ID) error {
	err := db.change(ctx, func(tx *gorm.DB) error {
		res := tx.Delete(&tokenRow{}, "id = ?", id[:])
		if res.Error == nil && res.RowsAffected == 0 {
			return engine.NotFound("token", id.String())
		}
		return res.Error
	})
	if err != nil {
		return fmt.Errorf("delete token: %w", err)
	}
	return nil
}

// Audit implements [engine.TokenStore]. The database itself refuses to change or
// delete lines.
func (db *DB) Audit(ctx context.Context, e engine.AuditEntry) error {
	at := e.At
	if at.IsZero() {
		at = db.now()
	}
	err := db.change(ctx, func(tx *gorm.DB) error {
		return tx.Create(&auditRow{At: micros(at), Who: e.Who, Action: e.Action, Object: e.Object, Detail: e.Detail}).Error
	})
	if err != nil {
		return fmt.Errorf("add to change log: %w", err)
	}
	return nil
}

// AuditLog implements [engine.TokenStore].
func (db *DB) AuditLog(ctx context.Context, of engine.AuditQuery, limit int) ([]engine.AuditEntry, error) {
	if limit <= 0 || limit > auditPage {
		limit = auditPage
	}
	query := db.read.WithContext(ctx).Order("seq DESC").Limit(limit)
	if of.Before > 0 {
		query = query.Where("seq < ?", of.Before)
	}
	if of.Who != "" {
		query = query.Where("who = ?", of.Who)
	}
	if of.Kind != "" {
		query = query.Where("instr(action, ?) = 1", of.Kind+".")
	}
	if of.Text != "" {
		query = query.Where("instr(lower(object || ' ' || detail), lower(?)) > 0", of.Text)
	}
	var rows []auditRow
	if err := query.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read change log: %w", translate(err))
	}
	list := make([]engine.AuditEntry, 0, len(rows))
	for _, r := range rows {
		list = append(list, engine.AuditEntry{Seq: r.Seq, At: fromMicros(r.At), Who: r.Who, Action: r.Action, Object: r.Object, Detail: r.Detail})
	}
	return list, nil
}

func (row *tokenRow) token() *engine.Token {
	return &engine.Token{
		ID: idOf(row.ID), Name: row.Name, Scope: engine.Role(row.Scope), Hash: row.Hash, Last4: row.Last4,
		CreatedAt: fromMicros(row.CreatedAt), ExpiresAt: timePointer(row.ExpiresAt), LastUsed: timePointer(row.LastUsed),
	}
}
