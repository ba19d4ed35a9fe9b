package storage

import "slices"

// statements are the hot path's. Conditions of partial indexes stand in them
// literally, because SQLite uses such an index only then.
type statements struct {
	begin, commit                                                    statement
	reserve, count, countEvents, countRuns                           statement
	insertEvent, insertBody                                          statement
	insertBatch, insertItem, batchOf, setBatch, matchBatch           statement
	countItems                                                       statement
	claim, claimed, fileClaim, filed                                 statement
	keptRejects, oldestReject, keptHeld, activeOf                    statement
	doomed, idleEvent, problemsOf, dropAttempts, dropRuns, dropClaim statement
	dropBody, dropEvent                                              statement
	routable, setRoute, insertRun, putAttempt                        statement
	rival, rivals, goingOn, blocked, oldestBlocked                   statement
	settling, settle, setState, giveBack                             statement
	cancel, cancelAttempts, cutAttempts                              statement
	problem, problemOf, newProblem, leaveProblem, closeProblem       statement
	queuedRuns, waitingRuns, take                                    statement
}

// laterClaimWins keeps of two claims on a key the one that was made after the other
// had expired.
const laterClaimWins = ` ON CONFLICT DO UPDATE SET event = excluded.event, expires_at = excluded.expires_at
	WHERE excluded.expires_at > expires_at`

// all pairs each statement with its text.
func (s *statements) all() []preparing {
	return slices.Concat(s.ofEvents(), s.ofBatches(), s.ofRuns())
}

func (s *statements) ofEvents() []preparing {
	return []preparing{
		{&s.begin, `BEGIN IMMEDIATE`},
		{&s.commit, `COMMIT`},
		{&s.reserve, `UPDATE counters SET seq = ?`},
		{&s.count, `INSERT INTO ledgers VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0)
			ON CONFLICT (inbox) DO UPDATE SET received = received + ?2, accepted = accepted + ?3, duplicate = duplicate + ?4,
				rejected = rejected + ?5, held = held + ?6, matched = matched + ?7, unmatched = unmatched + ?8,
				pending = pending + ?9, last_at = max(last_at, ?10), last_verified = max(last_verified, ?11),
				stored = stored + ?12, bytes = bytes + ?13`},
		{&s.countEvents, `INSERT INTO event_counts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
			ON CONFLICT (quarter, inbox) DO UPDATE SET received = received + ?3, accepted = accepted + ?4, duplicate = duplicate + ?5,
				rejected = rejected + ?6, held = held + ?7, matched = matched + ?8, unmatched = unmatched + ?9`},
		{&s.countRuns, `INSERT INTO run_counts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
			ON CONFLICT (quarter, rule) DO UPDATE SET started = started + ?3, succeeded = succeeded + ?4, warned = warned + ?5,
				failed = failed + ?6, filtered = filtered + ?7, skipped = skipped + ?8, canceled = canceled + ?9,
				done = done + ?10, sent = sent + ?11`},
		{&s.insertEvent, `INSERT INTO events (seq, id, inbox, received_at, origin, verdict, route, type, summary, delivery_id,
			verified, size, reason, routing, claim, claim_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&s.insertBody, `INSERT INTO bodies VALUES (?, ?, ?)`},
		{&s.claimed, `SELECT event, expires_at FROM claims WHERE inbox = ? AND key = ?`},
		{&s.claim, `REPLACE INTO claims VALUES (?, ?, ?, ?)`},
		{&s.fileClaim, `INSERT INTO claims VALUES (?, ?, ?, ?)` + laterClaimWins},
		{&s.filed, `UPDATE counters SET claimed = ?`},
		{&s.keptRejects, `SELECT count(*), coalesce(sum(min(size, 65536)), 0) FROM events WHERE inbox = ? AND verdict = 3 AND verdict <> 1`},
		{&s.keptHeld, `SELECT count(*), coalesce(sum(size), 0) FROM events WHERE inbox = ? AND verdict = 4 AND verdict <> 1 AND verified = ''`},
		{&s.oldestReject, `SELECT seq, size FROM events WHERE inbox = ? AND verdict = 3 AND verdict <> 1
			AND NOT EXISTS (SELECT 1 FROM runs WHERE event = events.seq AND state < 4) ORDER BY seq LIMIT 1`},
		{&s.doomed, `SELECT inbox, verdict, origin, size, claim FROM events WHERE seq = ?`},
		{&s.idleEvent, `SELECT 1 FROM events WHERE seq = ? AND route <> 1 AND NOT (` + awaitsItems + `)
			AND NOT EXISTS (SELECT 1 FROM runs WHERE event = events.seq AND state < 4)`},
		{&s.dropClaim, `DELETE FROM claims WHERE inbox = ? AND key = ? AND expires_at <= ?`},
		{&s.problemsOf, `SELECT DISTINCT problem FROM runs WHERE event = ? AND problem IS NOT NULL`},
		{&s.activeOf, `SELECT n, rule, overlap_key FROM runs WHERE event = ? AND state < 4`},
		{&s.dropAttempts, `DELETE FROM attempts WHERE run IN (SELECT n FROM runs WHERE event = ?)`},
		{&s.dropRuns, `DELETE FROM runs WHERE event = ?`},
		{&s.dropBody, `DELETE FROM bodies WHERE seq = ?`},
		{&s.dropEvent, `DELETE FROM events WHERE seq = ?`},
		{&s.routable, `SELECT seq, verdict, route, origin, inbox FROM events WHERE id = ?`},
		{&s.setRoute, `UPDATE events SET route = ?, routing = ? WHERE seq = ?`},
	}
}

func (s *statements) ofBatches() []preparing {
	const insert = `INSERT INTO events (seq, id, inbox, received_at, origin, verdict, route, type, summary, delivery_id,
		verified, size, reason, routing, claim, claim_until, `
	return []preparing{
		{&s.insertBatch, insert + `items) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&s.insertItem, insert + `parent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&s.batchOf, `SELECT batch.seq, batch.id, batch.origin, batch.route FROM events item CROSS JOIN events batch ON batch.seq = item.parent WHERE item.id = ?`},
		{&s.setBatch, `UPDATE events SET verdict = ?, route = ?, verified = ?, reason = ?, items = ? WHERE seq = ?`},
		{&s.matchBatch, `UPDATE events SET route = 2 WHERE seq = ?`},
		{&s.countItems, `UPDATE ledgers SET items = items + ? WHERE inbox = ?`},
	}
}

func (s *statements) ofRuns() []preparing {
	return []preparing{
		{&s.insertRun, `INSERT INTO runs (n, seq, id, event, state, step, epoch, due_at, inbox, rule, rule_name, version, trigger, overlap,
			created_at, started_at, finished_at, doubt, destination, overlap_key, reason, warnings)
			VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 0, ?17, ?18, ?19, ?20)`},
		{&s.putAttempt, `INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET key = excluded.key, action = excluded.action, state = excluded.state, outcome = excluded.outcome,
				uncounted = excluded.uncounted, started_at = excluded.started_at, duration = excluded.duration,
				retry_at = excluded.retry_at, error = excluded.error, rendered = coalesce(excluded.rendered, rendered),
				output = excluded.output, preview = coalesce(excluded.preview, preview)`},
		{&s.rival, `SELECT 1 FROM runs WHERE rule = ? AND overlap_key = ? AND overlap_key IS NOT NULL AND state < 4 LIMIT 1`},
		{&s.rivals, `SELECT n, id FROM runs WHERE rule = ? AND overlap_key = ? AND overlap_key IS NOT NULL AND state < 4 ORDER BY n`},
		{&s.goingOn, `SELECT 1 FROM runs WHERE rule = ? AND overlap_key = ? AND overlap_key IS NOT NULL AND state < 4 AND state < 3 LIMIT 1`},
		{&s.blocked, `SELECT count(*) FROM runs WHERE rule = ? AND overlap_key = ? AND overlap_key IS NOT NULL AND state < 4 AND state = 3`},
		{&s.oldestBlocked, `SELECT n, id FROM runs WHERE rule = ? AND overlap_key = ? AND overlap_key IS NOT NULL AND state < 4 AND state = 3
			ORDER BY n LIMIT 1`},
		{&s.settling, `SELECT n, state, epoch, step, rule, overlap_key, problem FROM runs WHERE id = ?`},
		{&s.settle, `UPDATE runs SET seq = ?, state = ?, step = ?, due_at = ?, started_at = ?, finished_at = ?, doubt = ?,
			destination = ?, problem = ?, reason = ?, warnings = ? WHERE n = ?`},
		{&s.setState, `UPDATE runs SET seq = ?, state = ?, due_at = ? WHERE n = ?`},
		{&s.giveBack, `UPDATE runs SET seq = ?, state = 0, due_at = ? WHERE n = ? AND state = 1 AND epoch = ?`},
		{&s.cancel, `UPDATE runs SET seq = ?, state = 8, reason = ?, finished_at = ?, due_at = 0, doubt = 0, problem = NULL WHERE n = ?`},
		{&s.cancelAttempts, `UPDATE attempts SET outcome = CASE state WHEN 1 THEN 3 ELSE outcome END, state = 6
			WHERE run = ? AND state IN (1, 2)`},
		{&s.cutAttempts, `UPDATE attempts SET state = 4, outcome = 3, uncounted = 1, error = ? WHERE run = ? AND state = 1`},
		{&s.problem, `SELECT id FROM problems WHERE destination = ? AND reason = ? AND solved_at IS NULL`},
		{&s.problemOf, `SELECT problem, rule, state FROM runs WHERE n = ?`},
		{&s.newProblem, `INSERT INTO problems (destination, reason, since) VALUES (?, ?, ?) RETURNING id`},
		{&s.leaveProblem, `UPDATE problems SET recovered = recovered + ?2, skipped = skipped + ?3 WHERE id = ?1`},
		{&s.closeProblem, `UPDATE problems SET solved_at = ? WHERE id = ? AND solved_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM runs WHERE problem = problems.id AND problem IS NOT NULL)`},
		{&s.queuedRuns, `SELECT n, due_at FROM runs WHERE state = 0 AND state < 4 ORDER BY due_at, n LIMIT ?`},
		{&s.waitingRuns, `SELECT n, due_at FROM runs WHERE state = 2 AND state < 4 AND due_at <= ? ORDER BY due_at, n LIMIT ?`},
		{&s.take, `UPDATE runs SET seq = ?, state = 1, epoch = ? WHERE n = ?`},
	}
}
