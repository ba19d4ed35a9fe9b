package api

import (
	"time"

	"github.com/danielgtaylor/huma/v2"

	"patchbay/engine"
)

// Overlap is written as its mode alone or as an object.
type Overlap struct{ engine.Overlap }

// Schema implements [huma.SchemaProvider].
func (Overlap) Schema(huma.Registry) *huma.Schema {
	modes := []any{engine.OverlapParallel, engine.OverlapQueue, engine.OverlapSingle, engine.OverlapRestart}
	return &huma.Schema{OneOf: []*huma.Schema{
		{Type: huma.TypeString, Enum: modes},
		{
			Type: huma.TypeObject, AdditionalProperties: false, Required: []string{"mode"},
			Properties: map[string]*huma.Schema{
				"mode":     {Type: huma.TypeString, Enum: modes},
				"key":      {Type: huma.TypeString, Description: "Runs with different keys do not exclude each other."},
				"max":      {Type: huma.TypeInteger, Description: "Of waiting runs under queue; 1000 when left out."},
				"whenFull": {Type: huma.TypeString, Enum: []any{"", "reject", "dropOldest"}},
			},
		},
	}}
}

// RuleFields is what people decide about a rule.
type RuleFields struct {
	ID          string          `json:"id,omitempty" maxLength:"200" doc:"Never changes; made from the name when left out."`
	Name        string          `json:"name" maxLength:"200"`
	Inbox       string          `json:"inbox,omitempty"`
	Inboxes     []string        `json:"inboxes,omitempty" nullable:"false"`
	Enabled     *bool           `json:"enabled,omitempty" doc:"On when left out."`
	When        string          `json:"when,omitempty" doc:"The condition; always when empty."`
	Overlap     *Overlap        `json:"overlap,omitempty"`
	ExpireAfter engine.Duration `json:"expireAfter,omitempty"`
	Note        string          `json:"note,omitempty"`
	Owner       string          `json:"owner,omitempty"`
	Tags        []string        `json:"tags,omitempty" nullable:"false"`
	Steps       []engine.Step   `json:"steps" nullable:"false" required:"false"`
}

// RuleInput creates or replaces a rule. Read-only fields are ignored.
type RuleInput struct {
	RuleFields
	Managed   string     `json:"managed,omitempty" readOnly:"true"`
	Version   int        `json:"version,omitempty" readOnly:"true"`
	Revision  int64      `json:"revision,omitempty" readOnly:"true"`
	Draft     any        `json:"draft,omitempty" readOnly:"true"`
	Sentence  any        `json:"sentence,omitempty" readOnly:"true"`
	Published any        `json:"published,omitempty" readOnly:"true"`
	CreatedAt *time.Time `json:"createdAt,omitempty" readOnly:"true"`
	UpdatedAt *time.Time `json:"updatedAt,omitempty" readOnly:"true"`
}

// Rule is a rule as it is published, or its draft when it never was.
type Rule struct {
	RuleFields
	Managed   string              `json:"managed,omitempty" doc:"The file that manages it."`
	Version   int                 `json:"version" doc:"Of the published rule; 0 when it was never published."`
	Revision  int64               `json:"revision" doc:"Counts every change; the ETag."`
	Draft     *DraftInfo          `json:"draft,omitempty" doc:"The unpublished edit."`
	Published *engine.Publication `json:"published,omitempty" doc:"When and by whom the current version was published."`
	CreatedAt time.Time           `json:"createdAt"`
	UpdatedAt time.Time           `json:"updatedAt"`

	Sentence []SentencePart `json:"sentence" nullable:"false" doc:"What the rule does, in one sentence: all texts one after another."`
}

// TransformSchema implements [huma.SchemaTransformer]: what the input may leave out
// is always there in the answer.
func (*Rule) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Required = append(s.Required, "id", "enabled", "steps")
	return s
}

// DraftInfo tells about an unpublished edit.
type DraftInfo struct {
	BasedOn   int       `json:"basedOn" doc:"The published version that it was made from."`
	Outdated  bool      `json:"outdated" doc:"That version is no longer the current one."`
	UpdatedAt time.Time `json:"updatedAt"`
	UpdatedBy string    `json:"updatedBy"`
}

// Draft is an unpublished edit with what keeps it from being published.
type Draft struct {
	DraftInfo
	Rule   Rule           `json:"rule"`
	Faults []ProblemField `json:"faults" nullable:"false" doc:"What keeps it from being published."`
}

// RuleVersion is one published state of a rule.
type RuleVersion struct {
	Version     int       `json:"version"`
	Rule        Rule      `json:"rule"`
	PublishedAt time.Time `json:"publishedAt"`
	PublishedBy string    `json:"publishedBy"`
}

func ruleView(r *engine.Rule) Rule {
	on := r.On()
	v := Rule{
		RuleFields: ruleFields(r), Managed: r.Managed, Version: r.Version, Revision: r.Revision,
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
	}
	v.Enabled = &on
	return v
}

func ruleFields(r *engine.Rule) RuleFields {
	f := RuleFields{
		ID: r.ID, Name: r.Name, Inbox: r.Inbox, Inboxes: r.Inboxes, Enabled: r.Enabled, When: r.When,
		ExpireAfter: r.ExpireAfter, Note: r.Note, Owner: r.Owner, Tags: r.Tags, Steps: list(r.Steps),
	}
	if r.Overlap != nil {
		f.Overlap = &Overlap{Overlap: *r.Overlap}
	}
	return f
}

// rule returns the rule that the input describes; old is what it replaces, nil when
// it is new.
func (i RuleInput) rule(old *engine.Rule) *engine.Rule {
	r := &engine.Rule{
		ID: i.ID, Name: i.Name, Inbox: i.Inbox, Inboxes: i.Inboxes, Enabled: i.Enabled, When: i.When,
		ExpireAfter: i.ExpireAfter, Note: i.Note, Owner: i.Owner, Tags: i.Tags, Steps: i.Steps,
	}
	if i.Overlap != nil {
		overlap := i.Overlap.Overlap
		r.Overlap = &overlap
	}
	if old != nil {
		r.ID, r.Managed, r.Version, r.Revision, r.CreatedAt = old.ID, old.Managed, old.Version, old.Revision, old.CreatedAt
	}
	return r
}

func draftInfo(d *engine.Draft, published int) *DraftInfo {
	return &DraftInfo{BasedOn: d.BasedOn, Outdated: d.BasedOn != published, UpdatedAt: d.UpdatedAt.UTC(), UpdatedBy: d.UpdatedBy}
}
