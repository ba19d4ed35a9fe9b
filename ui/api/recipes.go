package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"patchbay/engine"
)

// Recipes are the recipes that come with the program. A name that there is none of is a
// KindNotFound error.
type Recipes interface {
	List() ([]RecipeSummary, error)
	One(name string) (*Recipe, error)
	// Fill returns the configuration that answers make. Failures of answers name their
	// fields: inputs.NAME and rename.ID.
	Fill(name string, a RecipeAnswers, exists RecipeExisting) (*engine.Document, error)
	// Connection returns what an input of type connection would make of answers. What
	// does not belong to it may be missing.
	Connection(name string, a RecipeAnswers, input string) (*engine.Connection, error)
	// Blame lets failures about a filled configuration name the answer that they came from.
	Blame(name string, a RecipeAnswers, doc *engine.Document, err error) error
	// Try tells what would become of the recipe's samples, with examples in the place of
	// answers that are missing, wrong or secret.
	Try(ctx context.Context, name string, a RecipeAnswers) (*RecipeTrial, error)
}

// RecipeExisting is what an instance has: schemes of inboxes and types of connections by
// their names.
type RecipeExisting struct {
	Inboxes     map[string]string
	Connections map[string]string
}

// RecipeSummary describes a recipe in the gallery.
type RecipeSummary struct {
	Name       string   `json:"name"`
	Revision   int      `json:"revision" doc:"Counts the changes of the recipe."`
	Title      string   `json:"title"`
	Sentence   string   `json:"sentence" doc:"What it does, in one sentence."`
	From       []string `json:"from" nullable:"false" doc:"Names of the apps that send."`
	To         []string `json:"to" nullable:"false" doc:"Names of the apps that something is sent to."`
	Tags       []string `json:"tags" nullable:"false"`
	Difficulty string   `json:"difficulty" enum:"easy,medium,advanced"`
	Minutes    int      `json:"minutes" doc:"Until the first event, the time in the other apps included."`
}

// Recipe is all that people may want to know before they use a recipe.
type Recipe struct {
	RecipeSummary
	Inputs       []RecipeInput       `json:"inputs" nullable:"false"`
	Scheme       string              `json:"scheme" doc:"How its inbox checks the sender."`
	Keyed        bool                `json:"keyed" doc:"The address of its inbox has a secret part."`
	PublicURL    string              `json:"publicUrl" doc:"What the address of its inbox begins with; empty when it is not known."`
	Sender       []string            `json:"sender" nullable:"false" doc:"What is done in the app that sends; {{address}} stands for the address of the inbox."`
	Destinations []RecipeDestination `json:"destinations" nullable:"false" doc:"What is done in the apps that something is sent to."`
	Permissions  RecipePermissions   `json:"permissions"`
	Samples      []string            `json:"samples" nullable:"false" doc:"Titles of its sample events."`
	Tests        []string            `json:"tests" nullable:"false" doc:"What its tests show."`
	Checked      []string            `json:"checked" nullable:"false" doc:"What names of fields and addresses were checked against."`
	Wants        RecipeWants         `json:"-"`
}

// RecipeInput is a question of a recipe.
type RecipeInput struct {
	Name       string         `json:"name"`
	Type       string         `json:"type" enum:"text,number,secret,choice,address,inbox,connection"`
	Label      string         `json:"label"`
	Help       string         `json:"help"`
	Default    any            `json:"default,omitempty"`
	Example    any            `json:"example,omitempty" doc:"Never of a secret."`
	Choices    []RecipeChoice `json:"choices" nullable:"false"`
	Min        *int64         `json:"min,omitempty"`
	Max        *int64         `json:"max,omitempty"`
	Connection string         `json:"connection" doc:"The type of connection that is asked for."`
	Hosts      []string       `json:"hosts" nullable:"false" doc:"The only hosts that the connection may be used for; an existing one that serves none of them does not fit."`
	Creates    bool           `json:"creates" doc:"What it names is made, unless it is reused."`
	NotAsked   []string       `json:"notAsked" nullable:"false" doc:"Inputs that are not asked when what this one names is reused."`
	CanWait    bool           `json:"canWait" doc:"It may be left for later: the inbox holds its events until then."`
}

// RecipeChoice is one answer of an input of type choice.
type RecipeChoice struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// RecipeDestination is what is done in one app.
type RecipeDestination struct {
	App   string   `json:"app"`
	Steps []string `json:"steps" nullable:"false"`
}

// RecipePermissions is what a recipe makes and may do, found in its configuration. What
// stands in { } is not known before it is filled in, or an event comes.
type RecipePermissions struct {
	Inboxes     []string        `json:"inboxes" nullable:"false"`
	Connections []string        `json:"connections" nullable:"false"`
	Rules       []string        `json:"rules" nullable:"false"`
	Hosts       []string        `json:"hosts" nullable:"false" doc:"Whom it talks to."`
	Mail        []string        `json:"mail" nullable:"false" doc:"Whom it writes mail to."`
	Programs    []RecipeProgram `json:"programs" nullable:"false" doc:"What it runs on this server."`
	Secrets     []string        `json:"secrets" nullable:"false" doc:"Labels of the secrets that it keeps."`
	Answers     bool            `json:"answers" doc:"It answers the sender itself."`
}

// RecipeProgram is a program that a recipe runs.
type RecipeProgram struct {
	Program string `json:"program"`
	Allowed bool   `json:"allowed" doc:"The operator allows it, with --allow-shell; without that the recipe cannot be used."`
}

// RecipeAnswers are the answers to what a recipe asks.
type RecipeAnswers struct {
	Inputs map[string]any    `json:"inputs,omitempty" doc:"By the names of the inputs; what is left out takes its default."`
	Reuse  []string          `json:"reuse,omitempty" nullable:"false" maxItems:"20" doc:"Inputs that name an inbox or a connection that exists."`
	Rename map[string]string `json:"rename,omitempty" doc:"Other ids for rules, by those that the recipe has."`
	Key    string            `json:"key,omitempty" maxLength:"128" pattern:"^[A-Za-z0-9_-]{22,}$" doc:"The secret part of the address, where it was given to the sender before; made when left out."`
	Later  bool              `json:"later,omitempty" doc:"Secrets of the sender that are left out are given later: events are held until then."`
}

func (m *mount) recipeOperations() {
	const tag = "recipes"
	add(m, operation{
		id: "listRecipes", method: http.MethodGet, path: "/recipes", tag: tag, summary: "The recipes that come with Patchbay", need: engine.RoleViewer,
	}, m.listRecipes)
	add(m, operation{
		id: "suggestRecipes", method: http.MethodGet, path: "/recipe-suggestions", tag: tag,
		summary: "Recipes that fit what inboxes receive and the connections that there are, the best first", need: engine.RoleViewer,
	}, m.suggestRecipes)
	add(m, operation{
		id: "getRecipe", method: http.MethodGet, path: "/recipes/{id}", tag: tag, summary: "What a recipe asks for, does and may do", need: engine.RoleViewer,
	}, m.getRecipe)
	add(m, operation{
		id: "previewRecipe", method: http.MethodPost, path: "/recipes/{id}/preview", tag: tag,
		summary: "What a recipe would make of answers, and what would become of its samples; nothing is made or sent",
		need:    engine.RoleEditor, timeout: time.Minute,
	}, m.previewRecipe)
	add(m, operation{
		id: "testRecipeConnection", method: http.MethodPost, path: "/recipes/{id}/test", tag: tag,
		summary: "Try a connection that a recipe would make, for real; nothing is made",
		need:    engine.RoleEditor, audit: "connection.test", timeout: time.Minute,
	}, m.testRecipe)
	add(m, operation{
		id: "importRecipe", method: http.MethodPost, path: "/recipes/{id}/import", tag: tag, summary: "Make everything of a recipe, or nothing",
		need: engine.RoleEditor, audit: "recipe.import", status: http.StatusCreated, timeout: time.Minute,
	}, m.importRecipe)
}

func (m *mount) listRecipes(_ context.Context, in *struct{ Listing }) (*plain[Page[RecipeSummary]], error) {
	all, err := m.Recipes.List()
	if err != nil {
		return nil, err
	}
	return page(all, func(r RecipeSummary) string { return r.Name }, in.Listing)
}

func (m *mount) getRecipe(_ context.Context, in *Named) (*plain[Recipe], error) {
	r, err := m.recipe(in.ID)
	if err != nil {
		return nil, err
	}
	return answer(*r), nil
}

func (m *mount) recipe(name string) (*Recipe, error) {
	r, err := m.Recipes.One(name)
	if err != nil {
		return nil, err
	}
	m.allowed(r.Permissions.Programs)
	r.PublicURL = strings.TrimSuffix(m.PublicURL(), "/")
	return r, nil
}
