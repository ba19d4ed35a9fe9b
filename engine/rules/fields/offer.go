package fields

import (
	"slices"
	"strings"

	"patchbay/engine/rules"
)

// names offers everything that a value can begin with.
func (w *completer) names() {
	listing := Of(w.env, Query{Scope: w.scope, Limit: DefaultLimit})
	for _, f := range listing.Fields {
		w.add(Item{Kind: ItemField, Label: f.Path, Insert: f.Path, Name: f.Label, Type: f.Type, Sample: f.Sample}, w.from)
	}
	for _, key := range w.scope.Steps {
		path := rules.Path{Root: "steps", Keys: []rules.Key{{Name: key}}}
		w.add(Item{Kind: ItemStep, Label: path.String(), Insert: path.String(), Name: Label(path)}, w.from)
	}
	for _, name := range w.scope.Names() {
		if !slices.ContainsFunc(w.items, func(it Item) bool { return it.Label == name }) {
			w.add(Item{Kind: ItemVariable, Label: name, Insert: name, Info: rootHelp(name)}, w.from)
		}
	}
	if list, ok := w.cursor.items(); ok && w.typed == "" {
		for _, f := range Of(w.env, Query{Items: list}).Fields {
			w.add(Item{Kind: ItemField, Label: f.Path, Insert: f.Path, Name: f.Label, Type: f.Type, Sample: f.Sample}, w.from)
		}
	}
	for _, f := range rules.Functions() {
		w.add(Item{Kind: ItemFunction, Label: f.Name, Insert: f.Name + "(", Detail: f.Signature, Info: f.Help + " " + f.Example + " gives " + f.Result + "."}, w.from)
	}
	for _, name := range []string{"not", "true", "false", "nil"} {
		w.add(Item{Kind: ItemOperator, Label: name, Insert: name}, w.from)
	}
}

func rootHelp(name string) string {
	return map[string]string{
		"payload": "What was sent.", "headers": "The request's headers, by name in small letters.", "query": "What stands behind ? in the address.",
		"method": "POST, PUT and the like.", "inbox": "The name of the inbox.", "event": "What Patchbay knows about the event.",
		"vars": "The shared values of this workspace.", "steps": "What earlier steps gave.", "item": "The item for which the step runs.", "index": "The number of the item, from 0.",
	}[name]
}

// sign is an operator that can follow a value. types says of which types.
type sign struct {
	text, help string
	types      string
}

func signs() []sign {
	return []sign{
		{"==", "is", ""},
		{"!=", "is not", ""},
		{">", "is more than", "number date"},
		{">=", "is at least", "number date"},
		{"<", "is less than", "number date"},
		{"<=", "is at most", "number date"},
		{"contains", "contains a text", "text date"},
		{"startsWith", "starts with a text", "text date"},
		{"endsWith", "ends with a text", "text date"},
		{"matches", "matches a regular expression", "text date"},
		{"in", "is one of a list", "text number date"},
		{"not contains", "does not contain a text", "text"},
		{"not in", "is none of a list", "text number"},
		{"and", "both must hold", ""},
		{"or", "one must hold", ""},
		{"+", "plus, or one text after another", "number text"},
		{"-", "minus", "number date"},
		{"*", "times", "number"},
		{"/", "divided by", "number"},
		{"%", "what is left of a division", "number"},
		{"??", "or, when it is missing", ""},
	}
}

// operators offers what can follow the value that text ends in.
func (w *completer) operators(text string) {
	t := Any
	if p, ok := pathBefore(text); ok {
		v, _ := p.In(w.env)
		t = TypeOf(v)
	}
	for _, s := range signs() {
		if t == Any || s.types == "" || strings.Contains(s.types, string(t)) {
			w.add(Item{Kind: ItemOperator, Label: s.text, Insert: s.text + " ", Info: capital(s.help) + "."}, w.from)
		}
	}
}
