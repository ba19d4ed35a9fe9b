package engine

import "log/slog"

const redacted = "[redacted]"

// Secret is text that must not be shown. Every way of printing or encoding it
// gives "[redacted]"; only [Secret.Reveal] gives the text itself.
type Secret string

// Reveal returns the secret text, for the one place that needs it.
func (s Secret) Reveal() string { return string(s) }

// Last4 returns the last four characters of a secret of at least twelve, "" otherwise.
func (s Secret) Last4() string {
	if len(s) < 12 {
		return ""
	}
	return string(s[len(s)-4:])
}

// String implements [fmt.Stringer].
func (Secret) String() string { return redacted }

// GoString implements [fmt.GoStringer].
func (Secret) GoString() string { return redacted }

// MarshalText implements [encoding.TextMarshaler].
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON implements [json.Marshaler].
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalYAML keeps the text out of YAML documents.
func (Secret) MarshalYAML() (any, error) { return redacted, nil }

// LogValue implements [slog.LogValuer].
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
