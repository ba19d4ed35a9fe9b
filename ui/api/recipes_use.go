package api

import (
	"context"
	"slices"
	"strings"

	"patchbay/engine"
	"patchbay/engine/rules/visual"
)

// RecipeTrial is what would become of a recipe's samples. Document is what they were tried
// with; it is not shown.
type RecipeTrial struct {
	Document    *engine.Document
	Permissions RecipePermissions
	Samples     []RecipeSample
}

// RecipeSample is what would become of one sample event.
type RecipeSample struct {
	Title string             `json:"title"`
	Type  string             `json:"type" doc:"The kind of event that is recognised."`
	Fault string             `json:"fault" doc:"Why it could not be tried; empty when it could."`
	Rules []RecipeSampleRule `json:"rules" nullable:"false"`
}

// RecipeSampleRule is what one rule would do about a sample event.
type RecipeSampleRule struct {
	ID      string             `json:"id"`
	Matches bool               `json:"matches"`
	Steps   []RecipeSampleStep `json:"steps" nullable:"false" doc:"None when the rule does not match."`
}

// RecipeSampleStep is what one step would do. Answers of earlier steps are examples.
type RecipeSampleStep struct {
	Key     string      `json:"key"`
	Name    string      `json:"name"`
	Action  string      `json:"action"`
	Fault   string      `json:"fault" doc:"Why it cannot be done; empty when it can."`
	Preview StepPreview `json:"preview"`
}

// RecipePreview is what a recipe would make.
type RecipePreview struct {
	Problems    []ProblemField    `json:"problems" nullable:"false" doc:"What answers are missing or wrong; with any of them nothing can be made."`
	Rules       []RecipeRule      `json:"rules" nullable:"false"`
	Permissions RecipePermissions `json:"permissions"`
	Samples     []RecipeSample    `json:"samples" nullable:"false"`
}

// RecipeRule is a rule that a recipe would make.
type RecipeRule struct {
	ID       string         `json:"id"`
	Sentence []SentencePart `json:"sentence" nullable:"false"`
}

// RecipeImport is what a recipe made.
type RecipeImport struct {
	Changes []engine.ApplyChange `json:"changes" nullable:"false"`
	Inbox   string               `json:"inbox" doc:"The name of the inbox, made or reused."`
	Pending bool                 `json:"pending" doc:"The sender check is to be finished; events are held until then."`
	Setup   []string             `json:"setup" nullable:"false" doc:"What is done in the app that sends, with the address filled in."`
}

// allowed fills in which programs the operator allows.
func (m *mount) allowed(programs []RecipeProgram) {
	for i := range programs {
		programs[i].Allowed = slices.Contains(m.AllowShell, programs[i].Program)
	}
}

func (m *mount) existing(ctx context.Context) (RecipeExisting, error) {
	have := RecipeExisting{Inboxes: map[string]string{}, Connections: map[string]string{}}
	boxes, err := m.Inboxes.Inboxes(ctx)
	if err != nil {
		return have, err
	}
	for _, box := range boxes {
		have.Inboxes[box.Name] = box.Verify.Scheme
	}
	connections, err := m.Connections.Connections(ctx)
	for _, c := range connections {
		have.Connections[c.Name] = c.Type
	}
	return have, err
}

// fill returns what answers make, checked against what the instance has, and makes it
// unless it is only tried.
func (m *mount) fill(ctx context.Context, name string, a RecipeAnswers, try bool) (*engine.Document, []engine.ApplyChange, error) {
	have, err := m.existing(ctx)
	if err != nil {
		return nil, nil, err
	}
	doc, err := m.Recipes.Fill(name, a, have)
	if err != nil {
		return nil, nil, err
	}
	if err := m.checkPlaces(ctx, NewDocument(doc).Connections); err != nil {
		return nil, nil, err
	}
	who := callerOf(ctx).who
	changes, err := m.Applier.Apply(ctx, doc, engine.ApplyOptions{
		By: who, New: true, DryRun: try,
		Begin: func(ahead []engine.ApplyChange) error {
			return m.Tokens.Audit(ctx, engine.AuditEntry{At: m.Now(), Who: who, Action: "recipe.begin", Object: name, Detail: "is about to " + named(ahead)})
		},
	})
	if err != nil {
		return nil, nil, m.Recipes.Blame(name, a, doc, err)
	}
	return doc, changes, nil
}

func (m *mount) previewRecipe(ctx context.Context, in *struct {
	Named
	Body RecipeAnswers
},
) (*plain[RecipePreview], error) {
	if _, err := m.recipe(in.ID); err != nil {
		return nil, err
	}
	out := RecipePreview{Problems: []ProblemField{}}
	if _, _, err := m.fill(ctx, in.ID, in.Body, true); err != nil {
		p := asProblem(err)
		if p.Status >= 500 {
			return nil, err
		}
		if out.Problems = p.Errors; len(out.Problems) == 0 {
			out.Problems = []ProblemField{{Message: p.Detail, Location: "body"}}
		}
	}
	trial, err := m.Recipes.Try(ctx, in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	m.allowed(trial.Permissions.Programs)
	out.Permissions, out.Samples, out.Rules = trial.Permissions, list(trial.Samples), m.sentences(trial.Document)
	return answer(out), nil
}

// sentences tells the rules of a configuration that is not stored.
func (m *mount) sentences(doc *engine.Document) []RecipeRule {
	teller := visual.Teller{Rules: m.Expressions, Actions: m.Actions, Inbox: func(name string) string {
		for _, box := range doc.Inboxes {
			if box.Name == name && box.Title != "" {
				return box.Title
			}
		}
		return name
	}}
	return each(doc.Rules, func(r *engine.Rule) RecipeRule { return RecipeRule{ID: r.ID, Sentence: sentenceView(teller.Tell(r))} })
}

func (m *mount) importRecipe(ctx context.Context, in *struct {
	Named
	Body RecipeAnswers
},
) (*plain[RecipeImport], error) {
	r, err := m.recipe(in.ID)
	if err != nil {
		return nil, err
	}
	about(ctx, in.ID, "")
	doc, changes, err := m.fill(ctx, in.ID, in.Body, false)
	if err != nil {
		return nil, err
	}
	about(ctx, in.ID, named(changes))
	for i := range changes {
		changes[i].Fields = list(changes[i].Fields)
	}
	out := RecipeImport{Changes: list(changes), Inbox: doc.Rules[0].Inbox, Setup: []string{}}
	box, err := m.Inboxes.Inbox(ctx, out.Inbox)
	if err != nil {
		return nil, err
	}
	shown, err := m.showInbox(ctx, box)
	if err != nil {
		return nil, err
	}
	out.Pending = box.Verify.Pending
	for _, step := range r.Sender {
		out.Setup = append(out.Setup, strings.ReplaceAll(step, "{{address}}", shown.Body.Address))
	}
	return answer(out), nil
}

// testRecipe tries what a recipe would make. Nothing that exists is tried: it has a test
// of its own.
func (m *mount) testRecipe(ctx context.Context, in *struct {
	Named
	Body struct {
		RecipeAnswers
		Connection string `json:"connection" maxLength:"63" doc:"The input that names the connection."`
	}
},
) (*plain[Tried], error) {
	c, err := m.Recipes.Connection(in.ID, in.Body.RecipeAnswers, in.Body.Connection)
	if err != nil {
		return nil, err
	}
	about(ctx, c.Name, c.Type)
	if err := m.Checker.CheckConnection(ctx, c); err != nil {
		return nil, err
	}
	message, err := m.Actions.TestConnection(ctx, c)
	if err != nil {
		return nil, err
	}
	return answer(Tried{Message: message}), nil
}
