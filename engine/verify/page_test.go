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
	b.WriteString("| kind of event | sample |\n| --- | --- |\n")
	for _, s := range verify.Samples(p.ID) {
		fmt.Fprintf(b, "| `%s` | %s |\n", s.Event, s.Title)
	}
	fmt.Fprintf(b, "\n```sh\npatchbay send INBOX --provider %s --event '%s'\n```\n", p.ID, verify.Samples(p.ID)[0].Event)
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
