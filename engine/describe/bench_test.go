package describe_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/decode"
)

func recorded(tb testing.TB, name string) engine.Event {
	tb.Helper()
	for _, d := range deliveries(tb) {
		if d.name == name {
			return d.event
		}
	}
	require.Fail(tb, "there is no delivery "+name)
	return engine.Event{}
}

// The body has 11.2 KB.
func BenchmarkRead_GitHub(b *testing.B) {
	e, d := recorded(b, "github/check_run"), describer(b, "github")
	b.ReportAllocs()
	for b.Loop() {
		d.Read(&e, e.Body)
	}
}

func BenchmarkRead_Stripe(b *testing.B) {
	e, d := recorded(b, "stripe/account.updated.express"), describer(b, "stripe")
	b.ReportAllocs()
	for b.Loop() {
		d.Read(&e, e.Body)
	}
}

func BenchmarkRead_WithoutPreset(b *testing.B) {
	e, d := recorded(b, "github/check_run"), describer(b, "key")
	b.ReportAllocs()
	for b.Loop() {
		d.Read(&e, e.Body)
	}
}

// What accepting an event cost before anything was told of it: the check of the body, and
// two values of it.
func BenchmarkCheckAlone_GitHub(b *testing.B) {
	e := recorded(b, "github/check_run")
	for b.Loop() {
		require.NoError(b, decode.Check(e.ContentType, e.Body))
	}
}

func BenchmarkCheckAndTwoValues_Stripe(b *testing.B) {
	e := recorded(b, "stripe/account.updated.express")
	for b.Loop() {
		require.NoError(b, decode.Check(e.ContentType, e.Body))
		decode.Text(e.ContentType, e.Body, "type")
		decode.Text(e.ContentType, e.Body, "id")
	}
}
