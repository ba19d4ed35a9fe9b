package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"patchbay/engine"
)

// Document is configuration as a file holds it, in JSON. Secrets stand in it in
// clear on the way in, and are left out on the way out.
type Document struct {
	Version     int               `json:"version" required:"false"`
	Inboxes     []InboxInput      `json:"inboxes,omitempty" nullable:"false"`
	Connections []ConnectionInput `json:"connections,omitempty" nullable:"false"`
	Rules       []RuleInput       `json:"rules,omitempty" nullable:"false"`
	Vars        map[string]any    `json:"vars,omitempty"`
	Alerts      *engine.Alerts    `json:"alerts,omitempty"`
}

// ApplyInput asks to bring the instance in line with a document.
type ApplyInput struct {
	Document Document          `json:"document"`
	Source   string            `json:"source,omitempty" maxLength:"1000" doc:"The file or folder, for the objects that it manages."`
	Files    map[string]string `json:"files,omitempty" doc:"The file that an object stands in, by its place in the document, such as rules[0]; the source where it is left out."`
	DryRun   bool              `json:"dryRun,omitempty"`
	Prune    bool              `json:"prune,omitempty" doc:"Delete what the source managed and no longer holds."`
	New      bool              `json:"new,omitempty" doc:"Everything must be new: what exists already is a conflict, and a failure leaves nothing behind."`
}

// Applied lists what was done or would be.
type Applied struct {
	Changes []engine.ApplyChange `json:"changes" nullable:"false"`
	DryRun  bool                 `json:"dryRun"`
}

func (m *mount) documentOperations() {
	add(m, operation{
		id: "apply", method: http.MethodPost, path: "/apply", tag: "configuration", summary: "Bring the instance in line with a document",
		need: engine.RoleEditor, audit: "configuration.apply", body: 16 << 20, timeout: 2 * time.Minute,
	}, m.apply)
	add(m, operation{
		id: "export", method: http.MethodGet, path: "/export", tag: "configuration", summary: "The configuration without its secrets", need: engine.RoleViewer,
	}, m.export)
	m.exportFileOperation()
}

func (m *mount) apply(ctx context.Context, in *struct{ Body ApplyInput }) (*plain[Applied], error) {
	who := callerOf(ctx)
	if err := m.checkPlaces(ctx, in.Body.Document.Connections); err != nil {
		return nil, under("document", err)
	}
	changes, err := m.Applier.Apply(ctx, in.Body.Document.Engine(), engine.ApplyOptions{
		Source: in.Body.Source, Files: in.Body.Files, By: who.who, DryRun: in.Body.DryRun, Prune: in.Body.Prune, New: in.Body.New,
		Begin: func(ahead []engine.ApplyChange) error {
			return m.Tokens.Audit(ctx, engine.AuditEntry{
				At: m.Now(), Who: who.who, Action: "configuration.begin", Object: in.Body.Source, Detail: "is about to " + named(ahead),
			})
		},
	})
	done := 0
	for i := range changes {
		changes[i].Fields = list(changes[i].Fields)
		if changes[i].Action != "unchanged" {
			done++
		}
	}
	if err != nil {
		who.log.begun = done > 0
		about(ctx, in.Body.Source, "stopped after "+strconv.Itoa(done)+" changes: "+named(changes))
		return nil, under("document", err)
	}
	detail := strconv.Itoa(done) + " changes"
	if in.Body.DryRun {
		detail = "dry run"
	}
	about(ctx, in.Body.Source, detail)
	return answer(Applied{Changes: list(changes), DryRun: in.Body.DryRun}), nil
}

// named lists changes for the change log: "create inbox shop, update rule tell".
func named(changes []engine.ApplyChange) string {
	var all []string
	for _, c := range changes {
		if c.Action != "unchanged" {
			all = append(all, c.Action+" "+c.Kind+" "+c.Name)
		}
	}
	return strings.Join(all, ", ")
}

// under puts the fields that failures name below a field of the body.
func under(field string, err error) error {
	p := asProblem(err)
	for i, f := range p.Errors {
		if rest, ok := strings.CutPrefix(f.Location, "body"); ok {
			p.Errors[i].Location = "body." + field + rest
		}
	}
	return p
}

func (m *mount) export(ctx context.Context, in *struct {
	Rules []string `query:"rule" doc:"Ids of rules, comma-separated: only these with what they need." maxItems:"200" nullable:"false"`
},
) (*plain[Document], error) {
	doc, err := m.Applier.Export(ctx, in.Rules)
	if err != nil {
		return nil, err
	}
	for _, box := range doc.Inboxes { // left out already; this is the second fence
		box.Verify.Secret, box.Verify.Secrets, box.Verify.Key, box.Verify.Token = "", nil, "", ""
	}
	for _, c := range doc.Connections {
		c.Secrets = nil
	}
	return answer(NewDocument(doc)), nil
}

// NewDocument returns the JSON form of a document. Secrets that are in it come
// along in clear: it is made for sending a file to an instance.
func NewDocument(doc *engine.Document) Document {
	return Document{
		Version: doc.Version, Vars: doc.Vars, Alerts: doc.Alerts,
		Inboxes: each(doc.Inboxes, inboxInput), Rules: each(doc.Rules, ruleInput),
		Connections: each(doc.Connections, func(c *engine.Connection) ConnectionInput {
			return ConnectionInput{Name: c.Name, Title: c.Title, Type: c.Type, With: keepSecrets(c.With, c.Secrets)}
		}),
	}
}

func ruleInput(r *engine.Rule) RuleInput { return RuleInput{RuleFields: ruleFields(r)} }

func inboxInput(in *engine.Inbox) InboxInput {
	v := in.Verify
	out := InboxInput{
		Name: in.Name,
		InboxFields: InboxFields{
			Title: in.Title, Dedupe: in.Dedupe, Respond: in.Respond, Limits: in.Limits,
			Methods: in.Methods, Split: in.Split, Paused: in.Paused, Keep: in.Keep,
		},
		Verify: VerifyInput{VerifyFields: VerifyFields{
			Scheme: v.Scheme, Username: v.Username, Header: v.Header, Tolerance: v.Tolerance,
			URL: v.URL, HMAC: v.HMAC, Pending: v.Pending,
		}},
	}
	out.Verify.Secret, out.Verify.Key, out.Verify.Token = revealed(v.Secret), revealed(v.Key), revealed(v.Token)
	if v.Secrets != nil {
		texts := each(v.Secrets, engine.Secret.Reveal)
		out.Verify.Secrets = &texts
	}
	return out
}

func revealed(s engine.Secret) *string {
	if s == "" {
		return nil
	}
	text := s.Reveal()
	return &text
}

// Engine returns the document in the engine's words.
func (d Document) Engine() *engine.Document {
	return &engine.Document{
		Version: d.Version, Vars: d.Vars, Alerts: d.Alerts,
		Inboxes: each(d.Inboxes, func(i InboxInput) *engine.Inbox { return i.inbox(nil) }),
		Rules:   each(d.Rules, func(r RuleInput) *engine.Rule { return r.rule(nil) }),
		Connections: each(d.Connections, func(c ConnectionInput) *engine.Connection {
			return &engine.Connection{Name: c.Name, Title: c.Title, Type: c.Type, With: c.With}
		}),
	}
}
