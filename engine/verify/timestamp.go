package verify

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// httpDate is the form of dates in HTTP headers.
const httpDate = "Mon, 02 Jan 2006 15:04:05 GMT"

// utcDate is what Scalr writes into the header Date instead.
const utcDate = "Mon 02 Jan 2006 15:04:05 UTC"

// Digits of a time as a number, from 2001 to 2286: no more and no fewer are taken, so that
// no digit can pass between the time and what stands beside it in a signed message.
const (
	digitsOfSeconds = 10
	digitsOfMillis  = 13
)

// timestamp returns the signed time as it was sent, "" when the shape has none.
func (p *signature) timestamp(r *Request, f found) (string, error) {
	if !p.timed() {
		return "", nil
	}
	from, name, _ := strings.Cut(p.shape.Timestamp, ":")
	switch from {
	case "header":
		return r.single(name)
	case "kv":
		if len(f.times) != 1 {
			return "", refuse("The header " + p.headers[0] + " does not hold exactly one time " + name + ".")
		}
		return f.times[0], nil
	case "json":
		return r.text(name)
	default:
		return "", nil
	}
}

// timed reports whether the time matters: to its tolerance, or to the signed message.
func (p *signature) timed() bool {
	return p.shape.Timestamp != "" && (p.tolerance > 0 || slices.ContainsFunc(p.message, func(m part) bool { return m.token == tokenTime }))
}

// timely refuses what was signed too long ago, or later than now, unless the tolerance is
// 0. A time that is not written as one is refused always: what is no time could be the
// beginning or the end of something else that is signed.
func timely(ts, unit string, now time.Time, tolerance time.Duration) error {
	at, ok := parseTime(ts, unit)
	if !ok {
		return refuse("The time at which the request was signed cannot be read" + expected(unit))
	}
	if tolerance == 0 {
		return nil
	}
	// Differences saturate, and the smallest duration has no positive twin: never negate one.
	age, ahead := now.Sub(at), at.Sub(now)
	switch {
	case age > tolerance:
		return refuse("The request was signed " + span(age, tolerance, " ago") + " This server's clock may be wrong.")
	case ahead > tolerance:
		return refuse("The request was signed " + span(ahead, tolerance, " in the future") + " This server's clock may be wrong.")
	default:
		return nil
	}
}

func parseTime(ts, unit string) (time.Time, bool) {
	switch unit {
	case "rfc3339":
		t, err := time.Parse(time.RFC3339, ts)
		return t, err == nil
	case "httpdate":
		t, err := time.Parse(httpDate, ts)
		return t, err == nil
	case "utcdate":
		t, err := time.Parse(utcDate, ts)
		return t, err == nil
	}
	digits := digitsOfSeconds
	if unit == "ms" {
		digits = digitsOfMillis
	}
	if len(ts) != digits || strings.Trim(ts, "0123456789") != "" {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(ts, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	if unit == "ms" {
		return time.UnixMilli(n), true
	}
	return time.Unix(n, 0), true
}

// expected ends a sentence about a time that is not in the form that it should have.
func expected(unit string) string {
	switch unit {
	case "rfc3339":
		return "; it should look like 2026-11-21T12:00:00Z."
	case "httpdate":
		return "; it should look like Sat, 21 Nov 2026 12:00:00 GMT."
	case "utcdate":
		return "; it should look like Sat 21 Nov 2026 12:00:00 UTC."
	case "ms":
		return "; it should be 13 digits, milliseconds since 1970."
	default:
		return "; it should be 10 digits, seconds since 1970."
	}
}

// span says "14 minutes ago; 5 are allowed.", with units that fit each number.
func span(age, allowed time.Duration, direction string) string {
	n, unit := inWords(age)
	m, allowedUnit := inWords(allowed)
	rest := strconv.FormatInt(m, 10)
	if allowedUnit != unit {
		rest += " " + plural(m, allowedUnit)
	}
	verb := " are allowed."
	if m == 1 {
		verb = " is allowed."
	}
	return strconv.FormatInt(n, 10) + " " + plural(n, unit) + direction + "; " + rest + verb
}

// inWords rounds up, so that what is too old never reads as if it were not.
func inWords(d time.Duration) (int64, string) {
	up := func(unit time.Duration) int64 { return int64((d-1)/unit) + 1 }
	switch {
	case d <= 90*time.Second:
		return up(time.Second), "second"
	case d <= 90*time.Minute:
		return up(time.Minute), "minute"
	case d <= 48*time.Hour:
		return up(time.Hour), "hour"
	default:
		return up(24 * time.Hour), "day"
	}
}

func plural(n int64, unit string) string {
	if n == 1 {
		return unit
	}
	return unit + "s"
}
