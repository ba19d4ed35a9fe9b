package engine_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func TestDuration_ReadsAndWritesWhatPeopleType(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"30s": 30 * time.Second, "5m": 5 * time.Minute, "1h30m": 90 * time.Minute, "7d": 168 * time.Hour,
		"1d12h": 36 * time.Hour, "0s": 0, "0d": 0, "1500ms": 1500 * time.Millisecond,
	} {
		got, err := engine.ParseDuration(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got.Std(), text)
		again, err := engine.ParseDuration(got.String())
		require.NoError(t, err, got.String())
		require.Equal(t, got, again)
	}
	require.Equal(t, "7d", engine.Duration(168*time.Hour).String())
	require.Equal(t, "5m", engine.Duration(5*time.Minute).String())
	require.Equal(t, "1h", engine.Duration(time.Hour).String())
	for _, text := range []string{"", "d", "7", "-5s", "5 minutes", "99999999d", "soon", "36500d2562047h47m"} {
		_, err := engine.ParseDuration(text)
		require.Equal(t, engine.KindInvalid, engine.KindOf(err), text)
	}
}

func TestDuration_OutOfDataMayBeANumberOfSeconds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"90": 90 * time.Second, "30.0": 30 * time.Second, "1.5": 1500 * time.Millisecond, "5m": 5 * time.Minute, "0": 0, "1e300": math.MaxInt64,
	} {
		got, err := engine.ParseWait(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got.Std(), text)
	}
	for _, text := range []string{"", "-5", "-5s", "NaN", "Inf", "soon", "5 s"} {
		_, err := engine.ParseWait(text)
		require.Equal(t, engine.KindInvalid, engine.KindOf(err), text)
	}
}

func TestSize_ReadsAndWritesWhatPeopleType(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]engine.Size{"1MiB": 1 << 20, "512KiB": 512 << 10, "10": 10, "2 MB": 2e6, "0B": 0} {
		got, err := engine.ParseSize(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
		again, err := engine.ParseSize(got.String())
		require.NoError(t, err)
		require.Equal(t, got, again)
	}
	for _, text := range []string{"", "MiB", "1TiB", "-1", "99999999999999GiB"} {
		_, err := engine.ParseSize(text)
		require.Equal(t, engine.KindInvalid, engine.KindOf(err), text)
	}
}

func TestRate_ReadsAndWritesWhatPeopleType(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]engine.Rate{"500/s": 500, "30/m": 0.5, "0": 0, "3600/h": 1} {
		got, err := engine.ParseRate(text)
		require.NoError(t, err, text)
		require.InDelta(t, float64(want), float64(got), 1e-9, text)
		again, err := engine.ParseRate(got.String())
		require.NoError(t, err)
		require.InDelta(t, float64(got), float64(again), 1e-6)
	}
	for _, text := range []string{"", "fast", "-1/s", "1/day", "NaN", "Inf"} {
		_, err := engine.ParseRate(text)
		require.Equal(t, engine.KindInvalid, engine.KindOf(err), text)
	}
}

func TestID_ReadsOnlyItsOwnForm(t *testing.T) {
	t.Parallel()
	const text = "019370b5-7c1e-7000-8000-0123456789ab"
	id, err := engine.ParseID(text)
	require.NoError(t, err)
	require.Equal(t, text, id.String())
	encoded, err := json.Marshal(map[string]engine.ID{"id": id, "none": {}})
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"`+text+`","none":""}`, string(encoded))
	var decoded map[string]engine.ID
	require.NoError(t, json.Unmarshal(encoded, &decoded))
	require.Equal(t, id, decoded["id"])
	require.True(t, decoded["none"].IsZero())
	for _, bad := range []string{"", "1 OR 1=1", text + "0", "019370b57c1e-7000-8000-0123456789ab-", "zzzzzzzz-7c1e-7000-8000-0123456789ab", "00000000-0000-0000-0000-000000000000"} {
		_, err := engine.ParseID(bad)
		require.Equal(t, engine.KindNotFound, engine.KindOf(err), bad)
	}
}

func TestNames_AreSafeInAddresses(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a", "github", "shop-2", "0day"} {
		require.NoError(t, engine.CheckName("name", name), name)
	}
	for _, name := range []string{"", "-a", "A", "a_b", "a/b", "a b", "ä", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		require.Error(t, engine.CheckName("name", name), name)
	}
	for title, want := range map[string]string{
		"New issue to the team": "new-issue-to-the-team", "  Über €100! ": "ber-100", "--": "", "A  B": "a-b",
	} {
		require.Equal(t, want, engine.Slug(title))
	}
}

func TestNearest_SuggestsOnlyWhatMayBeMeant(t *testing.T) {
	t.Parallel()
	known := []string{"github", "gitlab", "stripe", "http", "email", "when"}
	for name, want := range map[string]string{
		"gihtub": "github", "githb": "github", "strip": "stripe", "htpp": "http", "banana": "", "x": "",
	} {
		require.Equal(t, want, engine.Nearest(name, known), name)
	}
}
