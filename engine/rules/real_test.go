package rules_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine/rules"
)

// genuine is the body of a delivery by GitHub.
func genuine(tb testing.TB) []byte {
	tb.Helper()
	body, err := os.ReadFile("testdata/github-issues.json")
	require.NoError(tb, err)
	return body
}

func delivery(tb testing.TB) *rules.Env {
	tb.Helper()
	return &rules.Env{
		Payload: decoded(tb, string(genuine(tb))), Method: "POST", Inbox: "github", Now: received(),
		Headers: map[string]any{"x-github-event": "issues", "x-github-delivery": "72d3162e"},
		Event:   map[string]any{"type": "issues", "verified": "github"},
	}
}

func TestMatch_GenuineDelivery(t *testing.T) {
	t.Parallel()
	cases := map[string]bool{
		`event.type == "issues" && payload.action == "opened"`:                                                                true,
		`headers["X-GitHub-Event"] == "issues" and payload.action in ["opened", "reopened"]`:                                  true,
		`any(payload.issue.labels, .name == "bug") and not payload.issue.locked`:                                              true,
		`payload.action == "labeled" && payload.label.name == "bug"`:                                                          false,
		`payload.issue.assignee == nil and payload.issue.comments == 0`:                                                       true,
		`containsFold(payload.issue.title, "SPELLING") and payload.repository.full_name startsWith "baxterthehacker/"`:        true,
		`date(payload.issue.created_at) < now() and payload.issue.number < 100`:                                               true,
		`payload.pull_request.merged or payload.issue.pull_request.url != nil`:                                                false,
		`len(payload.issue.labels) == 1 and payload.issue.labels[0].color matches "^[0-9a-f]{6}$"`:                            true,
		`payload.sender.login == payload.issue.user.login and payload.repository.default_branch in ["main", "master"]`:        true,
		`payload.repository.private == false and payload.repository.id == 35129377`:                                           true,
		`payload.repository.size > 1000 ? payload.issue.locked : payload.issue.state == "open"`:                               true,
		`let days = (now() - date(payload.issue.created_at)) > duration("30d"); days and payload.issue.milestone == nil`:      true,
		`formatDate(payload.issue.created_at, "D MMM YYYY", "Europe/Berlin") == "6 May 2015"`:                                 true,
		`md5(lower(trim(payload.sender.login))) == md5("baxterthehacker")`:                                                    true,
		`join(map(payload.issue.labels, .name), ", ") == "bug" and regexFind(payload.issue.html_url, "issues/(\\d+)") == "2"`: true,
	}
	e := rules.New(rules.Options{})
	for src, want := range cases {
		t.Run(src, func(t *testing.T) {
			t.Parallel()
			p, err := e.Compile(src, rules.Scope{Condition: true})
			require.NoError(t, err)
			ok, notes, err := p.Match(t.Context(), delivery(t))
			require.NoError(t, err)
			require.Equal(t, want, ok, "%q", notes)
		})
	}
}

// Deciding costs nothing that is not needed: conditions allocate nothing.
func TestMatch_DoesNotAllocate(t *testing.T) { //nolint:paralleltest // counts allocations
	if raceEnabled {
		t.Skip("the race detector changes what is allocated")
	}
	env := delivery(t)
	e := rules.New(rules.Options{})
	for _, src := range []string{
		`event.type == "issues" && payload.action == "opened" && payload.issue.number > 1`,
		`headers["x-github-event"] == "issues" and payload.sender.login in ["a", "baxterthehacker"] and payload.issue.title contains "README"`,
		`any(payload.issue.labels, .name == "bug") and len(payload.issue.labels) == 1`,
		`payload.action == "closed" or eqFold(payload.issue.state, "OPEN")`,
	} {
		p, err := e.Compile(src, rules.Scope{Condition: true})
		require.NoError(t, err)
		ctx := t.Context()
		got := testing.AllocsPerRun(200, func() {
			if ok, notes, err := p.Match(ctx, env); !ok || notes != nil || err != nil {
				t.Fatal(ok, notes, err)
			}
		})
		require.LessOrEqual(t, got, 1.0, src) // a collection may empty the pool meanwhile
	}
}

func BenchmarkMatch(b *testing.B) {
	env := delivery(b)
	e := rules.New(rules.Options{})
	for name, src := range map[string]string{
		"request":       `method == "POST" and inbox == "github" and headers["x-github-event"] == "issues"`,
		"three clauses": `event.type == "issues" && payload.action == "opened" && payload.issue.number > 1`,
		"missing field": `payload.pull_request.number > 1 || payload.action == "opened"`,
		"list":          `any(payload.issue.labels, .name == "bug")`,
		"functions":     `lower(payload.sender.login) == "baxterthehacker" and payload.issue.title matches "README"`,
	} {
		b.Run(name, func(b *testing.B) {
			p, err := e.Compile(src, rules.Scope{Condition: true})
			require.NoError(b, err)
			ctx := b.Context()
			b.ReportAllocs()
			for b.Loop() {
				if ok, _, err := p.Match(ctx, env); !ok || err != nil {
					b.Fatal(ok, err)
				}
			}
		})
	}
}

func BenchmarkRender(b *testing.B) {
	env := delivery(b)
	tpl, err := rules.New(rules.Options{}).Template(map[string]any{
		"method": "POST", "url": "https://example.com/hook",
		"json": map[string]any{"title": "{{ payload.issue.title }}", "by": "{{ payload.sender.login }}", "text": "#{{ payload.issue.number }} {{ payload.action }}"},
	}, rules.Scope{InSteps: true}, nil)
	require.NoError(b, err)
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tpl.Render(ctx, env); err != nil {
			b.Fatal(err)
		}
	}
}
