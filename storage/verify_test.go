package storage_test

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"patchbay/storage"
)

// violation is damage to a database and the sentence that tells about it.
type violation struct{ damage, want string }

func TestVerify_FindsNothingInAHealthyDatabase(t *testing.T) {
	t.Parallel()
	h := newHealthy(t)
	requireWhole(t, h.db)
	for table, least := range map[string]int64{"events": 20, "bodies": 20, "claims": 2, "runs": 14, "attempts": 25, "problems": 2} {
		var n int64
		require.NoError(t, h.db.Change(t.Context(), func(tx *gorm.DB) error { return tx.Table(table).Count(&n).Error }))
		require.GreaterOrEqual(t, n, least, table)
	}
}

func TestVerify_TellsEveryViolation(t *testing.T) {
	t.Parallel()
	var told sync.Map
	h := newHealthy(t)
	file := h.file()
	divided := newHealthy(t)
	divided.split()
	requireWhole(t, divided.db)
	dividedFile := divided.file()
	t.Run("each", func(t *testing.T) {
		for group, cases := range map[string]map[string]violation{
			"counters": ledgerViolations(), "events": eventViolations(), "claims": claimViolations(), "configuration": configViolations(),
			"runs": runViolations(), "steps": stepViolations(), "attempts": attemptViolations(), "batches": batchViolations(),
		} {
			for name, c := range cases {
				t.Run(group+"/"+name, func(t *testing.T) {
					t.Parallel()
					in := h.copied(t, file)
					if group == "batches" {
						in = divided.copied(t, dividedFile)
					}
					db := in.open(t)
					in.raw(t, c.damage)
					faults, err := db.Verify(t.Context())
					require.NoError(t, err)
					require.NotEmpty(t, faults)
					require.Contains(t, strings.Join(faults, "\n"), c.want)
					for _, fault := range faults {
						told.Store(fault, true)
					}
				})
			}
		}
	})
	for _, sentence := range storage.Sentences() {
		form := regexp.MustCompile("^" + strings.NewReplacer("%q", `".*"`, "%d", "-?[0-9]+", "%s", "").Replace(regexp.QuoteMeta(sentence)) + "$")
		found := false
		told.Range(func(fault, _ any) bool {
			text, _ := fault.(string)
			found = form.MatchString(text)
			return !found
		})
		require.True(t, found, "no case breaks this: %s", sentence)
	}
}

func ledgerViolations() map[string]violation {
	return map[string]violation{
		"received": {"UPDATE ledgers SET received = 5", `The counters of inbox "github" do not add up to the 5 requests`},
		"accepted": {"UPDATE ledgers SET matched = matched + 1", "do not add up to the"},
		"negative": {"UPDATE ledgers SET duplicate = -1, rejected = rejected + 2", `A counter of inbox "github" is -1.`},
		"pending":  {"UPDATE ledgers SET pending = 2, unmatched = unmatched - 1", "counts 2 pending events but stores another number"},
		"held":     {"UPDATE ledgers SET held = 2, rejected = 0", "counts 2 held events but stores another number"},
		"too few":  {"UPDATE ledgers SET matched = matched - 1, unmatched = unmatched + 1", "more of some kind than it has counted"},
		"missing":  {"DELETE FROM ledgers", "events but has counted none"},
		"numbers":  {"UPDATE counters SET seq = 1", "1 counters stand behind numbers that were given already."},
		"filed":    {"UPDATE counters SET claimed = seq + 1", "1 counters stand behind"},
	}
}

func eventViolations() map[string]violation {
	return map[string]violation{
		"without a route":  {"UPDATE events SET route = 0 WHERE route = 3", "2 events have a verdict and a route that do not fit."},
		"held and routed":  {"UPDATE events SET route = 2 WHERE verdict = 4", "1 events have a verdict and a route"},
		"unknown verdict":  {"UPDATE events SET verdict = 9 WHERE verdict = 2", "1 events have a verdict"},
		"unknown origin":   {"UPDATE events SET origin = 9 WHERE origin = 2", "1 events have a verdict"},
		"matched alone":    {"UPDATE events SET route = 2 WHERE route = 1", "1 events count as matched although no rule has a run of them."},
		"matched lost run": {"DELETE FROM runs WHERE state = 5", "1 events count as matched although"},
		"judged otherwise": {"UPDATE events SET route = 3 WHERE seq = (SELECT event FROM runs WHERE state = 5)", "1 runs were begun by an event that counts as judged otherwise"},
		"never judged":     {"UPDATE events SET route = 1 WHERE seq = (SELECT event FROM runs WHERE state = 5)", "1 runs were begun by an event that counts"},
		"lost body":        {"DELETE FROM bodies WHERE seq = (SELECT max(seq) FROM bodies)", "1 events have lost their body."},
		"lost dictionary":  {"UPDATE bodies SET data = x'030000FFFF00' WHERE seq = (SELECT max(seq) FROM bodies)", "1 requests or bodies need a dictionary that is lost."},
		"body alone":       {"INSERT INTO bodies VALUES (99999, x'00', x'00')", "1 bodies belong to no event."},
	}
}

func batchViolations() map[string]violation {
	const item, batch = "parent IS NOT NULL AND route = 2", "items IS NOT NULL"
	return map[string]violation{
		"item of nothing":   {"UPDATE events SET parent = NULL WHERE " + item, "1 events are items of a delivery and do not tell of which"},
		"no item":           {"UPDATE events SET origin = 0 WHERE " + item, "1 events are items of a delivery and do not tell of which"},
		"of no list":        {"UPDATE events SET items = NULL WHERE " + batch, "3 events are items of one that did not become any."},
		"of another inbox":  {"UPDATE events SET inbox = 'shop' WHERE " + item, "1 events are items of one"},
		"runs of its own":   {"UPDATE runs SET event = (SELECT seq FROM events WHERE " + batch + ") WHERE n = (SELECT max(n) FROM runs)", "1 deliveries that became one event per item have a verdict"},
		"waits for rules":   {"UPDATE events SET route = 1 WHERE " + batch, "1 deliveries that became one event per item have a verdict"},
		"more than all":     {"UPDATE events SET items = 2 WHERE " + batch, "1 deliveries have more items than they became."},
		"matched item":      {"UPDATE events SET route = 3 WHERE " + batch, "1 items were accepted or matched although"},
		"accepted item":     {"UPDATE events SET verdict = 2, route = 0 WHERE " + batch, "2 items were accepted or matched although"},
		"nothing matched":   {"UPDATE events SET route = 3 WHERE " + item, "1 deliveries count as accepted or matched although"},
		"nothing new in it": {"UPDATE events SET verdict = 2, route = 0 WHERE parent IS NOT NULL", "1 deliveries count as accepted or matched although"},
	}
}

func claimViolations() map[string]violation {
	const filed = "(SELECT event FROM claims JOIN events ON id = event LIMIT 1)"
	return map[string]violation{
		"without an end":    {"UPDATE events SET claim_until = NULL WHERE route = 1", "1 events hold half a de-duplication claim."},
		"cut":               {"UPDATE events SET claim = x'01' WHERE route = 1", "1 events hold half"},
		"of another inbox":  {"UPDATE claims SET inbox = 'shop' WHERE event = " + filed, "1 de-duplication claims are held by an event that cannot hold them."},
		"of a repeat":       {"UPDATE claims SET event = (SELECT id FROM events WHERE verdict = 2) WHERE event = " + filed, "1 de-duplication claims are held"},
		"key":               {"UPDATE claims SET key = x'01' WHERE event = " + filed, "1 de-duplication claims are held"},
		"of nothing":        {"INSERT INTO claims VALUES ('github', randomblob(16), randomblob(16), 1)", `Inbox "github" has 2 de-duplication claims without an event`},
		"of nothing at all": {"INSERT INTO claims VALUES ('shop', randomblob(16), randomblob(16), 1)", `Inbox "shop" has 1 de-duplication claims without an event`},
		"lost":              {"DELETE FROM claims WHERE event = " + filed, "1 events have lost their de-duplication claim"},
		"taken":             {"UPDATE claims SET expires_at = 1 WHERE event = " + filed, "1 events have lost their de-duplication claim"},
	}
}

func configViolations() map[string]violation {
	return map[string]violation{
		"lost version":  {"DELETE FROM rule_versions WHERE rule_id = 'flow' AND version = 2", `Rule "flow" is published as version 2, which is not stored.`},
		"lost rule":     {"UPDATE rules SET body = NULL WHERE id = 'turn'", `Rule "turn" is published as version 2, which is not stored.`},
		"unreadable":    {"UPDATE rule_versions SET body = '{' WHERE rule_id = 'flow' AND version = 1", `Rule "flow" cannot be read in its version 1.`},
		"session":       {"PRAGMA foreign_keys = OFF; DELETE FROM users", "1 sessions belong to no user."},
		"secret":        {"UPDATE connections SET secrets = x'00' WHERE name = 'mail'", `The secrets of connection "mail" are damaged`},
		"address":       {"UPDATE inboxes SET secrets = x'00' WHERE name = 'shop'", `The secrets of inbox "shop" are damaged`},
		"proof":         {"UPDATE key_checks SET sealed = x'00'", "The proof of the secret key is damaged"},
		"proof missing": {"DELETE FROM key_checks", "The proof of the secret key is missing"},
		"an index": {
			"PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, '(inbox)', '(type)') WHERE name = 'events_by_inbox'; PRAGMA schema_version = 99",
			"missing from index events_by_inbox",
		},
		"a broken check": {"PRAGMA ignore_check_constraints = ON; UPDATE key_checks SET id = 2", "The database file is damaged: CHECK constraint failed in key_checks."},
	}
}

func runViolations() map[string]violation {
	return map[string]violation{
		"alone":               {"UPDATE runs SET event = 99999 WHERE state = 5", "1 runs belong to no event."},
		"of another inbox":    {"UPDATE runs SET inbox = 'shop' WHERE state = 5", "1 runs belong to an event of another inbox."},
		"unknown state":       {"UPDATE runs SET state = 42 WHERE state = 5", "1 runs are in a state that cannot be."},
		"unknown trigger":     {"UPDATE runs SET trigger = 7 WHERE state = 5", "1 runs are in a state"},
		"before its creation": {"UPDATE runs SET seq = n - 1 WHERE state = 5", "1 runs are in a state"},
		"negative step":       {"UPDATE runs SET step = -1 WHERE state = 5", "1 runs are in a state"},
		"endless":             {"UPDATE runs SET finished_at = 0 WHERE state = 5", "1 runs are finished without a time of their end"},
		"ended twice":         {"UPDATE runs SET finished_at = 1 WHERE state = 0", "1 runs are finished without a time of their end, or have one"},
		"never due":           {"UPDATE runs SET due_at = 0 WHERE state = 2 AND step = 3", "1 runs wait without a due time."},
		"held for good":       {"UPDATE runs SET due_at = 253370764800000000 WHERE state = 2 AND step = 3", "1 runs are held although nothing is noted"},
		"of an owner to come": {"UPDATE runs SET epoch = 77 WHERE state = 1 AND overlap = 0", "1 runs are being done by an owner that is gone or has not begun."},
		"of an owner before":  {"UPDATE runs SET epoch = 0 WHERE state = 1 AND overlap = 0", "1 runs are being done by an owner that is gone"},
		"stuck":               {"UPDATE runs SET state = 4, finished_at = 1, step = 2 WHERE state = 1 AND overlap = 1", `Rule "turn" has 1 runs that wait for their turn while none of it goes on.`},
		"stuck without a key": {"UPDATE runs SET overlap_key = NULL WHERE state = 3", `Rule "turn" has 1 runs that wait for their turn`},
		"two at once":         {"UPDATE runs SET state = 2 WHERE state = 3", `Rule "turn" has 2 runs that go on at the same time although they exclude each other.`},
		"problem alone":       {"UPDATE runs SET problem = NULL WHERE state = 2; UPDATE runs SET problem = NULL WHERE state = 6", "1 problems are open although no run has them."},
		"problem solved":      {"UPDATE problems SET solved_at = 1", "runs belong to a problem that is not open."},
		"problem unknown":     {"UPDATE runs SET problem = 99 WHERE state = 6", "1 runs belong to a problem that is not open."},
		"problem of success":  {"UPDATE runs SET problem = (SELECT id FROM problems WHERE solved_at IS NULL) WHERE state = 5", "1 runs belong to a problem although they ended otherwise"},
	}
}

func stepViolations() map[string]violation {
	const done = "(SELECT n FROM runs WHERE state = 4 AND rule = 'flow')"
	return map[string]violation{
		"no such version":    {"UPDATE runs SET version = 9 WHERE state = 5", `Rule "flow" has 1 runs of a version that is not stored.`},
		"beyond the last":    {"UPDATE runs SET step = 5 WHERE state = 0", "1 runs stand at a step that their rule does not have."},
		"too early":          {"UPDATE runs SET step = 3 WHERE n = " + done, "1 runs succeeded before their last step."},
		"lost attempt":       {"DELETE FROM attempts WHERE step = 1 AND run = " + done, "1 runs have passed a step that was not settled."},
		"only failed":        {"UPDATE attempts SET state = 4, retry_at = 1 WHERE step = 1 AND run = " + done, "1 runs have passed a step that was not settled."},
		"only cut":           {"UPDATE attempts SET state = 4, uncounted = 1 WHERE step = 1 AND run = " + done, "1 runs have passed a step that was not settled."},
		"list not ended":     {"UPDATE attempts SET state = 0 WHERE item = -1 AND run = " + done, "1 runs have passed a step that was not settled."},
		"gone back":          {"UPDATE runs SET step = 1 WHERE state = 0", "1 runs have attempts at a step that they have not reached."},
		"later version":      {"DELETE FROM attempts WHERE step = 0 AND run = (SELECT n FROM runs WHERE state = 0)", "1 runs have passed a step that was not settled."},
		"no filter":          {"UPDATE attempts SET state = 4, outcome = 2 WHERE step = 1 AND run = (SELECT n FROM runs WHERE state = 5)", "1 runs count as filtered although no filter stopped them."},
		"filtered elsewhere": {"UPDATE runs SET step = 0 WHERE state = 5", "1 runs count as filtered although no filter stopped them."},
		"filtered at an end": {"UPDATE runs SET step = 4 WHERE state = 5", "1 runs stand at a step that their rule does not have."},
		"not skipped":        {"UPDATE attempts SET state = 4 WHERE number = 2 AND run = (SELECT n FROM runs WHERE state = 7 AND rule = 'flow')", "1 runs count as skipped although they were being done."},
	}
}

func attemptViolations() map[string]violation {
	const (
		done    = "run = (SELECT n FROM runs WHERE state = 4 AND rule = 'flow')"
		running = "run = (SELECT n FROM runs WHERE state = 1 AND rule = 'flow')"
	)
	return map[string]violation{
		"alone":               {"UPDATE attempts SET run = 99999 WHERE step = 3 AND " + done, "1 attempts belong to no run."},
		"unknown state":       {"UPDATE attempts SET state = 7 WHERE step = 3 AND " + done, "1 attempts are in a state that cannot be."},
		"unknown outcome":     {"UPDATE attempts SET outcome = 4 WHERE step = 3 AND " + done, "1 attempts are in a state"},
		"pending item":        {"UPDATE attempts SET state = 0 WHERE step = 3 AND " + done, "1 attempts are in a state"},
		"delay without end":   {"UPDATE attempts SET retry_at = 0 WHERE state = 2", "1 attempts are in a state"},
		"done in doubt":       {"UPDATE attempts SET outcome = 3 WHERE step = 3 AND " + done, "1 attempts are in a state"},
		"cut when it is done": {"UPDATE attempts SET uncounted = 1 WHERE step = 3 AND " + done, "1 attempts are in a state"},
		"running after all":   {"UPDATE attempts SET state = 1 WHERE step = 3 AND " + done, "1 attempts are under way in runs that are not, or not at that step."},
		"waiting after all":   {"UPDATE attempts SET state = 2, retry_at = 1 WHERE step = 3 AND " + done, "1 attempts are under way in runs that are not"},
		"running in a queue":  {"UPDATE runs SET state = 0 WHERE state = 1 AND rule = 'flow'", "1 attempts are under way in runs that are not"},
		"at another step":     {"UPDATE runs SET step = 1 WHERE state = 1 AND rule = 'flow'", "1 attempts are under way in runs that are not, or not at that step."},
		"two at once":         {"UPDATE attempts SET state = 1, uncounted = 0 WHERE number = 1 AND " + running, "1 runs have several attempts under way at once."},
		"gap":                 {"DELETE FROM attempts WHERE number = 1 AND " + running, "1 attempts come after one that is missing."},
		"done again":          {"UPDATE attempts SET state = 3, uncounted = 0, outcome = 1 WHERE number = 1 AND " + running, "1 attempts repeat a step that was recorded as done."},
		"of no step":          {"UPDATE attempts SET key = 'other' WHERE step = 3 AND " + done, "1 attempts are of a step that no version of their rule has."},
		"of another place":    {"UPDATE attempts SET step = 9 WHERE step = 3 AND " + done, "1 attempts are of a step that no version of their rule has."},
	}
}

func TestVerify_TellsWhatARestoreCannotRelease(t *testing.T) {
	t.Parallel()
	db, in, _ := restored(t)
	requireWhole(t, db)
	in.raw(t, "DELETE FROM held_runs WHERE run = (SELECT min(run) FROM held_runs)")
	faults, err := db.Verify(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"1 runs are held although nothing is noted that would release them."}, faults)
}

// A damaged page is told as such, wherever in the file it is.
func TestVerify_TellsADamagedFile(t *testing.T) {
	t.Parallel()
	const page = 8192
	h := newHealthy(t)
	content := h.file()
	opened, told := 0, 0
	for at := page; at < len(content); at += page {
		broken := bytes.Clone(content)
		copy(broken[at:], "broken by hand, as a disk would")
		db, err := storage.Open(t.Context(), h.copied(t, broken).config())
		if err != nil {
			continue // told already
		}
		opened++
		faults, err := db.Verify(t.Context())
		require.NoError(t, err)
		if len(faults) > 0 {
			require.Contains(t, faults[0], "The database file is damaged")
			told++
		}
		_ = db.Close() // it may not be able to
	}
	require.Positive(t, opened)
	require.Equal(t, opened, told)
}

// A long change does not hold up the check, nor the check a change.
func TestVerify_WaitsForNobody(t *testing.T) {
	t.Parallel()
	h := newHealthy(t)
	busy, release, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- h.db.Change(t.Context(), func(tx *gorm.DB) error {
			if err := tx.Exec("UPDATE ledgers SET received = received + 1, rejected = rejected + 1").Error; err != nil {
				return err
			}
			close(busy)
			<-release
			return nil
		})
	}()
	<-busy
	requireWhole(t, h.db)
	close(release)
	require.NoError(t, <-done)
	requireWhole(t, h.db)
}
