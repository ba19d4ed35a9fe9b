package storage

import (
	"bytes"
	"cmp"
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
// table in the order of their keys, so that those of one page are written with it: a
// slice after the other, between two batches, and no faster than new ones come.
const (
	// claimSize is how much of the SHA-256 of inbox and key is kept.
	claimSize = 16
	// claimsGathered is how many claims are remembered before they are filed: several
	// for each page of a table of a million. A start reads them again.
	claimsGathered = 64 << 10
	// claimsSpan is over how many numbers they may be spread, as a multiple of that.
	claimsSpan = 4
	// claimSlices is in how many parts they are filed, one for each first byte of a key.
	claimSlices = 256
	// slicesAtOnce is how many parts one commit files at most.
	slicesAtOnce = 8
)

type claimKey [claimSize]byte

// slice returns the part that a key is filed with.
func (k *claimKey) slice() int { return int(k[0]) }

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
	inbox        string
	event        engine.ID
	seq, expires int64
}

// claimLog is the claims that are not filed yet.
type claimLog struct {
	slices   [claimSlices]map[claimKey]heldClaim
	count    int64
	gathered int64         // how many are filed at once, about
	undo     []claimChange // what the transaction has changed so far
	filing
	next *filing // how far the transaction gets, nil when it files nothing
}

// filing is how far the claims are filed.
type filing struct {
	filed int64 // events up to this number have their claims in the table
	until int64 // events up to this number are being filed, 0 when none are
	slice int   // that is filed next: of those before it all claims up to until are in the table
}

// claimChange is what a key held before.
type claimChange struct {
	key claimKey
	old heldClaim
	had bool
}

// load reads the claims that were not filed when the program ended.
func (l *claimLog) load(ctx context.Context, conn *sql.Conn) (err error) {
	l.gathered = claimsGathered
	rows, err := conn.QueryContext(ctx, `SELECT seq, inbox, id, claim, claim_until FROM events WHERE seq > ? AND claim IS NOT NULL ORDER BY seq`, l.filed)
	if err != nil {
		return fmt.Errorf("read claims: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var c heldClaim
		var id, key []byte
		if err := rows.Scan(&c.seq, &c.inbox, &id, &key, &c.expires); err != nil {
			return fmt.Errorf("read claim: %w", err)
		}
		if len(key) == claimSize {
			c.event = idOf(id)
			l.set(claimKey(key), c)
		}
	}
	return rows.Err()
}

// held returns the claim on a key that is not filed yet.
func (l *claimLog) held(key claimKey) (heldClaim, bool) {
	c, ok := l.slices[key.slice()][key]
	return c, ok
}

func (l *claimLog) set(key claimKey, c heldClaim) {
	slice := &l.slices[key.slice()]
	if *slice == nil {
		*slice = make(map[claimKey]heldClaim)
	}
	before := len(*slice)
	(*slice)[key] = c
	l.count += int64(len(*slice) - before)
}

func (l *claimLog) remove(key claimKey) {
	slice := l.slices[key.slice()]
	before := len(slice)
	delete(slice, key)
	l.count += int64(len(slice) - before)
}

func (l *claimLog) put(key claimKey, c heldClaim) {
	old, had := l.held(key)
	l.undo = append(l.undo, claimChange{key: key, old: old, had: had})
	l.set(key, c)
}

func (l *claimLog) drop(key claimKey) {
	if old, had := l.held(key); had {
		l.undo = append(l.undo, claimChange{key: key, old: old, had: true})
		l.remove(key)
	}
}

// rollback forgets all changes of the transaction but the first so many.
func (l *claimLog) rollback(keep int) {
	for _, c := range slices.Backward(l.undo[keep:]) {
		if c.had {
			l.set(c.key, c.old)
		} else {
			l.remove(c.key)
		}
	}
	l.undo, l.next = l.undo[:keep], nil
}

// commit makes the changes of the transaction final, and forgets what it filed.
func (l *claimLog) commit() {
	l.undo = l.undo[:0]
	if l.next == nil {
		return
	}
	first, until := l.slice, l.next.until
	last := l.next.slice
	if until == 0 { // that was all
		last, until = claimSlices, l.next.filed
	}
	for n := first; n < last; n++ {
		// A map keeps the room it had: what is left goes to a new one.
		old := l.slices[n]
		l.slices[n] = nil
		l.count -= int64(len(old))
		for key, c := range old {
			if c.seq > until {
				l.set(key, c)
			}
		}
	}
	l.filing, l.next = *l.next, nil
}

// due returns how many slices should be filed by now.
func (l *claimLog) due(seq int64) int {
	if l.until == 0 {
		if l.count >= l.gathered || seq-l.filed >= claimsSpan*l.gathered {
			return 1
		}
		return 0
	}
	// Half as many as have gathered may come until the last one is filed.
	by := min(claimSlices, (seq-l.until)*claimSlices*2/l.gathered)
	return min(slicesAtOnce, int(by)-l.slice)
}

// fileSome files the next slices. Filing a claim twice, after a crash, is the same
// as filing it once.
func (w *writer) fileSome(count int) error {
	next := w.claims.filing
	if next.until == 0 {
		next.until = w.seq
	}
	for end := min(claimSlices, next.slice+count); next.slice < end; next.slice++ {
		if err := w.fileSlice(w.claims.slices[next.slice], next.until); err != nil {
			return fmt.Errorf("file claims: %w", err)
		}
	}
	if next.slice == claimSlices {
		if err := w.sql.filed.exec(next.until); err != nil {
			return fmt.Errorf("file claims: %w", err)
		}
		next = filing{filed: next.until}
	}
	w.claims.next = &next
	return nil
}

// fileSlice files claims of events up to a number, in the order in which they stand in
// the table.
func (w *writer) fileSlice(claims map[claimKey]heldClaim, until int64) error {
	keys := make([]claimKey, 0, len(claims))
	for key, c := range claims {
		if c.seq <= until {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b claimKey) int {
		return cmp.Or(cmp.Compare(claims[a].inbox, claims[b].inbox), bytes.Compare(a[:], b[:]))
	})
	for _, key := range keys {
		c := claims[key]
		if err := w.sql.fileClaim.exec(c.inbox, key[:], c.event[:], c.expires); err != nil {
			return err
		}
	}
	return nil
}

// holder returns the event that holds a claim at a time, the zero ID when none does.
func (w *writer) holder(inbox string, c *claimArgs, now int64) (engine.ID, error) {
	if held, ok := w.claims.held(c.key); ok && held.expires > now {
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
	if len(claim) != claimSize {
		return nil
	}
	held, ok := w.claims.held(claimKey(claim))
	if !ok || held.seq != seq {
		return nil
	}
	if err := w.sql.fileClaim.exec(held.inbox, claim, held.event[:], held.expires); err != nil {
		return fmt.Errorf("file claim: %w", err)
	}
	w.claims.drop(claimKey(claim))
	return nil
}
