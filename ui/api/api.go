// Package api is Patchbay's HTTP API: /api/v1 with its OpenAPI document, the live
// stream, health and metrics. It speaks to the engine through its ports only.
//
// Every operation is registered through one function together with the role it
// needs and the name under which it stands in the change log, so that neither can
// be forgotten. The API is mounted twice: with authentication for the network
// ([API.Register]), and without for the socket in the data directory and for
// commands in the same process ([API.RegisterLocal]), where the file system has
// already decided who may call.
//
// Decisions where the design is silent: input that does not fit answers 422 and
// text that is not JSON 400; creating answers 201, what goes on in the background
// 202, deleting 204; objects that a client read may be sent back as they are, their
// read-only fields are ignored; actions on an object (pause, resume, enable, …)
// take If-Match but do not need it; lists of configuration come in one page unless
// a limit is asked for; the secret part of an inbox's address is shown, as part of
// that address, to those who may change the inbox.
package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"patchbay/engine"
	"patchbay/engine/rules"
)

// Deps is what the API needs. Send may be nil: its operations are left out then, and Samples is not needed.
// Everything else is required, except where a field says otherwise.
type Deps struct {
	Inboxes     engine.InboxStore
	Rules       engine.RuleStore
	Connections engine.ConnectionStore
	Events      engine.EventStore
	Runs        engine.RunStore
	Queue       engine.Queue
	Problems    engine.ProblemStore
	Users       engine.UserStore
	Tokens      engine.TokenStore
	Invitations engine.InvitationStore
	Activity    engine.ActivityStore
	Settings    engine.SettingsStore
	Watcher     engine.Watcher
	Housekeeper engine.Housekeeper
	Controller  engine.Controller
	Recipes     Recipes
	Applier     engine.Applier
	WriteFile   func(doc *engine.Document, as ExportAs) (*ExportedFile, error) // of what Applier.Export gives, which it may change
	Checker     engine.Checker
	Actions     engine.Actions
	Expressions *rules.Engine

	Greeter   engine.Greeter
	Providers func() []ProviderInfo
	// Query reads the query of an address as rules see it.
	Query func(raw string) map[string]any
	// Decode reads the body of an event as rules see it.
	Decode func(e *engine.Event) Decoded
	// Recognize names whom an event came from, nil for nobody. It is optional.
	Recognize       func(e *engine.Event) *LooksLike
	Samples         func() []SampleInfo
	Send            func(ctx context.Context, s Sample) (*SampleAnswer, error)
	ReleaseRestored func(ctx context.Context) (Released, error) // makes the runs that a restore holds due
	RotateKey       func(ctx context.Context, key string) (*KeyRotation, error)
	CheckAllow      func(entry string) error        // nil when steps can be allowed to call it
	Ready           func(ctx context.Context) error // nil when requests can be accepted
	RunnerStats     func() RunnerStats              // optional
	Refused         func() map[string]Refused       // optional; by inbox
	PublicURL       func() string                   // "" when it is not known
	PublicFrom      func() string                   // as [Instance.PublicFrom]

	DiskFree  func() (total, free int64, err error) // of the disk that the database is on
	Location  func() *time.Location                 // of the workspace
	Resolve   func(ctx context.Context, host string) ([]netip.Addr, error)
	Examine   func(ctx context.Context, only string) ([]Finding, error) // checks the instance, or one thing of it
	TestAlert func(ctx context.Context, connection, to string) error

	AllowShell   []string  // programs that the operator allows, to be shown
	AllowPrivate []string  // destinations that the operator allows, to be shown
	Started      time.Time // when the server was started

	SetupToken engine.Secret   // of the one-time setup link; "" when there is none
	Scratch    string          // folder for the copy that a backup streams; "" is the system's
	Heartbeat  time.Duration   // of the live stream; 0 is 15 seconds
	Done       <-chan struct{} // closed when the server begins to shut down; optional
	Version    string
	Now        engine.Clock
	NewID      engine.NewID
	Log        *slog.Logger
}

// API serves the operations over the ports it was given.
type API struct {
	Deps
	logins  *throttle
	hashing chan struct{}                  // bounds the memory of concurrent password checks
	scrapes chan struct{}                  // bounds the scrapes of metrics at a time
	setup   sync.Mutex                     // one first administrator only
	people  sync.Mutex                     // what a change of a user was made from is what it replaces
	lists   sync.Mutex                     // the same for lists
	streams atomic.Int64                   // open live streams
	schemes func() map[string]ProviderInfo // by id and alias; made when first asked for
	editors *presence
}

// New checks that nothing needed is missing and returns the API. Every error is a
// mistake in the program that calls it.
func New(d Deps) (*API, error) {
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	if d.Heartbeat == 0 {
		d.Heartbeat = 15 * time.Second
	}
	a := &API{
		Deps: d, logins: newThrottle(), hashing: make(chan struct{}, 2), scrapes: make(chan struct{}, maxScrapes), editors: newPresence(d.Now),
	}
	a.schemes = sync.OnceValue(a.listSchemes)
	return a, nil
}

func (a *API) listSchemes() map[string]ProviderInfo {
	all := make(map[string]ProviderInfo)
	for _, p := range a.Providers() {
		for _, id := range append([]string{p.ID}, p.Aliases...) {
			all[id] = p
		}
	}
	return all
}

func (d Deps) check() error {
	missing := map[string]bool{
		"Inboxes": d.Inboxes == nil, "Rules": d.Rules == nil, "Connections": d.Connections == nil,
		"Events": d.Events == nil, "Runs": d.Runs == nil, "Queue": d.Queue == nil,
		"Problems": d.Problems == nil, "Users": d.Users == nil, "Tokens": d.Tokens == nil,
		"Settings": d.Settings == nil, "Watcher": d.Watcher == nil, "Housekeeper": d.Housekeeper == nil,
		"Controller": d.Controller == nil, "Recipes": d.Recipes == nil, "WriteFile": d.WriteFile == nil, "Applier": d.Applier == nil, "Checker": d.Checker == nil,
		"Actions": d.Actions == nil, "Expressions": d.Expressions == nil, "Providers": d.Providers == nil,
		"Greeter": d.Greeter == nil, "Decode": d.Decode == nil, "Query": d.Query == nil, "ReleaseRestored": d.ReleaseRestored == nil, "RotateKey": d.RotateKey == nil,
		"CheckAllow": d.CheckAllow == nil, "Ready": d.Ready == nil, "PublicURL": d.PublicURL == nil, "PublicFrom": d.PublicFrom == nil, "Now": d.Now == nil,
		"NewID": d.NewID == nil, "Log": d.Log == nil, "Invitations": d.Invitations == nil, "Activity": d.Activity == nil,
		"DiskFree": d.DiskFree == nil, "Location": d.Location == nil, "Resolve": d.Resolve == nil, "Examine": d.Examine == nil, "TestAlert": d.TestAlert == nil,
	}
	for name, is := range missing {
		if is {
			return errors.New("dependency " + name + " is missing")
		}
	}
	return nil
}

// Register mounts the API with authentication. The app must have been made with
// Immutable: true, and with its trusted proxies configured: addresses of callers
// are taken from it. Call it before a catch-all route.
func (a *API) Register(app *fiber.App) {
	m := a.newMount(app, false)
	m.operations()
	a.RegisterHealth(app)
	app.Get("/metrics", m.metrics)
	m.serveDocument()
	app.Use("/api", m.unknown)
}

// RegisterLocal mounts the API for the socket in the data directory and for calls
// within the process: every caller is the administrator "local", and the
// operations that only the machine's own user may ask for are there too.
func (a *API) RegisterLocal(app *fiber.App) {
	m := a.newMount(app, true)
	m.operations()
	m.localOperations()
	a.RegisterHealth(app)
	app.Use("/api", m.unknown)
}

// RegisterMetrics mounts /metrics and the health endpoints without authentication,
// for a listener that only operators reach.
func (a *API) RegisterMetrics(app *fiber.App) {
	a.RegisterHealth(app)
	app.Get("/metrics", a.serveMetrics)
}

// RegisterHealth mounts /healthz and /readyz alone, which nobody has to sign in for.
func (a *API) RegisterHealth(app *fiber.App) {
	app.Get("/healthz", a.healthz)
	app.Get("/readyz", a.readyz)
}

// Document returns the OpenAPI 3.1 document of the public mount.
func (a *API) Document() ([]byte, error) {
	m := a.newMount(fiber.New(), false)
	m.operations()
	return m.document()
}

// mount is the API on one Fiber app.
type mount struct {
	*API
	app    *fiber.App
	huma   huma.API
	local  bool
	routes []operation
}

func (m *mount) operations() {
	m.sessionOperations()
	m.inboxOperations()
	m.eventOperations()
	m.ruleOperations()
	m.runOperations()
	m.connectionOperations()
	m.catalogOperations()
	m.recipeOperations()
	m.expressionOperations()
	m.visualOperations()
	m.workspaceOperations()
	m.accountOperations()
	m.documentOperations()
	m.maintenanceOperations()
	m.activityOperations()
	m.liveOperation()
}
