-- +goose Up

-- History. Times are microseconds since 1970 in UTC, 0 or NULL is none. Enumerations
-- are small integers, defined in codes.go. Partial indexes name their condition
-- literally: a query must repeat it to use them.

CREATE TABLE counters (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    seq     INTEGER NOT NULL,
    epoch   INTEGER NOT NULL,
    claimed INTEGER NOT NULL
) STRICT;
INSERT INTO counters (one, seq, epoch, claimed) VALUES (1, 0, 0, 0);

CREATE TABLE events (
    seq         INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL,
    inbox       TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    origin      INTEGER NOT NULL,
    verdict     INTEGER NOT NULL,
    route       INTEGER NOT NULL,
    type        TEXT    NOT NULL,
    summary     TEXT    NOT NULL,
    delivery_id TEXT    NOT NULL,
    verified    TEXT    NOT NULL,
    size        INTEGER NOT NULL,
    reason      TEXT,
    routing     BLOB,
    claim       BLOB,
    claim_until INTEGER
) STRICT;
CREATE UNIQUE INDEX events_by_id ON events (id);
CREATE INDEX events_by_inbox ON events (inbox);
CREATE INDEX events_unrouted ON events (route) WHERE route = 1;
CREATE INDEX events_refused ON events (inbox, verdict) WHERE verdict <> 1;

-- What of an event never changes: its request apart from the columns above, and its body.
CREATE TABLE bodies (
    seq     INTEGER PRIMARY KEY,
    request BLOB NOT NULL,
    data    BLOB NOT NULL
) STRICT;

-- De-duplication claims, which outlive their events. Those of events after
-- counters.claimed stand with the event only: see claims.go.
CREATE TABLE claims (
    inbox      TEXT    NOT NULL,
    key        BLOB    NOT NULL,
    event      BLOB    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (inbox, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledgers (
    inbox         TEXT    PRIMARY KEY,
    received      INTEGER NOT NULL,
    accepted      INTEGER NOT NULL,
    duplicate     INTEGER NOT NULL,
    rejected      INTEGER NOT NULL,
    held          INTEGER NOT NULL,
    matched       INTEGER NOT NULL,
    unmatched     INTEGER NOT NULL,
    pending       INTEGER NOT NULL,
    last_at       INTEGER NOT NULL,
    last_verified INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- n is the seq of the run's first change, seq that of its last. due_at is when a
-- waiting run is due, or since when a queued one could have started.
CREATE TABLE runs (
    n           INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL,
    seq         INTEGER NOT NULL,
    event       INTEGER NOT NULL,
    state       INTEGER NOT NULL,
    step        INTEGER NOT NULL,
    epoch       INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    inbox       TEXT    NOT NULL,
    rule        TEXT    NOT NULL,
    rule_name   TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    trigger     INTEGER NOT NULL,
    overlap     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    doubt       INTEGER NOT NULL,
    destination TEXT,
    overlap_key TEXT,
    problem     INTEGER,
    reason      TEXT,
    warnings    TEXT
) STRICT;
CREATE UNIQUE INDEX runs_by_id ON runs (id);
CREATE INDEX runs_by_seq ON runs (seq);
CREATE INDEX runs_by_event ON runs (event);
CREATE INDEX runs_by_rule ON runs (rule);
CREATE INDEX runs_active ON runs (state, due_at) WHERE state < 4;
CREATE INDEX runs_ended_badly ON runs (state) WHERE state > 5;
CREATE INDEX runs_overlapping ON runs (rule, overlap_key, state) WHERE overlap_key IS NOT NULL AND state < 4;
CREATE INDEX runs_by_destination ON runs (destination) WHERE state = 2;
CREATE INDEX runs_by_problem ON runs (problem) WHERE problem IS NOT NULL;

CREATE TABLE attempts (
    run        INTEGER NOT NULL,
    step       INTEGER NOT NULL,
    item       INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    key        TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    state      INTEGER NOT NULL,
    outcome    INTEGER NOT NULL,
    uncounted  INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    duration   INTEGER NOT NULL,
    retry_at   INTEGER NOT NULL,
    error      TEXT,
    rendered   BLOB,
    output     BLOB,
    preview    BLOB,
    PRIMARY KEY (run, step, item, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE problems (
    id          INTEGER PRIMARY KEY,
    destination TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    since       INTEGER NOT NULL,
    solved_at   INTEGER
) STRICT;
CREATE UNIQUE INDEX problems_open ON problems (destination, reason) WHERE solved_at IS NULL;
CREATE INDEX problems_solved ON problems (solved_at) WHERE solved_at IS NOT NULL;
