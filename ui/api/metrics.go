package api

import (
	"context"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

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

const scrapeTimeout = 10 * time.Second

func (a *API) registerCollectors() error {
	all := []prometheus.Collector{
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		newCollector(a),
	}
	for _, c := range all {
		if err := a.Registry.Register(c); err != nil {
			return fmt.Errorf("register metrics: %w", err)
		}
	}
	return nil
}

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
	return adaptor.HTTPHandler(promhttp.HandlerFor(a.Registry, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: 4,
	}))(c)
}

// collector reads the ports when it is asked: nothing is counted twice.
type collector struct {
	api *API

	received, verdicts, routes, refused, handshakes *prometheus.Desc
	depth, age, disk                                *prometheus.Desc
	routed, started, ended, attempts                *prometheus.Desc
	inFlight, memory, circuits, streams             *prometheus.Desc
	problems, info                                  *prometheus.Desc
}

func newCollector(a *API) *collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("patchbay_"+name, help, labels, nil)
	}
	return &collector{
		api:        a,
		received:   desc("inbox_received_total", "Requests that an inbox received and keeps.", "inbox"),
		verdicts:   desc("inbox_requests", "Requests by verdict; held ones leave their count when they are released.", "inbox", "verdict"),
		routes:     desc("inbox_accepted", "Accepted requests by what the rules made of them.", "inbox", "route"),
		handshakes: desc("inbox_handshakes_total", "Requests that tried an address out and make no event.", "inbox", "answer"),
		refused:    desc("inbox_refused_total", "Requests that were answered 429 or 503 and not kept.", "inbox", "reason"),
		depth:      desc("queue_depth", "Work that waits or is being done.", "state"),
		age:        desc("queue_oldest_age_seconds", "Age of the oldest work that should have started."),
		disk:       desc("database_bytes", "Size of the database files.", "part"),
		routed:     desc("events_routed_total", "Events judged since the start."),
		started:    desc("runs_started_total", "Runs started since the start."),
		ended:      desc("runs_total", "Runs that ended since the start.", "state"),
		attempts:   desc("attempts_total", "Attempts of steps since the start.", "outcome"),
		inFlight:   desc("steps_in_flight", "Steps being done."),
		memory:     desc("queue_memory_bytes", "Events waiting in memory."),
		circuits:   desc("destinations_down", "Destinations that are not tried at the moment."),
		streams:    desc("live_streams", "Open live streams."),
		problems:   desc("problems_open", "Destinations that fail, by cause."),
		info:       desc("build_info", "The version.", "version"),
	}
}

// Describe implements [prometheus.Collector].
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		c.received, c.verdicts, c.routes, c.refused, c.handshakes, c.depth, c.age, c.disk, c.routed, c.started, c.ended,
		c.attempts, c.inFlight, c.memory, c.circuits, c.streams, c.problems, c.info,
	} {
		out <- d
	}
}

// sink writes samples of one scrape.
type sink chan<- prometheus.Metric

func (s sink) gauge(d *prometheus.Desc, v float64, labels ...string) {
	s <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}

func (s sink) counter(d *prometheus.Desc, v int64, labels ...string) {
	s <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
}

// Collect implements [prometheus.Collector]. What cannot be read is left out of the
// scrape and logged.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	s := sink(out)
	s.gauge(c.info, 1, c.api.Version)
	s.gauge(c.streams, float64(c.api.streams.Load()))
	for _, part := range []func(context.Context, sink) error{c.ledgers, c.queue, c.files, c.troubles} {
		if err := part(ctx, s); err != nil {
			c.api.Log.WarnContext(ctx, "metrics incomplete", "error", err)
		}
	}
	c.runner(s)
}

func (c *collector) ledgers(ctx context.Context, s sink) error {
	ledgers, err := c.api.Inboxes.Ledgers(ctx)
	if err != nil {
		return err
	}
	for inbox, l := range ledgers {
		s.counter(c.received, l.Received, inbox)
		s.gauge(c.verdicts, float64(l.Accepted), inbox, string(engine.Accepted))
		s.gauge(c.verdicts, float64(l.Duplicate), inbox, string(engine.Duplicate))
		s.gauge(c.verdicts, float64(l.Rejected), inbox, string(engine.Rejected))
		s.gauge(c.verdicts, float64(l.Held), inbox, string(engine.Held))
		s.gauge(c.routes, float64(l.Matched), inbox, string(engine.RouteMatched))
		s.gauge(c.routes, float64(l.Unmatched), inbox, string(engine.RouteUnmatched))
		s.gauge(c.routes, float64(l.Pending), inbox, string(engine.RoutePending))
		shakes := c.api.Greeter.Handshakes(ctx, inbox)
		s.counter(c.handshakes, shakes.Answered, inbox, "given")
		s.counter(c.handshakes, shakes.Refused, inbox, "refused")
	}
	if c.api.Refused == nil {
		return nil
	}
	for inbox, r := range c.api.Refused() {
		s.counter(c.refused, r.Limited, inbox, "limited")
		s.counter(c.refused, r.Unavailable, inbox, "unavailable")
	}
	return nil
}

func (c *collector) queue(ctx context.Context, s sink) error {
	d, err := c.api.Queue.Depth(ctx)
	if err != nil {
		return err
	}
	s.gauge(c.depth, float64(d.Pending), "pending")
	s.gauge(c.depth, float64(d.Queued), "queued")
	s.gauge(c.depth, float64(d.Running), "running")
	s.gauge(c.depth, float64(d.Waiting), "waiting")
	age := 0.0
	if !d.Oldest.IsZero() {
		age = max(0, c.api.Now().Sub(d.Oldest).Seconds())
	}
	s.gauge(c.age, age)
	return nil
}

func (c *collector) files(ctx context.Context, s sink) error {
	used, free, err := c.api.Housekeeper.DiskUse(ctx)
	if err != nil {
		return err
	}
	s.gauge(c.disk, float64(used), "used")
	s.gauge(c.disk, float64(free), "free")
	return nil
}

func (c *collector) troubles(ctx context.Context, s sink) error {
	open, err := c.api.Problems.OpenProblems(ctx)
	if err != nil {
		return err
	}
	s.gauge(c.problems, float64(open))
	return nil
}

func (c *collector) runner(s sink) {
	if c.api.RunnerStats == nil {
		return
	}
	r := c.api.RunnerStats()
	s.counter(c.routed, r.Routed)
	s.counter(c.started, r.Matched)
	for state, n := range r.Ended {
		s.counter(c.ended, n, string(state))
	}
	for outcome, n := range r.Attempts {
		s.counter(c.attempts, n, string(outcome))
	}
	s.gauge(c.inFlight, float64(r.InFlight))
	s.gauge(c.memory, float64(r.QueuedBytes))
	s.gauge(c.circuits, float64(r.OpenCircuits))
}
