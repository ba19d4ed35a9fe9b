-- +goose Up

-- Items that no rule has judged yet, by the delivery that brought them.
CREATE INDEX events_unjudged ON events (parent) WHERE parent IS NOT NULL AND route = 1;
