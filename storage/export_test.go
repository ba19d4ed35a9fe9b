package storage

import "context"

// VerifySecrets lets tests ask for what Verify adds for secrets.
func (db *DB) VerifySecrets(ctx context.Context) ([]string, error) { return db.verifySecrets(ctx) }

// FinishRemovals lets tests do what Prune does first.
func (db *DB) FinishRemovals(ctx context.Context) error { return db.finishRemovals(ctx) }
