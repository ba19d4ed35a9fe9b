package engine

import (
	"context"
	"time"
)

// Defaults of an inbox; a field left at its zero value means these.
const (
	DefaultBodyLimit    Size     = 1 << 20
	DefaultRate         Rate     = 500
	DefaultDedupeWindow Duration = Duration(7 * 24 * time.Hour)
	MaxHeaders                   = 100
	MaxHeaderBytes               = 16 << 10
)

// Inbox is a named address that receives webhooks.
type Inbox struct {
	Name      string    `json:"name" yaml:"name"`
	Title     string    `json:"title,omitempty" yaml:"title,omitempty"`
	Verify    Verify    `json:"verify" yaml:"verify,omitempty"`
	Dedupe    Dedupe    `json:"dedupe" yaml:"dedupe,omitempty"`
	Respond   Respond   `json:"respond" yaml:"respond,omitempty"`
	Limits    Limits    `json:"limits" yaml:"limits,omitempty"`
	Methods   []string  `json:"methods,omitempty" yaml:"methods,omitempty" nullable:"false"`
	Split     bool      `json:"split" yaml:"split,omitempty"` // a delivery that is a list becomes one event per item
	Paused    bool      `json:"paused" yaml:"paused,omitempty"`
	Keep      Retention `json:"keep" yaml:"keep,omitempty"`
	Managed   string    `json:"managed,omitempty" yaml:"-"` // the file that manages it, "" when none does
	Version   int64     `json:"version" yaml:"-"`           // counts changes; the ETag
	CreatedAt time.Time `json:"createdAt" yaml:"-"`
	UpdatedAt time.Time `json:"updatedAt" yaml:"-"`
}

// Verify says how an inbox checks its senders. Scheme is "none", "key", "basic",
// "bearer", "header", "hmac", "standard-webhooks" or a provider's id. Key is the
// secret part of the address under scheme "key"; it is made by the server, as is
// Token, which some senders show when they try the address out. Pending marks a check
// that is not finished: its secret is not known yet and requests are held.
type Verify struct {
	Scheme    string     `json:"scheme" yaml:"scheme,omitempty"`
	Secret    Secret     `json:"secret,omitempty" yaml:"secret,omitempty"`
	Secrets   []Secret   `json:"secrets,omitempty" yaml:"secrets,omitempty" nullable:"false"`
	Key       Secret     `json:"key,omitempty" yaml:"key,omitempty"`
	Token     Secret     `json:"token,omitempty" yaml:"token,omitempty"`
	Username  string     `json:"username,omitempty" yaml:"username,omitempty"`
	Header    string     `json:"header,omitempty" yaml:"header,omitempty"`
	Tolerance *Duration  `json:"tolerance,omitempty" yaml:"tolerance,omitempty"`
	URL       string     `json:"url,omitempty" yaml:"url,omitempty"`
	HMAC      *HMACShape `json:"hmac,omitempty" yaml:"hmac,omitempty"`
	Pending   bool       `json:"pending,omitempty" yaml:"pending,omitempty"`
}

// Active returns every secret that counts, Secret first. It does not hide empty ones.
func (v Verify) Active() []Secret {
	var all []Secret
	if v.Secret != "" {
		all = append(all, v.Secret)
	}
	return append(all, v.Secrets...)
}

// HMACShape is the generic HMAC scheme: where the signature stands, how it is
// written, and which bytes it covers. Message holds the tokens {body} {ts}
// {method} {url} {url_decoded} {form_sorted} {h:Name} {j:path} among literal text.
type HMACShape struct {
	Header     string   `json:"header" yaml:"header"`
	Algorithm  string   `json:"algorithm" yaml:"algorithm"` // sha1, sha256, sha512
	Encoding   string   `json:"encoding" yaml:"encoding"`   // hex, base64, base64url
	Prefix     string   `json:"prefix,omitempty" yaml:"prefix,omitempty"`
	Format     string   `json:"format,omitempty" yaml:"format,omitempty"` // single (default), kv, list
	Separator  string   `json:"separator,omitempty" yaml:"separator,omitempty"`
	SigKeys    []string `json:"sigKeys,omitempty" yaml:"sigKeys,omitempty" nullable:"false"` // kv: names of the signature items
	ItemPrefix string   `json:"itemPrefix,omitempty" yaml:"itemPrefix,omitempty"`            // list: prefix of the items that count
	Key        string   `json:"key,omitempty" yaml:"key,omitempty"`                          // utf8 (default), hex, base64, base64:STRIP
	Message    string   `json:"message,omitempty" yaml:"message,omitempty"`                  // default {body}
	Timestamp  string   `json:"timestamp,omitempty" yaml:"timestamp,omitempty"`              // header:NAME, kv:KEY or json:PATH
	Unit       string   `json:"unit,omitempty" yaml:"unit,omitempty"`                        // s (default), ms, rfc3339, httpdate, utcdate
}

// Dedupe says how an inbox recognises repeats. Key is an expression; empty means
// the provider's own delivery id. RerunFailed nil means the provider's default.
type Dedupe struct {
	Key         string   `json:"key,omitempty" yaml:"key,omitempty"`
	Window      Duration `json:"window,omitempty" yaml:"window,omitempty"`
	RerunFailed *bool    `json:"rerunFailed,omitempty" yaml:"rerunFailed,omitempty"`
	Off         bool     `json:"off,omitempty" yaml:"off,omitempty"`
}

// Respond says what an accepted sender is told. Mode "rule" waits up to Within for
// the first respond step of any run of the event; the fixed answer follows otherwise, or
// Unmatched, which does not wait, when no rule wanted the event.
type Respond struct {
	Mode    string            `json:"mode,omitempty" yaml:"mode,omitempty"` // "" (fixed) or "rule"
	Within  Duration          `json:"within,omitempty" yaml:"within,omitempty"`
	Status  int               `json:"status,omitempty" yaml:"status,omitempty"`
	Headers map[string]string `json:"headers,omitempty" yaml:"headers,omitempty"`
	Text    string            `json:"text,omitempty" yaml:"text,omitempty"`
	JSON    any               `json:"json,omitempty" yaml:"json,omitempty"`

	Unmatched *Unmatched `json:"unmatched,omitempty" yaml:"unmatched,omitempty" doc:"In mode rule: the answer about an event that no rule wanted, instead of the fixed one."`
}

// Unmatched is the answer about an event that no rule wanted. Status 0 is that of the
// fixed answer.
type Unmatched struct {
	Status int    `json:"status,omitempty" yaml:"status,omitempty"`
	Text   string `json:"text,omitempty" yaml:"text,omitempty"`
}

// Limits bounds what an inbox takes. Rate nil means the default, 0 none.
type Limits struct {
	Body Size  `json:"body,omitempty" yaml:"body,omitempty"`
	Rate *Rate `json:"rate,omitempty" yaml:"rate,omitempty"`
}

// Retention says how long an inbox keeps its events; zero values mean the
// workspace's settings. Events that matched or failed outlive the others by
// KeepMatched.
type Retention struct {
	Age     Duration `json:"age,omitempty" yaml:"age,omitempty"`         // unmatched events
	Matched Duration `json:"matched,omitempty" yaml:"matched,omitempty"` // matched events and their runs
	Count   int64    `json:"count,omitempty" yaml:"count,omitempty"`
	Bytes   Size     `json:"bytes,omitempty" yaml:"bytes,omitempty"`
}

// Ledger counts the requests of an inbox since it was made. At all times
// Received = Accepted + Duplicate + Rejected + Held and
// Accepted = Matched + Unmatched + Pending.
type Ledger struct {
	Received     int64      `json:"received"`
	Accepted     int64      `json:"accepted"`
	Duplicate    int64      `json:"duplicate"`
	Rejected     int64      `json:"rejected"`
	Held         int64      `json:"held"`
	Matched      int64      `json:"matched"`
	Unmatched    int64      `json:"unmatched"`
	Pending      int64      `json:"pending"`
	LastAt       *time.Time `json:"lastAt,omitempty"`
	LastVerified *time.Time `json:"lastVerified,omitempty"`
}

// InboxStore keeps inboxes. Their secrets are encrypted at rest and come back in
// clear: showing them is the caller's sin to avoid.
type InboxStore interface {
	// Inbox returns one inbox. KindNotFound when there is none of this name.
	Inbox(ctx context.Context, name string) (*Inbox, error)
	// Inboxes returns all inboxes by name.
	Inboxes(ctx context.Context) ([]*Inbox, error)
	// PutInbox creates (ifVersion 0) or replaces (ifVersion the version seen) an inbox
	// and sets its Version and times. KindConflict when it exists or changed meanwhile.
	PutInbox(ctx context.Context, in *Inbox, ifVersion int64) error
	// DeleteInbox removes an inbox with its events and runs. KindNotFound, KindConflict.
	DeleteInbox(ctx context.Context, name string, ifVersion int64) error
	// Ledger returns the counters of one inbox. KindNotFound.
	Ledger(ctx context.Context, name string) (Ledger, error)
	// Ledgers returns the counters of all inboxes by name.
	Ledgers(ctx context.Context) (map[string]Ledger, error)
}
