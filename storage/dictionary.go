package storage

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/s2"
	"gorm.io/gorm"

	"patchbay/engine"
)

// Requests of one kind to one inbox are much alike. A dictionary holds what they have
// in common, and what is packed with it takes a third of the bytes and a seventh of the
// time that zstd needs without.

const (
	// maxDictionaries bounds those that new events are packed with, and sameInbox those
	// of one inbox: each takes some 100 KB of memory.
	maxDictionaries = 64
	sameInbox       = 16
	// dictionaryAge is for how long new events are packed with a dictionary. What it
	// holds outlives the events it was learned from by about that time.
	dictionaryAge = 7 * 24 * time.Hour
	// openDictionaries is how many are kept ready for reading; the others lie packed in
	// memory, some KB each.
	openDictionaries = 128
)

// errRetired is met by events that were packed with a dictionary that was given up
// while they waited for the writer.
var errRetired = errors.New("dictionary is given up")

// dictionary is what packed values refer to by its id.
type dictionary struct {
	id      uint32
	kind    eventKind
	made    int64 // µs
	dict    *s2.Dict
	retired atomic.Bool // set by the writer
}

// eventKind is what makes events alike.
type eventKind struct{ inbox, event string }

// dictionaries keeps the dictionaries of a database. It is safe for concurrent use.
type dictionaries struct {
	db *DB

	mu       sync.RWMutex
	current  map[eventKind]*dictionary
	replaced []*dictionary     // not to be used for new events, not retired yet
	packed   map[uint32][]byte // all that there are
	open     map[uint32]*s2.Dict
	deleted  []uint32 // by the last prune; who read events just before may still need them
	lessons  map[eventKind]*lesson
	closed   bool
	making   sync.WaitGroup
}

type dictionaryRow struct {
	ID     int64 `gorm:"primaryKey"`
	Inbox  string
	Type   string
	MadeAt int64
	Since  int64
	Until  int64
	Data   []byte
}

// TableName implements GORM's Tabler.
func (dictionaryRow) TableName() string { return "dictionaries" }

// loadDictionaries reads all dictionaries. One that is damaged is not used for new events;
// those that were packed with it fail when they are read.
func loadDictionaries(ctx context.Context, db *DB) (*dictionaries, error) {
	ds := &dictionaries{
		db: db, current: make(map[eventKind]*dictionary), lessons: make(map[eventKind]*lesson),
		packed: make(map[uint32][]byte), open: make(map[uint32]*s2.Dict),
	}
	var rows []dictionaryRow
	if err := db.read.WithContext(ctx).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("load dictionaries: %w", translate(err))
	}
	for i := range rows {
		row := &rows[i]
		id := uint32(row.ID) //nolint:gosec // ids count from 1
		ds.packed[id] = row.Data
		if row.Until > 0 {
			continue
		}
		kind := eventKind{row.Inbox, row.Type}
		dict, err := ds.dictionary(id)
		if err != nil {
			db.log.ErrorContext(ctx, "what requests have in common is damaged; those that were stored with it cannot be read", "inbox", row.Inbox, "error", err)
			ds.replaced = append(ds.replaced, &dictionary{id: id, kind: kind, made: row.MadeAt})
			continue
		}
		ds.use(&dictionary{id: id, kind: kind, made: row.MadeAt, dict: dict}, row.Data)
	}
	db.codec.dictionary = ds.dictionary
	return ds, nil
}

// use packs new events with d from now on.
func (ds *dictionaries) use(d *dictionary, packed []byte) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	if before := ds.current[d.kind]; before != nil {
		ds.replaced = append(ds.replaced, before)
	}
	ds.current[d.kind] = d
	ds.packed[d.id], ds.open[d.id] = packed, d.dict
}

// of returns the dictionary for an event, nil when there is none.
func (ds *dictionaries) of(kind eventKind) *dictionary {
	ds.mu.RLock()
	defer ds.mu.RUnlock()
	if d := ds.current[kind]; d != nil && !d.retired.Load() {
		return d
	}
	return nil
}

// close waits for dictionaries that are being made.
func (ds *dictionaries) close() {
	ds.mu.Lock()
	ds.closed = true
	ds.mu.Unlock()
	ds.making.Wait()
}

// dictionary returns what a packed value refers to.
func (ds *dictionaries) dictionary(id uint32) (*s2.Dict, error) {
	ds.mu.RLock()
	dict, packed := ds.open[id], ds.packed[id]
	ds.mu.RUnlock()
	if dict != nil {
		return dict, nil
	}
	text, err := ds.db.codec.unpack(packed)
	if err == nil {
		if dict = s2.MakeDict(text, nil); dict == nil {
			err = errUnpack
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read dictionary %d: %w", id, err)
	}
	ds.mu.Lock()
	defer ds.mu.Unlock()
	if len(ds.open) >= openDictionaries {
		clear(ds.open)
	}
	ds.open[id] = dict
	return dict, nil
}

// store keeps a new dictionary and uses it.
func (ds *dictionaries) store(ctx context.Context, kind eventKind, text []byte) error {
	dict := s2.MakeDict(text, nil)
	if dict == nil {
		return errUnpack
	}
	row := dictionaryRow{Inbox: kind.inbox, Type: kind.event, MadeAt: micros(ds.db.now()), Data: ds.db.codec.pack(nil, text)}
	err := ds.db.write(ctx, func(w *writer, tx *gorm.DB) error {
		row.ID, row.Since = 0, w.seq
		return tx.Create(&row).Error
	})
	if err != nil {
		return fmt.Errorf("store dictionary: %w", err)
	}
	ds.use(&dictionary{id: uint32(row.ID), kind: kind, made: row.MadeAt, dict: dict}, row.Data) //nolint:gosec // ids count from 1
	return nil
}

// prune gives up dictionaries that are old, were replaced or belong to no inbox, and
// deletes those that no event was packed with.
func (ds *dictionaries) prune(ctx context.Context, now time.Time) error {
	inboxes, err := ds.db.Inboxes(ctx)
	if err != nil {
		return err
	}
	there := make(map[string]bool, len(inboxes))
	for _, in := range inboxes {
		there[in.Name] = true
	}
	if err := ds.retire(ctx, ds.outdated(there, micros(now.Add(-dictionaryAge)))); err != nil {
		return err
	}
	return ds.deleteUnused(ctx)
}

// deleteUnused deletes the dictionaries that no event needs any more.
func (ds *dictionaries) deleteUnused(ctx context.Context) error {
	const unused = `until > 0 AND NOT EXISTS (
		SELECT 1 FROM events WHERE inbox = dictionaries.inbox AND seq > since AND seq <= until)`
	var ids []uint32
	if err := ds.db.read.WithContext(ctx).Model(&dictionaryRow{}).Where(unused).Pluck("id", &ids).Error; err != nil {
		return fmt.Errorf("find unused dictionaries: %w", translate(err))
	}
	if len(ids) == 0 {
		ds.forget(nil)
		return nil
	}
	err := ds.db.change(ctx, func(tx *gorm.DB) error {
		return tx.Where("id IN ?", ids).Where(unused).Delete(&dictionaryRow{}).Error
	})
	if err != nil {
		return fmt.Errorf("delete dictionaries: %w", err)
	}
	ds.forget(ids)
	return nil
}

// forget takes those dictionaries out of memory that were deleted the last time. Those
// deleted now stay until the next: somebody may just be reading an older state of the
// database, with events that were packed with them.
func (ds *dictionaries) forget(deleted []uint32) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	for _, id := range ds.deleted {
		delete(ds.packed, id)
		delete(ds.open, id)
	}
	ds.deleted = deleted
}

// outdated takes those dictionaries out of use that were made before a time or
// belong to no inbox that is there, and returns all that are to be retired.
func (ds *dictionaries) outdated(there map[string]bool, before int64) []*dictionary {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	for kind, d := range ds.current {
		if d.made < before || !there[kind.inbox] {
			delete(ds.current, kind)
			delete(ds.lessons, kind)
			ds.replaced = append(ds.replaced, d)
		}
	}
	for kind, l := range ds.lessons {
		if !there[kind.inbox] || ds.current[kind] == nil && l.begun < before {
			delete(ds.lessons, kind)
		}
	}
	return slices.Clone(ds.replaced)
}

// retire notes up to which event dictionaries may have been used. The writer does it:
// no event that is packed with one comes later.
func (ds *dictionaries) retire(ctx context.Context, list []*dictionary) error {
	if len(list) == 0 {
		return nil
	}
	err := ds.db.write(ctx, func(w *writer, tx *gorm.DB) error {
		for _, d := range list {
			if err := d.retire(w, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("retire dictionaries: %w", err)
	}
	ds.mu.Lock()
	defer ds.mu.Unlock()
	ds.replaced = slices.DeleteFunc(ds.replaced, func(d *dictionary) bool { return slices.Contains(list, d) })
	return nil
}

func (d *dictionary) retire(w *writer, tx *gorm.DB) error {
	d.retired.Store(true)
	return tx.Exec("UPDATE dictionaries SET until = ? WHERE id = ? AND until = 0", max(1, w.seq), d.id).Error
}

// idBytes is the length of a dictionary's id in what was packed with it.
const idBytes = 4

// packWith is pack with a dictionary. What is long is packed without one: it would
// be compared with its beginning only.
func (c *codec) packWith(dst, src []byte, d *dictionary) []byte {
	if len(src) > maxShort {
		return c.pack(dst, src)
	}
	start := len(dst)
	dst = binary.BigEndian.AppendUint32(append(dst, packedShared), d.id)
	dst = slices.Grow(dst, s2.MaxEncodedLen(len(src)))
	room := dst[len(dst):cap(dst)]
	dst = dst[:len(dst)+len(d.dict.Encode(room, src))]
	if len(dst)-start <= len(src) {
		return dst
	}
	return append(append(dst[:start], packedPlain), src...)
}

func (c *codec) unpackShared(packed []byte) ([]byte, error) {
	if len(packed) < idBytes || c.dictionary == nil {
		return nil, errUnpack
	}
	if n, err := s2.DecodedLen(packed[idBytes:]); err != nil || n > maxShort {
		return nil, errUnpack
	}
	dict, err := c.dictionary(binary.BigEndian.Uint32(packed))
	if err != nil {
		return nil, err
	}
	out, err := dict.Decode(nil, packed[idBytes:])
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	return out, nil
}

// kindOf returns what an event is like.
func kindOf(e *engine.Event) eventKind { return eventKind{e.Inbox, e.Type} }
