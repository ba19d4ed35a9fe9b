package storage

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

var _ engine.SettingsStore = (*DB)(nil)

// Names of the documents.
const (
	settingsDocument = "settings"
	varsDocument     = "vars"
)

// Defaults of the settings.
const (
	defaultKeepAge     = engine.Duration(30 * 24 * time.Hour)
	defaultKeepMatched = engine.Duration(90 * 24 * time.Hour)
	defaultAlertWindow = engine.Duration(10 * time.Minute)
	defaultAlertCap    = 10
)

// Settings implements [engine.SettingsStore].
func (db *DB) Settings(ctx context.Context) (*engine.Settings, error) {
	s := &engine.Settings{}
	version, err := db.document(ctx, settingsDocument, s)
	if err != nil {
		return nil, err
	}
	s.Version = version
	s.Keep.Age = cmp.Or(s.Keep.Age, defaultKeepAge)
	s.Keep.Matched = cmp.Or(s.Keep.Matched, defaultKeepMatched)
	s.Alerts.Window = cmp.Or(s.Alerts.Window, defaultAlertWindow)
	s.Alerts.Cap = cmp.Or(s.Alerts.Cap, defaultAlertCap)
	return s, nil
}

// PutSettings implements [engine.SettingsStore] and sets s.Version.
func (db *DB) PutSettings(ctx context.Context, s *engine.Settings) error {
	content := *s
	content.Version = 0
	version, err := db.putDocument(ctx, settingsDocument, &content, s.Version)
	if err != nil {
		return fmt.Errorf("put settings: %w", err)
	}
	s.Version = version
	db.announce(engine.ConfigChange{Kind: "settings"})
	return nil
}

// Vars implements [engine.SettingsStore]; the version is 0 before the first PutVars.
func (db *DB) Vars(ctx context.Context) (map[string]any, int64, error) {
	vars := make(map[string]any)
	version, err := db.document(ctx, varsDocument, &vars)
	if err != nil {
		return nil, 0, err
	}
	return vars, version, nil
}

// PutVars implements [engine.SettingsStore].
func (db *DB) PutVars(ctx context.Context, vars map[string]any, ifVersion int64) error {
	if vars == nil {
		vars = map[string]any{}
	}
	if _, err := db.putDocument(ctx, varsDocument, vars, ifVersion); err != nil {
		return fmt.Errorf("put vars: %w", err)
	}
	db.announce(engine.ConfigChange{Kind: "vars"})
	return nil
}

// Tables implements [engine.SettingsStore].
func (db *DB) Tables(ctx context.Context) (map[string]map[string]any, error) {
	var rows []lookupTableRow
	if err := db.read.WithContext(ctx).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read tables: %w", translate(err))
	}
	tables := make(map[string]map[string]any, len(rows))
	for _, row := range rows {
		table, err := decodeMap(row.Body)
		if err != nil {
			return nil, err
		}
		tables[row.Name] = table
	}
	return tables, nil
}

// PutTable implements [engine.SettingsStore]. It announces a change of the vars,
// Name being the table's: expressions see both alike.
func (db *DB) PutTable(ctx context.Context, name string, table map[string]any) error {
	if name == "" {
		return engine.Invalid("name", "a table needs a name.")
	}
	body, err := encodeJSON("table", table)
	if err != nil {
		return err
	}
	err = db.change(ctx, func(tx *gorm.DB) error {
		if table == nil {
			return tx.Delete(&lookupTableRow{}, "name = ?", name).Error
		}
		return upsert(tx, &lookupTableRow{Name: name, Body: body, UpdatedAt: micros(db.now())})
	})
	if err != nil {
		return fmt.Errorf("put table: %w", err)
	}
	db.announce(engine.ConfigChange{Kind: "vars", Name: name})
	return nil
}

// document reads a document into a value that keeps what it holds when there is none.
func (db *DB) document(ctx context.Context, name string, into any) (version int64, err error) {
	var rows []documentRow
	if err := db.read.WithContext(ctx).Where("name = ?", name).Limit(1).Find(&rows).Error; err != nil {
		return 0, fmt.Errorf("read %s: %w", name, translate(err))
	}
	if len(rows) == 0 {
		return 0, nil
	}
	return rows[0].Version, decodeJSON(rows[0].Body, into)
}

func (db *DB) putDocument(ctx context.Context, name string, content any, ifVersion int64) (version int64, err error) {
	body, err := encodeJSON(name, content)
	if err != nil {
		return 0, err
	}
	err = db.change(ctx, func(tx *gorm.DB) error {
		var old []documentRow
		if err := tx.Select("version").Where("name = ?", name).Limit(1).Find(&old).Error; err != nil {
			return fmt.Errorf("read version: %w", err)
		}
		var have int64
		if len(old) > 0 {
			have = old[0].Version
		}
		if have != ifVersion {
			return engine.Conflict("Somebody changed the %s meanwhile; load them again.", name)
		}
		version = have + 1
		return upsert(tx, &documentRow{Name: name, Body: body, Version: version, UpdatedAt: micros(db.now())})
	})
	return version, err
}
