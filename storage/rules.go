package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"patchbay/engine"
)

var _ engine.RuleStore = (*DB)(nil)

// Rule implements [engine.RuleStore].
func (db *DB) Rule(ctx context.Context, id string) (*engine.Rule, error) {
	row, err := readRule(db.read.WithContext(ctx), id)
	if err != nil {
		return nil, err
	}
	return row.rule()
}

// Rules implements [engine.RuleStore].
func (db *DB) Rules(ctx context.Context) ([]*engine.Rule, error) {
	var rows []ruleRow
	if err := db.read.WithContext(ctx).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read rules: %w", translate(err))
	}
	list := make([]*engine.Rule, 0, len(rows))
	for i := range rows {
		r, err := rows[i].rule()
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// Draft implements [engine.RuleStore].
func (db *DB) Draft(ctx context.Context, id string) (*engine.Draft, error) {
	row, err := readRule(db.read.WithContext(ctx), id)
	if err != nil {
		return nil, err
	}
	if row.Draft == nil {
		return nil, engine.NotFound("draft of rule", id)
	}
	r, err := decodeRule(*row.Draft)
	if err != nil {
		return nil, err
	}
	row.describe(r)
	return &engine.Draft{Rule: *r, BasedOn: row.DraftBasedOn, UpdatedAt: fromMicros(row.DraftUpdatedAt), UpdatedBy: row.DraftUpdatedBy}, nil
}

// Versions implements [engine.RuleStore]; a rule that never was has none.
func (db *DB) Versions(ctx context.Context, id string) ([]*engine.RuleVersion, error) {
	var rows []ruleVersionRow
	if err := db.read.WithContext(ctx).Where("rule_id = ?", id).Order("version DESC").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read versions: %w", translate(err))
	}
	list := make([]*engine.RuleVersion, 0, len(rows))
	for i := range rows {
		r, err := rows[i].rule()
		if err != nil {
			return nil, err
		}
		list = append(list, &engine.RuleVersion{
			Version: rows[i].Version, Rule: *r, PublishedAt: fromMicros(rows[i].PublishedAt), PublishedBy: rows[i].PublishedBy,
		})
	}
	return list, nil
}

// Version implements [engine.RuleStore].
func (db *DB) Version(ctx context.Context, id string, version int) (*engine.Rule, error) {
	var row ruleVersionRow
	err := db.read.WithContext(ctx).Take(&row, "rule_id = ? AND version = ?", id, version).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, engine.NotFound("rule", fmt.Sprintf("%s, version %d", id, version))
	}
	if err != nil {
		return nil, fmt.Errorf("read version: %w", translate(err))
	}
	return row.rule()
}

// DeleteRule implements [engine.RuleStore]. Its versions stay, and a later rule of
// the same id goes on counting them.
func (db *DB) DeleteRule(ctx context.Context, id string, ifRevision int64) error {
	err := db.change(ctx, func(tx *gorm.DB) error {
		row, err := readRule(tx, id)
		if err != nil {
			return err
		}
		if err := checkVersion("a rule", id, true, row.Revision, ifRevision); err != nil {
			return err
		}
		return tx.Delete(&ruleRow{}, "id = ?", id).Error
	})
	if err != nil {
		return fmt.Errorf("delete rule: %w", err)
	}
	db.announce(engine.ConfigChange{Kind: "rule", Name: id})
	return nil
}

func readRule(tx *gorm.DB, id string) (*ruleRow, error) {
	var rows []ruleRow
	if err := tx.Where("id = ?", id).Limit(1).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read rule: %w", translate(err))
	}
	if len(rows) == 0 {
		return nil, engine.NotFound("rule", id)
	}
	return &rows[0], nil
}

// rule returns the published rule, or the draft's content when there is none.
func (row *ruleRow) rule() (*engine.Rule, error) {
	body := row.Body
	if body == nil {
		body = row.Draft
	}
	if body == nil {
		return nil, fmt.Errorf("rule %q has neither a version nor a draft", row.ID)
	}
	r, err := decodeRule(*body)
	if err != nil {
		return nil, err
	}
	row.describe(r)
	return r, nil
}

// describe sets what the row knows better than the stored content.
func (row *ruleRow) describe(r *engine.Rule) {
	r.ID, r.Managed, r.Version, r.Revision = row.ID, row.Managed, row.Version, row.Revision
	r.CreatedAt, r.UpdatedAt = fromMicros(row.CreatedAt), fromMicros(row.UpdatedAt)
}

func (row *ruleVersionRow) rule() (*engine.Rule, error) {
	r, err := decodeRule(row.Body)
	if err != nil {
		return nil, err
	}
	r.ID, r.Version = row.RuleID, row.Version
	r.CreatedAt, r.UpdatedAt = fromMicros(row.PublishedAt), fromMicros(row.PublishedAt)
	return r, nil
}

// encodeRule writes what a person edits; the rest is in columns. Two rules with
// the same text are the same.
func encodeRule(r *engine.Rule) (string, error) {
	content := *r
	content.Managed, content.Version, content.Revision = "", 0, 0
	content.CreatedAt, content.UpdatedAt = time.Time{}, time.Time{}
	if content.Steps == nil {
		content.Steps = []engine.Step{}
	}
	return encodeJSON("steps", &content)
}

func decodeRule(body string) (*engine.Rule, error) {
	r := &engine.Rule{}
	if err := decodeJSON(body, r); err != nil {
		return nil, err
	}
	return r, nil
}
