package config

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"patchbay/engine"
)

const (
	maxSteps    = 50
	maxAttempts = 50
	maxRetry    = engine.Duration(30 * 24 * time.Hour)
	maxTimeout  = engine.Duration(time.Hour)
	maxExpire   = engine.Duration(365 * 24 * time.Hour)
)

// CheckRule checks a rule against what exists and what is about to, and fills in
// the id from the name.
func (c *Checker) CheckRule(ctx context.Context, r *engine.Rule, also engine.Names) error {
	k, err := c.known(ctx)
	if err != nil {
		return err
	}
	k.inboxes = append(k.inboxes, also.Inboxes...)
	for _, name := range also.Connections {
		if _, ok := k.connections[name]; !ok {
			k.connections[name] = ""
		}
	}
	return c.checkRule(r, k)
}

func (c *Checker) checkRule(r *engine.Rule, k known) error {
	var f faults
	if r.Name == "" {
		f.add("name", "A rule needs a name.")
	}
	r.ID = ruleID(r)
	if r.Name != "" || r.ID != "" {
		f.include("", engine.CheckName("id", r.ID))
	}
	f.text("name", r.Name, maxTitle)
	f.text("note", r.Note, maxNote)
	f.text("owner", r.Owner, maxTitle)
	for i, tag := range r.Tags {
		f.text(fmt.Sprintf("tags[%d]", i), tag, maxTitle)
	}
	checkRuleInboxes(&f, r, k)
	if r.ExpireAfter > maxExpire {
		f.add("expireAfter", "A step can wait for at most %s.", maxExpire)
	}
	if len(r.Steps) > maxSteps {
		f.add("steps", "A rule has at most %d steps.", maxSteps)
		return f.join()
	}
	f.noReference("when", r.When)
	for i := range r.Steps {
		c.checkStep(&f, &r.Steps[i], fmt.Sprintf("steps[%d]", i), k)
	}
	_, err := c.deps.Rules.CompileRule(r)
	f.include("", err)
	return f.join()
}

func checkRuleInboxes(f *faults, r *engine.Rule, k known) {
	all := r.AllInboxes()
	if len(all) == 0 {
		f.add("inbox", "A rule needs an inbox whose events it judges.")
	}
	seen := map[string]bool{}
	for i, name := range all {
		field := "inbox"
		if r.Inbox == "" || i > 0 {
			index := i
			if r.Inbox != "" {
				index--
			}
			field = fmt.Sprintf("inboxes[%d]", index)
		}
		switch {
		case !slices.Contains(k.inboxes, name):
			f.add(field, "There is no inbox %q; %s", name, didYouMean(name, slices.Clone(k.inboxes)))
		case seen[name]:
			f.add(field, "The inbox %q stands here twice.", name)
		}
		seen[name] = true
	}
}

func (c *Checker) checkStep(f *faults, s *engine.Step, path string, k known) {
	f.text(path+".name", s.Name, maxTitle)
	f.noReference(path+".if", s.If)
	f.noReference(path+".forEach", s.ForEach)
	f.noReferences(path+".with", s.With)
	if s.Timeout > maxTimeout {
		f.add(path+".timeout", "A step may take at most %s.", maxTimeout)
	}
	if r := s.Retry; r != nil {
		if r.Attempts < 1 || r.Attempts > maxAttempts {
			f.add(path+".retry.attempts", "A step has 1 to %d attempts.", maxAttempts)
		}
		if r.Over > maxRetry {
			f.add(path+".retry.over", "Attempts spread over at most %s.", maxRetry)
		}
	}
	if !oneOf(s.OnError, "", "stop", "continue") {
		f.add(path+".onError", "%q is not a choice; use stop or continue.", s.OnError)
	}
	if !oneOf(s.OnUnknown, "", "retry", "stop") {
		f.add(path+".onUnknown", "%q is not a choice; use retry or stop.", s.OnUnknown)
	}
	if action, ok := c.deps.Actions.Action(s.Action); ok {
		checkStepConnection(f, s, action.Spec(), path, k)
	}
}

func checkStepConnection(f *faults, s *engine.Step, spec engine.ActionSpec, path string, k known) {
	field := path + ".connection"
	if s.Connection == "" {
		if spec.NeedConnection {
			f.add(field, "The action %s needs a connection of type %s.", spec.Type, words(spec.Connections))
		}
		return
	}
	typ, exists := k.connections[s.Connection]
	switch {
	case len(spec.Connections) == 0:
		f.add(field, "The action %s takes no connection.", spec.Type)
	case !exists:
		f.add(field, "There is no connection %q; %s", s.Connection, didYouMean(s.Connection, slices.Collect(maps.Keys(k.connections))))
	case typ != "" && !slices.Contains(spec.Connections, typ):
		f.add(field, "The connection %q is of type %s; the action %s takes %s.", s.Connection, typ, spec.Type, words(spec.Connections))
	}
}

// words lists names as a sentence does.
func words(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
