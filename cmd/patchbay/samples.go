package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"patchbay/engine"
	"patchbay/engine/ingest"
	"patchbay/engine/verify"
	"patchbay/ui/api"
)

// samplesGrace is how long the end of the program waits for a sample.
const samplesGrace = 5 * time.Second

// samples sends requests that people made to inboxes of this instance. They go
// through a second door with the same checks as the public one; what comes in there
// is marked as a sample, so that it stands outside the ledger.
type samples struct {
	inboxes   engine.InboxStore
	publicURL func() string
	handler   *ingest.Handler
	door      *indoors
	client    *http.Client
}

func newSamples(ctx context.Context, deps ingest.Deps) (*samples, error) {
	deps.Origin = engine.OriginSample
	handler, err := ingest.New(ctx, deps)
	if err != nil {
		return nil, fmt.Errorf("load inboxes: %w", err)
	}
	app := fiber.New(fiberConfig(appOptions{}))
	handler.Register(app)
	s := &samples{inboxes: deps.Inboxes, publicURL: deps.PublicURL, handler: handler, door: serveIndoors(app)}
	s.client = &http.Client{
		Timeout: time.Minute,
		Transport: &http.Transport{
			DialContext:       s.door.dial,
			DisableKeepAlives: true,
		},
		// An inbox may send the visitors of a form on to another page; that is its answer.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s, nil
}

// Close ends the door. Who asked for a sample has gone by then: what is still under way
// is not waited for long.
func (s *samples) Close() error {
	err := s.door.shut(samplesGrace)
	s.handler.Close()
	return err
}

// send makes, signs and sends one request.
func (s *samples) send(ctx context.Context, sample api.Sample) (*api.SampleAnswer, error) {
	box, err := s.inboxes.Inbox(ctx, sample.Inbox)
	if err != nil {
		return nil, err
	}
	check := box.Verify
	if sample.Provider != "" {
		check.Scheme = sample.Provider
	}
	provider, ok := verify.Lookup(check.Scheme)
	if !ok {
		_, err := verify.New(check) // says which schemes there are
		return nil, err
	}
	from := provider.ID
	if sample.Like != "" {
		from = sample.Like
		provider, _ = verify.Lookup(sample.Like) // a form's is nobody's
	}
	var defaults []engine.Header
	if sample.Body == nil {
		built, err := builtinSample(from, sample.Event)
		if err != nil {
			return nil, err
		}
		defaults, sample.Event, sample.Body = built.Headers, built.Event, []byte(built.Body)
		sample.Method, sample.Query = cmp.Or(sample.Method, built.Method), cmp.Or(sample.Query, built.Query)
	}
	path := "/in/" + box.Name
	if key := box.Verify.Key.Reveal(); key != "" {
		path += "/" + key
	}
	if sample.Query != "" {
		path += "?" + sample.Query
	}
	header, err := s.headers(sample, provider, defaults)
	if err != nil {
		return nil, err
	}
	signed, err := s.sign(&sample, check, path, header)
	if err != nil {
		return nil, err
	}
	if signed.Query != "" {
		mark := "?"
		if sample.Query != "" {
			mark = "&"
		}
		path += mark + signed.Query
	}
	return s.post(ctx, sample, path, header)
}

// builtinSample returns a built-in sample as it would be sent now; the first one of the
// provider when no event is named.
func builtinSample(provider, event string) (*verify.Sample, error) {
	if p, ok := verify.Lookup(provider); ok {
		provider = p.ID // an alias has no samples of its own
	}
	known := verify.Samples(provider)
	if len(known) == 0 {
		return nil, engine.Invalid("body", "There is no built-in sample of %s; give a body.", cmp.Or(provider, "this inbox"))
	}
	i := slices.IndexFunc(known, func(s verify.Sample) bool { return s.Event == event || event == "" })
	if i < 0 {
		var names []string
		for _, s := range known {
			names = append(names, s.Event)
		}
		return nil, engine.Invalid("event", "There is no built-in sample %q of %s; there are %s.", event, provider, strings.Join(names, ", "))
	}
	made := fresh(known[i])
	return &made, nil
}

// fresh puts in what no two deliveries have in common.
func fresh(s verify.Sample) verify.Sample {
	at := now().UTC()
	fill := strings.NewReplacer(
		"{{id}}", strings.ReplaceAll(newID().String(), "-", ""), "{{uuid}}", newID().String(), "{{uuid2}}", newID().String(),
		"{{now}}", strconv.FormatInt(at.Unix(), 10), "{{millis}}", strconv.FormatInt(at.UnixMilli(), 10), "{{time}}", at.Format(time.RFC3339),
	)
	s.Query, s.Body, s.Headers = fill.Replace(s.Query), fill.Replace(s.Body), slices.Clone(s.Headers)
	for i := range s.Headers {
		s.Headers[i].Value = fill.Replace(s.Headers[i].Value)
	}
	return s
}

func samplesOf(p verify.Provider) []api.ProviderSample {
	var all []api.ProviderSample
	for _, s := range verify.Samples(p.ID) {
		all = append(all, api.ProviderSample{Event: s.Event, Title: s.Title})
	}
	return all
}

// firstSamples are those that people look for first, by provider and event.
func firstSamples() []string {
	return []string{"shopify orders/create", "github issues", "form contact", "stripe checkout.session.completed"}
}

// sampleList describes the built-in samples to people, the most wanted first.
func sampleList() []api.SampleInfo {
	var all []api.SampleInfo
	add := func(id, title string) {
		for _, s := range verify.Samples(id) {
			s = fresh(s)
			all = append(all, api.SampleInfo{
				Provider: id, ProviderTitle: title, Event: s.Event, Title: s.Title, ContentType: s.ContentType(), Body: s.Body,
			})
		}
	}
	add(verify.FormSamples, "Website form")
	for _, p := range verify.Providers() {
		add(p.ID, p.Title)
	}
	first := firstSamples()
	rank := func(s api.SampleInfo) int {
		if i := slices.Index(first, s.Provider+" "+s.Event); i >= 0 {
			return i
		}
		return len(first)
	}
	slices.SortStableFunc(all, func(a, b api.SampleInfo) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(strings.ToLower(a.ProviderTitle), strings.ToLower(b.ProviderTitle)))
	})
	return all
}

// headers are those that the provider would send, and those that the person gave.
func (s *samples) headers(sample api.Sample, p verify.Provider, defaults []engine.Header) (http.Header, error) {
	header := http.Header{}
	for _, h := range defaults {
		header.Set(h.Name, h.Value)
	}
	if defaults == nil {
		header.Set("Content-Type", "application/octet-stream")
		if json.Valid(sample.Body) {
			header.Set("Content-Type", "application/json")
		}
		if name := headerSource(p.Type); name != "" && sample.Event != "" {
			header.Set(name, sample.Event)
		}
	}
	if name := headerSource(p.Delivery); name != "" && header.Get(name) == "" {
		header.Set(name, newID().String())
	}
	for i, h := range sample.Headers {
		if !sendable(h) {
			return nil, engine.Invalid(fmt.Sprintf("headers[%d]", i), "The header %q holds what cannot be sent, such as a line break.", h.Name)
		}
		header.Set(h.Name, h.Value)
	}
	return header, nil
}

// sign proves a request as its sender would, in its headers (unless the person gave
// them), its body or its address.
func (s *samples) sign(sample *api.Sample, check engine.Verify, path string, header http.Header) (verify.Signed, error) {
	if check.Pending || sample.Provider != "" && len(check.Active()) == 0 {
		return verify.Signed{}, nil // there is no secret to sign with
	}
	verifier, err := verify.New(check)
	if err != nil {
		return verify.Signed{}, err
	}
	address := check.URL
	if address == "" {
		address = s.publicURL() + path
	}
	signed, err := verifier.Sign(verify.Request{
		Method: cmp.Or(sample.Method, http.MethodPost), URL: address, Header: header.Values, Body: sample.Body, Now: now(),
	})
	if err != nil {
		return verify.Signed{}, err
	}
	if signed.Body != nil {
		sample.Body = signed.Body
	}
	given := map[string]bool{}
	for _, h := range sample.Headers {
		given[http.CanonicalHeaderKey(h.Name)] = true
	}
	for _, h := range signed.Headers {
		if !given[http.CanonicalHeaderKey(h.Name)] {
			header.Set(h.Name, h.Value)
		}
	}
	return signed, nil
}

// sendable reports whether a header keeps to what HTTP can carry.
func sendable(h engine.Header) bool {
	name := func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("()<>@,;:\\\"/[]?={}", r) }
	value := func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
	return h.Name != "" && strings.IndexFunc(h.Name, name) < 0 && strings.IndexFunc(h.Value, value) < 0
}

func headerSource(sources []verify.Source) string {
	for _, from := range sources {
		if from.From == "header" {
			return from.Name
		}
	}
	return ""
}

func (s *samples) post(ctx context.Context, sample api.Sample, path string, header http.Header) (*api.SampleAnswer, error) {
	method := sample.Method
	if method == "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://patchbay"+path, bytes.NewReader(sample.Body))
	if err != nil {
		return nil, engine.Invalid("query", "The query cannot stand in an address.")
	}
	req.Header = header
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("send the sample: %w", err)
	}
	defer resp.Body.Close() // only read
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	out := &api.SampleAnswer{Status: resp.StatusCode, Body: string(body)}
	var stored struct {
		ID engine.ID `json:"id"`
	}
	if json.Unmarshal(body, &stored) == nil {
		out.EventID = stored.ID
	}
	return out, nil
}
