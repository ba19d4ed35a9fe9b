package decode_test

import (
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/decode"
)

const formType = "application/x-www-form-urlencoded"

func TestForm_Shapes(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	tests := map[string]struct {
		body string
		want any
	}{
		"one and many":            {"a=1&b=2&b=3", object{"a": "1", "b": []any{"2", "3"}}},
		"blanks and escapes":      {"a+b=c%20d%2Be&x=%zz%", object{"a b": "c d+e", "x": "%zz%"}},
		"no value":                {"a&b=", object{"a": "", "b": ""}},
		"stray separators":        {"&&a=1&", object{"a": "1"}},
		"nested":                  {"a[b][c]=1&a[b][d]=2&a[e]=3", object{"a": object{"b": object{"c": "1", "d": "2"}, "e": "3"}}},
		"nested, escaped":         {"a%5Bb%5D%5bc%5d=1&x=2", object{"a": object{"b": object{"c": "1"}}, "x": "2"}},
		"list":                    {"a[]=1&a[]=2", object{"a": []any{"1", "2"}}},
		"list of one":             {"a[]=1&x=2", object{"a": []any{"1"}, "x": "2"}},
		"indexes":                 {"a[1]=y&a[0]=x&a[10]=z", object{"a": []any{"x", "y", "z"}}},
		"list of objects":         {"a[][x]=1&a[][y]=2&a[][x]=3", object{"a": []any{object{"x": "1", "y": "2"}, object{"x": "3"}}}},
		"indexed objects":         {"a[0][x]=1&a[0][y]=2&a[1][x]=3", object{"a": []any{object{"x": "1", "y": "2"}, object{"x": "3"}}}},
		"keys and indexes":        {"a[k]=1&a[0]=2&a[]=3", object{"a": object{"k": "1", "0": "2", "1": "3"}}},
		"value and children":      {"a=1&a[b]=2", object{"a": object{"": "1", "b": "2"}}},
		"value and items":         {"a=1&a[]=2", object{"a": []any{"1", "2"}}},
		"unmatched brackets":      {"a[b=1&c]=2&[d]=3&e[f]g=4&h[[i]]=5", object{"a[b": "1", "c]": "2", "[d]": "3", "e[f]g": "4", "h[[i]]": "5"}},
		"single JSON object":      {"payload=" + url.QueryEscape(`{"a":1}`), object{"a": int64(1)}},
		"single JSON list":        {"events=" + url.QueryEscape(`[{"a":1.50}]`), []any{object{"a": 1.5}}},
		"single JSON scalar":      {"a=123", object{"a": "123"}},
		"JSON beside text":        {"a=" + url.QueryEscape(`{"x":[1]}`) + "&b=text", object{"a": object{"x": []any{int64(1)}}, "b": "text"}},
		"JSON in a nested field":  {"a[b]=" + url.QueryEscape(`[1]`) + "&c=1", object{"a": object{"b": []any{int64(1)}}, "c": "1"}},
		"nearly JSON":             {"a=" + url.QueryEscape(`{x}`) + "&b=" + url.QueryEscape(`[1,2`), object{"a": "{x}", "b": "[1,2"}},
		"numbers stay text":       {"head=3eb5f44&n=007&f=1.10", object{"head": "3eb5f44", "n": "007", "f": "1.10"}},
		"broken UTF-8":            {"a=%ff%fe", object{"a": "\ufffd"}},
		"JSON sent as a form":     {`{"a":"b=c"}`, object{"a": "b=c"}},
		"braces sent as a form":   {`{a=1`, object{"{a": "1"}},
		"line break at the end":   {"a=1&b=2\r\n", object{"a": "1", "b": "2"}},
		"files of strangers":      {"files[0][filepath]=/etc/passwd&x=1", object{"files": []any{object{"filepath": "/etc/passwd"}}, "x": "1"}},
		"index at the limit":      {"a[1000]=x&b=", object{"a": []any{"x"}, "b": ""}},
		"eight levels":            {"a[1][2][3][4][5][6][7][b]=x", object{"a": []any{[]any{[]any{[]any{[]any{[]any{[]any{object{"b": "x"}}}}}}}}}},
		"same number, two spells": {"a[01]=x&a[1]=y", object{"a": []any{"x", "y"}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, decode.Check(formType, []byte(tt.body)))
			r := decode.Payload(formType, []byte(tt.body), decode.Options{})
			require.Empty(t, r.Error)
			require.Equal(t, tt.want, r.Value)
		})
	}
}

// Not parallel: it measures allocations.
//
//nolint:paralleltest // measures memory
func TestForm_Caps(t *testing.T) {
	tests := map[string]string{
		"a[99999999]=x":                    "index",
		"a[99999999999999999999999999]=x":  "index",
		"a%5B1001%5D=x":                    "index",
		"a[0][1001][b]=x":                  "index",
		"a[1][2][3][4][5][6][7][8][9]=x":   "nests deeper",
		"a" + strings.Repeat("[x]", 10000): "nests deeper",
		strings.Repeat("a=1&", 1001):       "more than 1000 fields",
	}
	for body, why := range tests {
		t.Run(why, func(t *testing.T) {
			err := decode.Check(formType, []byte(body))
			require.Equal(t, engine.KindInvalid, engine.KindOf(err))
			require.ErrorContains(t, err, why)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			r := decode.Payload(formType, []byte(body), decode.Options{})
			runtime.ReadMemStats(&after)
			require.Contains(t, r.Error, "The form cannot be decoded: ")
			require.Equal(t, body, r.Value)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))
		})
	}
}

// Not parallel: it measures allocations.
//
//nolint:paralleltest // measures memory
func TestForm_SparseIndexesCostNothing(t *testing.T) {
	var body strings.Builder
	for i := range 999 {
		fmt.Fprintf(&body, "a%d[1000]=x&", i)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := decode.Payload(formType, []byte(body.String()), decode.Options{})
	runtime.ReadMemStats(&after)
	require.Len(t, r.Value, 999)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(2<<20))
}

func TestForm_PresetField(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	tests := map[string]struct {
		body  string
		opt   decode.Options
		want  any
		error string
	}{
		"JSON beside others": {"token=1&payload=" + url.QueryEscape(`{"a":1,"b":2}`), decode.Options{Field: "payload", Fields: engine.FieldAt("a")}, object{"a": int64(1)}, ""},
		"scalar":             {"payload=1", decode.Options{Field: "payload", FieldEncoding: "json"}, int64(1), ""},
		"not there":          {"command=%2Fgo&text=", decode.Options{Field: "payload"}, object{"command": "/go", "text": ""}, ""},
		"other single JSON":  {"x=" + url.QueryEscape(`{"a":1}`), decode.Options{Field: "payload"}, object{"x": object{"a": int64(1)}}, ""},
		"not JSON":           {"payload=hello", decode.Options{Field: "payload"}, object{"payload": "hello"}, "The form field payload does not hold JSON."},
		"base64 JSON":        {"p=eyJhIjoxfQ", decode.Options{Field: "p", FieldEncoding: "base64"}, object{"a": int64(1)}, ""},
		"base64 text":        {"p=aGVs%0AbA%3D%3D&x=1", decode.Options{Field: "p", FieldEncoding: "base64"}, "hell", ""},
		"base64 XML":         {"p=PGE-PC9hPg", decode.Options{Field: "p", FieldEncoding: "base64+xml"}, object{"a": ""}, ""},
		"not base64":         {"p=!", decode.Options{Field: "p", FieldEncoding: "base64"}, object{"p": "!"}, "The form field p does not hold base64."},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := decode.Payload(formType, []byte(tt.body), tt.opt)
			require.Equal(t, tt.error, r.Error)
			require.Equal(t, tt.want, r.Value)
		})
	}
}

func TestForm_LiteralsOfFieldsKeepTheirPlace(t *testing.T) {
	t.Parallel()
	body := "a[b]=" + url.QueryEscape(`{"x":1.0}`) + "&c~=" + url.QueryEscape(`[2.50]`)
	r := decode.Payload(formType, []byte(body), decode.Options{})
	require.Equal(t, map[string]string{"/a/b/x": "1.0", "/c~0/0": "2.50"}, r.Literals)
}

func TestForm_Latin1(t *testing.T) {
	t.Parallel()
	r := decode.Payload(formType+"; charset=ISO-8859-1", []byte("a=caf%e9+%80&b=1"), decode.Options{})
	require.Equal(t, map[string]any{"a": "café €", "b": "1"}, r.Value)
}

func TestQuery_OneIsTextRepeatedAList(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]any{"a": "1", "b": []any{"x", "y", "z"}, "c[d]": "%{}", "e": ""},
		decode.Query("a=1&b=x&b=y&c[d]=%25{}&b=z&e"))
	require.Equal(t, map[string]any{}, decode.Query(""))
}

func TestQuery_DecodesJSONInPlaceAndOnce(t *testing.T) {
	t.Parallel()
	raw := "m=" + url.QueryEscape(`{"id":12345678901234567,"text":"{\"a\":1}"}`) + "&l=[1]&l=x&broken={x}&twice=%257B%257D&head=3eb5f44"
	require.Equal(t, map[string]any{
		"m": map[string]any{"id": int64(12345678901234567), "text": `{"a":1}`},
		"l": []any{[]any{int64(1)}, "x"}, "broken": "{x}", "twice": "%7B%7D", "head": "3eb5f44",
	}, decode.Query(raw))
	require.Equal(t, map[string]any{"m": `{"a":1}`, "n": []any{"[1]", "2"}}, decode.QueryText(`m={"a":1}&n=[1]&n=2`))
}

func TestPayload_DecodesDoubleEncodingsOnce(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]struct {
		contentType string
		value       any
	}{
		`"{\"a\":1}"`:                                      {jsonType, `{"a":1}`},
		`{"a":"{\"b\":1}"}`:                                {jsonType, map[string]any{"a": `{"b":1}`}},
		"a=%257B%257D&b=1":                                 {formType, map[string]any{"a": "%7B%7D", "b": "1"}},
		"a=" + url.QueryEscape(`{"b":"[1]"}`):              {formType, map[string]any{"b": "[1]"}},
		"a=" + url.QueryEscape(`{"b":"[1]"}`) + "&c=%2525": {formType, map[string]any{"a": map[string]any{"b": "[1]"}, "c": "%25"}},
		"<a>&amp;lt;b&amp;gt;</a>":                         {"application/xml", map[string]any{"a": "&lt;b&gt;"}},
	} {
		r := decode.Payload(want.contentType, []byte(body), decode.Options{})
		require.Empty(t, r.Error, body)
		require.Equal(t, want.value, r.Value, body)
	}
}

func TestText_Forms(t *testing.T) {
	t.Parallel()
	body := []byte("event=ping&data[id]=7&list[0][x]=y&data.json=%7B%7D&payload=" + url.QueryEscape(`{"type":"block","n":[1.50]}`))
	for path, want := range map[string]string{
		"event": "ping", "data.id": "7", "list[0].x": "y", "data.json": "{}", "payload.type": "block", "payload.n[0]": "1.50",
	} {
		got, ok := decode.Text(formType, body, path)
		require.True(t, ok, path)
		require.Equal(t, want, got)
	}
	for _, path := range []string{"none", "event.x", "payload.none", "payload.n", "[0]", "["} {
		_, ok := decode.Text(formType, body, path)
		require.False(t, ok, path)
	}
	got, ok := decode.Text(formType, []byte("payload="+url.QueryEscape(`{"action":"opened"}`)), "action")
	require.True(t, ok)
	require.Equal(t, "opened", got)
}

func TestText_JSON(t *testing.T) {
	t.Parallel()
	body := []byte(` {"a":{"b":[{"c":"x\u00e9"},12345678901234567890.10]},"t":true,"f":false,"n":null,"o":{},"d":1,"d":2,"k\u0065y":"v","":"e"} `)
	for path, want := range map[string]string{
		"a.b[0].c": "xé", "a.b[1]": "12345678901234567890.10", "t": "true", "f": "false", "d": "2", "key": "v",
	} {
		got, ok := decode.Text(jsonType, body, path)
		require.True(t, ok, path)
		require.Equal(t, want, got, path)
	}
	for _, path := range []string{"", "n", "o", "a", "a.b", "a.b[2]", "a.b[-1]", "a[0]", "[0]", "x.y", "t.x", "a..b", "."} {
		_, ok := decode.Text(jsonType, body, path)
		require.False(t, ok, path)
	}
	for _, bad := range []string{`{"a":"x"`, `{"a":"x",}`, `{"a":}`, ``, `{`, `["a"`} {
		_, ok := decode.Text(jsonType, []byte(bad), "a")
		require.False(t, ok, bad)
	}
}
