package actions_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions"
	"patchbay/engine"
)

const secret = `p"a/s s&<+>ö`

func TestMask_HidesAllForms(t *testing.T) {
	t.Parallel()
	m := actions.NewMask(secret, "", "abc")
	quoted, err := json.Marshal(secret)
	require.NoError(t, err)
	for _, form := range []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)),
		string(quoted[1 : len(quoted)-1]), `p\"a/s s&<+>ö`, `p&#34;a/s s&amp;&lt;+&gt;ö`,
	} {
		require.Equal(t, "x [redacted] y abc", m.Text("x "+form+" y abc"), form)
	}
}

func TestMask_PrefersTheLongerSecret(t *testing.T) {
	t.Parallel()
	require.Equal(t, "[redacted] [redacted]", actions.NewMask("abcd", "abcdefgh").Text("abcdefgh abcd"))
}

func TestMask_HidesInValuesAndFailures(t *testing.T) {
	t.Parallel()
	m := actions.NewMask("abcd")
	v := map[string]any{"kabcd": []any{"xabcdx", int64(5), json.Number("12"), nil}, "b": true}
	require.Equal(t, map[string]any{"k[redacted]": []any{"x[redacted]x", int64(5), json.Number("12"), nil}, "b": true}, m.Value(v))
	require.Contains(t, v, "kabcd", "the value itself is left as it was")
	digits := actions.NewMask("1234", "567.5")
	require.Equal(t, "[redacted]", digits.Value(json.Number("1234")))
	require.Equal(t, []any{"[redacted]", "[redacted]", "[redacted]", int64(51234), 1234.5, true}, digits.Value([]any{int64(1234), 1234.0, 567.5, int64(51234), 1234.5, true}))

	cause := errors.New("dial abcd")
	f := engine.AsFailure(m.Failure(&engine.Failure{Message: "abcd", Output: "abcd", Err: cause, Permanent: true}))
	require.Equal(t, &engine.Failure{Message: "[redacted]", Output: "[redacted]", Err: errors.New("dial [redacted]"), Permanent: true}, f)
	require.ErrorIs(t, m.Failure(&engine.Failure{Err: errors.ErrUnsupported}), errors.ErrUnsupported, "a harmless cause stays")
}

func TestMask_NilHidesNothing(t *testing.T) {
	t.Parallel()
	m := actions.NewMask("", "ab")
	require.Nil(t, m)
	require.Equal(t, "ab", m.Text("ab"))
	require.Equal(t, []any{"ab"}, m.Value([]any{"ab"}))
}
