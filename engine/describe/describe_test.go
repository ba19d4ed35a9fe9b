package describe_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/describe"
	"patchbay/engine/verify"
)

const jsonType = "application/json"

// line is what one provider with these sentences says of a body.
func line(t *testing.T, body string, sentences ...string) string {
	t.Helper()
	d, err := describe.New(verify.Provider{Summaries: []verify.Summary{{Type: "*", Sentences: sentences}}})
	require.NoError(t, err)
	e := engine.Event{ContentType: jsonType, Body: []byte(body), Query: "a=from+the+query"}
	d.Read(&e, e.Body)
	return e.Summary
}

func TestRead_SaysTheFirstSentenceThatLacksNothing(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body, want string
		sentences  []string
	}{
		"the first":          {`{"a":"x","b":"y"}`, "x and y", []string{"{a} and {b}", "{a}"}},
		"the next":           {`{"a":"x"}`, "only x", []string{"{a} and {b}", "only {a}"}},
		"none":               {`{"c":1}`, "", []string{"{a} and {b}", "only {a}"}},
		"a missing part":     {`{"a":"x"}`, "x", []string{"{a}[ and {b}]"}},
		"a part":             {`{"a":"x","b":"y"}`, "x and y", []string{"{a}[ and {b}]"}},
		"the first path":     {`{"b":"y"}`, "y", []string{"{a,b}"}},
		"empty is missing":   {`{"a":"","b":"y"}`, "y", []string{"{a}", "{b}"}},
		"null is missing":    {`{"a":null}`, "nothing", []string{"{a}", "nothing"}},
		"an object is none":  {`{"a":{"b":1}}`, "nothing", []string{"{a}", "nothing"}},
		"deep":               {`{"a":{"b":[{"c":12345678901234567890}]}}`, "12345678901234567890", []string{"{a.b[0].c}"}},
		"a count":            {`{"a":[1,2,3]}`, "3 files", []string{"{a.#|count:file,files}"}},
		"one":                {`{"a":[1]}`, "1 file", []string{"{a.#|count:file,files}"}},
		"more than one":      {`[{"a":"x"},{"a":"y"},{"a":"z"}]`, "x and 2 more", []string{"{[0].a}[ and {#|more} more]"}},
		"no more":            {`[{"a":"x"}]`, "x", []string{"{[0].a}[ and {#|more} more]"}},
		"cents":              {`{"a":1200,"c":"eur"}`, "12.00 EUR", []string{"{a|cents:c}"}},
		"few cents":          {`{"a":-5,"c":"eur"}`, "-0.05 EUR", []string{"{a|cents:c}"}},
		"yen have no cents":  {`{"a":1200,"c":"JPY"}`, "1200 JPY", []string{"{a|cents:c}"}},
		"money":              {`{"a":480.5,"c":"EUR"}`, "480.50 EUR", []string{"{a|money:c}"}},
		"no money":           {`{"a":"much","c":"EUR"}`, "nothing", []string{"{a|money:c}", "nothing"}},
		"seconds":            {`{"a":1700000000}`, "2023-11-14 22:13 UTC", []string{"{a|time}"}},
		"milliseconds":       {`{"a":1700000000000}`, "2023-11-14 22:13 UTC", []string{"{a|time}"}},
		"a written time":     {`{"a":"2023-11-14T23:13:20+01:00"}`, "2023-11-14 22:13 UTC", []string{"{a|time}"}},
		"a branch":           {`{"a":"refs/heads/feature/x"}`, "feature/x", []string{"{a|ref}"}},
		"words":              {`{"a":"customer.subscription_created"}`, "Customer subscription created", []string{"{a|words|title}"}},
		"a word for a value": {`{"a":"x"}`, "ex", []string{"{a|map:x=ex,y=why}"}},
		"no word for it":     {`{"a":"z"}`, "nothing", []string{"{a|map:x=ex,y=why}", "nothing"}},
		"a guard":            {`{"a":true,"b":"y"}`, "yes, y", []string{"{a|map:false=}no, {b}", "{a|map:true=}yes, {b}"}},
		"the last key":       {`{"a":"x","a":"y"}`, "y", []string{"{a}"}},
		"the last, missing":  {`{"a":{"b":"x"},"a":{"c":"y"}}`, "nothing", []string{"{a.b}", "nothing"}},
		"an escaped key":     {`{"\u0061":"x"}`, "x", []string{"{a}"}},
		"JSON in text":       {`{"a":"{\"b\":\"x\"}"}`, "x", []string{"{a.b}"}},
		"only once":          {`{"a":"{\"b\":\"{\\\"c\\\":1}\"}"}`, "nothing", []string{"{a.b.c}", "nothing"}},
		"the query":          {`{}`, "from the query", []string{"{query:a}"}},
		"the text of HTML":   {`{"a":"<p>one &amp; <b>two</b>"}`, "one & two", []string{"{a|plain}"}},
		"not JSON":           {`{"a":"x"} and more`, "nothing", []string{"{a}", "nothing"}},
	}
	for name, tt := range tests {
		require.Equal(t, tt.want, line(t, tt.body, tt.sentences...), name)
	}
}

func TestRead_MakesOneLineOfHostileText(t *testing.T) {
	t.Parallel()
	require.Equal(t, "one two three", line(t, `{"a":"  one\r\n\u0000\u001b two\u2028three\t"}`, "{a}"))
	require.Equal(t, "abc", line(t, `{"a":"a\u202eb\u2066c\u200f"}`, "{a}"), "the direction of other text is not turned")
	require.Equal(t, "<script>alert(1)</script>", line(t, `{"a":"<script>alert(1)</script>"}`, "{a}"), "text stays text")
	require.True(t, utf8.ValidString(line(t, "{\"a\":\"a\xff\xfeb\"}", "{a}")))
}

func TestRead_CutsAtAWord(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 500)
	got := line(t, `{"a":"`+long+`"}`, "{a} and {a} and {a}")
	require.LessOrEqual(t, utf8.RuneCountInString(got), 140)
	require.Regexp(t, `^(word )+word… and (word )+word…$`, got)
	got = line(t, `{"a":"`+strings.Repeat("日", 500)+`"}`, "{a}{a}")
	require.LessOrEqual(t, utf8.RuneCountInString(got), 140)
	require.True(t, utf8.ValidString(got))
}

func TestRead_LeavesNothingBehindForTheNextEvent(t *testing.T) {
	t.Parallel()
	d, err := describe.New(verify.Provider{
		Type: []verify.Source{{From: "json", Name: "type"}}, Delivery: []verify.Source{{From: "json", Name: "id"}},
		Summaries: []verify.Summary{{Type: "*", Sentences: []string{"{name}"}}},
	})
	require.NoError(t, err)
	for range 3 {
		full := engine.Event{ContentType: jsonType, Body: []byte(`{"type":"t","id":"1","name":"n"}`)}
		require.True(t, d.Read(&full, full.Body))
		require.Equal(t, []string{"t", "1", "n"}, []string{full.Type, full.DeliveryID, full.Summary})
		empty := engine.Event{ContentType: "text/plain", Body: []byte(`nothing`)}
		require.False(t, d.Read(&empty, empty.Body))
		require.Equal(t, []string{"", "", ""}, []string{empty.Type, empty.DeliveryID, empty.Summary})
	}
}

func TestNew_RefusesSentencesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"{a", "[{a}", "{a}]", "{a|shout}"} {
		_, err := describe.New(verify.Provider{Summaries: []verify.Summary{{Type: "*", Sentences: []string{s}}}})
		require.Error(t, err, s)
	}
	for _, p := range append(verify.General(), verify.Providers()...) {
		_, err := describe.New(p)
		require.NoError(t, err, p.ID)
	}
}

func FuzzRead(f *testing.F) {
	ids := []string{"github", "slack", "stripe", "aws-sns", "mandrill", "twilio", "recurly", "key"}
	list := make([]*describe.Describer, len(ids))
	for i, id := range ids {
		list[i] = describer(f, id)
	}
	f.Add(byte(0), jsonType, "a=b", []byte(`{"action":"opened","issue":{"number":1}}`))
	f.Add(byte(3), "text/plain", "", []byte(`{"Type":"Notification","Message":"{\"AlarmName\":\"x\"}"}`))
	f.Add(byte(4), "application/x-www-form-urlencoded", "", []byte(`mandrill_events=[{"event":"send"}]`))
	f.Fuzz(func(t *testing.T, which byte, contentType, query string, body []byte) {
		e := engine.Event{ContentType: contentType, Query: query, Body: body}
		list[int(which)%len(list)].Read(&e, e.Body)
		require.LessOrEqual(t, utf8.RuneCountInString(e.Summary), 140)
		require.True(t, utf8.ValidString(e.Summary))
		require.NotContains(t, e.Summary, "\n")
		require.LessOrEqual(t, len(e.Type), 200)
		require.LessOrEqual(t, len(e.DeliveryID), 200)
	})
}

// One thing that happens in a shop is told of once per topic, under one event id: these are
// no repeats of each other.
func TestRead_OneHappeningToldUnderTwoTopicsIsNoRepeat(t *testing.T) {
	t.Parallel()
	read := func(topic, delivery string) string {
		e := engine.Event{ContentType: jsonType, Body: []byte(`{"id":1}`), Headers: []engine.Header{
			{Name: "X-Shopify-Topic", Value: topic}, {Name: "X-Shopify-Event-Id", Value: "happened-1"}, {Name: "X-Shopify-Webhook-Id", Value: delivery},
		}}
		describer(t, "shopify").Read(&e, e.Body)
		return e.DeliveryID
	}
	require.NotEqual(t, read("orders/create", "one"), read("orders/paid", "two"))
	require.Equal(t, "one", read("orders/create", "one"))
}
