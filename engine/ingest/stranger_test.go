package ingest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/ingest"
)

const addressKey = engine.Secret("0123456789abcdefghijkl")

func TestIngest_TellsStrangersNothingWhateverTheySend(t *testing.T) {
	t.Parallel()
	none := engine.Rate(0)
	limits := engine.Limits{Rate: &none}
	b := setup(t,
		&engine.Inbox{Name: "keyed", Verify: engine.Verify{Scheme: "key", Key: addressKey}, Limits: limits},
		&engine.Inbox{Name: "mails", Verify: engine.Verify{Scheme: "mailchimp", Key: addressKey}, Limits: limits},
	)
	sendings := map[string]struct {
		method  string
		body    []byte
		headers []string
	}{
		"a usual body":      {http.MethodPost, []byte(`{}`), nil},
		"a large body":      {http.MethodPost, make([]byte, engine.DefaultBodyLimit+1), nil},
		"deep JSON":         {http.MethodPost, []byte(strings.Repeat("[", 100)), []string{"Content-Type", "application/json"}},
		"unknown encoding":  {http.MethodPost, []byte("x"), []string{"Content-Encoding", "zstd"}},
		"a loop":            {http.MethodPost, []byte("x"), []string{engine.HopHeader, "9"}},
		"a method of none":  {http.MethodGet, nil, nil},
		"a method to probe": {http.MethodOptions, nil, nil},
	}
	for name, s := range sendings {
		unknown := b.send(s.method, "/in/unknown/x", s.body, s.headers...)
		require.Equal(t, http.StatusNotFound, unknown.status)
		for _, path := range []string{"/in/keyed", "/in/keyed/x", "/in/mails", "/in/mails/x"} {
			got := b.send(s.method, path, s.body, s.headers...)
			require.Equal(t, unknown.status, got.status, "%s: %s", path, name)
			require.Equal(t, unknown.body, got.body, "%s: %s", path, name)
		}
	}
	require.EqualValues(t, 10, b.ledger("keyed").Rejected)
	require.EqualValues(t, 10, b.ledger("mails").Rejected)

	b.work.full.Store(true)
	require.Equal(t, http.StatusNotFound, b.send(http.MethodPost, "/in/keyed/x", nil).status)
	require.Equal(t, http.StatusServiceUnavailable, b.send(http.MethodPost, "/in/keyed/"+addressKey.Reveal(), nil).status)
	b.work.full.Store(false)
	require.Equal(t, http.StatusAccepted, b.send(http.MethodPost, "/in/mails/"+addressKey.Reveal(), nil).status)
}

// sameLength finds a body whose gzip form is as long as it is itself.
func sameLength(t *testing.T) (body, packed []byte) {
	t.Helper()
	for n := range 100 {
		for salt := range 50 {
			body = []byte(strconv.Itoa(salt) + strings.Repeat("a", n) + strings.Repeat("b", salt))
			var out bytes.Buffer
			w := gzip.NewWriter(&out)
			_, err := w.Write(body)
			require.NoError(t, err)
			require.NoError(t, w.Close())
			if out.Len() == len(body) {
				return body, out.Bytes()
			}
		}
	}
	require.Fail(t, "no such body")
	return nil, nil
}

func TestIngest_VerifiesWhatWasEncodedWhateverItsLength(t *testing.T) {
	t.Parallel()
	b := setup(t, github("gh"))
	body, packed := sameLength(t)
	got := b.send(http.MethodPost, "/in/gh", packed, "Content-Encoding", "gzip", "X-Hub-Signature-256", signature(body))
	require.Equal(t, http.StatusAccepted, got.status)
}

func TestIngest_KeepsNamesShort(t *testing.T) {
	t.Parallel()
	b := setup(t, github("gh"))
	body := []byte(`{}`)
	send := func(last string) *engine.Event {
		headers := signed(body, strings.Repeat("d", 5000)+last)
		headers = append(headers, "X-GitHub-Event", strings.Repeat("ä", 5000))
		require.Equal(t, http.StatusAccepted, b.send(http.MethodPost, "/in/gh", body, headers...).status)
		return b.stored("gh")[0]
	}
	first, second := send("1"), send("2")
	require.Len(t, first.Type, 200)
	require.Regexp(t, `^sha256:[0-9a-f]{64}$`, first.DeliveryID)
	require.NotEqual(t, first.DeliveryID, second.DeliveryID)
	require.Equal(t, engine.Duplicate, send("1").Verdict)
}

func TestIngest_KeepsPagesInAnswersFromActing(t *testing.T) {
	t.Parallel()
	own := open("own")
	own.Respond = engine.Respond{Text: "<script>", Headers: map[string]string{"Content-Type": "text/html", "X-Content-Type-Options": "none"}}
	named := open("named")
	named.Respond.Headers = map[string]string{"X-A": "b"}
	asks := open("asks")
	asks.Respond = engine.Respond{Mode: "rule", Within: engine.Duration(time.Minute)}
	b := setup(t, own, named, asks)
	b.work.answer = func(e *engine.Event) {
		b.replies.Answer(e.ID, engine.Reply{Status: 200, Headers: map[string]string{
			"Content-Type": "text/html", "X-Content-Type-Options": "none", "Content-Security-Policy": "script-src *",
		}})
	}
	for _, name := range []string{"own", "asks"} {
		got := b.send(http.MethodPost, "/in/"+name, nil)
		require.Equal(t, "nosniff", got.header.Get("X-Content-Type-Options"), name)
		require.Equal(t, "sandbox", got.header.Get("Content-Security-Policy"), name)
	}
	got := b.send(http.MethodPost, "/in/named", nil)
	require.Equal(t, "application/json", got.header.Get("Content-Type"), "headers of one's own do not change what the body is")
	require.Equal(t, "b", got.header.Get("X-A"))
}

// slowStore holds back the loading of inboxes, and can fail for one of them.
type slowStore struct {
	engine.InboxStore

	asked, release chan struct{}
	broken         string
}

func (s *slowStore) Inbox(ctx context.Context, name string) (*engine.Inbox, error) {
	if name == s.broken {
		return nil, errors.New("broken")
	}
	s.asked <- struct{}{}
	<-s.release
	return s.InboxStore.Inbox(ctx, name)
}

// announcer is a watcher that tells what it is told to tell.
type announcer struct {
	engine.Watcher

	announce func(engine.ConfigChange)
}

func (a *announcer) WatchConfig(fn func(engine.ConfigChange)) (stop func()) {
	a.announce = fn
	return func() {}
}

func TestIngest_NobodyGoesByAnInboxThatIsBeingLoadedAgain(t *testing.T) {
	t.Parallel()
	b := setup(t, open("a"), open("b"))
	store := &slowStore{InboxStore: b.db, asked: make(chan struct{}, 2), release: make(chan struct{}), broken: "b"}
	watcher := &announcer{Watcher: b.db}
	h, err := ingest.New(t.Context(), ingest.Deps{
		Inboxes: store, Events: b.db, Watcher: watcher, Dispatcher: b.work, Evaluator: fields{}, Replies: b.replies, Fingerprint: b.db,
		PublicURL: func() string { return "" }, Now: func() time.Time { return *b.now.Load() },
		NewID: func() engine.ID { return engine.ID(uuid.Must(uuid.NewV7())) }, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(h.Close)
	b.app = newApp()
	h.Register(b.app)

	changed, err := b.db.Inbox(t.Context(), "a")
	require.NoError(t, err)
	changed.Verify = engine.Verify{Scheme: "github", Secret: githubSecret}
	require.NoError(t, b.db.PutInbox(t.Context(), changed, changed.Version))
	watcher.announce(engine.ConfigChange{Kind: "inbox", Name: "a"})
	watcher.announce(engine.ConfigChange{Kind: "inbox", Name: "b"})

	statuses := make(chan int, 2)
	ask := func() {
		got, err := b.try(http.MethodPost, "/in/a", nil)
		if err != nil {
			got.status = -1
		}
		statuses <- got.status
	}
	go ask()
	<-store.asked
	go ask()
	told := make(chan struct{})
	go func() {
		watcher.announce(engine.ConfigChange{Kind: "rule", Name: "r"})
		watcher.announce(engine.ConfigChange{Kind: "inbox", Name: "b"})
		close(told)
	}()
	<-told // announcing does not wait for the loading
	select {
	case status := <-statuses:
		require.Fail(t, "answered by the old inbox", "%d", status)
	case <-time.After(50 * time.Millisecond):
	}
	close(store.release)
	require.Equal(t, http.StatusUnauthorized, <-statuses)
	require.Equal(t, http.StatusUnauthorized, <-statuses)
	require.Equal(t, http.StatusServiceUnavailable, b.send(http.MethodPost, "/in/b", nil).status, "what cannot be loaded lets nobody in")
}
