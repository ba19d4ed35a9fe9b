package engine_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

// roundTripSeed is fixed: a failure must come back when the test is run again.
const roundTripSeed = 20261

func TestConfiguration_SurvivesJSONAndYAML(t *testing.T) {
	t.Parallel()
	cases := map[string]func(r *rand.Rand) any{
		"inbox":      func(r *rand.Rand) any { v := &engine.Inbox{}; fill(r, reflect.ValueOf(v).Elem()); return v },
		"rule":       func(r *rand.Rand) any { v := &engine.Rule{}; fill(r, reflect.ValueOf(v).Elem()); return v },
		"connection": func(r *rand.Rand) any { v := &engine.Connection{}; fill(r, reflect.ValueOf(v).Elem()); return v },
		"settings":   func(r *rand.Rand) any { v := &engine.Settings{}; fill(r, reflect.ValueOf(v).Elem()); return v },
		"alerts":     func(r *rand.Rand) any { v := &engine.Alerts{}; fill(r, reflect.ValueOf(v).Elem()); return v },
	}
	for name, random := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(roundTripSeed, 1))
			for range 300 {
				want := random(r)
				got := reflect.New(reflect.TypeOf(want).Elem()).Interface()
				text, err := json.Marshal(want)
				require.NoError(t, err)
				require.NoError(t, json.Unmarshal(text, got), string(text))
				require.Equal(t, want, got, string(text))

				got = reflect.New(reflect.TypeOf(want).Elem()).Interface()
				text, err = yaml.Marshal(want)
				require.NoError(t, err)
				require.NoError(t, yaml.Unmarshal(text, got), string(text))
				require.Equal(t, yamlPart(want), got, string(text))
			}
		})
	}
}

// yamlPart returns v without what stays out of files.
func yamlPart(v any) any {
	switch v := v.(type) {
	case *engine.Inbox:
		v.Managed, v.Version, v.CreatedAt, v.UpdatedAt = "", 0, time.Time{}, time.Time{}
	case *engine.Rule:
		v.Managed, v.Version, v.Revision, v.CreatedAt, v.UpdatedAt = "", 0, 0, time.Time{}, time.Time{}
	case *engine.Connection:
		v.Managed, v.Version, v.CreatedAt, v.UpdatedAt, v.LastUsed, v.LastError = "", 0, time.Time{}, time.Time{}, nil, ""
	}
	return v
}

// fill gives every field a random value; half of the optional ones stay unset.
// Secrets stay empty: that they do not survive is their point.
func fill(r *rand.Rand, v reflect.Value) {
	switch v.Interface().(type) {
	case engine.Secret, []engine.Secret, map[string]engine.Secret:
		return
	case time.Time:
		v.Set(reflect.ValueOf(time.UnixMicro(r.Int64N(1 << 50)).UTC()))
		return
	case engine.Duration:
		v.SetInt(randomDuration(r))
		return
	case engine.Size:
		v.SetInt(r.Int64N(1 << uint(1+r.IntN(40))))
		return
	case engine.Rate:
		v.SetFloat(randomRate(r))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(randomText(r))
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int, reflect.Int64:
		v.SetInt(r.Int64N(1 << 40))
	case reflect.Pointer:
		if r.IntN(2) == 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(r, v.Elem())
		}
	case reflect.Slice:
		if n := r.IntN(4); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				fill(r, v.Index(i))
			}
		} else if v.Type().Elem().Kind() == reflect.Struct {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0)) // steps: always written
		}
	case reflect.Map:
		for range r.IntN(3) {
			if v.IsNil() {
				v.Set(reflect.MakeMap(v.Type()))
			}
			item := reflect.New(v.Type().Elem()).Elem()
			fill(r, item)
			v.SetMapIndex(reflect.ValueOf("key-"+strconv.Itoa(r.IntN(9))), item)
		}
	case reflect.Interface:
		v.Set(reflect.ValueOf(randomText(r)))
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(r, field)
		}
	default:
		panic("no random value for " + v.Type().String())
	}
}

func randomText(r *rand.Rand) string {
	texts := []string{
		"x", "ops", "yes", "null", "0", "1e3", "~", "a: b", "# not a comment", " padded ", "two\nlines", "two\nlines\n",
		"quote\"'`", "{{ payload.a }}", "${secret:NAME}", "emoji 🙂 ü", "- item", "[]", "%", "@at", "&a", "*a", "!x", "|", ">", "\\n", "2026-01-02",
	}
	return texts[r.IntN(len(texts))]
}

func randomDuration(r *rand.Rand) int64 {
	units := []time.Duration{time.Nanosecond, time.Microsecond, time.Millisecond, time.Second, time.Minute, time.Hour, 24 * time.Hour}
	return int64(units[r.IntN(len(units))]) * r.Int64N(1000)
}

func randomRate(r *rand.Rand) float64 {
	per := []float64{1, 60, 3600}
	if r.IntN(4) == 0 {
		return r.Float64() * 1000
	}
	return float64(r.IntN(2000)) / per[r.IntN(len(per))]
}

func TestUnits_TextIsReadBackExactly(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(roundTripSeed, 2))
	for range 20000 {
		d := engine.Duration(randomDuration(r))
		gotDuration, err := engine.ParseDuration(d.String())
		require.NoError(t, err)
		require.Equal(t, d, gotDuration)

		s := engine.Size(r.Int64N(math.MaxInt64 >> uint(r.IntN(60))))
		gotSize, err := engine.ParseSize(s.String())
		require.NoError(t, err)
		require.Equal(t, s, gotSize)

		rate := engine.Rate(randomRate(r))
		gotRate, err := engine.ParseRate(rate.String())
		require.NoError(t, err)
		require.InDelta(t, float64(rate), float64(gotRate), 0, rate.String())
	}
}

func TestUnits_ArePrintedTheWayPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"500/s", "0/s", "0.5/s", "10/m", "100/h", "1/h", "90/s"} {
		rate, err := engine.ParseRate(text)
		require.NoError(t, err)
		require.Equal(t, text, rate.String())
	}
	for _, text := range []string{"0s", "30s", "5m", "1h30m", "24h30m", "7d", "1.5s", "250ms"} {
		d, err := engine.ParseDuration(text)
		require.NoError(t, err)
		require.Equal(t, text, d.String())
	}
	for _, text := range []string{"0B", "512KiB", "1MiB", "1500B", "3GiB"} {
		s, err := engine.ParseSize(text)
		require.NoError(t, err)
		require.Equal(t, text, s.String())
	}
}
