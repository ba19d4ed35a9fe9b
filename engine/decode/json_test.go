package decode_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/decode"
)

const jsonType = "application/json"

// agree requires the same verdict and the same value as encoding/json.
func agree(t *testing.T, body []byte) {
	t.Helper()
	r := decode.Payload(jsonType, body, decode.Options{})
	var want any
	err := json.Unmarshal(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), &want)
	if err != nil {
		if len(bytes.TrimLeft(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), " \t\r\n")) == 0 {
			require.Nil(t, r.Value)
			return
		}
		require.NotEmpty(t, r.Error, "%q", body)
		require.IsType(t, "", r.Value)
		return
	}
	if strings.Contains(r.Error, "deeper") {
		return
	}
	require.Empty(t, r.Error, "%q", body)
	require.Equal(t, want, floats(r.Value), "%q", body)
}

// floats turns the integers of a payload into what encoding/json gives.
func floats(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, item := range v {
			out[k] = floats(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = floats(item)
		}
		return out
	case int64:
		return float64(v)
	default:
		return v
	}
}

func TestJSON_Values(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body string
		want any
	}{
		"object":              {`{"a":{"b":[1,"x",null,true,false]}}`, map[string]any{"a": map[string]any{"b": []any{int64(1), "x", nil, true, false}}}},
		"empty object":        {` { } `, map[string]any{}},
		"empty list":          {`[ ]`, []any{}},
		"text":                {`"hello"`, "hello"},
		"null":                {`null`, nil},
		"white space":         {" \n\t", nil},
		"byte order mark":     {"\xef\xbb\xbf{\"a\":1}", map[string]any{"a": int64(1)}},
		"zero":                {`0`, int64(0)},
		"negative zero":       {`-0`, math.Copysign(0, -1)},
		"beyond 2^53":         {`9007199254740993`, int64(9007199254740993)},
		"largest integer":     {`9223372036854775807`, int64(math.MaxInt64)},
		"smallest integer":    {`-9223372036854775808`, int64(math.MinInt64)},
		"beyond int64":        {`9223372036854775808`, 9223372036854775808.0},
		"fraction":            {`0.1`, 0.1},
		"whole fraction":      {`1.0`, 1.0},
		"exponent":            {`1.5e3`, 1500.0},
		"tiny":                {`1e-400`, 0.0},
		"long fraction":       {`3.14159265358979323846`, math.Pi},
		"escapes":             {`"a\"\\\/\b\f\n\r\t\u00e9"`, "a\"\\/\b\f\n\r\té"},
		"surrogate pair":      {`"\ud83d\ude00"`, "😀"},
		"lone surrogate":      {`"\ud83dx"`, "\ufffdx"},
		"reversed surrogates": {`"\ude00\ud83d"`, "\ufffd\ufffd"},
		"broken bytes":        {"\"a\xff\xfeb\"", "a\ufffd\ufffdb"},
		"broken and escaped":  {"\"a\xff\\n\"", "a\ufffd\n"},
		"not ASCII":           {`"日本語 と long enough"`, "日本語 と long enough"},
		"last of repeated":    {`{"a":1,"a":2}`, map[string]any{"a": int64(2)}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := decode.Payload(jsonType, []byte(tt.body), decode.Options{})
			require.Empty(t, r.Error)
			require.Equal(t, tt.want, r.Value)
		})
	}
}

func TestJSON_Refused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, why string }{
		"not a number":       {`NaN`, "a value is expected (line 1, column 1)"},
		"infinity":           {`-Infinity`, "a number is not complete (line 1, column 2)"},
		"too large":          {`{"a":1e400}`, "a number is too large"},
		"trailing text":      {`{} x`, "something follows the end of the value (line 1, column 4)"},
		"two values":         {`{}{}`, "something follows the end of the value"},
		"unclosed object":    {`{"a":1`, "it ends too early"},
		"unclosed text":      {`{"a`, "a string is not closed"},
		"line break in text": {"\"a\nb\"", "a control character or a line break"},
		"bad escape":         {`"\x"`, "an escape in a string is not valid"},
		"short escape":       {`"\u12"`, "an escape in a string is not valid"},
		"leading zero":       {`01`, "something follows"},
		"leading plus":       {`+1`, "a value is expected"},
		"no fraction":        {`1.`, "a number is not complete"},
		"no exponent":        {`1e+`, "a number is not complete"},
		"trailing comma":     {"[1,\n]", "a value is expected (line 2, column 1)"},
		"single quotes":      {`{'a':1}`, "a key in double quotes is expected"},
		"no colon":           {`{"a" 1}`, "a colon is expected"},
		"no comma":           {`[1 2]`, "a comma or a closing bracket is expected"},
		"half a word":        {`tru`, "a value is expected"},
		"65 levels":          {strings.Repeat("[", 65) + strings.Repeat("]", 65), "it nests deeper than 64 levels"},
		"100000 levels":      {strings.Repeat(`{"a":`, 100000), "it nests deeper than 64 levels"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, opt := range []decode.Options{{}, {Fields: engine.Fields{}}} {
				r := decode.Payload(jsonType, []byte(tt.body), opt)
				require.Contains(t, r.Error, "The body is not valid JSON: ")
				require.Contains(t, r.Error, tt.why)
				require.Equal(t, tt.body, r.Value)
			}
		})
	}
}

func TestJSON_DeepestAllowed(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("[", 64) + strings.Repeat("]", 64)
	require.NoError(t, decode.Check(jsonType, []byte(body)))
	require.Empty(t, decode.Payload(jsonType, []byte(body), decode.Options{}).Error)
}

func TestJSON_KeepsLiteralsThatWouldPrintDifferently(t *testing.T) {
	t.Parallel()
	body := `{"a":1.0,"b":0.1,"c":[1.50,2,{"d/e~f":12345678901234567890}],"n":1e3,"t":0.0000001,"same":12.25,"i":9007199254740993,"p":3.14159265358979323846}`
	r := decode.Payload(jsonType, []byte(body), decode.Options{})
	require.Equal(t, map[string]string{
		"/a": "1.0", "/c/0": "1.50", "/c/2/d~1e~0f": "12345678901234567890",
		"/n": "1e3", "/t": "0.0000001", "/p": "3.14159265358979323846",
	}, r.Literals)
	require.Nil(t, decode.Payload(jsonType, []byte(`{"a":1}`), decode.Options{}).Literals)
}

func TestJSON_NotesRepeatedKeys(t *testing.T) {
	t.Parallel()
	r := decode.Payload(jsonType, []byte(`{"x":[{"id":1,"id":2}],"y":1,"y":2,"y":3}`), decode.Options{})
	require.Equal(t, []string{
		`The key "id" stands more than once in /x/0; the last one counts.`,
		`The key "y" stands more than once at the top; the last one counts.`,
	}, r.Notes)
}

func TestJSON_RepeatedKeysTakeTheirLiteralsAlong(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]map[string]string{
		`{"a":1.0,"a":2.5}`:                             {},
		`{"a":1.50,"a":1.5}`:                            {},
		`{"a":2.5,"a":1.0}`:                             {"/a": "1.0"},
		`{"a":{"b":[1.0]},"c":1.0,"a":{"b":[2.5,1e1]}}`: {"/a/b/1": "1e1", "/c": "1.0"},
		`{"a":1.0,"a":2.0,"a":3}`:                       {},
		`[{"a":[1.0],"b":4.0,"a":{"0":2.5}},1.0]`:       {"/0/b": "4.0", "/1": "1.0"},
	} {
		require.Equal(t, want, decode.Payload(jsonType, []byte(body), decode.Options{}).Literals, body)
	}
}

func TestJSON_WantedKeysOnly(t *testing.T) {
	t.Parallel()
	body := []byte(`{"a":{"x":[1,{"y":"\u00e9"}]},"b":[1.0],"\u0063":3,"d":{"a":1}}`)
	r := decode.Payload(jsonType, body, decode.Options{Fields: engine.Fields{"b": nil, "c": nil, "none": nil}})
	require.Equal(t, map[string]any{"b": []any{1.0}, "c": int64(3)}, r.Value)
	require.Equal(t, map[string]string{"/b/0": "1.0"}, r.Literals)
	r = decode.Payload(jsonType, body, decode.Options{Fields: engine.Fields{}})
	require.Equal(t, map[string]any{}, r.Value)
	r = decode.Payload(jsonType, body, decode.Options{Fields: engine.Fields{"a": {"x": nil}, "d": {"z": nil}, "b": {"c": nil}}})
	require.Equal(t, map[string]any{"a": map[string]any{"x": []any{int64(1), map[string]any{"y": "é"}}}, "b": []any{1.0}, "d": map[string]any{}}, r.Value)
	r = decode.Payload(jsonType, []byte(`[{"a":1}]`), decode.Options{Fields: engine.FieldAt("a")})
	require.Equal(t, []any{map[string]any{"a": int64(1)}}, r.Value)
}

func TestJSON_ValueDoesNotDependOnTheBodyAfterwards(t *testing.T) {
	t.Parallel()
	body := []byte(`{"name":"value"}`)
	r := decode.Payload(jsonType, body, decode.Options{})
	clear(body)
	require.Equal(t, map[string]any{"name": "value"}, r.Value)
}

func TestJSON_BoundsTheMemoryOfLiterals(t *testing.T) {
	t.Parallel()
	body := []byte(`{"` + strings.Repeat("k", 64<<10) + `":[` + strings.Repeat("1.0,", 16<<10) + `1.0]}`)
	r := decode.Payload("application/json", body, decode.Options{})
	require.Empty(t, r.Error)
	size := 0
	for pointer := range r.Literals {
		size += len(pointer)
	}
	require.LessOrEqual(t, size, 64<<10+8*len(body))
	require.NotEmpty(t, r.Literals)
	require.Contains(t, r.Notes, "Too many numbers are written in an unusual way; some of them are put into texts in their shortest form.")

	all := []byte(`{"items":[` + strings.TrimSuffix(strings.Repeat(`{"price":{"amount":1.50}},`, 10_000), ",") + `]}`)
	r = decode.Payload("application/json", all, decode.Options{})
	require.Len(t, r.Literals, 10_000)
	require.Empty(t, r.Notes)
}

func TestJSON_QuotesLongKeysInPart(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 10_000)
	r := decode.Payload("application/json", []byte(`{"`+long+`":{"`+long+`":1,"`+long+`":2}}`), decode.Options{})
	require.Len(t, r.Notes, 1)
	require.Less(t, len(r.Notes[0]), 400)
}
