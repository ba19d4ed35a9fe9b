package engine

import (
	"context"
	"encoding/json"
	"time"
)

// Rule is a condition and a chain of steps for the events of one or more inboxes.
type Rule struct {
	ID          string    `json:"id,omitempty" yaml:"id,omitempty"`
	Name        string    `json:"name" yaml:"name"`
	Inbox       string    `json:"inbox,omitempty" yaml:"inbox,omitempty"`
	Inboxes     []string  `json:"inboxes,omitempty" yaml:"inboxes,omitempty" nullable:"false"`
	Enabled     *bool     `json:"enabled,omitempty" yaml:"enabled,omitempty"` // nil is on
	When        string    `json:"when,omitempty" yaml:"when,omitempty"`
	Overlap     *Overlap  `json:"overlap,omitempty" yaml:"overlap,omitempty"`
	ExpireAfter Duration  `json:"expireAfter,omitempty" yaml:"expireAfter,omitempty"`
	Note        string    `json:"note,omitempty" yaml:"note,omitempty"`
	Owner       string    `json:"owner,omitempty" yaml:"owner,omitempty"`
	Tags        []string  `json:"tags,omitempty" yaml:"tags,omitempty" nullable:"false"`
	Steps       []Step    `json:"steps" yaml:"steps" nullable:"false"`
	Managed     string    `json:"managed,omitempty" yaml:"-"`
	Version     int       `json:"version" yaml:"-"`  // of the published rule, 0 when it was never published
	Revision    int64     `json:"revision" yaml:"-"` // counts every change, drafts and switching included; the ETag
	CreatedAt   time.Time `json:"createdAt" yaml:"-"`
	UpdatedAt   time.Time `json:"updatedAt" yaml:"-"`
}

// On reports whether the rule may start runs.
func (r *Rule) On() bool { return r.Enabled == nil || *r.Enabled }

// AllInboxes returns Inbox and Inboxes as one list.
func (r *Rule) AllInboxes() []string {
	if r.Inbox == "" {
		return r.Inboxes
	}
	return append([]string{r.Inbox}, r.Inboxes...)
}

// Step is one use of an action in a rule.
type Step struct {
	Key        string         `json:"key" yaml:"key"`
	Action     string         `json:"action" yaml:"action"`
	Name       string         `json:"name,omitempty" yaml:"name,omitempty"`
	Enabled    *bool          `json:"enabled,omitempty" yaml:"enabled,omitempty"`
	Connection string         `json:"connection,omitempty" yaml:"connection,omitempty"`
	If         string         `json:"if,omitempty" yaml:"if,omitempty"`
	ForEach    string         `json:"forEach,omitempty" yaml:"forEach,omitempty"`
	With       map[string]any `json:"with,omitempty" yaml:"with,omitempty"`
	Timeout    Duration       `json:"timeout,omitempty" yaml:"timeout,omitempty"`
	Retry      *Retry         `json:"retry,omitempty" yaml:"retry,omitempty"`
	OnError    string         `json:"onError,omitempty" yaml:"onError,omitempty"`     // stop (default), continue
	OnUnknown  string         `json:"onUnknown,omitempty" yaml:"onUnknown,omitempty"` // retry, stop; default by action
}

// On reports whether the step takes part.
func (s *Step) On() bool { return s.Enabled == nil || *s.Enabled }

// Retry bounds the attempts of a step: how many, spread over how long.
type Retry struct {
	Attempts int      `json:"attempts" yaml:"attempts"`
	Over     Duration `json:"over,omitempty" yaml:"over,omitempty"`
}

// The overlap modes of a rule.
const (
	OverlapParallel = "parallel"
	OverlapQueue    = "queue"
	OverlapSingle   = "single"
	OverlapRestart  = "restart"
)

// Overlap says what happens when a rule matches while a run of it, with the same
// key, is queued, running or waiting. In files it may be written as its mode alone.
type Overlap struct {
	Mode     string `json:"mode" yaml:"mode"`
	Key      string `json:"key,omitempty" yaml:"key,omitempty"`
	Max      int    `json:"max,omitempty" yaml:"max,omitempty"`           // of waiting runs under queue, default 1000
	WhenFull string `json:"whenFull,omitempty" yaml:"whenFull,omitempty"` // reject (default), dropOldest
}

type overlapFields Overlap

// UnmarshalJSON takes the mode alone or the object.
func (o *Overlap) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &o.Mode)
	}
	return json.Unmarshal(b, (*overlapFields)(o))
}

// UnmarshalYAML takes the mode alone or the object.
func (o *Overlap) UnmarshalYAML(unmarshal func(any) error) error {
	if err := unmarshal(&o.Mode); err == nil {
		return nil
	}
	return unmarshal((*overlapFields)(o))
}

// Draft is an unpublished edit of a rule. BasedOn is the published version it was
// made from; it is outdated when that is no longer the current one.
type Draft struct {
	Rule      Rule      `json:"rule"`
	BasedOn   int       `json:"basedOn"`
	UpdatedAt time.Time `json:"updatedAt"`
	UpdatedBy string    `json:"updatedBy,omitempty"`
}

// RuleVersion is one published state of a rule.
type RuleVersion struct {
	Version     int       `json:"version"`
	Rule        Rule      `json:"rule"`
	PublishedAt time.Time `json:"publishedAt"`
	PublishedBy string    `json:"publishedBy,omitempty"`
}

// RuleStore keeps rules, their drafts and every published version.
type RuleStore interface {
	// Rule returns the published rule, or the draft's content under Version 0 when it
	// was never published. KindNotFound.
	Rule(ctx context.Context, id string) (*Rule, error)
	// Rules returns all rules by id, as Rule does.
	Rules(ctx context.Context) ([]*Rule, error)
	// Draft returns the draft of a rule. KindNotFound when there is none.
	Draft(ctx context.Context, id string) (*Draft, error)
	// SaveDraft stores a draft and sets d.Rule.Revision; ifRevision 0 creates the rule.
	// A nil d discards the draft. KindNotFound, KindConflict.
	SaveDraft(ctx context.Context, id string, d *Draft, ifRevision int64) error
	// Publish makes r the rule's next version and sets r.Version, r.Revision and the
	// times; ifRevision 0 creates it. keepDraft leaves a draft in place, otherwise it is
	// dropped. A change of Enabled alone makes no new version. KindNotFound, KindConflict.
	Publish(ctx context.Context, r *Rule, by string, ifRevision int64, keepDraft bool) error
	// DeleteRule removes a rule; its runs keep their name and version. KindNotFound, KindConflict.
	DeleteRule(ctx context.Context, id string, ifRevision int64) error
	// Versions returns the published versions, newest first, also of a deleted rule.
	Versions(ctx context.Context, id string) ([]*RuleVersion, error)
	// Version returns one published version, also of a deleted rule. KindNotFound.
	Version(ctx context.Context, id string, version int) (*Rule, error)
}
