package runner

import (
	"context"
	"fmt"
	"runtime/debug"
)

// faulted logs a panic of a part of the program and returns it as an error. Whoever
// is told of a fault is told to see the log: nothing else keeps where it happened.
func (r *Runner) faulted(ctx context.Context, what string, value any, more ...any) error {
	err := fmt.Errorf("%s panicked: %v", what, value)
	r.deps.Log.ErrorContext(ctx, "unexpected fault", append(more, "error", err, "stack", string(debug.Stack()))...)
	return err
}
