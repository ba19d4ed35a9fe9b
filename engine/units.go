package engine

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Duration is a length of time written as "30s", "5m", "24h" or "7d".
type Duration time.Duration

// MaxBody is the largest body that an operator can let inboxes take.
const MaxBody Size = 1 << 30

var (
	durationDays = regexp.MustCompile(`^(\d+)d(.*)$`)
	sizePattern  = regexp.MustCompile(`^(\d+)\s*([A-Za-z]*)$`)
	namePattern  = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)
)

// ParseDuration reads a duration with the units of [time.ParseDuration] and d for
// 24 hours. It returns a KindInvalid error for other text and for negative lengths.
func ParseDuration(s string) (Duration, error) {
	bad := Invalid("", "%q is not a duration; write it like 30s, 5m, 24h or 7d.", s)
	var days int64
	rest := strings.TrimSpace(s)
	if m := durationDays.FindStringSubmatch(rest); m != nil {
		n, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil || n > 36500 {
			return 0, bad
		}
		days, rest = n, m[2]
	}
	total := time.Duration(days) * 24 * time.Hour
	if rest != "" && rest != "0" {
		d, err := time.ParseDuration(rest)
		if err != nil || d < 0 || d > math.MaxInt64-total {
			return 0, bad
		}
		total += d
	} else if rest == "" && days == 0 && !strings.Contains(s, "d") {
		return 0, bad
	}
	return Duration(total), nil
}

// ParseWait reads a duration that may come out of data, where a bare number counts
// seconds. It returns a KindInvalid error like [ParseDuration].
func ParseWait(s string) (Duration, error) {
	d, err := ParseDuration(s)
	if err == nil {
		return d, nil
	}
	n, bare := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if bare != nil || n < 0 || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, err
	}
	if n >= math.MaxInt64/float64(time.Second) {
		return math.MaxInt64, nil
	}
	return Duration(n * float64(time.Second)), nil
}

// Std returns the standard library's form.
func (d Duration) Std() time.Duration { return time.Duration(d) }

// String writes whole days as "7d" and everything else without trailing zero units.
func (d Duration) String() string {
	t := time.Duration(d)
	if t != 0 && t%(24*time.Hour) == 0 {
		return strconv.FormatInt(int64(t/(24*time.Hour)), 10) + "d"
	}
	s := t.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}

// MarshalText implements [encoding.TextMarshaler].
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := ParseDuration(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// Size is a number of bytes written as "512KiB" or "1MiB"; KB and MB are decimal.
type Size int64

// ParseSize reads a size. It returns a KindInvalid error for other text.
func ParseSize(s string) (Size, error) {
	units := map[string]int64{
		"": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "kb": 1e3, "mb": 1e6, "gb": 1e9,
	}
	bad := Invalid("", "%q is not a size; write it like 512KiB or 1MiB.", s)
	m := sizePattern.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return 0, bad
	}
	unit, ok := units[strings.ToLower(m[2])]
	n, err := strconv.ParseInt(m[1], 10, 64)
	if !ok || err != nil || n > math.MaxInt64/unit {
		return 0, bad
	}
	return Size(n * unit), nil
}

// String writes the size in the largest binary unit that divides it.
func (s Size) String() string {
	for _, u := range []struct {
		n    Size
		name string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if s >= u.n && s%u.n == 0 {
			return strconv.FormatInt(int64(s/u.n), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(s), 10) + "B"
}

// MarshalText implements [encoding.TextMarshaler].
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Size) UnmarshalText(b []byte) error {
	v, err := ParseSize(string(b))
	if err != nil {
		return err
	}
	*s = v
	return nil
}

// Rate is a number of requests per second, written as "500/s", "30/m" or "0" for no limit.
type Rate float64

// ParseRate reads a rate. It returns a KindInvalid error for other text.
func ParseRate(s string) (Rate, error) {
	n, unit, _ := strings.Cut(strings.TrimSpace(s), "/")
	v, err := strconv.ParseFloat(n, 64)
	per, ok := map[string]float64{"": 1, "s": 1, "m": 60, "h": 3600}[unit]
	if err != nil || !ok || v < 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, Invalid("", "%q is not a rate; write it like 500/s, or 0 for no limit.", s)
	}
	return Rate(v / per), nil
}

// String writes the rate in the largest unit that reads back exactly with few
// digits, per second where none does.
func (r Rate) String() string {
	for _, unit := range []struct {
		name string
		per  float64
	}{{"/s", 1}, {"/m", 60}, {"/h", 3600}} {
		n := math.Round(float64(r)*unit.per*1e3) / 1e3
		if n/unit.per == float64(r) {
			return strconv.FormatFloat(n, 'f', -1, 64) + unit.name
		}
	}
	return strconv.FormatFloat(float64(r), 'f', -1, 64) + "/s"
}

// MarshalText implements [encoding.TextMarshaler].
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (r *Rate) UnmarshalText(b []byte) error {
	v, err := ParseRate(string(b))
	if err != nil {
		return err
	}
	*r = v
	return nil
}

// CheckName refuses names that could not stand in an address: field says whose name it is.
func CheckName(field, name string) error {
	if !namePattern.MatchString(name) {
		return Invalid(field, "%q cannot be a name; use 1 to 63 small letters, digits and hyphens, starting with a letter or digit.", name)
	}
	return nil
}

// Slug turns a title into a name: "New issue!" becomes "new-issue".
func Slug(title string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(title) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := strings.Trim(b.String(), "-")
	return strings.Trim(fmt.Sprintf("%.63s", s), "-")
}
