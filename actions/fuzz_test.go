package actions_test

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"patchbay/actions"
	"patchbay/engine"
)

// Whatever a rendered configuration holds, it is read or refused in words, and what
// is read can be described again.
func FuzzPlan_Decode(f *testing.F) {
	f.Add(`{"name":"x","codes":[1],"place":{"city":"y"}}`)
	f.Add(`{"name":[],"labels":{"a":{}},"free":{"b":[null]}}`)
	f.Add(`{"name":"x","kind":"TWO","count":"7","ratio":1e308,"on":"false","wait":"7d","tags":"a","text":[1,{"a":"<"}]}`)
	f.Add(`{"name":"x","count":9223372036854775808,"ratio":"NaN","wait":-5,"unknown":1,"fixed":"{{ payload }}"}`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := actions.DecodeJSON([]byte(text))
		with, ok := v.(map[string]any)
		if err != nil || !ok {
			return
		}
		before, err := json.Marshal(with)
		require.NoError(t, err)
		inWords(t, probe().Check(with))
		inWords(t, planned(t, with))
		after, err := json.Marshal(with)
		require.NoError(t, err)
		require.Equal(t, string(before), string(after), "the configuration is left as it was")
	})
}

func inWords(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		_, isError := errors.AsType[*engine.Error](err)
		require.True(t, isError, "%v", err)
	}
}

// However a secret is written into an answer, nothing that is shown holds it.
func FuzzMask(f *testing.F) {
	f.Add(`p"a/s s&<+>ö`, `{"a":"x"}`, "before ", " after")
	f.Add("1234", `[1234,"1234",1234.0,{"1234":null}]`, "", "")
	f.Add("[redacted]x", "[redacted]x", "[", "x")
	f.Add("aaaa", "aaaaaaa", "a", "a")
	f.Add("YWJjZA==", "abcd", "\xff", "\x00")
	f.Fuzz(func(t *testing.T, secret, text, before, after string) {
		if len(secret) < 4 || !utf8.ValidString(secret) || strings.ContainsAny(secret, "[]") || strings.Contains(engine.Secret("").String(), secret) {
			return // too short to be searched for, or like what stands in its place
		}
		m := actions.NewMask(engine.Secret(secret))
		require.NotContains(t, m.Text(text), secret)
		require.NotContains(t, m.Text(before+secret+after), secret)
		quoted, err := actions.EncodeJSON(secret)
		require.NoError(t, err)
		require.NotContains(t, m.Text(string(quoted)), secret)
		if v, err := actions.DecodeJSON([]byte(text)); err == nil {
			lacks(t, m.Value(v), secret)
		}
		f := engine.AsFailure(m.Failure(&engine.Failure{Message: before + secret, Output: text, Err: errors.New(secret + after)}))
		require.NotContains(t, f.Message+f.Err.Error(), secret)
	})
}

// lacks requires that no text, name or number of a value is or holds the secret.
func lacks(t *testing.T, v any, secret string) {
	t.Helper()
	switch v := v.(type) {
	case string:
		require.NotContains(t, v, secret)
	case int64:
		require.NotEqual(t, strconv.FormatInt(v, 10), secret)
	case []any:
		for _, e := range v {
			lacks(t, e, secret)
		}
	case map[string]any:
		for k, e := range v {
			require.NotContains(t, k, secret)
			lacks(t, e, secret)
		}
	}
}
