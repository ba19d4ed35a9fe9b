package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"patchbay/engine"
	"patchbay/engine/config"
	"patchbay/engine/recipe"
	"patchbay/ui/api"
)

// recipeBook gives the recipes that come with the program to the API.
type recipeBook struct {
	read   func() ([]*recipe.Recipe, error)
	dir    string     // where an instance to try recipes in is made
	trying sync.Mutex // one such instance at a time
}

func newRecipeBook(dir string) *recipeBook {
	return &recipeBook{read: sync.OnceValues(builtinRecipes), dir: dir}
}

func (b *recipeBook) find(name string) (*recipe.Recipe, error) {
	all, err := b.read()
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		if r.Name == name {
			return r, nil
		}
	}
	_, err = builtinRecipe(name)
	return nil, err
}

// List implements [api.Recipes].
func (b *recipeBook) List() ([]api.RecipeSummary, error) {
	all, err := b.read()
	if err != nil {
		return nil, err
	}
	list := make([]api.RecipeSummary, len(all))
	for i, r := range all {
		list[i] = summaryView(r)
	}
	return list, nil
}

// One implements [api.Recipes].
func (b *recipeBook) One(name string) (*api.Recipe, error) {
	r, err := b.find(name)
	if err != nil {
		return nil, err
	}
	v := recipeView(r)
	return &v, nil
}

// Fill implements [api.Recipes].
func (b *recipeBook) Fill(name string, a api.RecipeAnswers, exists api.RecipeExisting) (*engine.Document, error) {
	r, err := b.find(name)
	if err != nil {
		return nil, err
	}
	known, err := r.Reused(a.Inputs, recipe.Existing(exists))
	if err != nil {
		return nil, err
	}
	for _, input := range a.Reuse { // what is to be reused has to exist; what exists and is not is told by who makes it
		if !slices.Contains(known, input) {
			return nil, engine.Invalid("inputs."+input, "There is nothing of this name to be used; choose what exists, or let it be made.")
		}
	}
	doc, err := r.Fill(recipe.Answers{Values: a.Inputs, Reuse: a.Reuse, Later: a.Later})
	if err != nil {
		return nil, err
	}
	if a.Key != "" {
		for _, box := range doc.Inboxes {
			if config.NeedsKey(&box.Verify) {
				box.Verify.Key = engine.Secret(a.Key)
				break // two inboxes never share one
			}
		}
	}
	return doc, r.Rename(doc, a.Rename)
}

// Connection implements [api.Recipes]. What other connections and the inbox ask for is
// taken from the examples.
func (b *recipeBook) Connection(name string, a api.RecipeAnswers, input string) (*engine.Connection, error) {
	r, err := b.find(name)
	if err != nil {
		return nil, err
	}
	if r.Creates()[input] != recipe.TypeConnection {
		return nil, engine.Invalid("connection", "The recipe makes no connection of this name.")
	}
	doc, err := r.Fill(recipe.Answers{Values: a.Inputs, Later: true})
	if err != nil {
		examples := r.Example(a.Inputs)
		for _, in := range append(r.NotAsked()[input], input) {
			if _, given := a.Inputs[in]; !given {
				delete(examples.Values, in) // an example must never be what is tried
			}
		}
		if doc, err = r.Fill(examples); err != nil {
			return nil, err
		}
	}
	wanted, _ := a.Inputs[input].(string)
	for _, c := range doc.Connections {
		if c.Name == wanted || wanted == "" && c.Name == r.Default(input) {
			return c, nil
		}
	}
	return nil, engine.Invalid("connection", "The recipe makes no connection of this name.")
}

// Blame implements [api.Recipes].
func (b *recipeBook) Blame(name string, a api.RecipeAnswers, doc *engine.Document, err error) error {
	r, e := b.find(name)
	if e != nil {
		return err
	}
	return r.AtInputs(doc, a.Inputs, err)
}

// Try implements [api.Recipes]. Everything of the recipe is made in an instance of its own,
// also what would be reused.
func (b *recipeBook) Try(ctx context.Context, name string, a api.RecipeAnswers) (_ *api.RecipeTrial, err error) {
	r, err := b.find(name)
	if err != nil {
		return nil, err
	}
	doc, err := fillForTrial(r, a.Inputs, nil)
	if err != nil {
		return nil, err
	}
	left, err := fillForTrial(r, a.Inputs, a.Reuse)
	if err != nil {
		return nil, err
	}
	b.trying.Lock()
	defer b.trying.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err // nobody waits for it any more
	}
	h, err := newRehearsal(ctx, b.dir, programs(doc))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	h.events = map[string]*engine.Event{}
	if err := h.apply(ctx, doc); err != nil {
		return nil, err
	}
	trial := &api.RecipeTrial{Document: doc, Permissions: permissionsView(recipe.PermissionsOf(left))}
	trial.Permissions.Secrets = r.Permissions().Secrets
	for i, t := range r.Tests {
		if slices.ContainsFunc(r.Tests[:i], func(before recipe.Test) bool { return before.Sample == t.Sample }) {
			continue
		}
		s, err := h.show(ctx, r, &t, doc)
		if err != nil {
			return nil, err
		}
		trial.Samples = append(trial.Samples, s)
	}
	return trial, nil
}

// fillForTrial takes the examples for what is secret, missing or wrong.
func fillForTrial(r *recipe.Recipe, given map[string]any, reuse []string) (*engine.Document, error) {
	values := maps.Clone(given)
	for name := range values {
		i := slices.IndexFunc(r.Inputs, func(in recipe.Input) bool { return in.Name == name })
		if i < 0 || r.Inputs[i].Type == recipe.TypeSecret {
			delete(values, name)
			continue
		}
		if _, err := r.Inputs[i].Value(values[name]); err != nil {
			delete(values, name)
		}
	}
	answers := r.Example(values)
	answers.Reuse = reuse
	return r.Fill(answers)
}

// show tells what becomes of a sample.
func (h *rehearsal) show(ctx context.Context, r *recipe.Recipe, t *recipe.Test, doc *engine.Document) (api.RecipeSample, error) {
	s, _ := r.Sample(t.Sample)
	out := api.RecipeSample{Title: s.Title, Rules: []api.RecipeSampleRule{}}
	e, problems, err := h.deliver(ctx, r, t, doc.Inboxes[0].Name)
	if err != nil {
		return out, err
	}
	if e == nil {
		out.Fault = problems[0]
		return out, nil
	}
	out.Type = e.Type
	for i, rule := range doc.Rules {
		shown := api.RecipeSampleRule{ID: r.Document.Rules[i].ID, Steps: []api.RecipeSampleStep{}}
		if shown.Matches, err = h.matches(ctx, rule, e); err != nil {
			return out, err
		}
		for at := 0; shown.Matches && at < len(rule.Steps); at++ {
			shown.Steps = append(shown.Steps, h.showStep(ctx, engine.PreviewRequest{Sample: e, Rule: rule, Step: rule.Steps[at].Key, Outputs: outputsOf(r, t.Sample, rule.ID)}, rule.Steps[at]))
		}
		out.Rules = append(out.Rules, shown)
	}
	return out, nil
}

func (h *rehearsal) showStep(ctx context.Context, req engine.PreviewRequest, s engine.Step) api.RecipeSampleStep {
	out := api.RecipeSampleStep{Key: s.Key, Name: s.Name, Action: s.Action}
	got, err := h.in.runner.Preview(ctx, req)
	if err != nil {
		out.Fault = sentence(err)
		return out
	}
	out.Preview.Skipped, out.Preview.Items = got.Skipped, got.Items
	if got.Preview != nil {
		out.Preview.Preview = *got.Preview
	}
	return out
}

// outputsOf finds example answers for the steps of a rule: those of the sample's own test,
// else of any.
func outputsOf(r *recipe.Recipe, sample, rule string) map[string]any {
	var found map[string]any
	for _, t := range r.Tests {
		if _, ok := t.Rules[rule]; ok && t.Outputs != nil && (found == nil || t.Sample == sample) {
			found = t.Outputs
		}
	}
	return found
}

func summaryView(r *recipe.Recipe) api.RecipeSummary {
	info := infoOf(r)
	return api.RecipeSummary{
		Name: r.Name, Revision: r.Revision, Title: r.Title, Sentence: r.Sentence, From: info.From, To: info.To,
		Tags: append([]string{}, r.Tags...), Difficulty: r.Difficulty, Minutes: r.Minutes,
	}
}

func recipeView(r *recipe.Recipe) api.Recipe {
	v := api.Recipe{
		RecipeSummary: summaryView(r),
		Inputs:        []api.RecipeInput{}, Scheme: r.Scheme(), Keyed: len(r.Document.Inboxes) > 0 && config.NeedsKey(&r.Document.Inboxes[0].Verify), Sender: append([]string{}, r.SenderSteps()...), Destinations: []api.RecipeDestination{},
		Permissions: permissionsView(r.Permissions()), Samples: []string{}, Tests: []string{}, Checked: r.Checked, Wants: recipeWants(r),
	}
	creates, needless := r.Creates(), r.NotAsked()
	for _, in := range r.Inputs {
		shown := api.RecipeInput{
			Name: in.Name, Type: in.Type, Label: in.Label, Help: in.Help, Default: in.Default, Choices: []api.RecipeChoice{}, Min: in.Min, Max: in.Max,
			Connection: in.Connection, Hosts: append([]string{}, r.Hosts(in.Name)...), Creates: creates[in.Name] != "", NotAsked: append([]string{}, needless[in.Name]...), CanWait: r.CanWait(in.Name),
		}
		if in.Type != recipe.TypeSecret {
			shown.Example = in.Example
		}
		for _, c := range in.Choices {
			shown.Choices = append(shown.Choices, api.RecipeChoice(c))
		}
		v.Inputs = append(v.Inputs, shown)
	}
	for _, d := range r.Setup.Destination {
		v.Destinations = append(v.Destinations, api.RecipeDestination(d))
	}
	for _, t := range r.Tests {
		if s, ok := r.Sample(t.Sample); ok && !slices.Contains(v.Samples, s.Title) {
			v.Samples = append(v.Samples, s.Title)
		}
		v.Tests = append(v.Tests, t.Name)
	}
	return v
}

func recipeWants(r *recipe.Recipe) api.RecipeWants {
	wants := r.Receives()
	out := api.RecipeWants{Provider: wants.Provider, Kinds: wants.Kinds, Fields: wants.Fields}
	for _, a := range r.Accounts() {
		out.Connections = append(out.Connections, api.RecipeAccount(a))
	}
	return out
}

func permissionsView(p recipe.Permissions) api.RecipePermissions {
	v := api.RecipePermissions{
		Inboxes: p.Inboxes, Connections: p.Connections, Rules: p.Rules, Hosts: p.Hosts, Mail: p.Mail, Programs: []api.RecipeProgram{},
		Secrets: append([]string{}, p.Secrets...), Answers: p.Answers,
	}
	for _, program := range p.Programs {
		v.Programs = append(v.Programs, api.RecipeProgram{Program: program})
	}
	return v
}

var _ api.Recipes = (*recipeBook)(nil)
