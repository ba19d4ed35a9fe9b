package api

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"patchbay/engine"
)

// InboxFields is what people decide about an inbox, apart from its name.
type InboxFields struct {
	Title   string           `json:"title,omitempty" maxLength:"200"`
	Dedupe  engine.Dedupe    `json:"dedupe" required:"false"`
	Respond engine.Respond   `json:"respond" required:"false"`
	Limits  engine.Limits    `json:"limits" required:"false"`
	Methods []string         `json:"methods,omitempty" nullable:"false"`
	Split   bool             `json:"split" required:"false" doc:"A delivery that is a list becomes one event per item."`
	Paused  bool             `json:"paused" required:"false"`
	Keep    engine.Retention `json:"keep" required:"false"`
}

// VerifyFields is how an inbox checks its senders, secrets apart.
type VerifyFields struct {
	Scheme    string            `json:"scheme" required:"false" doc:"none, key, basic, bearer, header, hmac, standard-webhooks or a provider's id; key when left out."`
	Username  string            `json:"username,omitempty"`
	Header    string            `json:"header,omitempty"`
	Tolerance *engine.Duration  `json:"tolerance,omitempty" doc:"Of the signed timestamp; 0 is not checked."`
	URL       string            `json:"url,omitempty" doc:"The address that the provider signs."`
	HMAC      *engine.HMACShape `json:"hmac,omitempty"`
	Pending   bool              `json:"pending,omitempty" doc:"The secret is not known yet: requests are held."`
}

// VerifyInput sets how an inbox checks its senders. Secrets left out are kept while
// the scheme stays the same.
type VerifyInput struct {
	VerifyFields
	Secret  *string   `json:"secret,omitempty" writeOnly:"true"`
	Secrets *[]string `json:"secrets,omitempty" nullable:"false" writeOnly:"true" doc:"Further secrets that count, for rotation."`
	Key     *string   `json:"key,omitempty" writeOnly:"true" doc:"The secret part of the address; made by the server when left out."`
	Token   *string   `json:"token,omitempty" doc:"What the sender has to show when it tries the address out; made by the server when left out."`

	Title        string   `json:"title,omitempty" readOnly:"true"`
	HasSecret    bool     `json:"hasSecret,omitempty" readOnly:"true"`
	SecretLast4  string   `json:"secretLast4,omitempty" readOnly:"true"`
	SecretsLast4 []string `json:"secretsLast4,omitempty" readOnly:"true" nullable:"false"`
}

// Verify shows how an inbox checks its senders, without the secrets.
type Verify struct {
	VerifyFields
	HasSecret    bool     `json:"hasSecret"`
	SecretLast4  string   `json:"secretLast4" doc:"The last four characters of the secret, when it is long enough."`
	SecretsLast4 []string `json:"secretsLast4" nullable:"false" doc:"The same of the further secrets."`
	Token        string   `json:"token,omitempty" doc:"What the sender has to show when it tries the address out, for those who may change the inbox."`
	Title        string   `json:"title" doc:"Of the scheme, such as GitHub or Secret address."`
}

// InboxInput creates or replaces an inbox. Read-only fields are ignored.
type InboxInput struct {
	Name string `json:"name,omitempty" maxLength:"63" doc:"Stands in the address and never changes; made from the title when left out."`
	InboxFields
	Verify VerifyInput `json:"verify" required:"false"`

	Address    string     `json:"address,omitempty" readOnly:"true"`
	Ledger     any        `json:"ledger,omitempty" readOnly:"true"`
	Refused    any        `json:"refused,omitempty" readOnly:"true"`
	Handshakes any        `json:"handshakes,omitempty" readOnly:"true"`
	LooksLike  any        `json:"looksLike,omitempty" readOnly:"true"`
	Managed    string     `json:"managed,omitempty" readOnly:"true"`
	Version    int64      `json:"version,omitempty" readOnly:"true"`
	CreatedAt  *time.Time `json:"createdAt,omitempty" readOnly:"true"`
	UpdatedAt  *time.Time `json:"updatedAt,omitempty" readOnly:"true"`
}

// Inbox is an inbox with its counters.
type Inbox struct {
	Name string `json:"name"`
	InboxFields
	Verify     Verify         `json:"verify"`
	Address    string         `json:"address" doc:"Where senders send to. Its secret part is shown to those who may change the inbox."`
	Ledger     engine.Ledger  `json:"ledger"`
	Refused    RefusedState   `json:"refused"`
	Handshakes HandshakeState `json:"handshakes"`
	LooksLike  *LooksLike     `json:"looksLike,omitempty" doc:"Whom its newest events look like they came from, where no provider is chosen. Not in lists."`
	Managed    string         `json:"managed,omitempty" doc:"The file that manages it."`
	Version    int64          `json:"version" doc:"Counts changes; the ETag."`
	CreatedAt  time.Time      `json:"createdAt"`
	UpdatedAt  time.Time      `json:"updatedAt"`
}

// RefusedState tells what an inbox refused lately.
type RefusedState struct {
	Today  int64      `json:"today" doc:"In the last 24 hours."`
	LastAt *time.Time `json:"lastAt" nullable:"true" doc:"Null when none is kept."`
	Reason string     `json:"reason" doc:"Of the last one."`

	InARow  int64  `json:"inARow,omitempty" doc:"Requests refused since the last one that was not, those for lack of room among them, where its sender is known to stop after some."`
	Warning string `json:"warning,omitempty" doc:"That the sender will stop, or has stopped, and what to do."`
}

// TransformSchema implements [huma.SchemaTransformer]: what the input may leave out
// is always there in the answer.
func (*Inbox) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Required = append(s.Required, "dedupe", "respond", "limits", "split", "paused", "keep")
	return s
}

// TransformSchema implements [huma.SchemaTransformer].
func (*Verify) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Required = append(s.Required, "scheme")
	return s
}

func (m *mount) inboxView(ctx context.Context, in *engine.Inbox, ledger engine.Ledger, refused RefusedState) Inbox {
	v, who := in.Verify, callerOf(ctx)
	token := ""
	if who.role.Allows(engine.RoleEditor) {
		token = v.Token.Reveal()
	}
	return Inbox{
		Name: in.Name,
		InboxFields: InboxFields{
			Title: in.Title, Dedupe: in.Dedupe, Respond: in.Respond, Limits: in.Limits,
			Methods: in.Methods, Split: in.Split, Paused: in.Paused, Keep: in.Keep,
		},
		Verify: Verify{
			VerifyFields: VerifyFields{
				Scheme: v.Scheme, Username: v.Username, Header: v.Header, Tolerance: v.Tolerance,
				URL: v.URL, HMAC: v.HMAC, Pending: v.Pending,
			},
			HasSecret: len(v.Active()) > 0, SecretLast4: v.Secret.Last4(), SecretsLast4: each(v.Secrets, engine.Secret.Last4),
			Token: token,
			Title: cmp.Or(m.schemes()[v.Scheme].Title, v.Scheme),
		},
		Address: m.address(who, in), Ledger: ledger, Refused: refused, Handshakes: m.handshakeState(ctx, in.Name), Managed: in.Managed, Version: in.Version,
		CreatedAt: in.CreatedAt.UTC(), UpdatedAt: in.UpdatedAt.UTC(),
	}
}

// refusedState tells what an inbox refused; today holds what came in the last 24 hours,
// away what was turned away without being stored.
func (m *mount) refusedState(ctx context.Context, box *engine.Inbox, today map[string]engine.EventCounts, away map[string]Refused) (RefusedState, error) {
	s := RefusedState{Today: today[box.Name].Rejected}
	last, err := m.Activity.LastRejected(ctx, box.Name)
	if err != nil {
		return s, err
	}
	if last != nil {
		s.LastAt, s.Reason = when(last.ReceivedAt), last.Reason
	}
	sender := m.schemes()[box.Verify.Scheme]
	if sender.Retry.StopsAfter == 0 {
		return s, nil
	}
	if last != nil {
		s.InARow, err = m.Activity.RejectedInARow(ctx, box.Name)
	}
	s.InARow += away[box.Name].InARow // to the sender these are failures, too
	s.Warning = sender.warning(s.InARow)
	return s, err
}

func (m *mount) turnedAway() map[string]Refused {
	if m.Refused == nil {
		return nil
	}
	return m.Refused()
}

// warning says what so many failures in a row mean for the sender; "" while they are few.
func (p ProviderInfo) warning(failures int64) string {
	stops := p.Title + " " + p.Retry.Stops
	if !p.Retry.Confirmed {
		stops = "as far as is known " + stops + " (check its documentation)"
	}
	switch r := p.Retry; {
	case r.StopsAfter == 0 || failures < int64(r.WarnAfter):
		return ""
	case failures < int64(r.StopsAfter):
		return fmt.Sprintf("The last %d requests were refused, and after %d in a row %s. Correct the sender check, or what %s sends, before that.",
			failures, r.StopsAfter, stops, p.Title)
	default:
		return fmt.Sprintf("The last %d requests were refused, and after %d in a row %s. Correct the sender check, or what %s sends, and then look at %s whether it still sends.",
			failures, r.StopsAfter, stops, p.Title, p.Title)
	}
}

// address is where senders send to, for the eyes of the caller.
func (m *mount) address(who caller, in *engine.Inbox) string {
	path := "/in/" + in.Name
	if in.Verify.Key != "" {
		key := url.PathEscape(in.Verify.Key.Reveal())
		if !who.role.Allows(engine.RoleEditor) {
			key = "…" + in.Verify.Key.Last4()
		}
		path += "/" + key
	}
	return strings.TrimSuffix(m.PublicURL(), "/") + path
}

// inbox returns the inbox that the input describes; old is what it replaces, nil
// when it is new.
func (i InboxInput) inbox(old *engine.Inbox) *engine.Inbox {
	in := &engine.Inbox{
		Name: i.Name, Title: i.Title, Dedupe: i.Dedupe, Respond: i.Respond, Limits: i.Limits,
		Methods: i.Methods, Split: i.Split, Paused: i.Paused, Keep: i.Keep,
	}
	if old == nil {
		if in.Name == "" {
			in.Name = engine.Slug(i.Title)
		}
		in.Verify = i.Verify.verify(nil)
		return in
	}
	in.Name, in.Managed, in.Version, in.CreatedAt = old.Name, old.Managed, old.Version, old.CreatedAt
	in.Verify = i.Verify.verify(&old.Verify)
	return in
}

func (v VerifyInput) verify(old *engine.Verify) engine.Verify {
	next := engine.Verify{
		Scheme: v.Scheme, Username: v.Username, Header: v.Header, Tolerance: v.Tolerance,
		URL: v.URL, HMAC: v.HMAC, Pending: v.Pending,
	}
	if old != nil && (next.Scheme == "" || next.Scheme == old.Scheme) {
		next.Scheme, next.Secret, next.Secrets, next.Token = old.Scheme, old.Secret, old.Secrets, old.Token
	}
	if old != nil {
		next.Key = old.Key // the address that senders have stays good
	}
	if v.Secret != nil {
		next.Secret = engine.Secret(*v.Secret)
	}
	if v.Secrets != nil {
		next.Secrets = nil
		for _, s := range *v.Secrets {
			next.Secrets = append(next.Secrets, engine.Secret(s))
		}
	}
	if v.Key != nil {
		next.Key = engine.Secret(*v.Key)
	}
	if v.Token != nil {
		next.Token = engine.Secret(*v.Token)
	}
	return next
}
