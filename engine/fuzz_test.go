package engine_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

// Whatever is written for a length of time, a size, a rate, a name or an identifier,
// it is refused in words or means the same when it is written again.
func FuzzUnits(f *testing.F) {
	for _, s := range []string{
		"", "30s", "7d", "1d12h", "1500ms", "36500d2562047h47m", "-5s", "0", "0d", "1MiB", "9223372036854775807", "2 MB", "8589934592GiB", "500/s", "30/m", "0/s",
		"1e308/s", "0.000001/h", "NaN", "-0", "New issue to the team!", "019370b5-7c1e-7000-8000-0123456789ab", "00000000-0000-0000-0000-000000000000",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := engine.ParseDuration(text)
		if readable(t, err) {
			require.GreaterOrEqual(t, d, engine.Duration(0))
			again, err := engine.ParseDuration(d.String())
			require.NoError(t, err, d.String())
			require.Equal(t, d, again)
		}
		size, err := engine.ParseSize(text)
		if readable(t, err) {
			require.GreaterOrEqual(t, size, engine.Size(0))
			again, err := engine.ParseSize(size.String())
			require.NoError(t, err, size.String())
			require.Equal(t, size, again)
		}
		rate, err := engine.ParseRate(text)
		if readable(t, err) {
			require.GreaterOrEqual(t, float64(rate), 0.0)
			require.False(t, math.IsInf(float64(rate), 0))
			again, err := engine.ParseRate(rate.String())
			require.NoError(t, err, rate.String())
			require.InDelta(t, float64(rate), float64(again), 1e-9*float64(rate))
		}
		if id, err := engine.ParseID(text); err == nil {
			require.Equal(t, strings.ToLower(text), id.String())
		} else {
			require.Equal(t, engine.KindNotFound, engine.KindOf(err))
		}
		if name := engine.Slug(text); name != "" {
			require.NoError(t, engine.CheckName("name", name), name)
			require.Equal(t, name, engine.Slug(name))
		}
	})
}

// readable reports whether a text was understood; if not, its error is one for people.
func readable(t *testing.T, err error) (understood bool) {
	t.Helper()
	if err != nil {
		require.Equal(t, engine.KindInvalid, engine.KindOf(err))
	}
	return err == nil
}

// Whatever a file or a call holds in their places, values of these kinds are read or
// refused, and are written as they are read.
func FuzzText(f *testing.F) {
	f.Add([]byte(`{"d":"1d1s","s":"1KiB","r":"2/h","i":"019370b5-7c1e-7000-8000-0123456789ab"}`))
	f.Add([]byte(`{"d":5,"s":-1,"r":true,"i":""}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		type all struct {
			D engine.Duration `json:"d"`
			S engine.Size     `json:"s"`
			R engine.Rate     `json:"r"`
			I engine.ID       `json:"i"`
		}
		var v, again all
		if json.Unmarshal(body, &v) != nil {
			return
		}
		out, err := json.Marshal(v)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(out, &again), string(out))
		require.Equal(t, v.D, again.D)
		require.Equal(t, v.S, again.S)
		require.Equal(t, v.I, again.I)
	})
}
