package storage

import (
	"bytes"
	"context"
	"encoding/binary"

	"patchbay/engine"
)

const (
	// lessonEvents is of how many events a dictionary is learned, commonTo in how many
	// of them a piece of text must stand: what is in nearly all of them is no longer
	// about one of them.
	lessonEvents = 8
	commonTo     = 7
	// lessonShortest and lessonLongest bound the bodies that are learned from.
	lessonShortest = 512
	lessonLongest  = 32 << 10
	// gram is the shortest piece of text that is looked at, phrase the shortest that is kept.
	gram   = 8
	phrase = 12
	// worthwhile is from which length a dictionary is of use.
	worthwhile = 256
	// maxLessons bounds what is being learned at the same time: up to 512 KiB of samples each.
	maxLessons = 16
	// inboxLessons bounds those of one inbox, and patience after how many kinds that found
	// no room one gives way that got no further: the types of an inbox may be as many as
	// its requests.
	inboxLessons = 4
	patience     = 32
)

// lesson gathers events of one kind until something can be learned of them.
type lesson struct {
	bodies, requests [][]byte
	begun            int64 // µs
	over             bool  // all samples are there
	missed           int   // how many found no room since its last sample
}

// learn looks at an accepted event of a kind without a dictionary. request is its
// request as it is stored.
func (ds *dictionaries) learn(e *engine.Event, request []byte) {
	if len(e.Body) < lessonShortest || len(e.Body) > lessonLongest {
		return
	}
	kind := kindOf(e)
	ds.mu.Lock()
	defer ds.mu.Unlock()
	l := ds.lessonOf(kind)
	if l == nil || l.over || ds.closed || ds.current[kind] != nil {
		return
	}
	l.missed = 0
	l.bodies, l.requests = append(l.bodies, bytes.Clone(e.Body)), append(l.requests, bytes.Clone(request))
	if len(l.bodies) < lessonEvents {
		return
	}
	l.over = true
	bodies, requests := l.bodies, l.requests
	l.bodies, l.requests = nil, nil
	ds.making.Go(func() { ds.make(kind, bodies, requests) })
}

// lessonOf returns where events of a kind are gathered, nil when there is no room.
func (ds *dictionaries) lessonOf(kind eventKind) *lesson {
	if l := ds.lessons[kind]; l != nil {
		return l
	}
	if !ds.roomFor(kind) {
		return nil
	}
	running, own := 0, 0
	for other, l := range ds.lessons {
		if l.over {
			continue
		}
		running++
		if other.inbox == kind.inbox {
			own++
		}
	}
	switch {
	case running >= maxLessons:
		ds.pressOn(func(eventKind) bool { return true })
		return nil
	case own >= inboxLessons:
		ds.pressOn(func(other eventKind) bool { return other.inbox == kind.inbox })
		return nil
	}
	l := &lesson{begun: micros(ds.db.now())}
	ds.lessons[kind] = l
	return l
}

// roomFor reports whether there may be one dictionary more, those counted that are
// being learned or turned out not to be worthwhile.
func (ds *dictionaries) roomFor(kind eventKind) bool {
	all, same := 0, 0
	count := func(other eventKind) {
		all++
		if other.inbox == kind.inbox {
			same++
		}
	}
	for other := range ds.lessons {
		count(other)
	}
	for other := range ds.current {
		if ds.lessons[other] == nil {
			count(other)
		}
	}
	return all < maxDictionaries && same < sameInbox
}

// pressOn ends lessons, of those that stand in another one's way, that get no further.
func (ds *dictionaries) pressOn(inTheWay func(eventKind) bool) {
	for kind, l := range ds.lessons {
		if l.over || !inTheWay(kind) {
			continue
		}
		l.missed++
		if l.missed >= patience {
			delete(ds.lessons, kind)
		}
	}
}

// make makes a dictionary of what the samples have in common.
func (ds *dictionaries) make(kind eventKind, bodies, requests [][]byte) {
	text := append(common(bodies), common(requests)...)
	if len(text) < worthwhile {
		return // the lesson stays over: such events have little in common
	}
	if err := ds.store(context.Background(), kind, text); err != nil {
		ds.db.log.Warn("what requests have in common could not be stored; they take more room", "inbox", kind.inbox, "error", err)
		ds.mu.Lock()
		delete(ds.lessons, kind)
		ds.mu.Unlock()
	}
}

// common returns the pieces of the last text that stand in nearly all others too.
func common(texts [][]byte) []byte {
	last := texts[len(texts)-1]
	if len(last) < gram {
		return nil
	}
	found := make([]int, len(last))
	grams := make(map[uint64]struct{}, len(last))
	for _, text := range texts {
		clear(grams)
		for i := 0; i+gram <= len(text); i++ {
			grams[binary.LittleEndian.Uint64(text[i:])] = struct{}{}
		}
		for i := 0; i+gram <= len(last); i++ {
			if _, ok := grams[binary.LittleEndian.Uint64(last[i:])]; ok {
				found[i]++
			}
		}
	}
	var out []byte
	start, end := 0, 0 // of the phrase at hand
	for i, n := range found {
		if n < commonTo {
			continue
		}
		if i > end {
			out = appendPhrase(out, last[start:end])
			start = i
		}
		end = i + gram
	}
	return appendPhrase(out, last[start:end])
}

func appendPhrase(out, text []byte) []byte {
	if len(text) < phrase {
		return out
	}
	return append(out, text...)
}
