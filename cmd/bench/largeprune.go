package main

import (
	"context"
	"fmt"
	"net/url"
	"time"
)

const (
	// retentionPatience is how long deleting half of the history may take.
	retentionPatience = 15 * time.Minute
	// retentionWindow is for how long one load runs beside it; the worst one counts.
	retentionWindow = 5 * time.Second
	// keptDays is how old events may be after it, of a history of twice as many days.
	keptDays = 30
)

// retentionRun is what was seen while retention deleted.
type retentionRun struct {
	load  loadOptions
	alone quantiles // acknowledgements before it
	worst quantiles // of any window
	all   []float64 // p99 of each window
	began time.Time // when it was told to delete
	took  time.Duration
}

// retention deletes half of the events while load runs at half of the maximum.
func (l *largeInstance) retention(ctx context.Context) error {
	if l.rate == 0 { // the part before this one was left out
		most, err := l.load(ctx, l.full())
		if err != nil {
			return err
		}
		l.rate = most.AcceptRate
	}
	before := databaseBytes(l.data)
	r, err := l.serve(ctx)
	if err != nil {
		return err
	}
	run := retentionRun{load: loadOptions{
		URL: r.url, Conns: 256, Time: retentionWindow, Rate: l.rate / 2, Secret: secret, Pid: r.cmd.Process.Pid, Max: 2_000_000,
	}}
	err = l.deleteHalf(ctx, r, &run)
	if err := firstError(err, r.stop()); err != nil {
		return err
	}
	after := databaseBytes(l.data)
	l.add(row{
		name: "large: acknowledgement p99 beside retention", value: run.worst.P99, target: 50, atMost: true, unit: "ms",
		note: fmt.Sprintf("worst of %d times %v at %.0f/s, median %.1f, alone %.1f", len(run.all), retentionWindow, run.load.Rate, median(run.all), run.alone.P99),
	})
	l.add(row{name: "large: deleting 500,000 events beside load", value: run.took.Seconds(), unit: "s"})
	l.add(row{
		name: "large: the file after it against before", value: float64(after) / float64(before), target: 0.8, atMost: true, unit: "ratio",
		note: fmt.Sprintf("%.0f MB before, %.0f MB after", megabytes(before), megabytes(after)),
	})
	return nil
}

// deleteHalf tells the instance to keep less and sends events until it has done so.
func (l *largeInstance) deleteHalf(ctx context.Context, r *router, run *retentionRun) error {
	alone, err := load(ctx, run.load)
	if err != nil {
		return err
	}
	run.alone = alone.Ack
	if err := configure(ctx, l.binary, l.data, fmt.Sprintf("%dh", keptDays*24)); err != nil {
		return err
	}
	run.began = time.Now()
	for ended := false; !ended; {
		res, err := load(ctx, run.load)
		if err != nil {
			return err
		}
		run.all = append(run.all, res.Ack.P99)
		if res.Ack.P99 > run.worst.P99 {
			run.worst = res.Ack
		}
		old, free, err := l.left(ctx, r, run.began)
		if err != nil {
			return err
		}
		run.took = time.Since(run.began)
		size := databaseBytes(l.data)
		fmt.Printf("large    retention after %3.0f s: %6.0f/s accepted, acknowledged p50 %5.1f p99 %5.1f max %5.1f ms; %.0f MB, %.0f MB free, old events: %v; %.1f s CPU, %.0f MB memory\n",
			run.took.Seconds(), res.AcceptRate, res.Ack.P50, res.Ack.P99, res.Ack.Max, megabytes(size), megabytes(free), old, res.CPUSeconds, res.MemoryMB)
		ended = !old && free < size/16
		if run.took > retentionPatience {
			return fmt.Errorf("events are still not deleted after %v", retentionPatience)
		}
	}
	return nil
}

// left reports whether events are left that should be deleted, and how many bytes of
// the file are free. A history that was made at once has its events only roughly in
// the order of their times, hence the last hour does not count.
func (l *largeInstance) left(ctx context.Context, r *router, now time.Time) (old bool, free int64, err error) {
	path := "/events?limit=1&until=" + url.QueryEscape(now.AddDate(0, 0, -keptDays).Add(-time.Hour).UTC().Format(time.RFC3339))
	for cursor := "first"; cursor != "" && !old; {
		next := path
		if cursor != "first" {
			next += "&cursor=" + url.QueryEscape(cursor)
		}
		var page listPage
		if _, err := r.get(ctx, next, &page); err != nil {
			return false, 0, err
		}
		old, cursor = len(page.Items) > 0, page.NextCursor
	}
	var stats struct {
		Disk struct {
			Free int64 `json:"free"`
		} `json:"disk"`
	}
	_, err = r.get(ctx, "/stats", &stats)
	return old, stats.Disk.Free, err
}
