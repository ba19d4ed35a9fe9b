package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"

	"patchbay/engine"
	"patchbay/engine/recipe"
	"patchbay/engine/verify"
	"patchbay/ui/api"
)

// rehearsal is an instance that lives for as long as recipes are tried: in a folder of its
// own, with nothing at work, so that nothing is ever sent. A recipe is applied to it as any
// file is, its deliveries come in through the door of samples, signed and checked as real
// ones, and what its steps would do is what a preview says.
type rehearsal struct {
	in     *instance
	client *client
	dir    string
	events map[string]*engine.Event // by inbox and sample, of the recipe at hand
	stands string                   // what was applied last
}

// rehearsedURL is the public address of the instance, for senders that sign it.
const rehearsedURL = "https://patchbay.example.com"

// newRehearsal makes its folder within another, "" for the system's. A server names its
// data directory: what the disk loses ends the program, so that it must be the same disk.
func newRehearsal(ctx context.Context, within string, programs []string) (*rehearsal, error) {
	dir, err := api.MakeScratch(within)
	if err != nil {
		return nil, err
	}
	in, err := open(ctx, settings{Dir: dir, PublicURL: rehearsedURL, AllowShell: programs, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &rehearsal{in: in, client: in.inProcess(in.Close), dir: dir}, nil
}

// Close leaves nothing behind.
func (h *rehearsal) Close() error {
	return errors.Join(h.client.Close(), os.RemoveAll(h.dir))
}

// outcome is what came of one test of a recipe.
type outcome struct {
	Recipe   string   `json:"recipe"`
	Test     string   `json:"test"`
	OK       bool     `json:"ok"`
	Problems []string `json:"problems"`
}

// try runs the tests of a recipe. What is wrong with the recipe itself is an error.
func (h *rehearsal) try(ctx context.Context, r *recipe.Recipe) ([]outcome, error) {
	h.events = map[string]*engine.Event{}
	all := make([]outcome, 0, len(r.Tests))
	for i := range r.Tests {
		problems, err := h.test(ctx, r, &r.Tests[i])
		if err != nil {
			return nil, err
		}
		all = append(all, outcome{Recipe: r.Name, Test: r.Tests[i].Name, OK: len(problems) == 0, Problems: append([]string{}, problems...)})
	}
	return all, nil
}

func (h *rehearsal) test(ctx context.Context, r *recipe.Recipe, t *recipe.Test) ([]string, error) {
	doc, err := r.Fill(r.Example(t.Inputs))
	if err != nil {
		return nil, err
	}
	if len(doc.Inboxes) == 0 {
		return nil, engine.Invalid("inboxes", "A recipe whose tests are run makes an inbox.")
	}
	if err := h.apply(ctx, doc); err != nil {
		return nil, r.Locate(withoutDocument(err))
	}
	e, problems, err := h.deliver(ctx, r, t, doc.Inboxes[0].Name)
	if err != nil || e == nil {
		return problems, err
	}
	if t.Type != "" && t.Type != e.Type {
		problems = append(problems, fmt.Sprintf("type\n    expected %q\n    got      %q", t.Type, e.Type))
	}
	for _, rule := range doc.Rules {
		more, err := h.judge(ctx, rule, t, e)
		if err != nil {
			return nil, err
		}
		problems = append(problems, more...)
	}
	return problems, nil
}

// apply puts a configuration in the place of the last one.
func (h *rehearsal) apply(ctx context.Context, doc *engine.Document) error {
	for _, box := range doc.Inboxes {
		box.Respond.Mode, box.Respond.Within = "", 0 // there is nobody at work who could answer; the step is tried as any other
	}
	in := api.ApplyInput{Document: api.NewDocument(doc), Source: "recipe", Prune: true}
	text, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	if string(text) == h.stands {
		return nil
	}
	if err := h.client.call(ctx, http.MethodPost, "/apply", in, nil); err != nil {
		return err
	}
	h.stands = string(text)
	return nil
}

// deliver sends a sample twice: it is accepted, its sender proved, and the second time it
// is a repeat where the inbox recognises repeats. Without a problem the event comes back.
func (h *rehearsal) deliver(ctx context.Context, r *recipe.Recipe, t *recipe.Test, inbox string) (*engine.Event, []string, error) {
	key := inbox + "/" + t.Sample
	if e := h.events[key]; e != nil {
		return e, nil, nil
	}
	box, err := h.in.db.Inbox(ctx, inbox)
	if err != nil {
		return nil, nil, err
	}
	s, _ := r.Sample(t.Sample)
	s = fresh(s)
	send := func() (*engine.Event, error) {
		sample := api.Sample{Inbox: inbox, Event: s.Event, Method: s.Method, Query: s.Query, Headers: s.Headers, Body: []byte(s.Body)}
		if _, err := h.in.samples.send(ctx, sample); err != nil {
			return nil, fmt.Errorf("%s.http: %w", t.Sample, err)
		}
		page, err := h.in.db.Events(ctx, engine.EventFilter{Inbox: inbox, Limit: 1})
		if err != nil || len(page.Items) == 0 {
			return nil, cmp.Or(err, error(engine.Invalid("", "%s.http makes no event: it is a handshake, or its method is not taken.", t.Sample)))
		}
		return page.Items[0], nil
	}
	first, err := send()
	if err != nil {
		return nil, nil, err
	}
	switch {
	case first.Verdict != engine.Accepted:
		return nil, []string{fmt.Sprintf("the delivery %s.http is %s: %s", t.Sample, first.Verdict, first.Reason)}, nil
	case first.Verified == "" && box.Verify.Scheme != "none":
		return nil, []string{fmt.Sprintf("the sender of %s.http is not proved", t.Sample)}, nil
	}
	again, err := send()
	if err != nil {
		return nil, nil, err
	}
	provider, _ := verify.Lookup(box.Verify.Scheme)
	if recognises := !box.Dedupe.Off && (box.Dedupe.Key != "" || len(provider.Delivery) > 0); recognises && again.Verdict != engine.Duplicate {
		return nil, []string{fmt.Sprintf("%s.http sent twice is not recognised as a repeat: %s", t.Sample, first.Reason)}, nil
	}
	e, err := h.in.db.Event(ctx, first.ID)
	h.events[key] = e
	return e, nil, err
}

// judge compares what a rule makes of an event with what the test says.
func (h *rehearsal) judge(ctx context.Context, rule *engine.Rule, t *recipe.Test, e *engine.Event) ([]string, error) {
	want, expected := t.Rules[rule.ID]
	matches, err := h.matches(ctx, rule, e)
	if err != nil {
		return nil, err
	}
	if matches != expected {
		return []string{fmt.Sprintf("rule %s\n    expected %s\n    got      %s", rule.ID, matchWord(expected), matchWord(matches))}, nil
	}
	if !matches {
		return nil, nil
	}
	var problems []string
	ended := false
	for _, s := range rule.Steps {
		if ended {
			if !want[s.Key].Skipped {
				problems = append(problems, fmt.Sprintf("rule %s, step %s is not reached: a filter ends the run", rule.ID, s.Key))
			}
			continue
		}
		got, err := h.in.runner.Preview(ctx, engine.PreviewRequest{Sample: e, Rule: rule, Step: s.Key, Outputs: t.Outputs})
		if err != nil {
			problems = append(problems, fmt.Sprintf("rule %s, step %s cannot be done: %s", rule.ID, s.Key, sentence(err)))
			continue
		}
		for _, d := range want[s.Key].Compare(got) {
			problems = append(problems, fmt.Sprintf("rule %s, step %s: %s", rule.ID, s.Key, d))
		}
		passes := want[s.Key].Passes
		ended = s.Action == "filter" && passes != nil && !*passes
	}
	return problems, nil
}

// matches tells whether a rule wants an event.
func (h *rehearsal) matches(ctx context.Context, rule *engine.Rule, e *engine.Event) (bool, error) {
	if rule.When == "" {
		return true, nil
	}
	verdict, err := h.in.runner.EvalText(ctx, rule.When, e)
	return verdict == "true", err
}

func matchWord(matches bool) string {
	if matches {
		return "a match"
	}
	return "no match"
}

// rehearse tries recipes one after another and hands each one's outcomes to told.
func rehearse(ctx context.Context, all []*recipe.Recipe, told func([]outcome)) (err error) {
	var run []string
	for _, r := range all {
		for i := range r.Tests {
			if doc, err := r.Fill(r.Example(r.Tests[i].Inputs)); err == nil { // what is wrong is told when it is tried
				run = append(run, programs(doc)...)
			}
		}
	}
	h, err := newRehearsal(ctx, "", run)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	var faults []error
	for _, r := range all {
		outcomes, err := h.try(ctx, r)
		if err != nil {
			faults = append(faults, named(r, err))
			continue
		}
		told(outcomes)
	}
	return errors.Join(faults...)
}

// named says of which recipe a fault is that names no file.
func named(r *recipe.Recipe, err error) error {
	if _, ok := errors.AsType[*engine.Error](err); ok {
		return err
	}
	return fmt.Errorf("recipe %s: %w", r.Name, err)
}

type recipeTestCommand struct {
	format

	Path []string `arg:"" optional:"" help:"A recipe.yaml, its folder, or a folder of such folders; those that come with Patchbay when left out." name:"file|dir"`
}

// Run tests recipes and prints what differs.
func (c *recipeTestCommand) Run(ctx context.Context, std streams) error {
	var all []*recipe.Recipe
	for _, path := range c.Path {
		some, err := recipesBelow(path)
		if err != nil {
			return err
		}
		all = append(all, some...)
	}
	if len(c.Path) == 0 {
		var err error
		if all, err = builtinRecipes(); err != nil {
			return err
		}
	}
	list := []outcome{}
	failed := 0
	err := rehearse(ctx, all, func(outcomes []outcome) {
		for _, o := range outcomes {
			if !o.OK {
				failed++
			}
			if !c.json() {
				o.print(std)
			}
		}
		list = append(list, outcomes...)
	})
	if err != nil {
		return err
	}
	if c.json() {
		if err := printJSON(std.out, map[string]any{"items": list, "failed": failed}); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(std.out, "%d tests of %d recipes, %d failed\n", len(list), len(all), failed)
	}
	if failed > 0 {
		return engine.Invalid("", "%d of %d tests failed.", failed, len(list))
	}
	return nil
}

func (o outcome) print(std streams) {
	word := "ok  "
	if !o.OK {
		word = "FAIL"
	}
	fmt.Fprintf(std.out, "%s %s: %s\n", word, o.Recipe, o.Test)
	for _, p := range o.Problems {
		fmt.Fprintf(std.out, "  %s\n", p)
	}
}
