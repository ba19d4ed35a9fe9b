package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

const (
	fewRules  = 10
	manyRules = 10_000
)

// rules measures what an event costs beside many rules, of which one matches, against
// what it costs beside few. Of each three rules one asks for the kind of event, one for
// the repository and one for the sender, each with two clauses more.
func (b *bench) rules(ctx context.Context) error {
	cost := make(map[int][]float64)
	for range b.rounds {
		for _, n := range []int{fewRules, manyRules} {
			p := pair{steps: filterStep, others: otherRules(n - 1), load: loadOptions{
				Conns: 8, Time: b.time, Warmup: 3 * time.Second, Rate: 500, Secret: secret, Max: 100_000,
			}}
			res, err := b.loadPatchbay(ctx, p, &compared{})
			if err != nil {
				return fmt.Errorf("%d rules: %w", n, err)
			}
			cost[n] = append(cost[n], res.CPUSeconds*1e6/float64(res.Accepted))
		}
	}
	few, many := median(cost[fewRules]), median(cost[manyRules])
	b.add(row{
		name: "CPU of an event beside 10,000 rules against 10", value: many / few, target: 3, atMost: true, unit: "ratio",
		note: fmt.Sprintf("%.0f and %.0f µs", many, few),
	})
	return nil
}

// otherRules are rules in YAML that the delivery does not match.
func otherRules(n int) string {
	var text strings.Builder
	for i := range n {
		first := ""
		switch i % 3 {
		case 0:
			first = fmt.Sprintf(`headers["x-github-event"] == "kind%d"`, i)
		case 1:
			first = fmt.Sprintf(`payload.repository.full_name == "owner/repository-%d"`, i)
		default:
			first = fmt.Sprintf(`payload.sender.login == "user-%d"`, i)
		}
		fmt.Fprintf(&text, "  - name: Other %d\n    inbox: bench\n    when: '%s && payload.action == \"opened\" && payload.issue.number > %d'\n    steps:\n%s", i, first, i%7, filterStep)
	}
	return text.String()
}
