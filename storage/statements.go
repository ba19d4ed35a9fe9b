package storage

// statements are the hot path's. Conditions of partial indexes stand in them
// literally, because SQLite uses such an index only then.
type statements struct {
	reserve statement
	count   statement
}

func (s *statements) all() []preparing {
	return []preparing{
		{&s.reserve, `UPDATE counters SET seq = ?`},
		{&s.count, `INSERT INTO ledgers VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
			ON CONFLICT (inbox) DO UPDATE SET received = received + ?2, accepted = accepted + ?3, duplicate = duplicate + ?4,
				rejected = rejected + ?5, held = held + ?6, matched = matched + ?7, unmatched = unmatched + ?8,
				pending = pending + ?9, last_at = max(last_at, ?10), last_verified = max(last_verified, ?11)`},
	}
}
