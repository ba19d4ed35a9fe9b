package storage

// runsHold are the invariants of runs by themselves and beside their event.
func runsHold() []invariant {
	return []invariant{
		counted("runs belong to no event.",
			`runs WHERE NOT EXISTS (SELECT 1 FROM events WHERE seq = runs.event)`),
		counted("runs belong to an event of another inbox.",
			`runs CROSS JOIN events ON events.seq = runs.event WHERE events.inbox <> runs.inbox`),
		counted("runs are in a state that cannot be.",
			`runs WHERE state NOT BETWEEN 0 AND 8 OR trigger NOT IN (0, 1, 2) OR overlap NOT IN (0, 1, 2, 3) OR step < 0 OR seq < n`),
		counted("runs are finished without a time of their end, or have one without being finished.",
			`runs WHERE (state > 3) <> (finished_at > 0)`),
		counted("runs wait without a due time.", `runs WHERE state = 2 AND state < 4 AND due_at <= 0`),
		counted("runs are held although nothing is noted that would release them.",
			`runs WHERE state = 2 AND state < 4 AND due_at = ? AND NOT EXISTS (SELECT 1 FROM held_runs WHERE run = runs.n)`, heldUntil),
	}
}

// ownersHold are the invariants of who may work on a run, and of problems.
func ownersHold() []invariant {
	return []invariant{
		counted("runs are being done by an owner that is gone or has not begun.",
			`runs WHERE state = 1 AND state < 4 AND epoch <> (SELECT epoch FROM counters)`),
		{
			query: `SELECT rule AS subject, count(*) AS n FROM runs r WHERE state = 3 AND state < 4 AND NOT EXISTS (
					SELECT 1 FROM runs o WHERE o.rule = r.rule AND o.overlap_key = r.overlap_key AND o.overlap_key IS NOT NULL AND o.state < 4 AND o.state < 3)
				GROUP BY rule`,
			sentence: "Rule %q has %d runs that wait for their turn while none of it goes on.",
		},
		{
			query: `SELECT rule AS subject, count(*) AS n FROM runs WHERE overlap_key IS NOT NULL AND state < 4 AND state < 3
				GROUP BY rule, overlap_key HAVING count(*) > 1`,
			sentence: "Rule %q has %d runs that go on at the same time although they exclude each other.",
		},
		counted("problems are open although no run has them.",
			`problems WHERE solved_at IS NULL AND NOT EXISTS (SELECT 1 FROM runs WHERE problem = problems.id AND problem IS NOT NULL)`),
		counted("runs belong to a problem that is not open.",
			`runs WHERE problem IS NOT NULL AND NOT EXISTS (SELECT 1 FROM problems WHERE id = runs.problem AND solved_at IS NULL)`),
		counted("runs belong to a problem although they ended otherwise than failed.",
			`runs WHERE problem IS NOT NULL AND state > 3 AND state <> 6`),
	}
}

// The versions of rules that are stored, with how many steps each has. first tells
// that no version came before. Rules of which nothing is stored are not looked at.
const storedVersions = `(SELECT rule_id, version, published_at, version = min(version) OVER (PARTITION BY rule_id) AS first,
	iif(json_valid(body), json_array_length(body, '$.steps'), NULL) AS steps FROM rule_versions) AS v`

// The runs that follow the version of their rule with which they began. A run that
// was retried with a newer version goes on at another place than where its attempts
// end. A rule is read a moment before its runs are stored, hence the minute.
const steadyRuns = `runs JOIN ` + storedVersions + ` ON v.rule_id = runs.rule AND v.version = runs.version
	AND (v.first OR runs.trigger = 0 AND runs.created_at >= v.published_at + 60000000)`

// An attempt after which its step is not done again.
const settlesStep = `(state IN (3, 5) OR state = 4 AND retry_at = 0 AND NOT uncounted)`

// stepsHold are the invariants of runs beside the steps of their rule.
func stepsHold() []invariant {
	return []invariant{
		{
			query: `SELECT runs.rule AS subject, count(*) AS n FROM runs JOIN (SELECT DISTINCT rule_id FROM rule_versions) AS known ON known.rule_id = runs.rule
				LEFT JOIN rule_versions AS v ON v.rule_id = runs.rule AND v.version = runs.version WHERE v.version IS NULL GROUP BY runs.rule`,
			sentence: "Rule %q has %d runs of a version that is not stored.",
		},
		counted("runs stand at a step that their rule does not have.",
			`runs JOIN `+storedVersions+` ON v.rule_id = runs.rule AND v.version = runs.version
			WHERE step > steps OR state = 5 AND step = steps`),
		counted("runs succeeded before their last step.",
			`runs JOIN `+storedVersions+` ON v.rule_id = runs.rule AND v.version = runs.version WHERE state = 4 AND step < steps`),
		counted("runs have passed a step that was not settled.",
			`(SELECT runs.n, runs.step FROM `+steadyRuns+` WHERE runs.step > 0) AS r
			WHERE (SELECT count(DISTINCT step) FROM attempts WHERE run = r.n AND step < r.step AND `+settlesStep+`) < r.step
				OR EXISTS (SELECT 1 FROM attempts WHERE run = r.n AND step < r.step AND state = 0)`),
		counted("runs have attempts at a step that they have not reached.",
			`(SELECT runs.n, runs.step FROM `+steadyRuns+`) AS r WHERE EXISTS (SELECT 1 FROM attempts WHERE run = r.n AND step > r.step)`),
		counted("runs count as filtered although no filter stopped them.",
			`runs JOIN `+storedVersions+` ON v.rule_id = runs.rule AND v.version = runs.version WHERE state = 5 AND NOT EXISTS (
				SELECT 1 FROM attempts WHERE run = runs.n AND attempts.step = runs.step AND action = 'filter' AND attempts.state = 3)`),
		counted("runs count as skipped although they were being done.",
			`runs WHERE state = 7 AND state > 5 AND EXISTS (SELECT 1 FROM attempts WHERE run = runs.n)
			AND NOT EXISTS (SELECT 1 FROM attempts WHERE run = runs.n AND attempts.step = runs.step AND attempts.state = 5)`),
	}
}

// attemptsHold are the invariants of attempts.
func attemptsHold() []invariant {
	return []invariant{
		counted("attempts belong to no run.", `attempts WHERE NOT EXISTS (SELECT 1 FROM runs WHERE n = attempts.run)`),
		counted("attempts are in a state that cannot be.",
			`attempts WHERE state NOT BETWEEN 0 AND 6 OR outcome NOT BETWEEN 0 AND 3 OR step < 0 OR item < -1 OR number < 0
			OR state = 0 AND item >= 0 OR state = 2 AND retry_at <= 0 OR state = 3 AND outcome = 3 OR uncounted AND state <> 4`),
		counted("attempts are under way in runs that are not, or not at that step.",
			`attempts a CROSS JOIN runs ON runs.n = a.run
			WHERE a.state IN (1, 2) AND a.item >= 0 AND (a.state = 1 AND runs.state <> 1 OR runs.state > 2 OR a.step <> runs.step)`),
		counted("runs have several attempts under way at once.",
			`(SELECT run FROM attempts WHERE state IN (1, 2) AND item >= 0 GROUP BY run HAVING count(*) > 1)`),
		counted("attempts come after one that is missing.",
			`attempts a WHERE number > 1 AND NOT EXISTS (SELECT 1 FROM attempts b
				WHERE b.run = a.run AND b.item = a.item AND b.number = a.number - 1 AND (b.step = a.step OR b.key = a.key))`),
		counted("attempts repeat a step that was recorded as done.",
			`attempts a WHERE number > 1 AND EXISTS (SELECT 1 FROM attempts b
				WHERE b.run = a.run AND b.key = a.key AND b.item = a.item AND b.number < a.number AND b.state = 3)`),
		counted("attempts are of a step that no version of their rule has.",
			`attempts a CROSS JOIN runs ON runs.n = a.run JOIN (SELECT DISTINCT rule_id FROM rule_versions WHERE json_valid(body)) AS known ON known.rule_id = runs.rule
			LEFT JOIN (SELECT DISTINCT rule_id, j.key AS place, json_extract(j.value, '$.key') AS name, json_extract(j.value, '$.action') AS action
				FROM rule_versions, json_each(iif(json_valid(body), body, '{}'), '$.steps') AS j) AS s
				ON s.rule_id = runs.rule AND s.place = a.step AND s.name = a.key AND s.action = a.action
			WHERE s.name IS NULL`),
	}
}
