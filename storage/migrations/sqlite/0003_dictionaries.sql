-- +goose Up

-- What many requests to an inbox have in common, so that each is stored as what it
-- differs in. Events with seq in (since, until] may be packed with it; until is 0 while
-- new ones may be.
CREATE TABLE dictionaries (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    inbox   TEXT    NOT NULL,
    type    TEXT    NOT NULL,
    made_at INTEGER NOT NULL,
    since   INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    data    BLOB    NOT NULL
) STRICT;
