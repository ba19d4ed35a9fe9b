package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"time"
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
	return made.Token, firstError(json.Unmarshal(out, &made))
}

func replaceKeep(keep string) []byte {
	return []byte(strings.ReplaceAll(historyConfig, "KEEP", keep))
}

// listPage is what of any list counts here.
type listPage struct {
	Items []struct {
		ID  string `json:"id"`
		Seq int64  `json:"seq"`
	} `json:"items"`
	NextCursor string `json:"nextCursor"`
	Searched   int    `json:"searched"`
	Complete   bool   `json:"complete"`
}

// listTimes is how often each list is read; the median counts.
const listTimes = 5

type listing struct {
	name   string
	took   time.Duration
	pages  int
	items  int
	whole  time.Duration
	first  time.Duration
	best   time.Duration
	cursor bool
}

// lists measures first pages, and all pages of lists that find little.
func (l *largeInstance) lists(ctx context.Context, r *router) error {
	queries, err := l.queries(ctx, r)
	if err != nil {
		return err
	}
	var list []listing
	for _, q := range queries {
		one, err := r.measure(ctx, q)
		if err != nil {
			return err
		}
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b listing) int { return int(b.took - a.took) })
	for _, q := range list {
		fmt.Printf("large    %8.1f ms (first %8.1f, best %8.1f) %4d items, cursor %-5v in all %2d pages %8.1f ms  %s\n", ms(q.took), ms(q.first), ms(q.best), q.items, q.cursor, q.pages, ms(q.whole), q.name)
	}
	worst := list[0]
	l.add(row{name: "large: slowest first page of a list", value: ms(worst.took), target: 100, atMost: true, unit: "ms", note: worst.name})
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (r *router) measure(ctx context.Context, path string) (listing, error) {
	var times []time.Duration
	out := listing{name: path}
	var page listPage
	for i := range listTimes {
		page = listPage{}
		took, err := r.get(ctx, path, &page)
		if err != nil {
			return out, err
		}
		if i == 0 {
			out.first = took
		}
		times = append(times, took)
	}
	slices.Sort(times)
	out.best = times[0]
	out.took, out.items, out.cursor, out.pages, out.whole = times[listTimes/2], len(page.Items), page.NextCursor != "", 1, times[listTimes/2]
	if strings.HasPrefix(path, "/events") || strings.HasPrefix(path, "/runs") {
		for found := out.items; page.NextCursor != "" && found < 50 && out.pages < 60; found += len(page.Items) {
			sep := "&"
			if !strings.Contains(path, "?") {
				sep = "?"
			}
			next := path + sep + "cursor=" + url.QueryEscape(page.NextCursor)
			page = listPage{}
			took, err := r.get(ctx, next, &page)
			if err != nil {
				return out, err
			}
			out.pages++
			out.whole += took
			out.took = max(out.took, took)
		}
	}
	return out, nil
}

// queries returns every filter that the API offers and their usual pairs.
func (l *largeInstance) queries(ctx context.Context, r *router) ([]string, error) {
	var old listPage
	if _, err := r.get(ctx, "/events?inbox=legacy&limit=1", &old); err != nil {
		return nil, err
	}
	if len(old.Items) == 0 {
		return nil, fmt.Errorf("the history has no old events")
	}
	at := func(d time.Duration) string { return url.QueryEscape(time.Now().Add(-d).UTC().Format(time.RFC3339)) }
	day := 24 * time.Hour
	q := []string{
		"/events", "/events?limit=200", "/runs", "/runs?limit=200", "/problems", "/problems?solved=true", "/stats", "/inboxes", "/rules",
		"/events/" + old.Items[0].ID, "/runs?event=" + old.Items[0].ID,
	}
	inboxes := []string{"github", "forms", "alarms", "legacy", "nothing"}
	types := []string{"issues", "alarm", "release", "nothing"}
	for _, in := range inboxes {
		q = append(q, "/events?inbox="+in, "/runs?inbox="+in)
		for _, v := range []string{"accepted", "duplicate", "rejected", "held"} {
			q = append(q, "/events?inbox="+in+"&verdict="+v)
		}
		for _, v := range []string{"pending", "matched", "unmatched"} {
			q = append(q, "/events?inbox="+in+"&route="+v)
		}
		for _, v := range types {
			q = append(q, "/events?inbox="+in+"&type="+v)
		}
		for _, v := range []string{"queued", "running", "waiting", "succeeded", "failed", "filtered", "skipped", "canceled"} {
			q = append(q, "/runs?inbox="+in+"&state="+v)
		}
		q = append(q, "/events?inbox="+in+"&q=nothing-like-this", "/events?inbox="+in+"&since="+at(10*day), "/events?inbox="+in+"&until="+at(50*day))
	}
	for _, v := range []string{"accepted", "duplicate", "rejected", "held"} {
		q = append(q, "/events?verdict="+v, "/events?verdict="+v+"&since="+at(day), "/events?verdict="+v+"&until="+at(55*day))
	}
	for _, v := range []string{"pending", "matched", "unmatched"} {
		q = append(q, "/events?route="+v, "/events?route="+v+"&since="+at(day), "/events?route="+v+"&until="+at(55*day))
	}
	for _, v := range types {
		q = append(q, "/events?type="+v, "/events?type="+v+"&route=unmatched", "/events?type="+v+"&since="+at(20*day))
	}
	for _, v := range []string{"queued", "running", "waiting", "succeeded", "failed", "filtered", "skipped", "canceled"} {
		q = append(q, "/runs?state="+v, "/runs?state="+v+"&since="+at(day), "/runs?state="+v+"&until="+at(59*day))
		for _, rule := range []string{"mirror", "first-try", "wake-somebody", "crm", "nothing"} {
			q = append(q, "/runs?state="+v+"&rule="+rule)
		}
	}
	for _, rule := range []string{"mirror", "first-try", "wake-somebody", "crm", "nothing"} {
		q = append(q, "/runs?rule="+rule, "/runs?rule="+rule+"&inbox=shop", "/runs?rule="+rule+"&inbox=legacy", "/runs?rule="+rule+"&since="+at(day), "/runs?rule="+rule+"&until="+at(59*day))
	}
	q = append(q, "/events?since="+at(30*day), "/events?until="+at(30*day), "/events?since="+at(31*day)+"&until="+at(30*day),
		"/runs?since="+at(30*day), "/runs?until="+at(30*day), "/runs?since="+at(31*day)+"&until="+at(30*day))
	var troubles listPage
	if _, err := r.get(ctx, "/problems", &troubles); err != nil {
		return nil, err
	}
	for _, p := range troubles.Items {
		q = append(q, "/runs?problem="+p.ID, "/runs?problem="+p.ID+"&state=waiting", "/runs?problem="+p.ID+"&state=failed", "/runs?problem="+p.ID+"&inbox=forms")
	}
	for _, text := range []string{"Codertocat", "order", "nothing-like-this", "customer-1234@", deliveryID(100), deliveryID(historyEvents - 50), deliveryID(historyEvents - 15_000), old.Items[0].ID, "opened: Storage grows without bound #1000 "} {
		q = append(q, "/events?q="+url.QueryEscape(text), "/events?inbox=github&q="+url.QueryEscape(text))
	}
	return q, nil
}
