package ingest_test

import (
	"bytes"
	"compress/gzip"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func splitting(name, scheme string, edit ...func(*engine.Inbox)) *engine.Inbox {
	in := &engine.Inbox{Name: name, Verify: engine.Verify{Scheme: scheme}, Split: true}
	for _, change := range edit {
		change(in)
	}
	return in
}

// recorded is the body of a recorded delivery.
func recorded(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile("../decode/testdata/payloads/" + name + "/body.json")
	require.NoError(t, err)
	return body
}

// joined is a list of the items of several recorded ones.
func joined(t *testing.T, names ...string) ([]byte, []string) {
	t.Helper()
	var items []string
	for _, name := range names {
		text := bytes.TrimSpace(recorded(t, name))
		items = append(items, string(text[1:len(text)-1]))
	}
	return []byte("[\n" + strings.Join(items, ",\r\n ") + " ]\r\n"), items
}

// items are those of a batch, in the order of its list.
func (b *bundle) items(batch *engine.Event) []*engine.Event {
	b.t.Helper()
	page, err := b.db.Items(b.t.Context(), batch.ID, engine.EventFilter{Limit: 200, Bodies: 1 << 20})
	require.NoError(b.t, err)
	require.Len(b.t, page.Items, batch.Items)
	return page.Items
}

// batches are the stored events that are no items, newest first.
func (b *bundle) batches(inbox string) []*engine.Event {
	b.t.Helper()
	var list []*engine.Event
	for _, e := range b.stored(inbox) {
		if e.Origin != engine.OriginSplit {
			list = append(list, e)
		}
	}
	return list
}

func (b *bundle) whole() {
	b.t.Helper()
	faults, err := b.db.Verify(b.t.Context())
	require.NoError(b.t, err)
	require.Empty(b.t, faults)
}

func TestSplit_SendGridsListBecomesAnEventPerItem(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	require.NoError(t, err)
	b := setup(t, splitting("mail", "sendgrid", func(in *engine.Inbox) {
		in.Verify.Secret = engine.Secret(base64.StdEncoding.EncodeToString(public))
	}))
	send := func(body []byte) response {
		at := strconv.FormatInt(b.now.Load().Unix(), 10)
		sum := sha256.Sum256(append([]byte(at), body...))
		seal, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
		require.NoError(t, err)
		return b.send("POST", "/in/mail?tenant=7", body, "Content-Type", "application/json", "X-Twilio-Email-Event-Webhook-Timestamp", at,
			"X-Twilio-Email-Event-Webhook-Signature", base64.StdEncoding.EncodeToString(seal))
	}
	body, texts := joined(t, "sendgrid/processed", "sendgrid/open", "sendgrid/click")
	require.Equal(t, 202, send(body).status)
	batch := b.batches("mail")[0]
	require.Equal(t, []any{engine.Accepted, 3, "", ""}, []any{batch.Verdict, batch.Items, batch.Reason, batch.DeliveryID})
	items := b.items(batch)
	for i, want := range []struct{ typ, id, summary string }{
		{"processed", "ZyjAM5rnQmuI1KFInHQ3Nw", "recipient@example.com"},
		{"open", "MjIwNDg5NTgtZGE3OC00NDI1LWFiMmMtMDUyZTU2ZmFkOTFm", "recipient@example.com opened"},
		{"click", "OTdlOGUzYjctYjc5Zi00OWE4LWE4YWUtNjIxNjk2ZTJlNGVi", "http://www.example.com"},
	} {
		e := items[i]
		require.Equal(t, []any{want.typ, want.id, texts[i], batch.ID}, []any{e.Type, e.DeliveryID, string(e.Body), e.ParentID})
		require.Contains(t, e.Summary, want.summary)
		require.Equal(t, []any{engine.OriginSplit, engine.Accepted, "sendgrid", "tenant=7", "POST"}, []any{e.Origin, e.Verdict, e.Verified, e.Query, e.Method})
		require.Equal(t, e.ID, (<-b.work.events).ID)
	}

	first := batch
	body, _ = joined(t, "sendgrid/open", "sendgrid/events-dropped-vector", "sendgrid/click")
	require.NotContains(t, send(body).body, "duplicate")
	batch = b.batches("mail")[0]
	require.Equal(t, "2 of 3 items were already here.", batch.Reason)
	require.Equal(t, "dropped", (<-b.work.events).Type)
	again, _ := joined(t, "sendgrid/processed", "sendgrid/click")
	require.JSONEq(t, `{"id":"`+first.ID.String()+`","duplicate":true}`, send(again).body)
	require.Equal(t, "All 2 items were already here.", b.batches("mail")[0].Reason)
	require.Empty(t, b.work.events, "what was here already runs no rules")
	ledger := b.ledger("mail")
	require.Equal(t, [3]int64{3, 2, 1}, [3]int64{ledger.Received, ledger.Accepted, ledger.Duplicate})
	b.whole()
}

func TestSplit_HubSpotsRepeatIsKnownByItsItems(t *testing.T) {
	t.Parallel()
	const secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
	b := setup(t, splitting("crm", "hubspot", func(in *engine.Inbox) { in.Verify.Secret = secret }))
	send := func(body []byte) response {
		sum := sha256.Sum256(append([]byte(secret), body...))
		return b.send("POST", "/in/crm", body, "Content-Type", "application/json",
			"X-HubSpot-Signature", hex.EncodeToString(sum[:]), "X-HubSpot-Signature-Version", "v1")
	}
	body := recorded(t, "hubspot/contact-creation-v1-vector")
	require.Equal(t, 202, send(body).status)
	item := b.items(b.batches("crm")[0])[0]
	require.Equal(t, []any{"contact.creation", "1/12345/1564113600000", "New contact: 123"}, []any{item.Type, item.DeliveryID, item.Summary})
	retried := bytes.Replace(body, []byte(`"attemptNumber":0`), []byte(`"attemptNumber":1`), 1)
	require.NotEqual(t, body, retried)
	require.Contains(t, send(retried).body, "duplicate")
	require.Equal(t, "Its only item was already here.", b.batches("crm")[0].Reason)
	b.whole()
}

func TestSplit_FindsTheListHoweverItIsSent(t *testing.T) {
	t.Parallel()
	b := setup(t, splitting("any", "none"), splitting("mandrill", "mandrill", func(in *engine.Inbox) { in.Verify.Pending = true }))
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write([]byte(`[{"id":9007199254740993},2.50,"x"]`))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	b.send("POST", "/in/any", packed.Bytes(), "Content-Type", "text/json", "Content-Encoding", "gzip")
	b.send("POST", "/in/any", []byte("data="+url.QueryEscape(`[{"id":9007199254740993}, 2.50 ,"x"]`)), "Content-Type", "application/x-www-form-urlencoded")
	for _, batch := range b.batches("any") {
		var texts []string
		for _, item := range b.items(batch) {
			texts = append(texts, string(item.Body))
			require.Equal(t, "application/json", item.ContentType)
			for _, h := range item.Headers {
				require.NotEqual(t, "Content-Encoding", h.Name, "the item is not packed")
				require.NotEqual(t, "Content-Length", h.Name)
			}
		}
		require.Equal(t, []string{`{"id":9007199254740993}`, `2.50`, `"x"`}, texts)
	}
	b.send("POST", "/in/mandrill", []byte("mandrill_events="+url.QueryEscape(`[{"event":"open","_id":"m1","ts":5,"msg":{"email":"a@example.com"}}]`)),
		"Content-Type", "application/x-www-form-urlencoded")
	held := b.stored("mandrill")[0]
	require.Equal(t, []any{engine.Held, 0}, []any{held.Verdict, held.Items}, "what is held is split when it is released")
	full, err := b.db.Event(t.Context(), held.ID)
	require.NoError(t, err)
	items := b.handler.Split(t.Context(), splitting("mandrill", "mandrill"), full)
	require.Len(t, items, 1)
	require.Equal(t, []any{"open", "m1/open/5", "a@example.com opened a message"}, []any{items[0].Event.Type, items[0].Event.DeliveryID, items[0].Event.Summary})
	require.Equal(t, "m1/open/5", items[0].Claim.Key)
}

func TestSplit_LeavesWhatIsNoListAsItIs(t *testing.T) {
	t.Parallel()
	b := setup(t, splitting("on", "none"), open("off"))
	for _, body := range []string{`[]`, `{"a":[1]}`, `[1,`, `text`, ``} {
		b.send("POST", "/in/on", []byte(body), "Content-Type", "application/json")
	}
	b.send("POST", "/in/off", []byte(`[1,2]`), "Content-Type", "application/json")
	require.Len(t, b.stored("on"), 5)
	for _, e := range append(b.stored("on"), b.stored("off")...) {
		require.Equal(t, []any{engine.Accepted, engine.RoutePending, 0, ""}, []any{e.Verdict, e.Route, e.Items, e.Reason})
	}
	require.Len(t, b.stored("off"), 1)
}

func TestSplit_IsBounded(t *testing.T) {
	t.Parallel()
	b := setup(t, splitting("in", "none"))
	list := func(n int) []byte { return []byte("[" + strings.Repeat("1,", n-1) + "1]") }
	b.send("POST", "/in/in", list(10_001), "Content-Type", "application/json")
	long := strings.Repeat("x", 8<<10)
	b.send("POST", "/in/in", list(9_000), "Content-Type", "application/json", "X-Long", long)
	events := b.stored("in")
	require.Len(t, events, 2)
	require.Equal(t, "Kept as one event: its list has 10001 items, and at most 10000 become events of their own.", events[1].Reason)
	require.Contains(t, events[0].Reason, "Kept as one event: with a copy of the headers for each of its 9000 items")
	for _, e := range events {
		require.Equal(t, engine.RoutePending, e.Route, "its rules are judged as those of any event")
	}
}

func TestSplit_KeysThatAreOfTheDeliveryTellItsItemsApartByTheirPlaces(t *testing.T) {
	t.Parallel()
	b := setup(t, splitting("batches", "sparkpost", func(in *engine.Inbox) { in.Verify.Key = "k" }),
		splitting("header", "none", func(in *engine.Inbox) { in.Dedupe.Key = "header.x-id" }),
		splitting("field", "none", func(in *engine.Inbox) { in.Dedupe.Key = "payload.id" }),
		splitting("all", "none", func(in *engine.Inbox) { in.Dedupe = engine.Dedupe{Key: "payload.id", Off: true} }))
	for range 2 {
		b.send("POST", "/in/batches/k", []byte(`[{"msys":{}},{"msys":{}}]`), "X-MessageSystems-Batch-ID", "b1")
		b.send("POST", "/in/header", []byte(`[{},{}]`), "X-Id", "h1")
		b.send("POST", "/in/all", []byte(`[{"id":"a"},{"id":"a"}]`))
	}
	b.send("POST", "/in/header", []byte(`[{},{},{}]`), "X-Id", "h1")
	b.send("POST", "/in/field", []byte(`[{"id":"a"},{"id":"b"}]`))
	b.send("POST", "/in/field", []byte(`[{"id":"b"},{},{"id":"c"}]`))

	got := b.batches("batches")
	require.Equal(t, []engine.Verdict{engine.Duplicate, engine.Accepted}, []engine.Verdict{got[0].Verdict, got[1].Verdict})
	require.Equal(t, "b1/2", b.items(got[1])[1].DeliveryID)
	got = b.batches("header")
	require.Equal(t, "2 of 3 items were already here.", got[0].Reason)
	require.Equal(t, engine.Duplicate, got[1].Verdict)
	got = b.batches("field")
	require.Equal(t, "1 of 3 items were already here.", got[0].Reason)
	require.Equal(t, "Not checked for repeats: the key's expression gave nothing.", b.items(got[0])[1].Reason)
	for _, e := range b.stored("all") {
		require.Equal(t, engine.Accepted, e.Verdict)
	}
	b.whole()
}

func TestSplit_IsAnsweredByTheFirstItemThatARuleAnswers(t *testing.T) {
	t.Parallel()
	b := setup(t, splitting("ask", "none", func(in *engine.Inbox) {
		in.Respond = engine.Respond{Mode: "rule", Within: engine.Duration(time.Minute)}
	}))
	b.work.answer = func(e *engine.Event) {
		if string(e.Body) == "2" {
			require.True(t, b.replies.Answer(e.ParentID, engine.Reply{Status: 200, Body: []byte("two")}))
		}
	}
	got := b.send("POST", "/in/ask", []byte(`[1,2,3]`), "Content-Type", "application/json")
	require.Equal(t, []any{200, "two"}, []any{got.status, got.body})
}

func TestSplit_StoresNothingWhileThereIsNoRoom(t *testing.T) {
	t.Parallel()
	b := setup(t, splitting("in", "none"))
	b.work.full.Store(true)
	require.Equal(t, 503, b.send("POST", "/in/in", []byte(`[1,2]`)).status)
	require.Empty(t, b.stored("in"))
	require.Zero(t, b.ledger("in").Received)
}
