package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"patchbay/engine"
)

var _ engine.ConnectionStore = (*DB)(nil)

func connectionPlace(name string) place {
	return place{kind: "connection", name: name, field: "secrets"}
}

// Connection implements [engine.ConnectionStore]. One whose secrets cannot be
// decrypted is a KindUnavailable error: using it without them would be worse.
func (db *DB) Connection(ctx context.Context, name string) (*engine.Connection, error) {
	db.cipher.rotation.RLock()
	defer db.cipher.rotation.RUnlock()
	var row connectionRow
	err := db.read.WithContext(ctx).Take(&row, "name = ?", name).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, engine.NotFound("connection", name)
	}
	if err != nil {
		return nil, fmt.Errorf("read connection: %w", translate(err))
	}
	c, err := db.connection(&row)
	if err != nil {
		return nil, err
	}
	if err := db.openConnection(c, &row); err != nil {
		return nil, err
	}
	return c, nil
}

// Connections implements [engine.ConnectionStore]. One whose secrets cannot be
// decrypted comes without them, and its LastError says so.
func (db *DB) Connections(ctx context.Context) ([]*engine.Connection, error) {
	db.cipher.rotation.RLock()
	defer db.cipher.rotation.RUnlock()
	var rows []connectionRow
	if err := db.read.WithContext(ctx).Order("name").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read connections: %w", translate(err))
	}
	list := make([]*engine.Connection, 0, len(rows))
	for i := range rows {
		c, err := db.connection(&rows[i])
		if err != nil {
			return nil, err
		}
		if err := db.openConnection(c, &rows[i]); err != nil {
			db.log.ErrorContext(ctx, "connection secrets cannot be decrypted", "connection", c.Name, "error", errors.Unwrap(err))
			c.LastError = err.Error()
		}
		list = append(list, c)
	}
	return list, nil
}

// PutConnection implements [engine.ConnectionStore].
func (db *DB) PutConnection(ctx context.Context, c *engine.Connection, ifVersion int64) error {
	if err := engine.CheckName("name", c.Name); err != nil {
		return err
	}
	db.cipher.rotation.RLock()
	defer db.cipher.rotation.RUnlock()
	row, err := db.sealConnection(c)
	if err != nil {
		return err
	}
	err = db.change(ctx, func(tx *gorm.DB) error {
		var old []connectionRow
		if err := tx.Omit("secrets", "settings").Where("name = ?", c.Name).Limit(1).Find(&old).Error; err != nil {
			return fmt.Errorf("read connection: %w", err)
		}
		now := micros(db.now())
		row.Version, row.CreatedAt, row.UpdatedAt = 1, now, now
		var have int64
		if len(old) > 0 {
			have = old[0].Version
			row.Version, row.CreatedAt = have+1, old[0].CreatedAt
			row.LastUsed, row.LastError = old[0].LastUsed, old[0].LastError
		}
		if err := checkVersion("a connection", c.Name, len(old) > 0, have, ifVersion); err != nil {
			return err
		}
		return upsert(tx, row)
	})
	if err != nil {
		return fmt.Errorf("put connection: %w", err)
	}
	if ifVersion == 0 {
		db.uses.forget(c.Name) // of one that had the name before
	}
	c.Version, c.CreatedAt, c.UpdatedAt = row.Version, fromMicros(row.CreatedAt), fromMicros(row.UpdatedAt)
	db.announce(engine.ConfigChange{Kind: "connection", Name: c.Name})
	return nil
}

// DeleteConnection implements [engine.ConnectionStore].
func (db *DB) DeleteConnection(ctx context.Context, name string, ifVersion int64) error {
	err := db.change(ctx, func(tx *gorm.DB) error {
		var old []connectionRow
		if err := tx.Select("version").Where("name = ?", name).Limit(1).Find(&old).Error; err != nil {
			return fmt.Errorf("read connection: %w", err)
		}
		if len(old) == 0 {
			return engine.NotFound("connection", name)
		}
		if err := checkVersion("a connection", name, true, old[0].Version, ifVersion); err != nil {
			return err
		}
		return tx.Delete(&connectionRow{}, "name = ?", name).Error
	})
	if err != nil {
		return fmt.Errorf("delete connection: %w", err)
	}
	db.uses.forget(name)
	db.announce(engine.ConfigChange{Kind: "connection", Name: name})
	return nil
}

func (db *DB) sealConnection(c *engine.Connection) (*connectionRow, error) {
	settings, err := encodeJSON("with", c.With)
	if err != nil {
		return nil, err
	}
	row := &connectionRow{Name: c.Name, Title: c.Title, Type: c.Type, Settings: settings, Managed: c.Managed}
	if len(c.Secrets) == 0 {
		return row, nil
	}
	plain := make(map[string]string, len(c.Secrets))
	for path, secret := range c.Secrets {
		plain[path] = secret.Reveal()
	}
	b, err := json.Marshal(plain)
	if err != nil {
		return nil, fmt.Errorf("encode secrets: %w", err)
	}
	row.Secrets = db.cipher.seal(connectionPlace(c.Name), b)
	return row, nil
}

// connection reads a row, without its secrets; uses that are not written yet count.
func (db *DB) connection(row *connectionRow) (*engine.Connection, error) {
	with, err := decodeMap(row.Settings)
	if err != nil {
		return nil, err
	}
	c := &engine.Connection{
		Name: row.Name, Title: row.Title, Type: row.Type, With: with, Managed: row.Managed, Version: row.Version,
		CreatedAt: fromMicros(row.CreatedAt), UpdatedAt: fromMicros(row.UpdatedAt),
		LastUsed: timePointer(row.LastUsed), LastError: row.LastError,
	}
	if use, ok := db.uses.latest(row.Name); ok && micros(use.at) >= row.LastUsed {
		c.LastUsed, c.LastError = timePointer(micros(use.at)), use.lastError
	}
	return c, nil
}

func (db *DB) openConnection(c *engine.Connection, row *connectionRow) error {
	if row.Secrets == nil {
		return nil
	}
	var plain map[string]string
	if err := db.openJSON(connectionPlace(row.Name), row.Secrets, &plain); err != nil {
		return engine.Unavailable(err, "The secrets of connection %q cannot be decrypted; delete it and enter it again.", row.Name)
	}
	c.Secrets = make(map[string]engine.Secret, len(plain))
	for path, secret := range plain {
		c.Secrets[path] = engine.Secret(secret)
	}
	return nil
}
