package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"patchbay/engine"
)

// Stats is the state of the instance in numbers.
type Stats struct {
	Inboxes []InboxStats `json:"inboxes" nullable:"false"`
	Depth   QueueDepth   `json:"depth"`
	Disk    DiskUse      `json:"disk"`
	Version string       `json:"version"`
	Now     time.Time    `json:"now" doc:"The server's clock."`
}

// InboxStats is the ledger of an inbox.
type InboxStats struct {
	Inbox string `json:"inbox"`
	engine.Ledger
}

// QueueDepth is how much work waits.
type QueueDepth struct {
	Pending int64      `json:"pending"`
	Queued  int64      `json:"queued"`
	Running int64      `json:"running"`
	Waiting int64      `json:"waiting"`
	Oldest  *time.Time `json:"oldest" nullable:"true" doc:"Of what should have started."`
}

// DiskUse is the size of the database.
type DiskUse struct {
	Used int64 `json:"used"`
	Free int64 `json:"free"`
}

// Verified lists the violations of the database's invariants.
type Verified struct {
	Violations []string `json:"violations" nullable:"false"`
}

// Released tells how many runs of a restored database became due, and what is still held.
type Released struct {
	Runs   int   `json:"runs"`
	Events int64 `json:"events" doc:"Events that no rule has judged: they are held until their inbox is released."`
}

// BackupInput names the file to write.
type BackupInput struct {
	Path string `json:"path" minLength:"1" doc:"On the server; it must not exist."`
}

// KeyInput may bring the new key; one is made when it is left out.
type KeyInput struct {
	Key string `json:"key,omitempty" writeOnly:"true"`
}

// KeyRotation tells where the new key is. Key is set only where the server has no
// file to keep it in.
type KeyRotation struct {
	InFile bool   `json:"inFile" doc:"The key file in the data directory holds the new key."`
	Key    string `json:"key,omitempty" doc:"The new key, to be put where the old one was."`
}

func (m *mount) maintenanceOperations() {
	const tag = "maintenance"
	add(m, operation{
		id: "getStats", method: http.MethodGet, path: "/stats", tag: tag, summary: "Counters, queue and disk", need: engine.RoleViewer,
	}, m.getStats)
	add(m, operation{
		id: "verifyDatabase", method: http.MethodPost, path: "/database/verify", tag: tag, summary: "Check the database's invariants",
		need: engine.RoleAdmin, timeout: 10 * time.Minute,
	}, m.verifyDatabase)
	add(m, operation{
		id: "releaseRestored", method: http.MethodPost, path: "/restore/release", tag: tag, summary: "Let the work that a restore holds go on",
		need: engine.RoleAdmin, audit: "restore.release", timeout: 5 * time.Minute,
	}, m.releaseRestored)
	m.backupOperation()
}

// localOperations are for the machine's own user only.
func (m *mount) localOperations() {
	add(m, operation{
		id: "writeBackup", method: http.MethodPost, path: "/backup", tag: "maintenance", summary: "Write a consistent copy of the database to a file",
		need: engine.RoleAdmin, audit: "backup.write", timeout: time.Hour, status: http.StatusNoContent,
	}, m.writeBackup)
	add(m, operation{
		id: "rotateKey", method: http.MethodPost, path: "/key/rotate", tag: "maintenance", summary: "Encrypt every secret anew under a new key",
		need: engine.RoleAdmin, audit: "key.rotate", timeout: 10 * time.Minute,
	}, m.rotateKey)
}

func (m *mount) getStats(ctx context.Context, _ *none) (*plain[Stats], error) {
	ledgers, err := m.Inboxes.Ledgers(ctx)
	if err != nil {
		return nil, err
	}
	depth, err := m.Queue.Depth(ctx)
	if err != nil {
		return nil, err
	}
	used, free, err := m.Housekeeper.DiskUse(ctx)
	if err != nil {
		return nil, err
	}
	s := Stats{
		Inboxes: []InboxStats{}, Disk: DiskUse{Used: used, Free: free}, Version: m.Version, Now: m.Now().UTC(),
		Depth: QueueDepth{Pending: depth.Pending, Queued: depth.Queued, Running: depth.Running, Waiting: depth.Waiting, Oldest: when(depth.Oldest)},
	}
	for _, name := range sortedKeys(ledgers) {
		s.Inboxes = append(s.Inboxes, InboxStats{Inbox: name, Ledger: ledgers[name]})
	}
	return answer(s), nil
}

func sortedKeys[V any](of map[string]V) []string {
	keys := make([]string, 0, len(of))
	for k := range of {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (m *mount) verifyDatabase(ctx context.Context, _ *none) (*plain[Verified], error) {
	found, err := m.Housekeeper.Verify(ctx)
	if err != nil {
		return nil, err
	}
	return answer(Verified{Violations: list(found)}), nil
}

func (m *mount) releaseRestored(ctx context.Context, _ *none) (*plain[Released], error) {
	got, err := m.ReleaseRestored(ctx)
	if err != nil {
		return nil, err
	}
	about(ctx, "restore", "")
	return answer(got), nil
}

func (m *mount) writeBackup(ctx context.Context, in *struct{ Body BackupInput }) (*none, error) {
	about(ctx, in.Body.Path, "")
	return nil, m.Housekeeper.Backup(ctx, in.Body.Path)
}

func (m *mount) rotateKey(ctx context.Context, in *struct{ Body *KeyInput }) (*plain[KeyRotation], error) {
	about(ctx, "key", "")
	var key string
	if in.Body != nil {
		key = in.Body.Key
	}
	got, err := m.RotateKey(ctx, key)
	if err != nil {
		return nil, err
	}
	return answer(*got), nil
}
