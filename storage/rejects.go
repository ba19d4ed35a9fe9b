package storage

import (
	"fmt"

	"patchbay/engine"
)

// What of rejected requests is kept of an inbox; the counter stays exact.
const (
	rejectedRows  = 1000
	rejectedBytes = 10 << 20
	rejectedBody  = 64 << 10
)

// What is held of an inbox whose senders prove nothing. Nothing of it may be dropped,
// as the oldest rejected ones are, because it can still be accepted.
const (
	heldRows  = 10_000
	heldBytes = 100 << 20
)

// keptHeld is how much of such requests an inbox holds.
type keptHeld struct{ rows, bytes int64 }

// roomToHold refuses a held request of an unproven sender when the inbox holds too
// much already, and counts it otherwise. Held requests of proven senders have no
// limit but retention's.
func (w *writer) roomToHold(inbox string, size int64) error {
	held, known := w.held[inbox]
	if !known {
		if _, err := w.sql.keptHeld.row([]any{inbox}, &held.rows, &held.bytes); err != nil {
			return fmt.Errorf("count held requests: %w", err)
		}
	}
	if held.rows >= heldRows || held.bytes+size > heldBytes && held.rows > 0 {
		w.held[inbox] = held
		return engine.Unavailable(nil, "The inbox %q holds as much as it can; finish its sender check and release what it holds.", inbox)
	}
	w.held[inbox] = keptHeld{rows: held.rows + 1, bytes: held.bytes + size}
	return nil
}

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
