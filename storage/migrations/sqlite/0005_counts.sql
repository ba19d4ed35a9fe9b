-- +goose Up

-- What happened in each quarter of an hour, numbered since 1970, so that nobody has to
-- count events and runs to show how many there were. Quarter 0 holds the sums of those
-- that are too long ago to be shown one by one.
CREATE TABLE event_counts (
    quarter   INTEGER NOT NULL,
    inbox     TEXT    NOT NULL,
    received  INTEGER NOT NULL,
    accepted  INTEGER NOT NULL,
    duplicate INTEGER NOT NULL,
    rejected  INTEGER NOT NULL,
    held      INTEGER NOT NULL,
    matched   INTEGER NOT NULL,
    unmatched INTEGER NOT NULL,
    PRIMARY KEY (quarter, inbox)
) STRICT, WITHOUT ROWID;
INSERT INTO event_counts SELECT received_at / 900000000, inbox, count(*), sum(verdict = 1), sum(verdict = 2),
    sum(verdict = 3), sum(verdict = 4), sum(route = 2), sum(route = 3)
    FROM events WHERE origin = 0 GROUP BY 1, 2;

-- warned counts what succeeded although a step failed. done counts steps that did
-- something, sent those of them that let something leave.
CREATE TABLE run_counts (
    quarter   INTEGER NOT NULL,
    rule      TEXT    NOT NULL,
    started   INTEGER NOT NULL,
    succeeded INTEGER NOT NULL,
    warned    INTEGER NOT NULL,
    failed    INTEGER NOT NULL,
    filtered  INTEGER NOT NULL,
    skipped   INTEGER NOT NULL,
    canceled  INTEGER NOT NULL,
    done      INTEGER NOT NULL,
    sent      INTEGER NOT NULL,
    PRIMARY KEY (quarter, rule)
) STRICT, WITHOUT ROWID;
INSERT INTO run_counts SELECT quarter, rule, sum(started), sum(succeeded), sum(warned), sum(failed), sum(filtered),
    sum(skipped), sum(canceled), sum(done), sum(sent) FROM (
        SELECT created_at / 900000000 AS quarter, rule, 1 AS started, 0 AS succeeded, 0 AS warned, 0 AS failed,
            0 AS filtered, 0 AS skipped, 0 AS canceled, 0 AS done, 0 AS sent FROM runs
        UNION ALL SELECT finished_at / 900000000, rule, 0, state = 4, state = 4 AND warnings IS NOT NULL, state = 6,
            state = 5, state = 7, state = 8, 0, 0 FROM runs WHERE state > 3
        UNION ALL SELECT attempts.started_at / 900000000, rule, 0, 0, 0, 0, 0, 0, 0, 1, attempts.outcome = 1
            FROM attempts JOIN runs ON n = run WHERE attempts.state = 3 AND number > 0 AND action NOT IN ('delay', 'filter')
    ) GROUP BY 1, 2;

-- How large the files were, so that it can be told when the disk will be full.
CREATE TABLE disk_sizes (
    at   INTEGER PRIMARY KEY,
    used INTEGER NOT NULL
) STRICT;

-- How many runs got on and how many a person ended, told when a problem is solved.
ALTER TABLE problems ADD COLUMN recovered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE problems ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0;

-- Links with which somebody who was invited makes an account, or who forgot it a new
-- password. user_id is NULL for an account that is still to be made.
CREATE TABLE invitations (
    id         BLOB    PRIMARY KEY,
    hash       BLOB    NOT NULL UNIQUE,
    user_id    BLOB    REFERENCES users (id) ON DELETE CASCADE,
    email      TEXT    NOT NULL,
    email_key  TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    invited_by TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX invitations_by_user ON invitations (user_id);
