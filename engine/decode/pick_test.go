package decode_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine/decode"
)

func pick(contentType string, body []byte, opt decode.Options, paths ...string) (values []string, valid bool) {
	p := decode.NewPaths(paths)
	out := make(decode.Picked, p.Len())
	valid = p.Pick(contentType, body, opt, out)
	for i := range paths {
		text, _ := out.Text(i)
		values = append(values, text)
	}
	return values, valid
}

func TestPick_AgreesWithTheDecodedPayloadOfEveryRecordedDelivery(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, d := range corpus(t) {
		r := decode.Payload(d.contentType(), d.Body, options(d))
		if !strings.HasPrefix(d.Shape, "json") && d.Shape != "xml" {
			continue
		}
		want := make(map[string]string)
		scalars(want, "", r.Value)
		paths := slices.Collect(maps.Keys(want))
		got, _ := pick(d.contentType(), d.Body, options(d), paths...)
		for i, path := range paths {
			if !isNumber(want[path]) {
				require.Equal(t, want[path], got[i], "%s %s", d.Name, path)
				seen++
			}
		}
	}
	require.Greater(t, seen, 3000)
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// scalars are the scalars of a payload by their paths, where a path can name them.
func scalars(out map[string]string, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if key != "" && key != "#" && !strings.ContainsAny(key, ".[]") && path+key != "" {
				scalars(out, strings.TrimPrefix(path+"."+key, "."), inner)
			}
		}
	case []any:
		for i, inner := range v {
			scalars(out, path+"["+strconv.Itoa(i)+"]", inner)
		}
	case nil:
	default:
		if path != "" {
			out[path] = fmt.Sprint(v)
		}
	}
}

func TestPick_ProvesWhatCheckWouldLetPass(t *testing.T) {
	t.Parallel()
	deep := func(levels int) string {
		return `{"id":1,"a":` + strings.Repeat("[", levels) + strings.Repeat("]", levels) + `}`
	}
	tests := map[string]bool{
		`{"id":1}`: true, deep(63): true, deep(64): false, `{"id":1`: false, `{"id":1}}`: false, `{"id":01}`: false, `[1,]`: false, ``: true,
	}
	for body, want := range tests {
		_, valid := pick(jsonType, []byte(body), decode.Options{}, "id")
		require.Equal(t, want, valid, body)
	}
	got, _ := pick(jsonType, []byte(deep(64)), decode.Options{}, "id")
	require.Equal(t, []string{""}, got, "nothing is told of what is refused")
}

func TestPick_ReadsFormsFieldsAndTheJSONInThem(t *testing.T) {
	t.Parallel()
	const form = "application/x-www-form-urlencoded"
	tests := map[string]struct {
		body string
		opt  decode.Options
		path string
		want string
	}{
		"a field":             {"a=x&b=y", decode.Options{}, "b", "y"},
		"the first of two":    {"a=x&a=y", decode.Options{}, "a", "x"},
		"brackets":            {"a[b][c]=x", decode.Options{}, "a.b.c", "x"},
		"a list":              {"a[0]=x&a[1]=y", decode.Options{}, "a[1]", "y"},
		"a name with a point": {"data.json=x&b=1", decode.Options{}, "data.json", "x"},
		"JSON in a field":     {`a={"b":"x"}&c=1`, decode.Options{}, "a.b", "x"},
		"JSON is the form":    {`a={"b":"x"}`, decode.Options{}, "b", "x"},
		"the payload's field": {`payload={"b":"x"}&c=1`, decode.Options{Field: "payload"}, "b", "x"},
		"base64 and XML":      {"p=PGE%2BPGI%2BeDwvYj48L2E%2B&q=1", decode.Options{Field: "p", FieldEncoding: "base64+xml"}, "a.b", "x"},
	}
	for name, tt := range tests {
		got, valid := pick(form, []byte(tt.body), tt.opt, tt.path)
		require.Equal(t, []string{tt.want}, got, name)
		require.False(t, valid, name)
	}
	got, _ := pick("multipart/form-data; boundary=x", []byte("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{\"b\":\"y\"}\r\n--x--\r\n"), decode.Options{}, "a.b")
	require.Equal(t, []string{"y"}, got)
}

func FuzzPick(f *testing.F) {
	for _, d := range corpus(f) {
		if len(d.Body) < 1000 {
			f.Add(d.contentType(), d.Body)
		}
	}
	f.Add(jsonType, []byte(`{"a":{"b":1},"a":{"c":2},"list":[1,{"id":"x"}]}`))
	paths := decode.NewPaths([]string{"id", "a.b", "a.c", "list.#", "list[1].id", "#", "[0].id", "event.type"})
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		out := make(decode.Picked, paths.Len())
		valid := paths.Pick(contentType, body, decode.Options{}, out)
		if valid {
			require.NoError(t, decode.Check(contentType, body), "what is proved would be refused")
		}
		for i := range out {
			out.Text(i)
		}
		if got, found := out.Text(0); valid && found {
			want, ok := decode.Text(contentType, body, "id")
			require.True(t, ok)
			require.Equal(t, want, got)
		}
	})
}
