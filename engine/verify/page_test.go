package verify_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine/verify"
)

var update = flag.Bool("update", false, "write the page of providers anew")

// The page of providers is made from the table and says the same as it.
func TestProviders_PageIsCurrent(t *testing.T) {
	t.Parallel()
	file := filepath.Join("..", "..", "examples", "providers.md")
	have := providersPage()
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(have), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), have, "run the test with -update")
}

func providersPage() string {
	var b strings.Builder
	all := verify.Providers()
	slices.SortFunc(all, func(a, b verify.Provider) int {
		return strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title))
	})
	fmt.Fprintf(&b, `<!-- Made from the table in engine/verify by "go test ./engine/verify -run PageIsCurrent -update". Change the table, not this page. -->

# Who can send, and how

Patchbay knows %d senders. Set an inbox's sender check to one of them (`+"`verify: { scheme: ID }`"+` in a file, "Who sends" on the page of the inbox), and it checks each request as that sender proves itself, names the kind of event, and knows repeats. Below, `+"`{{address}}`"+` stands for the address of the inbox, which its page fills in.

`, len(all))
	b.WriteString("| sender | id | other names | proves itself | sends |\n| --- | --- | --- | --- | --- |\n")
	for _, p := range all {
		fmt.Fprintf(&b, "| [%s](#%s) | `%s` | %s | %s | %s |\n", p.Title, anchor(p.Title), p.ID,
			strings.Join(p.Aliases, ", "), strings.TrimSuffix(p.Proof(), "."), strings.Join(p.ContentTypes(), ", "))
	}
	for _, p := range all {
		writeProvider(&b, p)
	}
	return b.String()
}

func writeProvider(b *strings.Builder, p verify.Provider) {
	fmt.Fprintf(b, "\n## %s\n\n[Documentation](%s)\n\n", p.Title, p.DocURL)
	for i, step := range p.Setup {
		fmt.Fprintf(b, "%d. %s\n", i+1, strings.ReplaceAll(step, "{{address}}", "`{{address}}`"))
	}
	answer := strings.TrimSuffix(p.Expects.Text, ".")
	if p.Expects.Within > 0 {
		answer += " within " + seconds(p.Expects.Within)
		if !p.Retry.Confirmed {
			answer += " as far as is known"
		}
	}
	fmt.Fprintf(b, "\nAnswer that it expects: %s.", strings.ToLower(answer[:1])+answer[1:])
	if p.Retry.Text != "" {
		b.WriteString(" " + p.Retry.Text)
	}
	if n := p.Retry.WarnAfter(); n > 0 {
		fmt.Fprintf(b, " The inbox warns from the failure number %d in a row on.", n)
	}
	b.WriteString("\n\n")
	writeWays(b, p)
	b.WriteString("| kind of event | sample |\n| --- | --- |\n")
	for _, s := range verify.Samples(p.ID) {
		fmt.Fprintf(b, "| `%s` | %s |\n", s.Event, s.Title)
	}
	fmt.Fprintf(b, "\n```sh\npatchbay send INBOX --provider %s --event '%s'\n```\n", p.ID, verify.Samples(p.ID)[0].Event)
}

// writeWays tells what else the table knows: where kind and delivery stand, lists, methods,
// and what is answered while an address is tried out.
func writeWays(b *strings.Builder, p verify.Provider) {
	before := b.Len()
	line := func(format string, args ...any) { fmt.Fprintf(b, "- "+format+"\n", args...) }
	if len(p.Type) > 0 {
		line("The kind of event is taken from %s.", places(p.Type))
	}
	if len(p.Delivery) > 0 {
		line("Deliveries are told apart by %s.", places(p.Delivery))
	}
	if lists(p) {
		text := "It sends lists: switch on in the inbox (`split: true`) that each item becomes an event of its own."
		if len(p.Item) > 0 {
			text += " Items are told apart by `" + strings.Join(p.Item, "`, `") + "`."
		}
		line("%s", text)
	}
	if len(p.Methods) > 0 {
		line("Events may come with %s too.", strings.Join(p.Methods, ", "))
	}
	if p.SignsURL {
		line("It signs the address too: where it is not the public address with the inbox's path, give it as `verify: { url: … }`.")
	}
	if p.RerunFailed {
		line("It can send a delivery again by hand.")
	}
	for _, h := range p.Handshakes {
		line("%s", tried(h))
	}
	if b.Len() > before {
		b.WriteString("\n")
	}
}

// lists reports whether the table knows of lists at the top of what a provider sends.
func lists(p verify.Provider) bool {
	of := func(s verify.Source) bool {
		return strings.HasPrefix(s.Name, "[0]") || strings.Contains(s.Name, "_events[0]")
	}
	return len(p.Item) > 0 || slices.ContainsFunc(p.Type, of) || slices.ContainsFunc(p.Delivery, of)
}

func places(all []verify.Source) string {
	words := map[string]string{"header": "the header", "json": "the body's", "form": "the form's", "query": "the query's"}
	list := make([]string, len(all))
	for i, s := range all {
		list[i] = words[s.From] + " `" + s.Name + "`"
	}
	return strings.Join(list, ", or else ")
}

// tried tells how a request is answered with which a provider tries an address out.
func tried(h verify.Handshake) string {
	switch {
	case h.Capture:
		return "It sends the secret itself, which is taken only while somebody waits for it in the inbox."
	case len(h.Confirm) > 0:
		return "It asks to confirm that the address is meant to be sent to; that is done when the request is signed and leads to " + strings.Join(h.Confirm, " or ") + "."
	case h.Signed:
		return "It tries the address out with a signed request, which is answered and makes no event."
	default:
		return "It tries the address out with " + h.Method + ", which is answered and makes no event."
	}
}

func seconds(d time.Duration) string {
	if d == time.Second {
		return "1 second"
	}
	return fmt.Sprintf("%d seconds", int(d.Seconds()))
}

// anchor is how a heading is linked to.
func anchor(title string) string {
	keep := func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		default:
			return -1
		}
	}
	return strings.Map(keep, strings.ToLower(title))
}
