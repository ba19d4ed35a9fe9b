package api

import (
	"context"
	"slices"
	"sync"
	"time"

	"patchbay/engine"
)

// problemsAfter is how long after a change of a run it is looked whether problems
// opened or were solved.
const problemsAfter = 300 * time.Millisecond

// LiveConfig is the data of an entry named config: an object of the configuration was
// changed, made or deleted. Such entries have no id: they do not come again after a
// connection broke, so load lists anew then.
type LiveConfig struct {
	Kind string `json:"kind" enum:"inbox,rule,connection,settings,vars"`
	Name string `json:"name"`
}

// LiveProblems is the data of an entry named problems, and part of that of hello: how
// many problems are open.
type LiveProblems struct {
	Open int `json:"open"`
}

// liveHello is the data of the first entry.
type liveHello struct {
	Seq      int64 `json:"seq"`
	Problems int   `json:"problems"`
}

// news gathers changes of configuration for one listener, each once.
type news struct {
	mu   sync.Mutex
	list []engine.ConfigChange
	wake chan struct{}
}

func newNews() *news { return &news{wake: make(chan struct{}, 1)} }

// add must not block: whoever changes something waits for it.
func (n *news) add(c engine.ConfigChange) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !slices.Contains(n.list, c) {
		n.list = append(n.list, c)
	}
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

func (n *news) take() []engine.ConfigChange {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := n.list
	n.list = nil
	return list
}

// tellConfig sends what was changed in the configuration.
func (s *stream) tellConfig() error {
	for _, c := range s.news.take() {
		if err := s.send("config", 0, LiveConfig{Kind: c.Kind, Name: c.Name}); err != nil {
			return err
		}
	}
	return s.out.Flush()
}

// tellProblems sends how many problems are open when that has changed.
func (s *stream) tellProblems(ctx context.Context) error {
	s.soon = nil
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	open, err := s.Problems.OpenProblems(ctx)
	if err != nil || open == s.problems {
		return err
	}
	s.problems = open
	if err := s.send("problems", 0, LiveProblems{Open: open}); err != nil {
		return err
	}
	return s.out.Flush()
}
