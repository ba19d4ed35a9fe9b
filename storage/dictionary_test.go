package storage_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"patchbay/engine"
	"patchbay/storage"
)

// alike returns the n-th of many deliveries of one kind: another repository, other
// people, other times.
func alike(t *testing.T, n int) *engine.Event {
	t.Helper()
	text, err := os.ReadFile("testdata/github-issues.json")
	require.NoError(t, err)
	body := strings.NewReplacer(
		"Codertocat", fmt.Sprintf("user%d", n*7919%1000), "2019-05-15", fmt.Sprintf("2026-11-%02d", n%28+1),
		"Spelling error in the README file", fmt.Sprintf("Issue number %d about %x", n, n*n*7919),
	).Replace(string(text))
	e := plainEvent(n)
	e.Type, e.Body, e.Method, e.ContentType = "issues", []byte(body), "POST", "application/json"
	e.Headers = []engine.Header{{Name: "X-GitHub-Event", Value: "issues"}, {Name: "X-GitHub-Delivery", Value: fmt.Sprint("delivery-", n)}}
	return e
}

// acceptAlike stores deliveries and waits until what can be learned of them is.
func acceptAlike(t *testing.T, db *storage.DB, from, to int) {
	t.Helper()
	epoch, err := db.Begin(t.Context())
	require.NoError(t, err)
	for n := from; n < to; n++ {
		e := alike(t, n)
		_, _, err := db.AcceptRouted(t.Context(), e, engine.Claim{}, engine.Routing{Event: e.ID, Inbox: e.Inbox, Route: engine.RouteUnmatched, Epoch: epoch})
		require.NoError(t, err)
	}
	db.Learned()
}

// stored returns the bytes that the requests and bodies of events take.
func stored(t *testing.T, db *storage.DB, from, to int) (size int) {
	t.Helper()
	ids := make([][]byte, 0, to-from)
	for n := from; n < to; n++ {
		id := plainEvent(n).ID
		ids = append(ids, id[:])
	}
	require.NoError(t, db.Change(t.Context(), func(tx *gorm.DB) error {
		return tx.Raw("SELECT sum(length(request) + length(data)) FROM bodies JOIN events USING (seq) WHERE id IN ?", ids).Scan(&size).Error
	}))
	return size / (to - from)
}

func dictionaries(t *testing.T, db *storage.DB) (count int64) {
	t.Helper()
	require.NoError(t, db.Change(t.Context(), func(tx *gorm.DB) error { return tx.Table("dictionaries").Count(&count).Error }))
	return count
}

func requireAlike(t *testing.T, db *storage.DB, from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		want := alike(t, n)
		got, err := db.Event(t.Context(), want.ID)
		require.NoError(t, err)
		require.Equal(t, string(want.Body), string(got.Body))
		require.Equal(t, want.Headers, got.Headers)
	}
}

func TestDictionary_EventsThatAreAlikeTakeLittleRoom(t *testing.T) {
	t.Parallel()
	in, first := newInstance(t), 0
	in.use(t, func(db *storage.DB) {
		require.NoError(t, db.PutInbox(t.Context(), &engine.Inbox{Name: "github"}, 0))
		acceptAlike(t, db, 0, 8)
		acceptAlike(t, db, 8, 16)
		first = stored(t, db, 0, 8)
		later := stored(t, db, 8, 16)
		t.Logf("%d bytes for each of the first events, %d for later ones", first, later)
		require.Less(t, later, first/2)
		requireAlike(t, db, 0, 16)
	})
	in.use(t, func(db *storage.DB) {
		requireAlike(t, db, 0, 16)
		acceptAlike(t, db, 16, 17)
		require.Less(t, stored(t, db, 16, 17), first/2, "it is used after a restart too")
		require.Equal(t, int64(1), dictionaries(t, db))
		page, err := db.Events(t.Context(), engine.EventFilter{Query: "Issue number 12 about", Limit: 10})
		require.NoError(t, err)
		require.Len(t, page.Items, 1, "text in packed bodies is found")
		requireWhole(t, db)
	})
}

func TestDictionary_HoldsNothingThatIsAboutOneEvent(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	db := in.open(t)
	for n := range 20 {
		e := plainEvent(n)
		e.Type = "unlike"
		var text strings.Builder
		for i := range 100 {
			sum := sha256.Sum256(fmt.Appendf(nil, "%d %d", n, i))
			text.WriteString(hex.EncodeToString(sum[:]))
		}
		e.Body = []byte(`{"customer":"` + text.String() + `"}`)
		_, err := db.Accept(t.Context(), e, engine.Claim{})
		require.NoError(t, err)
	}
	db.Learned()
	require.Zero(t, dictionaries(t, db), "they have nothing in common")
}

func TestDictionary_GoesWithTheEventsThatNeedIt(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.use(t, func(db *storage.DB) {
		require.NoError(t, db.PutInbox(t.Context(), &engine.Inbox{Name: "github"}, 0))
		acceptAlike(t, db, 0, 8)
		acceptAlike(t, db, 8, 16)
		in.now = in.now.Add(8 * 24 * time.Hour)
		_, err := db.Prune(t.Context(), in.now)
		require.NoError(t, err)
		acceptAlike(t, db, 16, 24)
		acceptAlike(t, db, 24, 32)
		require.Equal(t, int64(2), dictionaries(t, db), "an old one is replaced by a new one")
		requireAlike(t, db, 0, 32)
		for n := range 16 {
			require.NoError(t, db.DeleteEvent(t.Context(), plainEvent(n).ID))
		}
		_, err = db.Prune(t.Context(), in.now)
		require.NoError(t, err)
		require.Equal(t, int64(1), dictionaries(t, db))
		requireAlike(t, db, 16, 32)
	})
	in.use(t, func(db *storage.DB) { requireAlike(t, db, 16, 32) })
}

func TestDictionary_IsGivenUpWhileEventsWait(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.use(t, func(db *storage.DB) {
		require.NoError(t, db.PutInbox(t.Context(), &engine.Inbox{Name: "github"}, 0))
		acceptAlike(t, db, 0, 8)
		const waiting = 20
		var senders sync.WaitGroup
		// The events are packed and wait for the writer, which retires their dictionary first.
		require.NoError(t, db.GiveUpDictionaries(t.Context(), waiting, func() {
			for n := range waiting {
				senders.Go(func() {
					if _, err := db.Accept(t.Context(), alike(t, 100+n), engine.Claim{}); err != nil {
						t.Error(err)
					}
				})
			}
		}))
		senders.Wait()
		requireAlike(t, db, 100, 100+waiting)
		_, err := db.Prune(t.Context(), in.now)
		require.NoError(t, err)
	})
	in.use(t, func(db *storage.DB) { requireAlike(t, db, 100, 100+20) })
}

func TestDictionary_DamagedLosesOnlyWhatNeedsIt(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.use(t, func(db *storage.DB) {
		require.NoError(t, db.PutInbox(t.Context(), &engine.Inbox{Name: "github"}, 0))
		acceptAlike(t, db, 0, 8)
		acceptAlike(t, db, 8, 9)
	})
	in.raw(t, "UPDATE dictionaries SET data = x'01ff'")
	in.use(t, func(db *storage.DB) {
		requireAlike(t, db, 0, 8)
		_, err := db.Event(t.Context(), plainEvent(8).ID)
		require.Error(t, err)
		acceptAlike(t, db, 10, 20)
		requireAlike(t, db, 10, 20)
		require.Equal(t, int64(2), dictionaries(t, db), "a new one was learned")
		_, err = db.Prune(t.Context(), in.now)
		require.NoError(t, err)
		requireAlike(t, db, 10, 20)
	})
}

func TestDictionary_IsThereForWhoReadsJustThen(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	db := in.open(t)
	require.NoError(t, db.PutInbox(t.Context(), &engine.Inbox{Name: "github"}, 0))
	acceptAlike(t, db, 0, 8)
	acceptAlike(t, db, 8, 9)
	e, err := db.ReadSlowly(t.Context(), plainEvent(8).ID, func() {
		in.now = in.now.Add(1000 * 24 * time.Hour)
		deleted, err := db.Prune(t.Context(), in.now)
		require.NoError(t, err)
		require.EqualValues(t, 9, deleted)
		require.Zero(t, dictionaries(t, db))
	})
	require.NoError(t, err)
	require.Equal(t, alike(t, 8).Body, e.Body)
}

// ofType stores deliveries of one type that are alike.
func ofType(t *testing.T, db *storage.DB, first, events int, inbox, kind string) {
	t.Helper()
	for n := range events {
		e := alike(t, first+n)
		e.Inbox, e.Type = inbox, kind
		accept(t, db, e, "")
		db.Learned()
	}
}

func TestDictionary_NoInboxKeepsOthersFromLearning(t *testing.T) {
	t.Parallel()
	db := newInstance(t).open(t)
	putInbox(t, db, "github")
	putInbox(t, db, "shop")
	for n := range 40 {
		ofType(t, db, n, 1, "github", fmt.Sprint("type of request ", n))
	}
	ofType(t, db, 100, 8, "shop", "order")
	require.Equal(t, int64(1), dictionaries(t, db))
	for n := range 60 {
		ofType(t, db, 200+2*n, 1, "github", fmt.Sprint("another type of request ", n))
		ofType(t, db, 201+2*n, 1, "github", "issues")
	}
	require.Equal(t, int64(2), dictionaries(t, db), "what comes again is learned in the end")
}

func TestDictionary_NoInboxHasMoreAfterARestart(t *testing.T) {
	t.Parallel()
	const most = 16
	in := newInstance(t)
	in.use(t, func(db *storage.DB) {
		putInbox(t, db, "github")
		for n := range most {
			ofType(t, db, 8*n, 8, "github", fmt.Sprint("type ", n))
		}
		require.Equal(t, int64(most), dictionaries(t, db))
	})
	in.use(t, func(db *storage.DB) {
		ofType(t, db, 8*most, 8, "github", "one more")
		require.Equal(t, int64(most), dictionaries(t, db))
	})
}
