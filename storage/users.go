package storage

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

var _ engine.UserStore = (*DB)(nil)

// noteInterval is how often at most the use of a token or session is written.
const noteInterval = time.Minute

// Users implements [engine.UserStore].
func (db *DB) Users(ctx context.Context) ([]*engine.User, error) {
	var rows []userRow
	if err := db.read.WithContext(ctx).Order("email_key").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read users: %w", translate(err))
	}
	list := make([]*engine.User, 0, len(rows))
	for i := range rows {
		list = append(list, rows[i].user())
	}
	return list, nil
}

// UserByEmail implements [engine.UserStore].
func (db *DB) UserByEmail(ctx context.Context, email string) (*engine.User, error) {
	var row userRow
	err := db.read.WithContext(ctx).Take(&row, "email_key = ?", emailKey(email)).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, engine.NotFound("user", email)
	}
	if err != nil {
		return nil, fmt.Errorf("read user: %w", translate(err))
	}
	return row.user(), nil
}

// PutUser implements [engine.UserStore]. The last administrator cannot be given
// another role (KindConflict), and a new password ends the user's sessions.
func (db *DB) PutUser(ctx context.Context, u *engine.User) error {
	row, err := newUserRow(u)
	if err != nil {
		return err
	}
	err = db.change(ctx, func(tx *gorm.DB) error { return storeUser(tx, row, micros(db.now())) })
	if err != nil {
		return fmt.Errorf("put user: %w", err)
	}
	return nil
}

func newUserRow(u *engine.User) (userRow, error) {
	if u.ID.IsZero() || emailKey(u.Email) == "" {
		return userRow{}, engine.Invalid("email", "a user needs an id and an e-mail address.")
	}
	if !u.Role.Allows(engine.RoleViewer) {
		return userRow{}, engine.Invalid("role", "%q is not a role; use viewer, editor or admin.", u.Role)
	}
	return userRow{
		ID: u.ID[:], Email: strings.TrimSpace(u.Email), EmailKey: emailKey(u.Email), Name: u.Name,
		Role: string(u.Role), PasswordHash: u.PasswordHash, CreatedAt: micros(u.CreatedAt),
	}, nil
}

// storeUser stores a user unless the address belongs to another.
func storeUser(tx *gorm.DB, row userRow, now int64) error {
	var taken int64
	if err := tx.Model(&userRow{}).Where("email_key = ? AND id <> ?", row.EmailKey, row.ID).Count(&taken).Error; err != nil {
		return fmt.Errorf("look for e-mail address: %w", err)
	}
	if taken > 0 {
		return &engine.Error{Kind: engine.KindConflict, Field: "email", Message: row.Email + " belongs to another user."}
	}
	return putUser(tx, row, now)
}

func putUser(tx *gorm.DB, row userRow, now int64) error {
	old, err := userRowOf(tx, row.ID)
	if err != nil {
		return err
	}
	if old == nil {
		if row.CreatedAt == 0 {
			row.CreatedAt = now
		}
		return tx.Create(&row).Error
	}
	row.CreatedAt = old.CreatedAt
	if old.Role == string(engine.RoleAdmin) && row.Role != old.Role {
		if err := refuseLastAdmin(tx, row.ID); err != nil {
			return err
		}
	}
	if old.PasswordHash != row.PasswordHash {
		if err := tx.Delete(&sessionRow{}, "user_id = ?", row.ID).Error; err != nil {
			return fmt.Errorf("end sessions: %w", err)
		}
	}
	return upsert(tx, &row)
}

// SetPassword implements [engine.UserStore].
func (db *DB) SetPassword(ctx context.Context, id engine.ID, old, hash string) error {
	err := db.change(ctx, func(tx *gorm.DB) error {
		row, err := userRowOf(tx, id[:])
		switch {
		case err != nil:
			return err
		case row == nil:
			return engine.NotFound("user", id.String())
		case row.PasswordHash != old:
			return engine.Conflict("The password was changed meanwhile; sign in with the new one.")
		}
		row.PasswordHash = hash
		return putUser(tx, *row, micros(db.now()))
	})
	if err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	return nil
}

// DeleteUser implements [engine.UserStore]. The user's sessions go with the row.
func (db *DB) DeleteUser(ctx context.Context, id engine.ID) error {
	err := db.change(ctx, func(tx *gorm.DB) error {
		old, err := userRowOf(tx, id[:])
		if err != nil {
			return err
		}
		if old == nil {
			return engine.NotFound("user", id.String())
		}
		if old.Role == string(engine.RoleAdmin) {
			if err := refuseLastAdmin(tx, id[:]); err != nil {
				return err
			}
		}
		return tx.Delete(&userRow{}, "id = ?", id[:]).Error
	})
	if err != nil {
		return fmt.Errorf("delete user: %w", err)
	}
	return nil
}

func userRowOf(tx *gorm.DB, id []byte) (*userRow, error) {
	var rows []userRow
	if err := tx.Where("id = ?", id).Limit(1).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read user: %w", translate(err))
	}
	if len(rows) == 0 {
		return nil, nil //nolint:nilnil // no such user is an ordinary answer here
	}
	return &rows[0], nil
}

func refuseLastAdmin(tx *gorm.DB, id []byte) error {
	var others int64
	err := tx.Model(&userRow{}).Where("role = ? AND id <> ?", string(engine.RoleAdmin), id).Count(&others).Error
	if err != nil {
		return fmt.Errorf("count administrators: %w", err)
	}
	if others == 0 {
		return engine.Conflict("This is the last administrator; make somebody else one first.")
	}
	return nil
}

// emailKey is the form in which addresses are compared.
func emailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func (row *userRow) user() *engine.User {
	return &engine.User{
		ID: idOf(row.ID), Email: row.Email, Name: row.Name, Role: engine.Role(row.Role),
		PasswordHash: row.PasswordHash, CreatedAt: fromMicros(row.CreatedAt),
	}
}
