package storage

import "time"

// clockDoubt is how far the clock may have been wrong when claims were found expired.
const clockDoubt = 48 * time.Hour

// eventsHold are the invariants of events and their bodies.
func eventsHold() []invariant {
	return []invariant{
		counted("events have a verdict and a route that do not fit.",
			`events WHERE (verdict = 1) <> (route IN (1, 2, 3)) OR verdict NOT IN (1, 2, 3, 4) OR origin NOT IN (0, 1, 2, 3)`),
		counted("events count as matched although no rule has a run of them.",
			`events WHERE route = 2 AND items IS NULL AND NOT EXISTS (SELECT 1 FROM runs WHERE event = events.seq)`),
		counted("runs were begun by an event that counts as judged otherwise or not at all.",
			`runs CROSS JOIN events ON events.seq = runs.event WHERE runs.trigger = 0 AND events.route <> 2`),
		counted("events have lost their body.",
			`events WHERE NOT EXISTS (SELECT 1 FROM bodies WHERE seq = events.seq)`),
		counted("bodies belong to no event.",
			`bodies WHERE NOT EXISTS (SELECT 1 FROM events WHERE seq = bodies.seq)`),
		counted("requests or bodies need a dictionary that is lost.",
			`(SELECT request AS packed FROM bodies UNION ALL SELECT data FROM bodies) WHERE substr(packed, 1, 1) = x'03'
			AND hex(substr(packed, 2, 4)) NOT IN (SELECT printf('%08X', id) FROM dictionaries)`),
	}
}

// claimsHold are the invariants of de-duplication. A claim outlives its event, so one
// without an event is legal as long as that many accepted events may have been deleted.
func claimsHold(now int64) []invariant {
	return []invariant{
		counted("events hold half a de-duplication claim.",
			`events WHERE (claim IS NULL) <> (claim_until IS NULL) OR length(claim) <> 16`),
		counted("de-duplication claims are held by an event that cannot hold them.",
			`claims LEFT JOIN events ON events.id = claims.event
			WHERE length(key) <> 16 OR length(event) <> 16 OR events.inbox <> claims.inbox OR events.verdict <> 1`),
		{
			query: `SELECT inbox AS subject, count(*) AS n FROM claims WHERE NOT EXISTS (SELECT 1 FROM events WHERE id = claims.event)
				GROUP BY inbox HAVING count(*) > (SELECT coalesce(sum(accepted + items), 0) FROM ledgers WHERE inbox = claims.inbox)
					- (SELECT count(*) FROM events WHERE inbox = claims.inbox AND verdict = 1 AND origin IN (0, 3))`,
			sentence: "Inbox %q has %d de-duplication claims without an event, more than it can have deleted.",
		},
		counted("events have lost their de-duplication claim: a repeat of them would be accepted.",
			`events WHERE claim_until > ? AND seq <= (SELECT claimed FROM counters) AND NOT EXISTS (
				SELECT 1 FROM claims WHERE inbox = events.inbox AND key = events.claim AND expires_at >= events.claim_until)`,
			now+clockDoubt.Microseconds()),
	}
}

// configHolds are the invariants of what is configured.
func configHolds() []invariant {
	return []invariant{
		{
			query: `SELECT id AS subject, version AS n FROM rules WHERE version > 0
				AND (body IS NULL OR NOT EXISTS (SELECT 1 FROM rule_versions WHERE rule_id = rules.id AND version = rules.version))`,
			sentence: "Rule %q is published as version %d, which is not stored.",
		},
		{
			query:    `SELECT rule_id AS subject, version AS n FROM rule_versions WHERE NOT json_valid(body)`,
			sentence: "Rule %q cannot be read in its version %d.",
		},
		counted("sessions belong to no user.", `sessions WHERE NOT EXISTS (SELECT 1 FROM users WHERE id = sessions.user_id)`),
	}
}
