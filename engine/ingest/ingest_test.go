package ingest_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"patchbay/engine"
	"patchbay/engine/ingest"
	"patchbay/engine/verify"
	"patchbay/storage"
)

const githubSecret = "It's a Secret to Everybody"

// bundle is a handler over a real database, mounted on an app.
type bundle struct {
	t         *testing.T
	db        *storage.DB
	handler   *ingest.Handler
	app       *fiber.App
	replies   *engine.Replies
	work      *recorder
	fetched   *fetches
	now       atomic.Pointer[time.Time]
	published func(address string) ([]byte, error) // what senders publish
}

// recorder stands in for the runner: it stores what is handed over and notes it.
type recorder struct {
	store  engine.EventStore
	events chan *engine.Event
	full   atomic.Bool
	answer func(*engine.Event)
}

func (r *recorder) Accept(ctx context.Context, e *engine.Event, claim engine.Claim) (engine.Receipt, error) {
	receipt, err := r.store.Accept(ctx, e, claim)
	if err != nil || receipt.Duplicate {
		return receipt, err
	}
	if r.answer != nil {
		r.answer(e)
	}
	r.events <- e
	return receipt, nil
}

func (r *recorder) AcceptBatch(ctx context.Context, e *engine.Event, items []engine.Item) (engine.Receipt, error) {
	receipt, err := r.store.AcceptBatch(ctx, e, items)
	if err != nil {
		return receipt, err
	}
	for _, item := range items {
		if item.Event.Verdict != engine.Accepted {
			continue
		}
		if r.answer != nil {
			r.answer(item.Event)
		}
		r.events <- item.Event
	}
	return receipt, nil
}

func (r *recorder) Full() bool { return r.full.Load() }

// fetches stands in for the network.
type fetches struct {
	mu   sync.Mutex
	urls []string
	fail error

	roots *x509.CertPool // who is believed about certificates
}

func (f *fetches) Fetch(_ context.Context, url string, _ int64) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.urls = append(f.urls, url)
	return nil, f.fail
}

// library has what senders publish.
type library struct{ b *bundle }

func (l library) Fetch(_ context.Context, url string, _ int64) ([]byte, error) {
	return l.b.published(url)
}

// fields evaluates `payload.NAME` and `header.NAME`, which is all that these tests need of
// expressions.
type fields struct{}

func (fields) EvalText(_ context.Context, expression string, e *engine.Event) (string, error) {
	if name, ok := strings.CutPrefix(expression, "header."); ok {
		for _, h := range e.Headers {
			if strings.EqualFold(h.Name, name) {
				return h.Value, nil
			}
		}
		return "", nil
	}
	name, ok := strings.CutPrefix(expression, "payload.")
	if !ok {
		return "", engine.Invalid("", "cannot evaluate")
	}
	var payload map[string]any
	if err := json.Unmarshal(e.Body, &payload); err != nil {
		return "", engine.Invalid("", "cannot read")
	}
	text, _ := payload[name].(string)
	return text, nil
}

func setup(t *testing.T, inboxes ...*engine.Inbox) *bundle {
	t.Helper()
	b := &bundle{t: t, fetched: &fetches{roots: x509.NewCertPool()}, replies: &engine.Replies{}, work: &recorder{events: make(chan *engine.Event, 1000)}}
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	b.now.Store(&now)
	clock := func() time.Time { return *b.now.Load() }
	newID := func() engine.ID { return engine.ID(uuid.Must(uuid.NewV7())) }
	log := slog.New(slog.DiscardHandler)
	var err error
	b.db, err = storage.Open(t.Context(), storage.Config{
		Dir: t.TempDir(), Key: bytes.Repeat([]byte{7}, 32), Now: clock, NewID: newID, Log: log,
	})
	require.NoError(t, err)
	b.work.store = b.db
	t.Cleanup(func() { require.NoError(t, b.db.Close()) })
	for _, in := range inboxes {
		require.NoError(t, b.db.PutInbox(t.Context(), in, 0))
	}
	b.handler, err = ingest.New(t.Context(), ingest.Deps{
		Inboxes: b.db, Events: b.db, Watcher: b.db, Dispatcher: b.work, Evaluator: fields{}, Replies: b.replies,
		Fetcher: b.fetched, Audit: b.db.Audit,
		Fingerprint: b.db, PublicURL: func() string { return "https://hooks.example.com" }, Now: clock, NewID: newID, Log: log,
		Keys: verify.NewKeyring(verify.KeyringOptions{Now: clock, Roots: b.fetched.roots, Fetcher: library{b}}),
	})
	require.NoError(t, err)
	t.Cleanup(b.handler.Close)
	b.app = newApp()
	b.handler.Register(b.app)
	return b
}

func newApp() *fiber.App {
	return fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true, BodyLimit: 2 << 20, ReadBufferSize: 16 << 10})
}

func github(name string) *engine.Inbox {
	return &engine.Inbox{Name: name, Verify: engine.Verify{Scheme: "github", Secret: githubSecret}}
}

func open(name string) *engine.Inbox {
	return &engine.Inbox{Name: name, Verify: engine.Verify{Scheme: "none"}}
}

// response is an answer with its body read.
type response struct {
	status int
	header http.Header
	body   string
}

func (b *bundle) send(method, path string, body []byte, headers ...string) response {
	b.t.Helper()
	got, err := b.try(method, path, body, headers...)
	require.NoError(b.t, err)
	return got
}

// try is send for goroutines other than the test's own.
func (b *bundle) try(method, path string, body []byte, headers ...string) (response, error) {
	req := httptest.NewRequestWithContext(b.t.Context(), method, path, bytes.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := b.app.Test(req, -1)
	if err != nil {
		return response{}, err
	}
	text, err := io.ReadAll(resp.Body)
	return response{resp.StatusCode, resp.Header, string(text)}, errors.Join(err, resp.Body.Close())
}

func (b *bundle) stored(inbox string) []*engine.Event {
	b.t.Helper()
	page, err := b.db.Events(b.t.Context(), engine.EventFilter{Inbox: inbox, Limit: 200})
	require.NoError(b.t, err)
	return page.Items
}

func (b *bundle) ledger(inbox string) engine.Ledger {
	b.t.Helper()
	l, err := b.db.Ledger(b.t.Context(), inbox)
	require.NoError(b.t, err)
	require.Equal(b.t, l.Received, l.Accepted+l.Duplicate+l.Rejected+l.Held, "the ledger does not add up")
	return l
}

func signature(body []byte) string {
	mac := hmac.New(sha256.New, []byte(githubSecret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func issuesDelivery(t *testing.T) []byte {
	t.Helper()
	body, err := os.ReadFile("testdata/github-issues.json")
	require.NoError(t, err)
	return body
}

func signed(body []byte, delivery string) []string {
	return []string{
		"Content-Type", "application/json", "X-GitHub-Event", "issues", "X-GitHub-Delivery", delivery,
		"X-Hub-Signature-256", signature(body),
	}
}

func TestIngest_StoresAGenuineDeliveryBeforeItAnswers(t *testing.T) {
	t.Parallel()
	b := setup(t, github("github"))
	body := issuesDelivery(t)

	got := b.send(http.MethodPost, "/in/github?from=ci", body, signed(body, "d-1")...)

	require.Equal(t, http.StatusAccepted, got.status)
	var answer struct {
		ID string `json:"id"`
	}
	require.NoError(t, json.Unmarshal([]byte(got.body), &answer))
	id, err := engine.ParseID(answer.ID)
	require.NoError(t, err)
	e, err := b.db.Event(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, body, e.Body)
	require.Equal(t, engine.Accepted, e.Verdict)
	require.Equal(t, engine.RoutePending, e.Route)
	require.Equal(t, "issues", e.Type)
	require.NotEmpty(t, e.Summary)
	require.Equal(t, "d-1", e.DeliveryID)
	require.Equal(t, "github", e.Verified)
	require.Equal(t, "from=ci", e.Query)
	require.Equal(t, id, (<-b.work.events).ID)
	require.EqualValues(t, 1, b.ledger("github").Accepted)
}

func TestIngest_RefusesAWrongSignatureAndSaysWhyInTheLedger(t *testing.T) {
	t.Parallel()
	b := setup(t, github("github"))
	body := issuesDelivery(t)
	headers := signed(body, "d-1")
	tampered := bytes.Replace(body, []byte("opened"), []byte("closed"), 1)

	got := b.send(http.MethodPost, "/in/github", tampered, headers...)

	require.Equal(t, http.StatusUnauthorized, got.status)
	require.NotContains(t, got.body, "signature")
	events := b.stored("github")
	require.Len(t, events, 1)
	require.Equal(t, engine.Rejected, events[0].Verdict)
	require.Contains(t, events[0].Reason, "signature")
	require.Empty(t, b.work.events)

	again := b.send(http.MethodPost, "/in/github", body, headers...)
	require.Equal(t, http.StatusAccepted, again.status, "a refused request must not claim the delivery id")
	require.NotContains(t, again.body, "duplicate")
}

func TestIngest_RecognisesRepeats(t *testing.T) {
	t.Parallel()
	keyed := open("keyed")
	keyed.Dedupe.Key = "payload.order"
	off := github("off")
	off.Dedupe.Off = true
	b := setup(t, github("github"), keyed, off)
	body := issuesDelivery(t)

	first := b.send(http.MethodPost, "/in/github", body, signed(body, "d-1")...)
	second := b.send(http.MethodPost, "/in/github", body, signed(body, "d-1")...)
	require.Equal(t, http.StatusAccepted, second.status)
	require.JSONEq(t, strings.TrimSuffix(first.body, "}")+`,"duplicate":true}`, second.body)
	require.EqualValues(t, 1, b.ledger("github").Duplicate)
	require.Len(t, b.work.events, 1)

	b.send(http.MethodPost, "/in/keyed", []byte(`{"order":"a"}`))
	require.Contains(t, b.send(http.MethodPost, "/in/keyed", []byte(`{"order":"a","x":1}`)).body, "duplicate")
	require.NotContains(t, b.send(http.MethodPost, "/in/keyed", []byte(`{"order":"b"}`)).body, "duplicate")
	require.NotContains(t, b.send(http.MethodPost, "/in/keyed", []byte(`{"n":1}`)).body, "duplicate")
	require.NotContains(t, b.send(http.MethodPost, "/in/keyed", []byte(`{"n":1}`)).body, "duplicate")
	require.Contains(t, b.stored("keyed")[0].Reason, "gave nothing")

	b.send(http.MethodPost, "/in/off", body, signed(body, "d-1")...)
	require.NotContains(t, b.send(http.MethodPost, "/in/off", body, signed(body, "d-1")...).body, "duplicate")
}

func TestIngest_HundredCopiesAtOnceAreOneEvent(t *testing.T) {
	t.Parallel()
	b := setup(t, github("github"))
	body := issuesDelivery(t)
	var group errgroup.Group
	for range 100 {
		group.Go(func() error {
			got, err := b.try(http.MethodPost, "/in/github", body, signed(body, "d-1")...)
			if err == nil && got.status != http.StatusAccepted {
				err = errors.New(got.body)
			}
			return err
		})
	}
	require.NoError(t, group.Wait())
	l := b.ledger("github")
	require.EqualValues(t, 1, l.Accepted)
	require.EqualValues(t, 99, l.Duplicate)
}

func TestIngest_TellsNothingAboutInboxesToStrangers(t *testing.T) {
	t.Parallel()
	secret := &engine.Inbox{Name: "shop", Verify: engine.Verify{Scheme: "key", Key: "kkkkkkkkkkkkkkkkkkkkkkkk"}}
	b := setup(t, secret)
	unknown := b.send(http.MethodPost, "/in/nothing/here", []byte(`{}`))
	for _, path := range []string{"/in/shop", "/in/shop/wrong", "/in/shop/kkkkkkkkkkkkkkkkkkkkkkkK"} {
		got := b.send(http.MethodPost, path, []byte(`{}`))
		require.Equal(t, unknown.status, got.status, path)
		require.Equal(t, unknown.body, got.body, path)
		require.Equal(t, unknown.status, b.send(http.MethodGet, path, nil).status, path)
	}
	got := b.send(http.MethodPost, "/in/shop/kkkkkkkkkkkkkkkkkkkkkkkk", []byte(`{}`))
	require.Equal(t, http.StatusAccepted, got.status)
	for _, e := range b.stored("shop") {
		require.NotContains(t, e.Path, "kkkk", "the secret part of the address was stored")
	}
	require.EqualValues(t, 3, b.ledger("shop").Rejected)
}

func TestIngest_OnlyMethodsThatMakeEventsDo(t *testing.T) {
	t.Parallel()
	reads := open("reads")
	reads.Methods = []string{"GET"}
	b := setup(t, open("open"), reads)
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		require.Equal(t, http.StatusAccepted, b.send(method, "/in/open", []byte(`{}`)).status, method)
	}
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
		got := b.send(method, "/in/open", nil)
		require.Equal(t, http.StatusMethodNotAllowed, got.status, method)
		require.Equal(t, "POST, PUT, PATCH, DELETE", got.header.Get("Allow"))
	}
	require.Len(t, b.stored("open"), 4)
	require.Equal(t, http.StatusAccepted, b.send(http.MethodGet, "/in/reads?x=1", nil).status)
	require.Equal(t, http.StatusMethodNotAllowed, b.send(http.MethodPost, "/in/reads", nil).status)
}
