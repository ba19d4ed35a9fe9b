// Package recipe reads recipes: configuration as of package config with a head that
// says what it is for, what it asks, how the other sides are set up, and tests.
//
// A recipe is a folder that holds recipe.yaml, the configuration with the field recipe
// on top, and the deliveries of its tests as NAME.http, in the form of
// [verify.ParseSamples]. Everything below the head is read and checked by package config;
// there is no second reader.
//
// # Inputs
//
// ${input:NAME} stands in values for what the person who imports the recipe gives,
// ${input:NAME.PART} for a named group of the input's pattern. It is put in after the
// YAML was read, so that it is never YAML. In an expression it becomes a literal; in the
// text of a step characters that mean nothing anywhere stay as they are, and everything
// else becomes an expression that is one quoted literal, so that the action escapes it as
// it escapes any value. A reference within quotes of an expression, in the name of a field
// or next to a brace is refused. What is secret can stand only where secrets are kept: in
// the sender check of an inbox and in a connection.
//
// Decisions where the design is silent: the name of an inbox or a connection that a recipe
// makes may be an input of that type; when the person names an existing one, the recipe's
// own entry is left out and what only that entry asks for is not asked. Inputs need an
// example, which the tests use unless they give a value; a default counts as one.
package recipe

import (
	"patchbay/engine"
	"patchbay/engine/config"
)

// FileName is the file of a recipe's folder that holds the recipe itself.
const FileName = "recipe.yaml"

// Recipe is a recipe as it was read. Its configuration still holds references to inputs.
type Recipe struct {
	Head
	Document *engine.Document

	file    string
	source  []byte
	samples map[string]sample
	uses    []use
	places  *config.Source
}

// Head is what a recipe says of itself. Revision counts its changes. Checked says what
// the names of fields and the endpoints were checked against.
type Head struct {
	Name       string   `yaml:"name" json:"name" doc:"As its folder is called."`
	Revision   int      `yaml:"revision" json:"revision" doc:"Counts the changes of the recipe, from 1."`
	Title      string   `yaml:"title" json:"title" doc:"At most 60 characters."`
	Sentence   string   `yaml:"sentence" json:"sentence" doc:"What it does, in one sentence."`
	Apps       Apps     `yaml:"apps" json:"apps"`
	Tags       []string `yaml:"tags,omitempty" json:"tags" nullable:"false"`
	Difficulty string   `yaml:"difficulty" json:"difficulty" enum:"easy,medium,advanced"`
	Minutes    int      `yaml:"minutes" json:"minutes" doc:"Until the first event, the time in the other apps included."`
	Checked    []string `yaml:"checked" json:"checked" nullable:"false" doc:"What names of fields and endpoints were checked against."`
	Inputs     []Input  `yaml:"inputs,omitempty" json:"inputs" nullable:"false"`
	Setup      Setup    `yaml:"setup,omitempty" json:"setup"`
	Tests      []Test   `yaml:"tests,omitempty" json:"tests" nullable:"false" doc:"A recipe whose folder holds deliveries needs one that matches, and one that does not."`
}

// Apps are the two ends of a recipe.
type Apps struct {
	From []App `yaml:"from" json:"from" nullable:"false"`
	To   []App `yaml:"to" json:"to" nullable:"false"`
}

// App is an app that a recipe connects. Icon is the id of a picture.
type App struct {
	Name string `yaml:"name" json:"name"`
	Icon string `yaml:"icon" json:"icon"`
}

// Setup is what is done in the other apps. Sender empty means the steps that are known
// for the inbox's provider; {{address}} stands for the address of the inbox.
type Setup struct {
	Sender      []string      `yaml:"sender,omitempty" json:"sender,omitempty" nullable:"false"`
	Destination []Destination `yaml:"destination,omitempty" json:"destination" nullable:"false"`
}

// Destination is the set-up of one of the apps that a recipe sends to.
type Destination struct {
	App   string   `yaml:"app" json:"app" doc:"One of apps.to."`
	Steps []string `yaml:"steps" json:"steps" nullable:"false"`
}

// Test says what becomes of one delivery: under Rules every rule that matches, with what
// each of its steps would do. Rules that are not named must not match. Outputs are what
// steps give to later ones.
type Test struct {
	Name    string                 `yaml:"name" json:"name"`
	Sample  string                 `yaml:"sample" json:"sample" doc:"The file NAME.http beside the recipe."`
	Inputs  map[string]any         `yaml:"inputs,omitempty" json:"inputs,omitempty" doc:"Instead of the examples."`
	Type    string                 `yaml:"type,omitempty" json:"type,omitempty" doc:"The kind of event that is recognised."`
	Outputs map[string]any         `yaml:"outputs,omitempty" json:"outputs,omitempty" doc:"By the key of the step."`
	Rules   map[string]Expectation `yaml:"rules,omitempty" json:"rules,omitempty" doc:"By the id of the rule."`
}

// Expectation is what the steps of one rule would do, by their keys.
type Expectation map[string]Expect

// Expect is what one step would do. What is compared depends on the kind of step: all of
// a request (method, url, body), a message, a mail or a program is, and of headers those
// that are named.
type Expect struct {
	Method  string            `yaml:"method,omitempty" json:"method,omitempty"`
	URL     string            `yaml:"url,omitempty" json:"url,omitempty"`
	Headers map[string]string `yaml:"headers,omitempty" json:"headers,omitempty"`
	JSON    any               `yaml:"json,omitempty" json:"json,omitempty"`
	Form    map[string]string `yaml:"form,omitempty" json:"form,omitempty"`
	Body    string            `yaml:"body,omitempty" json:"body,omitempty" doc:"Of a request or an answer that is neither JSON nor a form."`
	To      []string          `yaml:"to,omitempty" json:"to,omitempty" nullable:"false"`
	ReplyTo string            `yaml:"replyTo,omitempty" json:"replyTo,omitempty"`
	Subject string            `yaml:"subject,omitempty" json:"subject,omitempty"`
	Text    string            `yaml:"text,omitempty" json:"text,omitempty"`
	HTML    string            `yaml:"html,omitempty" json:"html,omitempty"`
	Argv    []string          `yaml:"argv,omitempty" json:"argv,omitempty" nullable:"false"`
	Env     map[string]string `yaml:"env,omitempty" json:"env,omitempty"`
	Stdin   string            `yaml:"stdin,omitempty" json:"stdin,omitempty"`
	Items   int               `yaml:"items,omitempty" json:"items,omitempty" doc:"How many times, under forEach; the rest is about the first."`
	Skipped bool              `yaml:"skipped,omitempty" json:"skipped,omitempty" doc:"The step's own condition says no."`
	Passes  *bool             `yaml:"passes,omitempty" json:"passes,omitempty" doc:"Whether a filter lets the run go on."`
}
