package storage

import "fmt"

// What of rejected requests is kept of an inbox; the counter stays exact.
const (
	rejectedRows  = 1000
	rejectedBytes = 10 << 20
	rejectedBody  = 64 << 10
)

// keptRejects is how much of an inbox's rejected requests is kept.
type keptRejects struct{ rows, bytes int64 }

func (k *keptRejects) full() bool { return k.rows > rejectedRows || k.bytes > rejectedBytes }

func (k *keptRejects) drop(size int64) {
	k.rows--
	k.bytes -= min(size, rejectedBody)
}

// capRejected makes room after a rejected request of this size was stored: the
// oldest ones go, except those that somebody runs again right now.
func (w *writer) capRejected(inbox string, size int64) error {
	kept, known := w.kept[inbox]
	if known {
		kept.rows++
		kept.bytes += min(size, rejectedBody)
	} else if _, err := w.sql.keptRejects.row([]any{inbox}, &kept.rows, &kept.bytes); err != nil {
		return fmt.Errorf("count rejected requests: %w", err)
	}
	for kept.full() {
		var seq, oldSize int64
		found, err := w.sql.oldestReject.row([]any{inbox}, &seq, &oldSize)
		if err != nil {
			return fmt.Errorf("find oldest rejected request: %w", err)
		}
		if !found {
			break
		}
		if err := w.deleteEvent(seq); err != nil {
			return err
		}
		kept.drop(oldSize)
	}
	w.kept[inbox] = kept
	return nil
}
