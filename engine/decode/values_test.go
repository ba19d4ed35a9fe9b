package decode_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/decode"
)

// testdata/values.golden says of every recorded delivery what its telling values are, by
// the names that rules use. It is written by hand and by another reader of the bodies,
// never by this package: there is no way to renew it from what is decoded.
func TestPayload_ValuesOfEveryRecordedDelivery(t *testing.T) {
	t.Parallel()
	want, names := expectedValues(t)
	list := corpus(t)
	require.Len(t, names, len(list))
	for _, d := range list {
		name := filepath.ToSlash(d.Name)
		require.NotEmpty(t, want[name], name)
		got := decodedValues(t, d)
		for _, line := range want[name] {
			path, value, ok := strings.Cut(line, " = ")
			require.True(t, ok, "%s: %s", name, line)
			require.Equal(t, value, got[path], "%s: %s", name, path)
		}
	}
}

func expectedValues(t *testing.T) (values map[string][]string, names []string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "values.golden"))
	require.NoError(t, err)
	values = map[string][]string{}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSuffix(line, "\n")
		if text, ok := strings.CutPrefix(line, "  "); ok {
			last := names[len(names)-1]
			values[last] = append(values[last], text)
		} else {
			names = append(names, line)
		}
	}
	return values, names
}

// decodedValues are the scalars that rules see of a delivery, as JSON.
func decodedValues(t *testing.T, d delivery) map[string]string {
	t.Helper()
	out := map[string]string{}
	r := decode.Payload(d.contentType(), d.Body, options(d))
	flatten(t, out, "payload", nil, r.Value, r.Literals)
	for i, note := range r.Notes {
		out["note "+strconv.Itoa(i+1)] = note
	}
	if _, query, ok := strings.Cut(d.Path, "?"); ok {
		flatten(t, out, "query", nil, decode.Query(query), nil)
	}
	headers := make(map[string]any, len(d.Headers))
	for name, value := range d.Headers {
		headers[strings.ToLower(name)] = value
	}
	flatten(t, out, "headers", nil, headers, nil)
	return out
}

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func flatten(t *testing.T, out map[string]string, path string, pointer []byte, v any, literals map[string]string) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			segment := "." + key
			if !plainName.MatchString(key) {
				segment = fmt.Sprintf("[%q]", key)
			}
			flatten(t, out, path+segment, engine.AppendPointer(bytes.Clone(pointer), key), inner, literals)
		}
		if len(v) > 0 {
			return
		}
	case []any:
		for i, inner := range v {
			flatten(t, out, path+"["+strconv.Itoa(i)+"]", engine.AppendPointer(bytes.Clone(pointer), strconv.Itoa(i)), inner, literals)
		}
		if len(v) > 0 {
			return
		}
	}
	if literal, ok := literals[string(pointer)]; ok {
		out[path] = literal
		return
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	require.NoError(t, e.Encode(v))
	out[path] = strings.TrimSuffix(b.String(), "\n")
}
