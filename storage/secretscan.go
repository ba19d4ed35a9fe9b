package storage

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// verifySecrets tries to decrypt every stored secret and returns one sentence for
// each object that fails.
func (db *DB) verifySecrets(ctx context.Context) ([]string, error) {
	db.cipher.rotation.RLock()
	defer db.cipher.rotation.RUnlock()
	sealed, err := sealedRowsOf(db.read.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	var faults []string
	for _, s := range sealed {
		_, err := db.cipher.open(s.at, s.secrets)
		switch {
		case errors.Is(err, errOtherKey):
			faults = append(faults, fmt.Sprintf("The secrets of %s %q were stored under another key; enter them again.", s.at.kind, s.at.name))
		case err != nil:
			faults = append(faults, fmt.Sprintf("The secrets of %s %q are damaged; enter them again.", s.at.kind, s.at.name))
		}
	}
	return faults, nil
}

// sealedRow is one sealed column of one object.
type sealedRow struct {
	at      place
	table   string
	secrets []byte
}

// sealedRowsOf returns everything that is sealed under the key, the key check apart.
func sealedRowsOf(tx *gorm.DB) ([]sealedRow, error) {
	var list []sealedRow
	for _, source := range []struct {
		table string
		at    func(name string) place
	}{{"inboxes", inboxPlace}, {"connections", connectionPlace}} {
		var rows []struct {
			Name    string
			Secrets []byte
		}
		err := tx.Table(source.table).Select("name", "secrets").Where("secrets IS NOT NULL").Order("name").Find(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("read secrets: %w", translate(err))
		}
		for _, row := range rows {
			list = append(list, sealedRow{at: source.at(row.Name), table: source.table, secrets: row.Secrets})
		}
	}
	return list, nil
}
