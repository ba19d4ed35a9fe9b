package storage_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"patchbay/engine"
)

func TestProblems_AreReadWithTheirRulesAtOnce(t *testing.T) {
	t.Parallel()
	a := newArchive(t, 60)
	require.NoError(t, a.db.Change(t.Context(), func(tx *gorm.DB) error {
		for _, query := range []string{
			"INSERT INTO problems (id, destination, reason, since) VALUES (1, 'crm', 'gone', 1), (2, 'both', 'slow', 2), (3, 'none', 'shy', 3)",
			"INSERT INTO problems (id, destination, reason, since, solved_at) VALUES (4, 'old', 'away', 1, 2)",
			"UPDATE runs SET rule_name = 'The ' || rule",
			"UPDATE runs SET problem = 1 WHERE rule = 'crm' AND seq % 2000 = 0",
			"UPDATE runs SET problem = 2 WHERE rule <> 'first' AND problem IS NULL",
			"UPDATE runs SET problem = 4 WHERE rule = 'first'",
		} {
			if err := tx.Exec(query).Error; err != nil {
				return err
			}
		}
		return nil
	}))
	var problems []*engine.Problem
	reads, err := a.db.Reads(func() (err error) {
		problems, err = a.db.Problems(t.Context(), true)
		return err
	})
	require.NoError(t, err)
	crm, mail := engine.RuleRef{ID: "crm", Name: "The crm"}, engine.RuleRef{ID: "mail", Name: "The mail"}
	rules := make(map[string][]engine.RuleRef)
	for _, p := range problems {
		rules[p.Destination] = p.Rules
	}
	require.Equal(t, map[string][]engine.RuleRef{"crm": {crm}, "both": {crm, mail}, "none": {}}, rules)
	require.Equal(t, 2, reads, "problems, and the rules of all of them")
}
