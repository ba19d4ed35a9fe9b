package storage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"patchbay/engine"
)

// Claims are found by key, and keys come in no order: writing each into the table
// of claims dirties a page of its own, more than everything else about the event
// together. So a claim is stored with its event first, where the next one stands
// beside it, and remembered here. When many have gathered they are filed into the
// table in the order of their keys, a slice at a time between two batches.
const (
	// claimSize is how much of the SHA-256 of inbox and key is kept.
	claimSize = 16
	// claimsGathered is how many claims are remembered before they are filed.
	claimsGathered = 16 << 10
	// claimsSpan is over how many numbers they may be spread: a start reads as much.
	claimsSpan = 64 << 10
	// claimSlices is in how many commits they are filed.
	claimSlices = 16
)

type claimKey [claimSize]byte

// claimArgs is a claim that an event wants to hold.
type claimArgs struct {
	wanted  bool
	key     claimKey
	expires int64
	rerun   bool
}

func newClaim(inbox string, c engine.Claim, from time.Time) claimArgs {
	if c.Key == "" {
		return claimArgs{}
	}
	window := c.Window
	if window <= 0 {
		window = engine.DefaultDedupeWindow.Std()
	}
	sum := sha256.Sum256([]byte(inbox + "\x00" + c.Key))
	return claimArgs{wanted: true, key: claimKey(sum[:claimSize]), expires: micros(from.Add(window)), rerun: c.RerunFailed}
}

// heldClaim is a claim that an event holds.
type heldClaim struct {
	event        engine.ID
	seq, expires int64
}

// claimLog is the claims that are not filed yet.
type claimLog struct {
	byKey map[claimKey]heldClaim
	undo  []claimChange // what the transaction has changed so far
	filing
	next *filing // how far the transaction gets, nil when it files nothing
}

// filing is how far the claims are filed.
type filing struct {
	filed int64 // events up to this number have their claims in the table
	until int64 // events up to this number are being filed, 0 when none are
	slice int   // that is filed next
}

// claimChange is what a key held before.
type claimChange struct {
	key claimKey
	old heldClaim
	had bool
}

// load reads the claims that were not filed when the program ended.
func (l *claimLog) load(ctx context.Context, conn *sql.Conn) (err error) {
	l.byKey = make(map[claimKey]heldClaim)
	rows, err := conn.QueryContext(ctx, `SELECT seq, id, claim, claim_until FROM events WHERE seq > ? AND claim IS NOT NULL ORDER BY seq`, l.filed)
	if err != nil {
		return fmt.Errorf("read claims: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var c heldClaim
		var id, key []byte
		if err := rows.Scan(&c.seq, &id, &key, &c.expires); err != nil {
			return fmt.Errorf("read claim: %w", err)
		}
		if len(key) == claimSize {
			c.event = idOf(id)
			l.byKey[claimKey(key)] = c
		}
	}
	return rows.Err()
}

func (l *claimLog) put(key claimKey, c heldClaim) {
	old, had := l.byKey[key]
	l.undo = append(l.undo, claimChange{key: key, old: old, had: had})
	l.byKey[key] = c
}

func (l *claimLog) drop(key claimKey) {
	if old, had := l.byKey[key]; had {
		l.undo = append(l.undo, claimChange{key: key, old: old, had: true})
		delete(l.byKey, key)
	}
}

// rollback forgets all changes of the transaction but the first so many.
func (l *claimLog) rollback(keep int) {
	for _, c := range slices.Backward(l.undo[keep:]) {
		if c.had {
			l.byKey[c.key] = c.old
		} else {
			delete(l.byKey, c.key)
		}
	}
	l.undo, l.next = l.undo[:keep], nil
}

// commit makes the changes of the transaction final.
func (l *claimLog) commit() {
	l.undo = l.undo[:0]
	if l.next == nil {
		return
	}
	if l.filing, l.next = *l.next, nil; l.until > 0 {
		return
	}
	for key, c := range l.byKey {
		if c.seq <= l.filed {
			delete(l.byKey, key)
		}
	}
}

// due reports whether claims should be filed now.
func (l *claimLog) due(seq int64) bool {
	return l.until > 0 || len(l.byKey) >= claimsGathered || seq-l.filed >= claimsSpan
}

// fileSome files the next slice. Filing a claim twice, after a crash, is the same
// as filing it once.
func (w *writer) fileSome() error {
	next := w.claims.filing
	if next.until == 0 {
		next.until = w.seq
	}
	const width = 256 / claimSlices                // of a slice, in first bytes of keys
	first := claimKey{0: byte(next.slice * width)} //nolint:gosec // below 256
	last := claimKey(bytes.Repeat([]byte{0xff}, claimSize))
	last[0] = byte((next.slice+1)*width - 1) //nolint:gosec // below 256
	if err := w.sql.fileClaims.exec(next.filed, next.until, first[:], last[:]); err != nil {
		return fmt.Errorf("file claims: %w", err)
	}
	next.slice++
	if next.slice == claimSlices {
		if err := w.sql.filed.exec(next.until); err != nil {
			return fmt.Errorf("file claims: %w", err)
		}
		next = filing{filed: next.until}
	}
	w.claims.next = &next
	return nil
}

// holder returns the event that holds a claim at a time, the zero ID when none does.
func (w *writer) holder(inbox string, c *claimArgs, now int64) (engine.ID, error) {
	if held, ok := w.claims.byKey[c.key]; ok && held.expires > now {
		return held.event, nil
	}
	var event []byte
	var expires int64
	found, err := w.sql.claimed.row([]any{inbox, c.key[:]}, &event, &expires)
	if err != nil || !found || expires <= now {
		return engine.ID{}, err
	}
	return idOf(event), nil
}

// claim gives an event that is stored already a claim, or returns the event that
// holds it.
func (w *writer) claim(inbox string, c *claimArgs, event []byte, now int64) (engine.ID, error) {
	first, err := w.holder(inbox, c, now)
	if err != nil || !first.IsZero() && first != idOf(event) {
		return first, err
	}
	if err := w.sql.claim.exec(inbox, c.key[:], event, c.expires); err != nil {
		return engine.ID{}, fmt.Errorf("store claim: %w", err)
	}
	w.claims.drop(c.key)
	return engine.ID{}, nil
}

// keepClaim files the claim of an event that is about to be deleted.
func (w *writer) keepClaim(seq int64, claim []byte) error {
	if len(claim) != claimSize || seq <= w.claims.filed {
		return nil
	}
	if err := w.sql.fileClaim.exec(seq); err != nil {
		return fmt.Errorf("file claim: %w", err)
	}
	if held, ok := w.claims.byKey[claimKey(claim)]; ok && held.seq == seq {
		w.claims.drop(claimKey(claim))
	}
	return nil
}
