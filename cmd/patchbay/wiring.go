package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"

	"github.com/google/uuid"

	"patchbay/actions"
	"patchbay/actions/builtin"
	"patchbay/actions/outbound"
	"patchbay/engine"
	"patchbay/engine/config"
	"patchbay/engine/decode"
	"patchbay/engine/ingest"
	"patchbay/engine/rules"
	"patchbay/engine/runner"
	"patchbay/engine/verify"
	"patchbay/storage"
	"patchbay/ui"
	"patchbay/ui/api"
)

// settings are what an instance is built with. Only Dir and Log are needed.
type settings struct {
	Dir          string
	PublicURL    string
	Timezone     string
	AllowPrivate []string
	AllowShell   []string
	MaxBody      engine.Size
	Self         func() []string // addresses of this server
	FirstAccount bool            // see to it that somebody can sign in
	Done         <-chan struct{}
	Log          *slog.Logger
	Outbound     outbound.Options // how calls leave; what this instance says itself is put in
}

// instance is everything that works on one database, plugged together. Nothing of
// it runs until the runner is started; a command that opens the database itself
// never starts it.
type instance struct {
	db        *storage.DB
	client    *outbound.Client
	actions   *actions.Registry
	workspace *workspace
	runner    *runner.Runner
	ingest    *ingest.Handler
	samples   *samples
	api       *api.API
	web       *ui.App
	maxBody   engine.Size
	setup     engine.Secret // token of the setup link, "" when there is none
	log       *slog.Logger
}

// open builds an instance. It makes the data directory, the key and the database
// where there are none.
func open(ctx context.Context, s settings) (_ *instance, err error) {
	if s.MaxBody == 0 {
		s.MaxBody = defaultMaxBody
	}
	key, err := storage.LoadKey(s.Dir, secretKey())
	if err != nil {
		return nil, err
	}
	db, err := storage.Open(ctx, storage.Config{
		Dir: s.Dir, Key: key, Now: now, NewID: newID, Log: s.Log, Lost: func(err error) { diskLost(ctx, s.Log, err) },
	})
	if err != nil {
		return nil, err
	}
	in := &instance{db: db, maxBody: s.MaxBody, log: s.Log}
	defer func() {
		if err != nil {
			err = errors.Join(err, in.Close())
		}
	}()
	if err := api.ClearScratch(s.Dir); err != nil { // nobody else is at work on it
		return nil, err
	}
	calls := s.Outbound
	calls.Allow, calls.Self, calls.Now = s.AllowPrivate, s.Self, now
	if in.client, err = outbound.New(calls); err != nil {
		return nil, err
	}
	if in.actions, err = builtin.New(builtin.Options{Client: in.client, Shell: s.AllowShell}); err != nil {
		return nil, err
	}
	if in.workspace, err = newWorkspace(ctx, db, in.client, s); err != nil {
		return nil, err
	}
	if s.FirstAccount {
		if in.setup, err = firstAccount(ctx, db); err != nil {
			return nil, err
		}
	}
	expressions := rules.New(rules.Options{Location: in.workspace.location, Money: in.workspace.amounts, Lookup: in.workspace.lookup, Actions: in.actions})
	replies := &engine.Replies{}
	in.plugRunner(expressions, replies, s)
	if err := in.plugIngest(ctx, replies); err != nil {
		return nil, err
	}
	if err := in.plugAPI(expressions, s); err != nil {
		return nil, err
	}
	if in.web, err = ui.New(); err != nil {
		return nil, err
	}
	return in, nil
}

// diskLost ends the program as a power cut would: what it would do before its end is
// what must not happen any more, see [storage.Config].
func diskLost(ctx context.Context, log *slog.Logger, err error) {
	log.ErrorContext(ctx, "the disk has not kept what was written to it, patchbay ends at once; check the disk and start patchbay again, nothing that was acknowledged is lost", "error", err)
	os.Exit(exitFailed)
}

func newID() engine.ID { return engine.ID(uuid.Must(uuid.NewV7())) }

func (in *instance) plugRunner(expressions *rules.Engine, replies *engine.Replies, s settings) {
	db := in.db
	in.runner = runner.New(runner.Deps{
		Events: db, Runs: db, Queue: db, RuleStore: db, Inboxes: db, Connections: db, Settings: db, Problems: db,
		Watcher: db, Housekeeper: db, Actions: in.actions, Replies: replies, Rules: expressions,
		Verify: func(ctx context.Context, box *engine.Inbox, e *engine.Event) (string, error) {
			return in.ingest.Verify(ctx, box, e)
		},
		Claim: func(ctx context.Context, box *engine.Inbox, e *engine.Event) engine.Claim {
			return in.ingest.Claim(ctx, box, e)
		},
		Split: func(ctx context.Context, box *engine.Inbox, e *engine.Event) []engine.Item {
			return in.ingest.Split(ctx, box, e)
		},
		PayloadField: payloadField,
		DiskFree:     func() (int64, int64, error) { return diskFree(s.Dir) },
		Now:          now, NewID: newID, Rand: rand.Float64, Log: s.Log,
	})
}

func (in *instance) plugIngest(ctx context.Context, replies *engine.Replies) (err error) {
	published := fetcher{client: in.client}
	deps := ingest.Deps{
		Inboxes: in.db, Events: in.db, Watcher: in.db, Dispatcher: in.runner, Evaluator: in.runner, Replies: replies,
		Fetcher: published, Audit: in.db.Audit, Fingerprint: in.db, PublicURL: in.workspace.publicURL, Now: now, NewID: newID, Log: in.log,
		Keys: verify.NewKeyring(verify.KeyringOptions{Now: now, Fetcher: published}),
	}
	if in.ingest, err = ingest.New(ctx, deps); err != nil {
		return fmt.Errorf("load inboxes: %w", err)
	}
	in.samples, err = newSamples(ctx, deps)
	return err
}

func (in *instance) plugAPI(expressions *rules.Engine, s settings) (err error) {
	db := in.db
	checker := config.NewChecker(config.CheckerDeps{
		Inboxes: db, Connections: db, Actions: in.actions, Rules: expressions, MaxBody: s.MaxBody,
	})
	in.api, err = api.New(api.Deps{
		Inboxes: db, Rules: db, Connections: db, Events: db, Runs: db, Queue: db, Problems: db, Users: db, Tokens: db,
		Invitations: db, Activity: db,
		Settings: db, Watcher: allChanges{db, &in.workspace.changes}, Housekeeper: db, Controller: in.runner, Checker: checker, Actions: in.actions, Expressions: expressions,
		Applier: config.NewApplier(config.ApplierDeps{
			Inboxes: db, Rules: db, Connections: db, Settings: db, Checker: checker,
		}),
		WriteFile: writeFile,
		Recipes:   newRecipeBook(s.Dir), Greeter: in.ingest, Providers: providers, Recognize: in.recognizer(), Decode: in.decode, Query: decode.Query, Send: in.samples.send, Samples: sampleList,
		ReleaseRestored: in.releaseRestored, RotateKey: in.rotateKey,
		CheckAllow:  outbound.CheckAllow,
		Ready:       in.ready,
		RunnerStats: in.runnerStats,
		Refused:     in.refused, PublicURL: in.workspace.publicURL, PublicFrom: in.workspace.publicFrom,
		Resolve: func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		},
		Examine:   func(ctx context.Context, only string) ([]api.Finding, error) { return in.examine(ctx, s.Dir, only) },
		TestAlert: in.runner.TestAlert, AllowShell: s.AllowShell, AllowPrivate: s.AllowPrivate, Started: now(),
		DiskFree: func() (int64, int64, error) { return diskFree(s.Dir) }, Location: in.workspace.location,
		SetupToken: in.setup, Scratch: s.Dir, Done: s.Done, Version: version,
		Now: now, NewID: newID, Log: s.Log,
	})
	return err
}

// Close gives back what open took, in the opposite order. The runner must have
// been stopped before.
func (in *instance) Close() error {
	var errs []error
	if in.samples != nil {
		errs = append(errs, in.samples.Close())
	}
	if in.ingest != nil {
		in.ingest.Close()
	}
	if in.workspace != nil {
		in.workspace.Close()
	}
	if in.client != nil {
		in.client.Close()
	}
	return errors.Join(append(errs, in.db.Close())...)
}

// decode reads a stored event's body as its inbox's provider sends it.
func (in *instance) decode(e *engine.Event) api.Decoded {
	var opt decode.Options
	if box, err := in.db.Inbox(context.Background(), e.Inbox); err == nil {
		opt.Field, opt.FieldEncoding = payloadField(box.Verify.Scheme)
	}
	body := e.Body
	if encoding := headerValue(e.Headers, "Content-Encoding"); encoding != "" {
		decoded, err := decode.Content(encoding, body, int64(in.maxBody))
		if err != nil {
			return api.Decoded{Payload: strings.ToValidUTF8(string(body), "\uFFFD"), Error: sentence(err)} // as rules see it
		}
		body = decoded
	}
	got := decode.Payload(e.ContentType, body, opt)
	return api.Decoded{Payload: got.Value, Literals: got.Literals, Notes: got.Notes, Error: got.Error}
}

func payloadField(scheme string) (name, encoding string) {
	p, _ := verify.Lookup(scheme)
	return p.PayloadField, p.PayloadEncoding
}

// ready tells whether requests can be accepted.
func (in *instance) ready(ctx context.Context) error {
	if in.runner.Full() {
		return errors.New("more work waits than should be accepted now")
	}
	_, err := in.db.Settings(ctx)
	return err
}

func (in *instance) runnerStats() api.RunnerStats {
	s := in.runner.Stats()
	return api.RunnerStats{
		Routed: s.Routed, Matched: s.Matched, Ended: s.Ended, Attempts: s.Attempts, InFlight: s.InFlight,
		QueuedEvents: s.QueuedEvents, QueuedBytes: s.QueuedBytes, OpenCircuits: len(s.Circuits),
	}
}

// work counts what the runner has done, to tell work from rest.
func (in *instance) work() int64 {
	s := in.runner.Stats()
	n := s.Routed
	for _, ended := range s.Ended {
		n += ended
	}
	return n
}

func (in *instance) refused() map[string]api.Refused {
	out := map[string]api.Refused{}
	for name, n := range in.ingest.Refused() {
		out[name] = api.Refused(n)
	}
	return out
}

// releaseRestored lets the runs go on that a restore holds, and counts what it leaves held.
func (in *instance) releaseRestored(ctx context.Context) (api.Released, error) {
	runs, err := in.db.ReleaseRestored(ctx)
	if err != nil {
		return api.Released{}, err
	}
	held, err := in.db.HeldWork(ctx)
	return api.Released{Runs: runs, Events: held.Events}, err
}

// rotateKey encrypts every secret under a key, one that it makes when there is none.
func (in *instance) rotateKey(ctx context.Context, text string) (*api.KeyRotation, error) {
	key := storage.NewKey()
	if text != "" {
		var err error
		if key, err = storage.LoadKey("", text); err != nil {
			return nil, err
		}
	}
	inFile, err := in.db.RotateKey(ctx, key)
	if err != nil {
		return nil, err
	}
	out := &api.KeyRotation{InFile: inFile}
	if !inFile && text == "" {
		out.Key = storage.EncodeKey(key)
	}
	return out, nil
}

// providers describes the senders that are known, and the schemes that are nobody's own.
func providers() []api.ProviderInfo {
	var all []api.ProviderInfo
	add := func(p verify.Provider, general bool) {
		all = append(all, api.ProviderInfo{
			ID: p.ID, Title: p.Title, General: general, Aliases: p.Aliases, NeedSecret: p.NeedSecret, SignsURL: p.SignsURL, Methods: p.Methods,
			RerunFailed: p.RerunFailed, HasDelivery: len(p.Delivery) > 0, HasType: len(p.Type) > 0, DocURL: p.DocURL,
			Proof: p.Proof(), Setup: p.Setup, Answer: p.Expects.Text, AnswerWithin: engine.Duration(p.Expects.Within), ContentTypes: p.ContentTypes(),
			Retry: api.ProviderRetry{
				Text: p.Retry.Text, StopsAfter: p.Retry.StopsAfter, Stops: p.Retry.Stops, WarnAfter: p.Retry.WarnAfter(), Confirmed: p.Retry.Confirmed,
			},
			Samples: samplesOf(p),
		})
	}
	for _, p := range verify.General() {
		add(p, true)
	}
	for _, p := range verify.Providers() {
		add(p, false)
	}
	return all
}

func diskFree(dir string) (total, free int64, err error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, 0, fmt.Errorf("look at the disk of %s: %w", dir, err)
	}
	size := fs.Bsize
	return int64(fs.Blocks) * size, int64(fs.Bavail) * size, nil //nolint:gosec // a disk of more than 8 EiB is beyond this
}

// headerValue returns the first value of a header.
func headerValue(headers []engine.Header, name string) string {
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}
