package api

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// exposition is the text format of Prometheus,
// https://prometheus.io/docs/instrumenting/exposition_formats.
const exposition = "text/plain; version=0.0.4; charset=utf-8"

// families are what /metrics tells, in the order in which it does. Their names begin
// with patchbay_.
var families = []struct{ name, kind, help string }{ //nolint:gochecknoglobals // a table
	{"build_info", "gauge", "The version."},
	{"inbox_received_total", "counter", "Requests that an inbox received and keeps."},
	{"inbox_requests", "gauge", "Requests by verdict; held ones leave their count when they are released."},
	{"inbox_accepted", "gauge", "Accepted requests by what the rules made of them."},
	{"inbox_refused_total", "counter", "Requests that were answered 429 or 503 and not kept."},
	{"inbox_handshakes_total", "counter", "Requests that tried an address out and make no event."},
	{"queue_depth", "gauge", "Work that waits or is being done."},
	{"queue_oldest_age_seconds", "gauge", "Age of the oldest work that should have started."},
	{"queue_memory_bytes", "gauge", "Events waiting in memory."},
	{"database_bytes", "gauge", "Size of the database files."},
	{"events_routed_total", "counter", "Events judged since the start."},
	{"runs_started_total", "counter", "Runs started since the start."},
	{"runs_total", "counter", "Runs that ended since the start."},
	{"attempts_total", "counter", "Attempts of steps since the start."},
	{"steps_in_flight", "gauge", "Steps being done."},
	{"destinations_down", "gauge", "Destinations that are not tried at the moment."},
	{"problems_open", "gauge", "Destinations that fail, by cause."},
	{"live_streams", "gauge", "Open live streams."},
}

// scrape holds the samples of one scrape by the names of their families.
type scrape map[string][]string

var labelText = strings.NewReplacer("\\", "\\\\", "\n", "\\n", "\"", "\\\"") //nolint:gochecknoglobals // made once

// add takes a sample. labels are names and values in turn.
func (s scrape) add(family string, value float64, labels ...string) {
	var b strings.Builder
	b.WriteString("patchbay_" + family)
	for i := 0; i+1 < len(labels); i += 2 {
		b.WriteByte("{,"[min(i, 1)])
		b.WriteString(labels[i] + `="` + labelText.Replace(labels[i+1]) + `"`)
	}
	if len(labels) > 0 {
		b.WriteByte('}')
	}
	b.WriteString(" " + strconv.FormatFloat(value, 'g', -1, 64))
	s[family] = append(s[family], b.String())
}

// write writes what was taken; a family of which nothing is known is left out.
func (s scrape) write(w io.Writer) {
	for _, f := range families {
		lines := s[f.name]
		if len(lines) == 0 {
			continue
		}
		slices.Sort(lines)
		name := "patchbay_" + f.name
		_, _ = fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n%s\n", name, f.help, name, f.kind, strings.Join(lines, "\n")) // it is a buffer
	}
}
