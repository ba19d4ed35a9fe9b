package runner

import "context"

// TestAlert sends a test message the way that alerts go through a connection. It
// returns an *engine.Error or an *engine.Failure in its chain when that does not work.
func (r *Runner) TestAlert(ctx context.Context, connection, to string) error {
	name := "Patchbay"
	if snap := r.catalog.current.Load(); snap != nil && snap.settings != nil && snap.settings.Name != "" {
		name = snap.settings.Name
	}
	return r.alerts.sendBy(ctx, connection, to, alertMessage{
		subject: name + ": Test of the alerts",
		text:    "This is a test. Alerts would reach you like this.\n",
	})
}
