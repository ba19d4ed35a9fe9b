package storage

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// verifySecrets tries to decrypt every stored secret and returns one sentence for
// each object that fails; so it does with the proof of the key itself.
func (db *DB) verifySecrets(ctx context.Context) ([]string, error) {
	db.cipher.rotation.RLock()
	defer db.cipher.rotation.RUnlock()
	sealed, err := sealedRowsOf(db.read.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	faults, err := db.verifyProof(ctx)
	if err != nil {
		return nil, err
	}
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

// verifyProof looks at the value by which a start tells the right key from a wrong one.
func (db *DB) verifyProof(ctx context.Context) ([]string, error) {
	var rows []keyCheckRow
	if err := db.read.WithContext(ctx).Where("id = 1").Limit(1).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read key check: %w", translate(err))
	}
	switch {
	case len(rows) == 0:
		return []string{"The proof of the secret key is missing: a start with a wrong key would not be refused; rotate the key."}, nil
	case !checksOut(db.cipher.current.Load(), rows[0].Sealed):
		return []string{"The proof of the secret key is damaged: the next start would refuse the right key; rotate the key before."}, nil
	}
	return nil, nil
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
