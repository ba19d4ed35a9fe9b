package api

import (
	"context"
	"time"

	"github.com/VictoriaMetrics/metrics"
	"github.com/gofiber/fiber/v2"

	"patchbay/engine"
)

// RunnerStats is what the runner did since it started, and what it is at.
type RunnerStats struct {
	Routed       int64 // events
	Matched      int64 // runs started
	Ended        map[engine.RunState]int64
	Attempts     map[engine.Outcome]int64
	InFlight     int   // steps being done
	QueuedEvents int   // in memory
	QueuedBytes  int64 // of them
	OpenCircuits int   // destinations that are down
}

// Refused counts the requests of an inbox that were answered 429 and 503; they
// stand outside the ledger. InARow are those since the last one that was taken.
type Refused struct {
	Limited     int64
	Unavailable int64
	InARow      int64
}

const (
	scrapeTimeout = 10 * time.Second
	maxScrapes    = 4 // at a time: each asks the database
)

// metrics serves /metrics to callers with at least a token of scope read.
func (m *mount) metrics(c *fiber.Ctx) error {
	secure(c)
	ctx, cancel := context.WithTimeout(c.UserContext(), scrapeTimeout)
	defer cancel()
	if _, err := m.admit(ctx, c, operation{method: fiber.MethodGet, need: engine.RoleViewer}); err != nil {
		m.fail(c, err)
		return nil
	}
	return m.serveMetrics(c)
}

func (a *API) serveMetrics(c *fiber.Ctx) error {
	select {
	case a.scrapes <- struct{}{}:
		defer func() { <-a.scrapes }()
	default:
		return c.Status(fiber.StatusServiceUnavailable).SendString("Too many scrapes at a time; ask less often.\n")
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), scrapeTimeout)
	defer cancel()
	c.Set(fiber.HeaderContentType, exposition)
	a.scrape(ctx).write(c)
	metrics.WriteProcessMetrics(c)
	return nil
}

// scrape reads the ports when it is asked: nothing is counted twice. What cannot be read
// is left out and logged.
func (a *API) scrape(ctx context.Context) scrape {
	s := make(scrape)
	s.add("build_info", 1, "version", a.Version)
	s.add("live_streams", float64(a.streams.Load()))
	for _, part := range []func(context.Context, scrape) error{a.scrapeLedgers, a.scrapeQueue, a.scrapeFiles, a.scrapeProblems} {
		if err := part(ctx, s); err != nil {
			a.Log.WarnContext(ctx, "metrics incomplete", "error", err)
		}
	}
	a.scrapeRunner(s)
	return s
}

func (a *API) scrapeLedgers(ctx context.Context, s scrape) error {
	ledgers, err := a.Inboxes.Ledgers(ctx)
	if err != nil {
		return err
	}
	for inbox, l := range ledgers {
		s.add("inbox_received_total", float64(l.Received), "inbox", inbox)
		for verdict, n := range map[engine.Verdict]int64{
			engine.Accepted: l.Accepted, engine.Duplicate: l.Duplicate, engine.Rejected: l.Rejected, engine.Held: l.Held,
		} {
			s.add("inbox_requests", float64(n), "inbox", inbox, "verdict", string(verdict))
		}
		for route, n := range map[engine.Route]int64{
			engine.RouteMatched: l.Matched, engine.RouteUnmatched: l.Unmatched, engine.RoutePending: l.Pending,
		} {
			s.add("inbox_accepted", float64(n), "inbox", inbox, "route", string(route))
		}
		shakes := a.Greeter.Handshakes(ctx, inbox)
		s.add("inbox_handshakes_total", float64(shakes.Answered), "inbox", inbox, "answer", "given")
		s.add("inbox_handshakes_total", float64(shakes.Refused), "inbox", inbox, "answer", "refused")
	}
	if a.Refused == nil {
		return nil
	}
	for inbox, r := range a.Refused() {
		s.add("inbox_refused_total", float64(r.Limited), "inbox", inbox, "reason", "limited")
		s.add("inbox_refused_total", float64(r.Unavailable), "inbox", inbox, "reason", "unavailable")
	}
	return nil
}

func (a *API) scrapeQueue(ctx context.Context, s scrape) error {
	d, err := a.Queue.Depth(ctx)
	if err != nil {
		return err
	}
	for state, n := range map[string]int64{"pending": d.Pending, "queued": d.Queued, "running": d.Running, "waiting": d.Waiting} {
		s.add("queue_depth", float64(n), "state", state)
	}
	age := 0.0
	if !d.Oldest.IsZero() {
		age = max(0, a.Now().Sub(d.Oldest).Seconds())
	}
	s.add("queue_oldest_age_seconds", age)
	return nil
}

func (a *API) scrapeFiles(ctx context.Context, s scrape) error {
	used, free, err := a.Housekeeper.DiskUse(ctx)
	if err != nil {
		return err
	}
	s.add("database_bytes", float64(used), "part", "used")
	s.add("database_bytes", float64(free), "part", "free")
	return nil
}

func (a *API) scrapeProblems(ctx context.Context, s scrape) error {
	open, err := a.Problems.OpenProblems(ctx)
	if err != nil {
		return err
	}
	s.add("problems_open", float64(open))
	return nil
}

func (a *API) scrapeRunner(s scrape) {
	if a.RunnerStats == nil {
		return
	}
	r := a.RunnerStats()
	s.add("events_routed_total", float64(r.Routed))
	s.add("runs_started_total", float64(r.Matched))
	for state, n := range r.Ended {
		s.add("runs_total", float64(n), "state", string(state))
	}
	for outcome, n := range r.Attempts {
		s.add("attempts_total", float64(n), "outcome", string(outcome))
	}
	s.add("steps_in_flight", float64(r.InFlight))
	s.add("queue_memory_bytes", float64(r.QueuedBytes))
	s.add("destinations_down", float64(r.OpenCircuits))
}
