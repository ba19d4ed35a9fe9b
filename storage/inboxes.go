package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"patchbay/engine"
)

var _ engine.InboxStore = (*DB)(nil)

// inboxSecrets is what is sealed of an inbox. It holds plain text, because
// engine.Secret encodes as "[redacted]".
type inboxSecrets struct {
	Secret  string   `json:"secret,omitempty"`
	Secrets []string `json:"secrets,omitempty"`
	Key     string   `json:"key,omitempty"`
	Token   string   `json:"token,omitempty"`
}

func inboxPlace(name string) place { return place{kind: "inbox", name: name, field: "verify"} }

// Inbox implements [engine.InboxStore].
func (db *DB) Inbox(ctx context.Context, name string) (*engine.Inbox, error) {
	db.cipher.rotation.RLock()
	defer db.cipher.rotation.RUnlock()
	var row inboxRow
	err := db.read.WithContext(ctx).Take(&row, "name = ?", name).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, engine.NotFound("inbox", name)
	}
	if err != nil {
		return nil, fmt.Errorf("read inbox: %w", translate(err))
	}
	return db.inbox(ctx, &row)
}

// Inboxes implements [engine.InboxStore].
func (db *DB) Inboxes(ctx context.Context) ([]*engine.Inbox, error) {
	db.cipher.rotation.RLock()
	defer db.cipher.rotation.RUnlock()
	var rows []inboxRow
	if err := db.read.WithContext(ctx).Order("name").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read inboxes: %w", translate(err))
	}
	list := make([]*engine.Inbox, 0, len(rows))
	for i := range rows {
		in, err := db.inbox(ctx, &rows[i])
		if err != nil {
			return nil, err
		}
		list = append(list, in)
	}
	return list, nil
}

// PutInbox implements [engine.InboxStore].
func (db *DB) PutInbox(ctx context.Context, in *engine.Inbox, ifVersion int64) error {
	if err := engine.CheckName("name", in.Name); err != nil {
		return err
	}
	if ifVersion == 0 {
		if err := db.finishRemoval(ctx, in.Name); err != nil {
			return err
		}
	}
	db.cipher.rotation.RLock()
	defer db.cipher.rotation.RUnlock()
	row, err := db.sealInbox(in)
	if err != nil {
		return err
	}
	err = db.change(ctx, func(tx *gorm.DB) error {
		var old []inboxRow
		if err := tx.Select("version", "created_at").Where("name = ?", in.Name).Limit(1).Find(&old).Error; err != nil {
			return fmt.Errorf("read inbox: %w", err)
		}
		now := micros(db.now())
		row.Version, row.CreatedAt, row.UpdatedAt = 1, now, now
		var have int64
		if len(old) > 0 {
			have = old[0].Version
			row.Version, row.CreatedAt = have+1, old[0].CreatedAt
		}
		if err := checkVersion("an inbox", in.Name, len(old) > 0, have, ifVersion); err != nil {
			return err
		}
		return upsert(tx, row)
	})
	if err != nil {
		return fmt.Errorf("put inbox: %w", err)
	}
	in.Version, in.CreatedAt, in.UpdatedAt = row.Version, fromMicros(row.CreatedAt), fromMicros(row.UpdatedAt)
	db.announce(engine.ConfigChange{Kind: "inbox", Name: in.Name})
	return nil
}

// sealInbox makes the row of an inbox: JSON without secrets, and the secrets sealed.
func (db *DB) sealInbox(in *engine.Inbox) (*inboxRow, error) {
	plain := *in
	plain.Verify.Secret, plain.Verify.Secrets, plain.Verify.Key, plain.Verify.Token = "", nil, "", ""
	body, err := encodeJSON("respond.json", &plain)
	if err != nil {
		return nil, err
	}
	row := &inboxRow{Name: in.Name, Body: body, Managed: in.Managed}
	secrets := inboxSecrets{Secret: in.Verify.Secret.Reveal(), Key: in.Verify.Key.Reveal(), Token: in.Verify.Token.Reveal()}
	for _, s := range in.Verify.Secrets {
		secrets.Secrets = append(secrets.Secrets, s.Reveal())
	}
	if secrets.Secret == "" && secrets.Key == "" && secrets.Token == "" && len(secrets.Secrets) == 0 {
		return row, nil
	}
	b, err := json.Marshal(secrets) //nolint:gosec // it is sealed before anybody sees it
	if err != nil {
		return nil, fmt.Errorf("encode secrets: %w", err)
	}
	row.Secrets = db.cipher.seal(inboxPlace(in.Name), b)
	return row, nil
}

// inbox reads a row. An inbox whose secrets cannot be decrypted comes back with its
// check unfinished: its requests are held, none is believed, and entering the
// secret again mends it.
func (db *DB) inbox(ctx context.Context, row *inboxRow) (*engine.Inbox, error) {
	in := &engine.Inbox{}
	if err := decodeJSON(row.Body, in); err != nil {
		return nil, err
	}
	in.Managed, in.Version = row.Managed, row.Version
	in.CreatedAt, in.UpdatedAt = fromMicros(row.CreatedAt), fromMicros(row.UpdatedAt)
	if row.Secrets == nil {
		return in, nil
	}
	var secrets inboxSecrets
	if err := db.openJSON(inboxPlace(row.Name), row.Secrets, &secrets); err != nil {
		db.log.ErrorContext(ctx, "inbox secrets cannot be decrypted, requests are held", "inbox", row.Name, "error", err)
		in.Verify.Pending = true
		return in, nil
	}
	in.Verify.Secret, in.Verify.Key, in.Verify.Token = engine.Secret(secrets.Secret), engine.Secret(secrets.Key), engine.Secret(secrets.Token)
	for _, s := range secrets.Secrets {
		in.Verify.Secrets = append(in.Verify.Secrets, engine.Secret(s))
	}
	return in, nil
}

// openJSON decrypts a sealed JSON value.
func (db *DB) openJSON(at place, sealed []byte, into any) error {
	plain, err := db.cipher.open(at, sealed)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(plain, into); err != nil {
		return fmt.Errorf("decode secrets: %w", err)
	}
	return nil
}
