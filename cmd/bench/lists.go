package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"time"
)

const (
	// listTimes is how often each list is read; the median counts.
	listTimes = 5
	// listPages is how many further pages of a list are read that finds little.
	listPages = 60
	// slowLists is how many of the slowest are printed.
	slowLists = 12
)

// get reads from the API and returns how long the answer took.
func (r *router) get(ctx context.Context, path string, into any) (time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.addr+"/api/v1"+path, http.NoBody)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	started := time.Now()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	took := time.Since(started)
	if err != nil || resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s answered %s %s: %w", path, resp.Status, text, err)
	}
	return took, json.Unmarshal(text, into)
}

// readToken makes a token for reading.
func readToken(ctx context.Context, patchbay, data string) (string, error) {
	out, err := exec.CommandContext(ctx, patchbay, "token", "create", "--name", "large", "--scope", "read", "--output", "json", "--data", data).Output() //nolint:gosec // the program measures the binary it is given
	if err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	var made struct {
		Token string `json:"token"`
	}
	err = json.Unmarshal(out, &made)
	return made.Token, err
}

// listPage is what of any list counts here.
type listPage struct {
	Items []struct {
		ID string `json:"id"`
	} `json:"items"`
	NextCursor string `json:"nextCursor"`
}

// listing is what was seen of one list.
type listing struct {
	path  string
	first time.Duration // the first page: median
	best  time.Duration
	items int
	deep  []time.Duration // further pages, until a page full was found
	found int
}

func (l listing) String() string {
	return fmt.Sprintf("%7.1f ms (best %5.1f), %3d items; %2d further pages: %3d items, median %5.1f ms  %s",
		ms(l.first), ms(l.best), l.items, len(l.deep), l.found, ms(medianOf(l.deep)), l.path)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func medianOf(times []time.Duration) time.Duration {
	if len(times) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(times))[len(times)/2]
}

// lists measures the pages of all lists.
func (l *largeInstance) lists(ctx context.Context, r *router) error {
	paths, err := r.listPaths(ctx)
	if err != nil {
		return err
	}
	var list []listing
	var deep []time.Duration
	for _, path := range paths {
		one, err := r.measureList(ctx, path)
		if err != nil {
			return err
		}
		list, deep = append(list, one), append(deep, one.deep...)
	}
	slices.SortFunc(list, func(a, b listing) int { return cmp.Compare(b.first, a.first) })
	for _, one := range list[:min(slowLists, len(list))] {
		fmt.Println("large   ", one)
	}
	slices.Sort(deep)
	l.add(row{
		name: "large: slowest first page of a list", value: ms(list[0].first), target: 100, atMost: true, unit: "ms",
		note: fmt.Sprintf("of %d: %s", len(list), list[0].path),
	})
	l.add(row{
		name: "large: further pages, p95", value: ms(deep[len(deep)*95/100]), target: 100, atMost: true, unit: "ms",
		note: fmt.Sprintf("of %d of lists that find little", len(deep)),
	})
	return nil
}

// measureList reads the first page of a list some times, and further ones until they
// hold as much as a page.
func (r *router) measureList(ctx context.Context, path string) (listing, error) {
	one := listing{path: path}
	var page listPage
	var times []time.Duration
	for range listTimes {
		page = listPage{}
		took, err := r.get(ctx, path, &page)
		if err != nil {
			return one, err
		}
		times = append(times, took)
	}
	one.first, one.best, one.items = medianOf(times), slices.Min(times), len(page.Items)
	const full = 50
	for len(one.deep) < listPages && page.NextCursor != "" && one.found < full {
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		next := path + sep + "cursor=" + url.QueryEscape(page.NextCursor)
		page = listPage{}
		took, err := r.get(ctx, next, &page)
		if err != nil {
			return one, err
		}
		one.deep, one.found = append(one.deep, took), one.found+len(page.Items)
	}
	return one, nil
}

// listPaths returns the lists with every filter that the API offers and their usual
// pairs. Some match nothing, and some only what is very old.
func (r *router) listPaths(ctx context.Context) ([]string, error) {
	var old, troubles listPage
	if _, err := r.get(ctx, "/events?inbox=legacy&limit=1", &old); err != nil {
		return nil, err
	}
	if _, err := r.get(ctx, "/problems", &troubles); err != nil {
		return nil, err
	}
	if len(old.Items) == 0 || len(troubles.Items) == 0 {
		return nil, errors.New("the history has no old events or no problems")
	}
	oldID, at := old.Items[0].ID, func(days int) string { return time.Now().AddDate(0, 0, -days).UTC().Format(time.RFC3339) }
	inboxes, rules := []string{"", "github", "forms", "alarms", "legacy", "nothing"}, []string{"", "mirror", "wake-somebody", "first-try", "crm", "nothing"}
	days := []string{"", "since=" + at(1), "since=" + at(20), "until=" + at(20), "until=" + at(59), "since=" + at(31) + "&until=" + at(30)}
	paths := []string{"/events?limit=200", "/runs?limit=200", "/problems", "/problems?solved=true", "/stats", "/inboxes", "/rules", "/events/" + oldID, "/runs?event=" + oldID}
	paths = append(paths, crossed("/events", field("inbox", inboxes...), field("verdict", "", "accepted", "duplicate", "rejected", "held"))...)
	paths = append(paths, crossed("/events", field("inbox", inboxes...), field("route", "pending", "matched", "unmatched"))...)
	paths = append(paths, crossed("/events", field("inbox", inboxes...), field("type", "issues", "alarm", "release", "nothing"))...)
	paths = append(paths, crossed("/events", field("inbox", inboxes...), days)...)
	paths = append(paths, crossed("/events", field("verdict", "duplicate", "rejected", "held"), days)...)
	paths = append(paths, crossed("/events", field("route", "pending", "unmatched"), field("type", "issues", "release", "nothing"), days)...)
	paths = append(paths, crossed("/events", field("inbox", "", "github", "forms"), field("q", "Codertocat", "order", "customer-1234@", "nothing-like-this",
		"without bound #1000 ", deliveryID(100), deliveryID(historyEvents-50), deliveryID(historyEvents-15_000), oldID))...)
	states := field("state", "queued", "running", "waiting", "succeeded", "failed", "filtered", "skipped", "canceled")
	paths = append(paths, crossed("/runs", field("inbox", inboxes...), states)...)
	paths = append(paths, crossed("/runs", field("rule", rules[1:]...), states)...)
	paths = append(paths, crossed("/runs", field("rule", rules...), field("inbox", inboxes...))...)
	paths = append(paths, crossed("/runs", field("rule", rules...), days)...)
	paths = append(paths, crossed("/runs", states, days)...)
	for _, p := range troubles.Items {
		paths = append(paths, crossed("/runs", []string{"problem=" + p.ID}, append(states, ""))...)
		paths = append(paths, crossed("/runs", []string{"problem=" + p.ID}, field("inbox", inboxes...))...)
	}
	slices.Sort(paths)
	return slices.Compact(paths), nil
}

// field returns conditions on a field; an empty value makes none.
func field(name string, values ...string) []string {
	list := make([]string, len(values))
	for i, v := range values {
		if v != "" {
			list[i] = name + "=" + url.QueryEscape(v)
		}
	}
	return list
}

// crossed returns a path with every combination of conditions.
func crossed(path string, conditions ...[]string) []string {
	list := []string{""}
	for _, choices := range conditions {
		var next []string
		for _, before := range list {
			for _, choice := range choices {
				next = append(next, strings.Trim(before+"&"+choice, "&"))
			}
		}
		list = next
	}
	for i, query := range list {
		if list[i] = path; query != "" {
			list[i] += "?" + query
		}
	}
	return list
}
