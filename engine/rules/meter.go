package rules

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// Why an evaluation was stopped. Sites panic with these; expr's machine and
// [guard] turn the panic into an error again.
var (
	errDeadline = errors.New("evaluation took too long")
	errMemory   = errors.New("evaluation needed too much memory")
	errCanceled = errors.New("evaluation was canceled")
	errDepth    = errors.New("value is nested too deeply")
	errSize     = errors.New("rendered configuration is too large")
)

const (
	freeTicks = 400 // work that is done before the timer is started
	tickBlock = 100 // work between two looks at the timer
	maxDepth  = 500 // of values that are walked
)

// meter bounds the work and the memory of one evaluation, or of all evaluations of
// one rendering together.
type meter struct {
	fuel  int
	bytes int64
	limit time.Duration
	done  <-chan struct{}
	late  *atomic.Bool
	timer *time.Timer
}

func (t *meter) start(ctx context.Context, opt *Options) {
	t.fuel, t.bytes, t.limit, t.done = freeTicks, opt.Memory, opt.Deadline, ctx.Done()
}

// stop releases the timer; the meter can be started again.
func (t *meter) stop() {
	if t.timer != nil {
		t.timer.Stop()
		t.timer, t.late = nil, nil
	}
	t.done = nil
}

// tick counts n units of work, each worth some ten nanoseconds.
func (t *meter) tick(n int) {
	if t.fuel -= n; t.fuel < 0 {
		t.look()
	}
}

// look starts the timer or looks at it. The flag belongs to this timer alone: one
// that fires late cannot stop the next evaluation.
func (t *meter) look() {
	t.fuel = tickBlock
	if t.timer == nil {
		late := new(atomic.Bool)
		t.late = late
		t.timer = time.AfterFunc(t.limit, func() { late.Store(true) })
	}
	if t.late.Load() {
		panic(errDeadline)
	}
	select {
	case <-t.done:
		panic(errCanceled)
	default:
	}
}

// charge counts n bytes that are about to be allocated.
func (t *meter) charge(n int) {
	if t.bytes -= int64(n); t.bytes < 0 || n < 0 {
		panic(errMemory)
	}
	t.tick(1 + n>>10)
}

// guard turns a panic of a function that runs outside expr's machine into an error.
func guard(err *error) { //nolint:gocritic // it is deferred and returns through err
	switch r := recover().(type) {
	case nil:
	case error:
		*err = r
	default:
		*err = errors.New("evaluation panicked")
	}
}
