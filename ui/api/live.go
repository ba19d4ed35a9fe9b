package api

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"patchbay/engine"
)

const (
	maxStreams   = 200
	streamBatch  = 200
	queryTimeout = 10 * time.Second
)

// LiveChange is the data of an entry of the live stream.
type LiveChange struct {
	Seq  int64     `json:"seq"`
	Kind string    `json:"kind" enum:"event,run"`
	ID   engine.ID `json:"id"`
}

// liveOperation registers the live stream: server-sent events named event, run, config,
// problems, hello (the newest seq, at the start) and reset (entries were missed: load
// again).
func (m *mount) liveOperation() {
	op := operation{
		id: "live", method: http.MethodGet, path: "/live", tag: "live", need: engine.RoleViewer,
		summary: "What changes, as server-sent events by seq; resumes after Last-Event-ID or after", own: true,
	}
	m.addPlain(op, "text/event-stream", m.live(op))
	documented := m.huma.OpenAPI().Paths[prefix+op.path].Get
	schemas := m.huma.OpenAPI().Components.Schemas
	documented.Responses["200"].Content["text/event-stream"].Schema = &huma.Schema{OneOf: []*huma.Schema{
		schemas.Schema(typeOf[LiveChange](), true, "LiveChange"),
		schemas.Schema(typeOf[LiveConfig](), true, "LiveConfig"),
		schemas.Schema(typeOf[LiveProblems](), true, "LiveProblems"),
	}}
	documented.Parameters = []*huma.Param{
		{Name: "Last-Event-ID", In: "header", Description: "The seq to go on after.", Schema: &huma.Schema{Type: huma.TypeString}},
		{Name: "after", In: "query", Description: "The same, for the first connection.", Schema: &huma.Schema{Type: huma.TypeInteger}},
	}
}

// stream is one listener.
type stream struct {
	*mount
	out   *bufio.Writer
	wake  <-chan struct{}
	seq   int64
	still func(context.Context) error // nil while the listener may listen

	news     *news
	problems int              // that are open, as the listener was told
	soon     <-chan time.Time // when to look for problems, nil when nothing gives reason to
}

func (m *mount) live(op operation) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx := c.UserContext()
		who, err := m.admit(ctx, c, op)
		if err != nil {
			return err
		}
		seq, err := m.resumeAfter(ctx, c)
		if err != nil {
			return err
		}
		if m.streams.Add(1) > maxStreams {
			m.streams.Add(-1)
			return &engine.Error{Kind: engine.KindLimited, Message: "Too many live streams are open; close some."}
		}
		wake, stop := m.Watcher.WatchSeq()
		s := &stream{mount: m, wake: wake, seq: seq, still: m.stillAllowed(c, who), news: newNews()}
		ignore := m.Watcher.WatchConfig(s.news.add)
		c.Set(fiber.HeaderContentType, "text/event-stream")
		c.Set("X-Accel-Buffering", "no")
		c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
			defer m.streams.Add(-1)
			defer stop()
			defer ignore()
			s.out = w
			s.run(context.WithoutCancel(ctx))
		})
		return nil
	}
}

// resumeAfter reads where to go on, or starts with what comes next.
func (m *mount) resumeAfter(ctx context.Context, c *fiber.Ctx) (int64, error) {
	text := c.Get("Last-Event-ID")
	if text == "" {
		text = c.Query("after")
	}
	if text == "" {
		return m.newest(ctx)
	}
	seq, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seq < 0 {
		return 0, engine.Invalid("", "Last-Event-ID is not one of ours; leave it out.")
	}
	return seq, nil
}

// newest returns the seq of the latest change.
func (m *mount) newest(ctx context.Context) (int64, error) {
	var seq int64
	events, err := m.Events.Events(ctx, engine.EventFilter{Limit: 1})
	if err != nil {
		return 0, err
	}
	for _, e := range events.Items {
		seq = max(seq, e.Seq)
	}
	runs, err := m.Runs.Runs(ctx, engine.RunFilter{Limit: 1})
	if err != nil {
		return 0, err
	}
	for _, r := range runs.Items {
		seq = max(seq, r.Seq)
	}
	return seq, nil
}

// stillAllowed returns a check of the caller that outlives the request.
func (m *mount) stillAllowed(c *fiber.Ctx, who caller) func(context.Context) error {
	if m.local {
		return func(context.Context) error { return nil }
	}
	authorization := strings.Clone(c.Get(fiber.HeaderAuthorization))
	return func(ctx context.Context) error {
		var now caller
		var err error
		if authorization != "" {
			now, err = m.byToken(ctx, authorization, caller{})
		} else {
			now, err = m.bySession(ctx, who.session.Hash, caller{})
		}
		if err == nil && !now.role.Allows(engine.RoleViewer) {
			err = unauthorized("You are signed out; sign in again.")
		}
		return err
	}
}

// run writes until the listener is gone, loses its right, or the server ends.
func (s *stream) run(ctx context.Context) {
	defer func() {
		if r := recover(); r != nil {
			s.Log.ErrorContext(ctx, "live stream panicked", "error", fmt.Sprint(r))
		}
	}()
	beat := time.NewTicker(s.Heartbeat)
	defer beat.Stop()
	err := s.hello(ctx)
	for err == nil {
		if err = s.drain(ctx); err != nil {
			break
		}
		select {
		case <-s.Done:
			return
		case <-s.wake:
		case <-s.news.wake:
			err = s.tellConfig()
		case <-s.soon:
			err = s.tellProblems(ctx)
		case <-beat.C:
			err = s.beat(ctx)
		}
	}
	s.Log.DebugContext(ctx, "live stream ended", "error", err)
}

// hello begins the stream.
func (s *stream) hello(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	var err error
	if s.problems, err = s.Problems.OpenProblems(ctx); err != nil {
		return err
	}
	if err := s.send("hello", s.seq, liveHello{Seq: s.seq, Problems: s.problems}); err != nil {
		return err
	}
	return s.out.Flush()
}

func (s *stream) beat(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	if err := s.still(ctx); err != nil {
		return err
	}
	if _, err := s.out.WriteString(": beat\n\n"); err != nil {
		return fmt.Errorf("write heartbeat: %w", err)
	}
	return s.out.Flush()
}

// drain sends everything that changed since the last time.
func (s *stream) drain(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	for {
		changes, reset, err := s.Events.Changes(ctx, s.seq, streamBatch)
		switch {
		case err != nil:
			return err
		case reset:
			return s.reset(ctx)
		case len(changes) == 0:
			return nil
		}
		for _, change := range changes {
			s.seq = change.Seq
			if change.Kind == "run" && s.soon == nil {
				s.soon = time.After(problemsAfter)
			}
			if err := s.send(change.Kind, change.Seq, LiveChange{Seq: change.Seq, Kind: change.Kind, ID: change.ID}); err != nil {
				return err
			}
		}
		if err := s.out.Flush(); err != nil || len(changes) < streamBatch {
			return err
		}
	}
}

// reset tells the listener that it missed something, and goes on with what comes.
func (s *stream) reset(ctx context.Context) error {
	var err error
	if s.seq, err = s.newest(ctx); err != nil {
		return err
	}
	if err := s.send("reset", s.seq, map[string]int64{"seq": s.seq}); err != nil {
		return err
	}
	return s.out.Flush()
}

// send writes an entry; without a seq it has no id.
func (s *stream) send(name string, seq int64, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("write change: %w", err)
	}
	if seq > 0 {
		_, err = fmt.Fprintf(s.out, "id: %d\n", seq)
	}
	if err == nil {
		_, err = fmt.Fprintf(s.out, "event: %s\ndata: %s\n\n", name, text)
	}
	return err
}
