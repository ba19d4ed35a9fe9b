package storage

// keptRejects is how much of an inbox's rejected requests is kept.
type keptRejects struct{ rows, bytes int64 }
