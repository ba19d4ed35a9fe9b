package recipe

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"patchbay/engine"
)

var (
	// secretAddress are addresses that let everybody in who knows them.
	secretAddress = regexp.MustCompile(`^https://(?:` + strings.Join([]string{
		`hooks\.slack\.com/(?:services|workflows|triggers)/[^?#{$\s]+`,
		`(?:[a-z]+\.)?discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d+/[^/?#{$\s]+`,
		`api\.telegram\.org/bot[^/?#{$\s]+`,
		`script\.google\.com/(?:a/)?macros/[^?#{$\s]+`,
		`chat\.googleapis\.com/v1/spaces/[^{$\s]+`,
		`[a-z0-9.-]+\.webhook\.office\.com/[^{$\s]+`,
		`[a-z0-9.-]+\.(?:logic\.azure\.com|powerplatform\.com)[:/][^{$\s]*[?&]sig=[^{$\s]+`,
		`hooks\.zapier\.com/hooks/[^?#{$\s]+`,
		`hook\.[a-z0-9.]*make\.com/[^?#{$\s]+`,
		`maker\.ifttt\.com/trigger/[^{$\s]+`,
		`[a-z0-9.-]+(?::\d+)?/hooks/[A-Za-z0-9]{16,}`,
	}, "|") + `)`)
	// secretParameter is a credential in the query of an address.
	secretParameter = regexp.MustCompile(`(?i)([?&](?:api[_-]?key|access[_-]?token|auth|key|token|secret|sig|signature|password)=)([^&#{$\s]+)`)
	// secretField is the name of a field that holds a credential.
	secretField = regexp.MustCompile(`(?i)(?:token|secret|passw(?:or)?d|api[_-]?key|routing[_-]?key|integration[_-]?key|access[_-]?key|private[_-]?key|authorization|credentials?|sig)$`)
	lastName    = regexp.MustCompile(`([A-Za-z0-9_-]+)$`)
)

// texts refuses what would be taken for a reference to an input, and asks for secrets that
// somebody wrote into a step or a shared value instead of a connection.
func (e *exporter) texts(doc *engine.Document) error {
	return walk(doc, func(p place, text string) (any, error) {
		if strings.Contains(text, opening) {
			return nil, engine.Invalid("", "A recipe cannot hold the text ${input:…}, which asks for something; write it another way, then export again.")
		}
		switch {
		case p.form == template && !p.literal:
			return e.inStep(p, text), nil
		case strings.HasPrefix(p.path, "vars.") && e.tells(p.path, text):
			return e.ask(p.path, "Shared value "+strings.TrimPrefix(p.path, "vars.")), nil
		}
		return text, nil
	})
}

// inStep takes a secret out of the text of a step.
func (e *exporter) inStep(p place, text string) string {
	if strings.Contains(text, "${secret:") {
		return text // its secret part stands in a connection
	}
	if found := secretAddress.FindString(text); found != "" {
		return e.askFor(p.path, "Secret address of "+hostOf(found)) + text[len(found):]
	}
	if p.top == "url" {
		return secretParameter.ReplaceAllStringFunc(text, func(found string) string {
			name, _, _ := strings.Cut(found, "=")
			return name + "=" + e.askFor(p.path, fmt.Sprintf("%s of %s", inSentence(name[1:]), hostOf(text)))
		})
	}
	if e.tells(p.path, text) {
		return e.ask(p.path, "")
	}
	return text
}

// tells whether a field's name says that its text is a credential. What is computed, or
// stands in a connection, is none.
func (e *exporter) tells(path, text string) bool {
	return text != "" && secretField.MatchString(lastName.FindString(path)) && !strings.Contains(text, "{{") && !strings.Contains(text, "${")
}

func (e *exporter) ask(path, label string) string {
	name := lastName.FindString(path)
	if label == "" {
		label = inSentence(name) + " in a step"
	}
	return e.askFor(path, label)
}

// askFor adds an input for what stands at a place of the document. Only sender checks and
// connections keep secrets, so that it is a text there.
func (e *exporter) askFor(path, label string) string {
	return e.add(Input{
		Name: lastName.FindString(path), Type: TypeText, Label: label, Example: "https://example.com/made-up",
		Help: "It was left out because it looks like a secret. It will stand in the rule itself.",
	})
}

func sortedKeys(fields map[string]any) []string { return slices.Sorted(maps.Keys(fields)) }
