package storage

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"patchbay/engine"
)

// SaveDraft implements [engine.RuleStore]. Discarding the draft of a rule that was
// never published removes the rule, as nothing else is left of it. A draft whose
// BasedOn is 0 is based on what the draft before it was, or on the current version.
func (db *DB) SaveDraft(ctx context.Context, id string, d *engine.Draft, ifRevision int64) error {
	if id == "" {
		return engine.Invalid("id", "a rule needs an id.")
	}
	var saved *ruleRow
	err := db.change(ctx, func(tx *gorm.DB) error {
		row, err := ruleToChange(tx, id, ifRevision, micros(db.now()))
		if err != nil {
			return err
		}
		saved = row
		if d == nil {
			return discardDraft(tx, row)
		}
		return putDraft(tx, row, d)
	})
	if err != nil {
		return fmt.Errorf("save draft: %w", err)
	}
	if d != nil {
		d.BasedOn, d.UpdatedAt = saved.DraftBasedOn, fromMicros(saved.DraftUpdatedAt)
		saved.describe(&d.Rule)
	}
	db.announce(engine.ConfigChange{Kind: "rule", Name: id})
	return nil
}

func putDraft(tx *gorm.DB, row *ruleRow, d *engine.Draft) error {
	content := d.Rule
	content.ID = row.ID
	body, err := encodeRule(&content)
	if err != nil {
		return err
	}
	switch {
	case d.BasedOn != 0:
		row.DraftBasedOn = d.BasedOn
	case row.Draft == nil:
		row.DraftBasedOn = row.Version
	}
	row.Draft, row.DraftUpdatedAt, row.DraftUpdatedBy = &body, row.UpdatedAt, d.UpdatedBy
	return upsert(tx, row)
}

func discardDraft(tx *gorm.DB, row *ruleRow) error {
	if row.Draft == nil {
		return engine.NotFound("draft of rule", row.ID)
	}
	if row.Body == nil {
		return tx.Delete(&ruleRow{}, "id = ?", row.ID).Error
	}
	row.dropDraft()
	return upsert(tx, row)
}

func (row *ruleRow) dropDraft() {
	row.Draft, row.DraftBasedOn, row.DraftUpdatedAt, row.DraftUpdatedBy = nil, 0, 0, ""
}

// Publish implements [engine.RuleStore]. Content that equals the current version
// but for Enabled and Managed makes no new version.
func (db *DB) Publish(ctx context.Context, r *engine.Rule, by string, ifRevision int64, keepDraft bool) error {
	if r.ID == "" {
		return engine.Invalid("id", "a rule needs an id.")
	}
	body, err := encodeRule(r)
	if err != nil {
		return err
	}
	var saved *ruleRow
	err = db.change(ctx, func(tx *gorm.DB) error {
		row, err := ruleToChange(tx, r.ID, ifRevision, micros(db.now()))
		if err != nil {
			return err
		}
		same, err := sameContent(row.Body, r)
		if err != nil {
			return err
		}
		if !same {
			if err := addVersion(tx, row, body, by); err != nil {
				return err
			}
		}
		row.Body, row.Managed = &body, r.Managed
		if !keepDraft {
			row.dropDraft()
		}
		saved = row
		return upsert(tx, row)
	})
	if err != nil {
		return fmt.Errorf("publish rule: %w", err)
	}
	saved.describe(r)
	db.announce(engine.ConfigChange{Kind: "rule", Name: r.ID})
	return nil
}

// addVersion stores body as the next version. Versions of a deleted rule of the
// same id count, because runs still name them.
func addVersion(tx *gorm.DB, row *ruleRow, body, by string) error {
	var last int
	err := tx.Model(&ruleVersionRow{}).Where("rule_id = ?", row.ID).Select("COALESCE(MAX(version), 0)").Scan(&last).Error
	if err != nil {
		return fmt.Errorf("read last version: %w", err)
	}
	row.Version = last + 1
	return tx.Create(&ruleVersionRow{
		RuleID: row.ID, Version: row.Version, Body: body, PublishedAt: row.UpdatedAt, PublishedBy: by,
	}).Error
}

// sameContent reports whether r equals the published rule but for being switched on.
func sameContent(published *string, r *engine.Rule) (bool, error) {
	if published == nil {
		return false, nil
	}
	old, err := decodeRule(*published)
	if err != nil {
		return false, err
	}
	now := *r
	old.Enabled, now.Enabled = nil, nil
	was, err := encodeRule(old)
	if err != nil {
		return false, err
	}
	is, err := encodeRule(&now)
	return was == is, err
}

// ruleToChange returns the row of a rule, new under revision 0, with the revision
// and time of the change about to be made.
func ruleToChange(tx *gorm.DB, id string, ifRevision, now int64) (*ruleRow, error) {
	row, err := readRule(tx, id)
	if engine.KindOf(err) == engine.KindNotFound && ifRevision == 0 {
		return &ruleRow{ID: id, Revision: 1, CreatedAt: now, UpdatedAt: now}, nil
	}
	if err != nil {
		return nil, err
	}
	if err := checkVersion("a rule", id, true, row.Revision, ifRevision); err != nil {
		return nil, err
	}
	row.Revision++
	row.UpdatedAt = now
	return row, nil
}
