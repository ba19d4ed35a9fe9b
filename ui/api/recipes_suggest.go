package api

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"patchbay/engine"
	"patchbay/engine/rules/fields"
)

// RecipeWants is what has to be there for a recipe to be of use. Fields are what its rule
// asks of the data; they are set where its sender is no provider of its own.
type RecipeWants struct {
	Provider    string
	Kinds       []string
	Fields      [][]string
	Connections []RecipeAccount
}

// RecipeAccount is a connection that a recipe needs; Hosts are those of type http.
type RecipeAccount struct {
	Type  string
	Hosts []string
}

// RecipeSuggestion is a recipe with what speaks for it.
type RecipeSuggestion struct {
	Recipe      RecipeSummary   `json:"recipe"`
	Inbox       string          `json:"inbox" doc:"Whose events it fits; empty when only a connection speaks for it."`
	Reusable    bool            `json:"reusable" doc:"The inbox checks its sender as the recipe needs it: the recipe can use it instead of making one."`
	Kinds       []SuggestedKind `json:"kinds" nullable:"false" doc:"The kinds of event that came in there and that it waits for; none where only the sender fits."`
	Connections []string        `json:"connections" nullable:"false" doc:"Names of connections that it can use."`

	weight int
}

// SuggestedKind is a kind of event, as it is compared and as people call it.
type SuggestedKind struct {
	Type  string `json:"type"`
	Title string `json:"title"`
}

// What speaks for a recipe: an event that it waits for more than an event of its sender,
// and that more than a connection; of two that are alike the easier one.
const (
	weighsKind       = 100
	weighsSender     = 40
	weighsConnection = 10
	weighsEasy       = 2
	// suggesting is at how many inboxes is looked.
	suggesting = 50
)

// received is what an inbox received lately.
type received struct {
	inbox    string
	scheme   string
	provider string // "" where it is not known
	kinds    []string
	events   []*engine.Event // of a provider that is not known
}

func (m *mount) suggestRecipes(ctx context.Context, in *struct {
	Inbox string `query:"inbox" maxLength:"63" doc:"Only what fits the events of this inbox."`
	Limit int    `query:"limit" default:"6" minimum:"1" maximum:"40"`
},
) (*plain[Page[RecipeSuggestion]], error) {
	all, err := m.allRecipes()
	if err != nil {
		return nil, err
	}
	boxes, err := m.suggestFor(ctx, in.Inbox)
	if err != nil {
		return nil, err
	}
	connections, err := m.Connections.Connections(ctx)
	if err != nil {
		return nil, err
	}
	rules, err := m.Rules.Rules(ctx)
	if err != nil {
		return nil, err
	}
	var found []RecipeSuggestion
	for _, r := range all {
		if used(r, rules) {
			continue
		}
		s := RecipeSuggestion{Recipe: r.RecipeSummary, Kinds: []SuggestedKind{}, Connections: usable(r, connections)}
		for _, box := range boxes {
			s.consider(r, box, m.Decode)
		}
		if s.Inbox == "" && (in.Inbox != "" || len(s.Connections) == 0) {
			continue
		}
		s.weight += len(s.Connections) * weighsConnection
		if s.Recipe.Difficulty == "easy" {
			s.weight += weighsEasy
		}
		found = append(found, s)
	}
	slices.SortStableFunc(found, func(a, b RecipeSuggestion) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.Recipe.Name, b.Recipe.Name))
	})
	return answer(Page[RecipeSuggestion]{Items: list(found[:min(len(found), in.Limit)])}), nil
}

func (m *mount) allRecipes() ([]*Recipe, error) {
	list, err := m.Recipes.List()
	all := make([]*Recipe, len(list))
	for i := range list {
		if err == nil {
			all[i], err = m.Recipes.One(list[i].Name)
		}
	}
	return all, err
}

// suggestFor tells what inboxes received: of one, or of all.
func (m *mount) suggestFor(ctx context.Context, name string) ([]received, error) {
	var boxes []*engine.Inbox
	if name != "" {
		box, err := m.Inboxes.Inbox(ctx, name)
		if err != nil {
			return nil, err
		}
		boxes = append(boxes, box)
	} else {
		all, err := m.Inboxes.Inboxes(ctx)
		if err != nil {
			return nil, err
		}
		boxes = all[:min(len(all), suggesting)]
	}
	out := make([]received, 0, len(boxes))
	for _, box := range boxes {
		got, err := m.receivedBy(ctx, box)
		if err != nil {
			return nil, err
		}
		out = append(out, got)
	}
	return out, nil
}

// receivedBy looks at the newest events of an inbox, samples too: they are what the person
// has before their eyes.
func (m *mount) receivedBy(ctx context.Context, box *engine.Inbox) (received, error) {
	got := received{inbox: box.Name, scheme: cmp.Or(box.Verify.Scheme, "key")}
	if !m.generalScheme(box.Verify.Scheme) {
		got.provider = box.Verify.Scheme
		types, _, err := m.Activity.EventTypes(ctx, box.Name)
		got.kinds = each(types, func(t engine.TypeCount) string { return t.Type })
		return got, err
	}
	events, err := m.lately(ctx, box.Name, engine.OriginSender, engine.OriginSample)
	if err != nil {
		return got, err
	}
	for _, e := range events {
		var look *LooksLike
		if m.Recognize != nil {
			look = m.Recognize(e)
		}
		switch {
		case look == nil:
			got.events = append(got.events, e)
		case got.provider == "" || got.provider == look.Provider: // of several the newest
			got.provider = look.Provider
			got.kinds = append(got.kinds, look.Kind)
		}
	}
	return got, nil
}

// consider takes an inbox for a suggestion if it fits better than what fitted so far.
func (s *RecipeSuggestion) consider(r *Recipe, box received, decode func(*engine.Event) Decoded) {
	wants, weight, kinds := &r.Wants, 0, []SuggestedKind{}
	switch {
	case wants.Provider != "" && wants.Provider == box.provider:
		weight = weighsSender
		for _, kind := range wants.Kinds {
			if slices.Contains(box.kinds, kind) {
				weight = weighsKind
				kinds = append(kinds, SuggestedKind{Type: kind, Title: fields.EventName(kind)})
			}
		}
		if len(wants.Kinds) == 0 && len(box.kinds) > 0 {
			weight = weighsKind
		}
	case wants.Provider == "" && slices.ContainsFunc(box.events, func(e *engine.Event) bool { return wants.fits(e, decode(e).Payload) }):
		weight = weighsKind
	}
	if weight > s.weight {
		s.Inbox, s.Kinds, s.weight = box.inbox, kinds, weight
		s.Reusable = box.scheme == cmp.Or(r.Scheme, "key")
	}
}

// fits reports whether an event has all that the recipe's rule asks for. One name alone
// tells something in what a form sends only.
func (w *RecipeWants) fits(e *engine.Event, payload any) bool {
	if len(w.Fields) == 0 || len(w.Fields) == 1 && len(w.Fields[0]) == 1 && !strings.Contains(e.ContentType, "form") {
		return false
	}
	return !slices.ContainsFunc(w.Fields, func(names []string) bool {
		at := payload
		for _, name := range names {
			object, _ := at.(map[string]any)
			at = object[name]
		}
		return at == nil
	})
}

// used reports whether the rules of a recipe are there already.
func used(r *Recipe, rules []*engine.Rule) bool {
	return len(r.Permissions.Rules) > 0 && !slices.ContainsFunc(r.Permissions.Rules, func(id string) bool {
		return !slices.ContainsFunc(rules, func(rule *engine.Rule) bool { return rule.ID == id })
	})
}

// usable names the connections that a recipe could use.
func usable(r *Recipe, connections []*engine.Connection) []string {
	names := []string{}
	for _, want := range r.Wants.Connections {
		i := slices.IndexFunc(connections, func(c *engine.Connection) bool {
			return c.Type == want.Type && !slices.Contains(names, c.Name) && (c.Type != "http" || reaches(c, want.Hosts))
		})
		if i >= 0 {
			names = append(names, connections[i].Name)
		}
	}
	return names
}

// reaches reports whether a connection is for one of these hosts.
func reaches(c *engine.Connection, hosts []string) bool {
	list, _ := c.With["hosts"].([]any)
	return slices.ContainsFunc(list, func(host any) bool {
		text, ok := host.(string)
		return ok && slices.Contains(hosts, text)
	})
}
