package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

var _ engine.InvitationStore = (*DB)(nil)

type invitationRow struct {
	ID        []byte `gorm:"primaryKey"`
	Hash      []byte
	UserID    []byte
	Email     string
	EmailKey  string
	Name      string
	Role      string
	InvitedBy string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	ExpiresAt int64
}

// TableName implements GORM's Tabler.
func (invitationRow) TableName() string { return "invitations" }

func (row *invitationRow) invitation() *engine.Invitation {
	i := &engine.Invitation{
		ID: idOf(row.ID), Hash: row.Hash, Email: row.Email, Name: row.Name, Role: engine.Role(row.Role),
		InvitedBy: row.InvitedBy, CreatedAt: fromMicros(row.CreatedAt), ExpiresAt: fromMicros(row.ExpiresAt),
	}
	if row.UserID != nil {
		i.UserID = idOf(row.UserID)
	}
	return i
}

// Invitations implements [engine.InvitationStore].
func (db *DB) Invitations(ctx context.Context, now time.Time) ([]*engine.Invitation, error) {
	var rows []invitationRow
	if err := db.read.WithContext(ctx).Where("expires_at > ?", micros(now)).Order("email_key").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read invitations: %w", translate(err))
	}
	list := make([]*engine.Invitation, 0, len(rows))
	for i := range rows {
		list = append(list, rows[i].invitation())
	}
	return list, nil
}

// InvitationByHash implements [engine.InvitationStore].
func (db *DB) InvitationByHash(ctx context.Context, hash []byte, now time.Time) (*engine.Invitation, error) {
	var row invitationRow
	err := db.read.WithContext(ctx).Take(&row, "hash = ? AND expires_at > ?", hash, micros(now)).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, engine.NotFound("invitation", "")
	}
	if err != nil {
		return nil, fmt.Errorf("read invitation: %w", translate(err))
	}
	return row.invitation(), nil
}

// PutInvitation implements [engine.InvitationStore]; those that have expired leave with it.
func (db *DB) PutInvitation(ctx context.Context, i *engine.Invitation) error {
	row := &invitationRow{
		ID: i.ID[:], Hash: i.Hash, Email: i.Email, EmailKey: emailKey(i.Email), Name: i.Name, Role: string(i.Role),
		InvitedBy: i.InvitedBy, CreatedAt: micros(i.CreatedAt), ExpiresAt: micros(i.ExpiresAt),
	}
	if !i.UserID.IsZero() {
		row.UserID = i.UserID[:]
	}
	err := db.change(ctx, func(tx *gorm.DB) error {
		if err := tx.Delete(&invitationRow{}, "email_key = ? OR expires_at <= ?", row.EmailKey, row.CreatedAt).Error; err != nil {
			return fmt.Errorf("delete earlier invitations: %w", err)
		}
		return tx.Create(row).Error
	})
	if err != nil {
		return fmt.Errorf("put invitation: %w", err)
	}
	return nil
}

// DeleteInvitation implements [engine.InvitationStore].
func (db *DB) DeleteInvitation(ctx context.Context, id engine.ID) error {
	err := db.change(ctx, func(tx *gorm.DB) error { return useInvitation(tx, id) })
	if err != nil {
		return fmt.Errorf("delete invitation: %w", err)
	}
	return nil
}

// AcceptInvitation implements [engine.InvitationStore].
func (db *DB) AcceptInvitation(ctx context.Context, id engine.ID, u *engine.User) error {
	row, err := newUserRow(u)
	if err != nil {
		return err
	}
	var stored *userRow
	err = db.change(ctx, func(tx *gorm.DB) (err error) {
		if err := useInvitation(tx, id); err != nil {
			return err
		}
		if stored, err = userRowOf(tx, row.ID); err != nil {
			return err
		}
		if stored != nil {
			stored.PasswordHash = row.PasswordHash
			row = *stored
		}
		return storeUser(tx, row, micros(db.now()))
	})
	if err != nil {
		return fmt.Errorf("accept invitation: %w", err)
	}
	if stored != nil {
		*u = *stored.user()
	}
	return nil
}

func useInvitation(tx *gorm.DB, id engine.ID) error {
	gone := tx.Delete(&invitationRow{}, "id = ?", id[:])
	if gone.Error != nil {
		return fmt.Errorf("delete invitation: %w", gone.Error)
	}
	if gone.RowsAffected == 0 {
		return engine.NotFound("invitation", id.String())
	}
	return nil
}
