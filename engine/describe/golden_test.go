package describe_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/describe"
	"patchbay/engine/verify"
)

var update = flag.Bool("update", false, "rewrite golden files")

// delivery is one recorded request.
type delivery struct {
	name     string // provider/event
	provider string
	event    engine.Event
}

func deliveries(tb testing.TB) []delivery {
	tb.Helper()
	root := filepath.Join("..", "decode", "testdata", "payloads")
	files, err := filepath.Glob(filepath.Join(root, "*", "*", "request.json"))
	require.NoError(tb, err)
	list := make([]delivery, 0, len(files))
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(tb, err)
		var r struct {
			Method  string            `json:"method"`
			Path    string            `json:"path"`
			Headers map[string]string `json:"headers"`
			File    string            `json:"body"`
		}
		require.NoError(tb, json.Unmarshal(b, &r))
		d := delivery{event: engine.Event{Method: r.Method}}
		name, err := filepath.Rel(root, filepath.Dir(file))
		require.NoError(tb, err)
		d.name = filepath.ToSlash(name)
		d.provider, _, _ = strings.Cut(d.name, "/")
		at, err := url.Parse(r.Path)
		require.NoError(tb, err)
		d.event.Query = at.RawQuery
		for name, value := range r.Headers {
			d.event.Headers = append(d.event.Headers, engine.Header{Name: name, Value: value})
			if strings.EqualFold(name, "Content-Type") {
				d.event.ContentType = value
			}
		}
		d.event.Body, err = os.ReadFile(filepath.Join(filepath.Dir(file), r.File))
		require.NoError(tb, err)
		list = append(list, d)
	}
	return list
}

func describer(tb testing.TB, id string) *describe.Describer {
	tb.Helper()
	p, ok := verify.Lookup(id)
	require.True(tb, ok, id)
	d, err := describe.New(p)
	require.NoError(tb, err)
	return d
}

func TestRead_DescribesEveryRecordedDelivery(t *testing.T) {
	t.Parallel()
	list := deliveries(t)
	require.Len(t, list, 206)
	var got strings.Builder
	for _, d := range list {
		e := d.event
		describer(t, d.provider).Read(&e, e.Body)
		require.LessOrEqual(t, utf8.RuneCountInString(e.Summary), 140, d.name)
		require.NotContains(t, e.Summary, "\n", d.name)
		fmt.Fprintf(&got, "%s [%s]: %s\n", d.name, e.Type, e.Summary)
	}
	compare(t, "summaries.golden", got.String())
}

func TestRead_WithoutPresetSaysSomethingOnlyWhereItIsTold(t *testing.T) {
	t.Parallel()
	d := describer(t, "none")
	var got strings.Builder
	for _, delivery := range deliveries(t) {
		e := delivery.event
		d.Read(&e, e.Body)
		require.Empty(t, e.Type, delivery.name)
		fmt.Fprintf(&got, "%s: %s\n", delivery.name, e.Summary)
	}
	compare(t, "general.golden", got.String())
}

// Events of which there is no recorded delivery.
func TestRead_DescribesOtherEventsToo(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ provider, header, body, want string }{
		{
			"trello", "", `{"action":{"type":"updateCard","data":{"card":{"name":"Paint"},"listAfter":{"name":"Done"},"listBefore":{"name":"Doing"}},"memberCreator":{"fullName":"Ada"}}}`,
			"Ada moved card Paint to Done",
		},
		{
			"trello", "", `{"action":{"type":"updateCard","data":{"card":{"name":"Paint"},"list":{"name":"Doing"}},"memberCreator":{"fullName":"Ada"}}}`,
			"Ada changed card Paint in Doing",
		},
		{
			"github", "issue_comment", `{"action":"deleted","issue":{"number":7,"title":"Leak","pull_request":{"url":"x"}},"comment":{"user":{"login":"ada"}},"repository":{"full_name":"o/r"}}`,
			"ada deleted a comment on pull request #7 in o/r: Leak",
		},
	} {
		e := engine.Event{ContentType: jsonType, Body: []byte(tt.body)}
		if tt.header != "" {
			e.Headers = append(e.Headers, engine.Header{Name: "X-GitHub-Event", Value: tt.header})
		}
		describer(t, tt.provider).Read(&e, e.Body)
		require.Equal(t, tt.want, e.Summary)
	}
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	golden := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
