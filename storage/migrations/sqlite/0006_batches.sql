-- +goose Up

-- A delivery that is a list may be split: items is how many its list has, and parent, of
-- an event that is one of them, the seq of the event that brought it. An item may outlive
-- the delivery, and the other way round.
ALTER TABLE events ADD COLUMN items INTEGER;
ALTER TABLE events ADD COLUMN parent INTEGER;
CREATE INDEX events_by_parent ON events (parent) WHERE parent IS NOT NULL;

-- How many items were accepted: they stand outside the other counters.
ALTER TABLE ledgers ADD COLUMN items INTEGER NOT NULL DEFAULT 0;
