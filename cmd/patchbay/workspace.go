package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"patchbay/actions/outbound"
	"patchbay/engine"
)

// workspace keeps the settings that are read for every event in memory, and follows
// their changes.
type workspace struct {
	store   engine.SettingsStore
	client  *outbound.Client
	flags   settings
	log     *slog.Logger
	allowed []string // what steps may call although it is private

	zone   atomic.Pointer[time.Location]
	public atomic.Pointer[string]
	tunnel atomic.Pointer[string] // the address of a tunnel, nil without one

	changes changes // of what is not stored
	money   atomic.Pointer[engine.Money]
	tables  atomic.Pointer[map[string]map[string]any]
	wake    chan struct{}
	stop    context.CancelFunc
	done    chan struct{}
	ignore  func()
}

func newWorkspace(ctx context.Context, store interface {
	engine.SettingsStore
	engine.Watcher
}, client *outbound.Client, flags settings,
) (*workspace, error) {
	w := &workspace{store: store, client: client, flags: flags, log: flags.Log, allowed: flags.AllowPrivate, wake: make(chan struct{}, 1), done: make(chan struct{})}
	if err := w.load(ctx); err != nil {
		return nil, err
	}
	w.ignore = store.WatchConfig(func(c engine.ConfigChange) {
		if c.Kind == "settings" || c.Kind == "vars" {
			select {
			case w.wake <- struct{}{}:
			default:
			}
		}
	})
	follow, stop := context.WithCancel(context.WithoutCancel(ctx))
	w.stop = stop
	go w.follow(follow)
	return w, nil
}

// locate finds the time zone: the flag's, otherwise the workspace's. A stored one that
// cannot be read, as on a machine that knows fewer, leaves the zone as it is.
func (w *workspace) locate(ctx context.Context, stored string) error {
	name := w.flags.Timezone
	if name == "" {
		name = stored
	}
	location, err := time.LoadLocation(name) // "" is UTC
	switch {
	case err == nil:
		w.zone.Store(location)
	case w.flags.Timezone != "":
		return engine.Invalid("timezone", "%q is not a time zone; write one like Europe/Berlin or UTC.", name)
	default:
		w.log.ErrorContext(ctx, "the time zone in the settings is not known here", "timezone", name)
		w.zone.CompareAndSwap(nil, time.UTC)
	}
	return nil
}

// amounts is how the workspace writes money.
func (w *workspace) amounts() engine.Money { return *w.money.Load() }

// location is the workspace's time zone.
func (w *workspace) location() *time.Location { return w.zone.Load() }

func (w *workspace) follow(ctx context.Context) {
	defer close(w.done)
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.wake:
			if err := w.load(ctx); err != nil && ctx.Err() == nil {
				w.log.ErrorContext(ctx, "changed settings could not be read", "error", err)
			}
		}
	}
}

func (w *workspace) load(ctx context.Context) error {
	s, err := w.store.Settings(ctx)
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	tables, err := w.store.Tables(ctx)
	if err != nil {
		return fmt.Errorf("read lists: %w", err)
	}
	public := w.flags.PublicURL
	if public == "" {
		public = s.PublicURL
	}
	public = strings.TrimRight(public, "/")
	w.public.Store(&public)
	w.tables.Store(&tables)
	w.money.Store(&s.Money)
	if err := w.locate(ctx, s.Timezone); err != nil {
		return err
	}
	return w.allow(ctx, s.AllowPrivate)
}

// allow lets steps call what the flags and the settings name. An entry that cannot be
// read is skipped: it must not keep the program from starting, where it can be corrected.
func (w *workspace) allow(ctx context.Context, stored []string) error {
	list := slices.Clone(w.flags.AllowPrivate)
	for _, entry := range stored {
		if err := outbound.CheckAllow(entry); err != nil {
			w.log.ErrorContext(ctx, "an entry of allowPrivate in the settings is skipped", "error", err)
			continue
		}
		list = append(list, entry)
	}
	if slices.Equal(list, w.allowed) {
		return nil // a change would end the connections that are kept open
	}
	if err := w.client.SetAllow(list); err != nil {
		return fmt.Errorf("allow private destinations: %w", err)
	}
	w.allowed = list
	return nil
}

// publicURL is the address of this instance as senders know it, "" when unknown: that
// of a tunnel while it lasts, unless the operator has named one.
func (w *workspace) publicURL() string {
	if w.flags.PublicURL == "" {
		if through := w.tunnelURL(); through != "" {
			return through
		}
	}
	return *w.public.Load()
}

// publicFrom is where the address comes from: "start" (the command line), "tunnel" or
// "settings"; "" when there is none.
func (w *workspace) publicFrom() string {
	switch {
	case w.flags.PublicURL != "":
		return "start"
	case w.tunnelURL() != "":
		return "tunnel"
	case *w.public.Load() != "":
		return "settings"
	default:
		return ""
	}
}

// through takes a new address of the tunnel, "" while it has none, and tells who looks.
func (w *workspace) through(address string) {
	w.tunnel.Store(&address)
	w.changes.tell(engine.ConfigChange{Kind: "settings", Name: "address"})
}

// tunnelURL is the address that a tunnel gives, "" when there is none.
func (w *workspace) tunnelURL() string {
	if through := w.tunnel.Load(); through != nil {
		return *through
	}
	return ""
}

// lookup answers lookup(table, key) in expressions.
func (w *workspace) lookup(table string, key any) any {
	name, ok := key.(string)
	if !ok {
		name = fmt.Sprint(key)
	}
	return (*w.tables.Load())[table][name]
}

// Close stops following changes.
func (w *workspace) Close() {
	w.ignore()
	w.stop()
	<-w.done
}
