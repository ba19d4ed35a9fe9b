// Package actions turns typed configuration structs into actions and connection
// types, and keeps them in a registry.
//
// An action is one call of [Define]: the struct C is the step's with. Its form in
// the UI, its JSON Schema and its checks come from C's fields and their tags:
//
//	json     the field's name
//	title    its label
//	doc      one sentence of help
//	format   uri, email, multiline, … (multiline text also takes lists and objects, as JSON)
//	enum     the values it can have, separated by commas
//	default  the value when it is left out
//	example  what an empty form field shows
//	required "true": must be there and not be empty
//	literal  "true": templates are refused
//	escape   html, slack or url: how values put into its text are escaped
//	advanced "true": a form shows it under "More options"
//	when     "auth=basic|bearer": a form shows it only then
//	oneOf    a question: of the fields with the same one only one is filled in
//
// Fields of type [engine.Secret], and maps of them, are secret settings of a connection.
package actions

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"patchbay/engine"
)

// Keep is how much of a body, an output or a preview is stored.
const Keep = 64 << 10

// Definition describes an action: C is its configuration, D what its plan hands to Do.
type Definition[C, D any] struct {
	// Spec holds what C does not say; Schema, Required, Literal and Escape are made from C.
	Spec engine.ActionSpec
	// Check looks at a configuration as it was written, after types and required fields
	// were found right: text fields may still be templates, other fields that are
	// templates are zero. given is the whole of it. Optional.
	Check func(c *C, given map[string]any) error
	// Plan says what would be done; it does no I/O. The plan's Detail is a D, and its
	// Action is filled in.
	Plan func(ctx context.Context, call engine.Call, c *C) (engine.Plan, error)
	// Do does what a plan says.
	Do func(ctx context.Context, detail D) (engine.Result, error)
}

type action[C, D any] struct {
	def    Definition[C, D]
	spec   engine.ActionSpec
	record *record
}

// Define makes an action. It panics when C has a field of a type that no
// configuration can hold.
func Define[C, D any](d Definition[C, D]) engine.Action {
	rec := recordOf[C]()
	spec := d.Spec
	spec.Schema = rec.schema()
	spec.Required, spec.Literal, spec.Escape = rec.required(), rec.literal(), rec.escape()
	if spec.Connections == nil {
		spec.Connections = []string{}
	}
	return &action[C, D]{def: d, spec: spec, record: rec}
}

// Spec implements [engine.Action].
func (a *action[C, D]) Spec() engine.ActionSpec { return a.spec }

// Check implements [engine.Action].
func (a *action[C, D]) Check(with map[string]any) error {
	c := new(C)
	if err := a.record.decode(c, with, asWritten); err != nil {
		return err
	}
	if a.def.Check == nil {
		return nil
	}
	return a.def.Check(c, with)
}

// Plan implements [engine.Action].
func (a *action[C, D]) Plan(ctx context.Context, call engine.Call) (engine.Plan, error) {
	c := new(C)
	if err := a.record.decode(c, call.With, rendered); err != nil {
		return engine.Plan{}, err
	}
	if call.Connection == nil && a.spec.NeedConnection {
		return engine.Plan{}, engine.Invalid("connection", "This step needs a connection; choose one.")
	}
	if call.Connection != nil && !a.takes(call.Connection.Type) {
		return engine.Plan{}, engine.Invalid("connection", "A step of type %s cannot use %q, which is a connection of type %s.",
			a.spec.Type, call.Connection.Name, call.Connection.Type)
	}
	plan, err := a.def.Plan(ctx, call, c)
	if err != nil {
		return engine.Plan{}, err
	}
	plan.Action = a.spec.Type
	return plan, nil
}

func (a *action[C, D]) takes(connectionType string) bool {
	return slices.Contains(a.spec.Connections, connectionType)
}

// Do implements [engine.Action].
func (a *action[C, D]) Do(ctx context.Context, plan engine.Plan) (engine.Result, error) {
	detail, ok := plan.Detail.(D)
	if !ok || a.def.Do == nil {
		return engine.Result{}, fmt.Errorf("do %s: the plan of a %q step: %w", a.spec.Type, plan.Action, errForeignPlan)
	}
	if err := ctx.Err(); err != nil {
		return engine.Result{}, engine.Temporary("The step was stopped before it began.", err)
	}
	return a.def.Do(ctx, detail)
}

var errForeignPlan = errors.New("not made by this action")

// HasTemplate reports whether text holds the beginning of a template.
func HasTemplate(s string) bool { return strings.Contains(s, "{{") }

// Clip returns s as valid UTF-8 of at most limit bytes, and whether anything was cut off.
func Clip(s string, limit int) (text string, cut bool) {
	if len(s) > limit {
		for limit > 0 && !utf8.RuneStart(s[limit]) {
			limit--
		}
		s, cut = s[:limit], true
	}
	return strings.ToValidUTF8(s, "\uFFFD"), cut
}
