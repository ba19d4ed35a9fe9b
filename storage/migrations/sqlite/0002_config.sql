-- +goose Up

-- Configuration. Times are microseconds since 1970 in UTC. Columns named secrets
-- hold sealed values only; body holds JSON without secrets.

CREATE TABLE inboxes (
    name       TEXT    PRIMARY KEY,
    body       TEXT    NOT NULL,
    secrets    BLOB,
    managed    TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- Inboxes whose row is gone while their events are still being removed.
CREATE TABLE inbox_removals (
    name       TEXT    PRIMARY KEY,
    started_at INTEGER NOT NULL
) STRICT;

-- body is the published rule, NULL while there is only a draft.
CREATE TABLE rules (
    id               TEXT    PRIMARY KEY,
    revision         INTEGER NOT NULL,
    version          INTEGER NOT NULL,
    body             TEXT,
    draft            TEXT,
    draft_based_on   INTEGER NOT NULL,
    draft_updated_at INTEGER NOT NULL,
    draft_updated_by TEXT    NOT NULL,
    managed          TEXT    NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL
) STRICT;

-- Versions outlive their rule: runs name them.
CREATE TABLE rule_versions (
    rule_id      TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    body         TEXT    NOT NULL,
    published_at INTEGER NOT NULL,
    published_by TEXT    NOT NULL,
    PRIMARY KEY (rule_id, version)
) STRICT;

CREATE TABLE connections (
    name       TEXT    PRIMARY KEY,
    title      TEXT    NOT NULL,
    type       TEXT    NOT NULL,
    settings   TEXT    NOT NULL,
    secrets    BLOB,
    managed    TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_used  INTEGER NOT NULL,
    last_error TEXT    NOT NULL
) STRICT;

-- email_key is the address as it is compared: without case.
CREATE TABLE users (
    id            BLOB    PRIMARY KEY,
    email         TEXT    NOT NULL,
    email_key     TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    role          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    hash       BLOB    PRIMARY KEY,
    user_id    BLOB    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    csrf       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- expires_at and last_used are 0 when there is none.
CREATE TABLE tokens (
    id         BLOB    PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE,
    scope      TEXT    NOT NULL,
    hash       BLOB    NOT NULL UNIQUE,
    last4      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used  INTEGER NOT NULL
) STRICT;

CREATE TABLE audit_entries (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    who    TEXT    NOT NULL,
    action TEXT    NOT NULL,
    object TEXT    NOT NULL,
    detail TEXT    NOT NULL
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER audit_entries_keep BEFORE UPDATE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'the change log is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_entries_stay BEFORE DELETE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'the change log is append-only');
END;
-- +goose StatementEnd

-- The workspace's documents: settings and vars.
CREATE TABLE documents (
    name       TEXT    PRIMARY KEY,
    body       TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- Lists for lookup().
CREATE TABLE lookup_tables (
    name       TEXT    PRIMARY KEY,
    body       TEXT    NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- A known value sealed under the secret key: tells a wrong key at once.
CREATE TABLE key_checks (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    sealed BLOB    NOT NULL
) STRICT;

-- Runs that a restored database does not go on with until they are released, as
-- they were. Times as in runs.
CREATE TABLE held_runs (
    run         INTEGER PRIMARY KEY,
    state       INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    destination TEXT,
    reason      TEXT
) STRICT;
