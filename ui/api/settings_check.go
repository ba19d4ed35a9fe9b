package api

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"patchbay/engine"
)

// checkSettings refuses settings that could not work.
func (m *mount) checkSettings(s SettingsInput) error {
	var faults []error
	if s.PublicURL != "" {
		faults = append(faults, CheckPublicURL(s.PublicURL))
	}
	if _, err := time.LoadLocation(s.Timezone); err != nil {
		faults = append(faults, engine.Invalid("timezone", "%q is not a time zone; write one like Europe/Berlin or UTC.", s.Timezone))
	}
	if _, _, ok := s.Money.Marks(); !ok {
		faults = append(faults, engine.Invalid("money", "Amounts cannot be written as %q; choose 1,234.50, 1.234,50, 1 234,50 or 1'234.50.", string(s.Money)))
	}
	for i, entry := range s.AllowPrivate {
		if err := m.CheckAllow(entry); err != nil {
			faults = append(faults, engine.Invalid("allowPrivate["+strconv.Itoa(i)+"]", "%s", asProblem(err).Detail))
		}
	}
	return errors.Join(faults...)
}

// CheckPublicURL refuses what cannot be the address of an instance.
func CheckPublicURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return engine.Invalid("publicUrl", "Write the public address like https://hooks.example.com.")
	}
	return nil
}

// checkAlerts refuses alerts that would reach nobody; at is where they stand in the body.
func (m *mount) checkAlerts(ctx context.Context, at string, a engine.Alerts) error {
	known := []string{"run.failed", "inbox.rejected", "queue.age", "disk", "destination"}
	var faults []error
	for i, on := range a.On {
		if !slices.Contains(known, on) {
			faults = append(faults, engine.Invalid(at+"on["+strconv.Itoa(i)+"]", "There is no alert %q; the alerts are %s.", on, strings.Join(known, ", ")))
		}
	}
	if len(a.On) > 0 && a.Via == "" {
		faults = append(faults, engine.Invalid(at+"via", "Name the connection that alerts go through."))
	}
	for _, way := range []struct{ field, name string }{{"via", a.Via}, {"fallback", a.Fallback}} {
		if way.name == "" {
			continue
		}
		_, err := m.Connections.Connection(ctx, way.name)
		if engine.KindOf(err) == engine.KindNotFound {
			err = engine.Invalid(at+way.field, "There is no connection %q; create it first.", way.name)
		}
		if err != nil {
			faults = append(faults, err)
		}
	}
	if a.Cap < 0 {
		faults = append(faults, engine.Invalid(at+"cap", "The number of messages an hour cannot be negative."))
	}
	return errors.Join(faults...)
}
