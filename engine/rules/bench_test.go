package rules_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/decode"
	"patchbay/engine/rules"
)

// manyRules are rules of three clauses each, one of them an equality that tells them
// apart: on a field, on a header, or on a field of their own.
func manyRules(tb testing.TB, kind string, n int) []*rules.Rule {
	tb.Helper()
	when := map[string]string{
		"field":  `payload.action == "opened" and payload.issue.number > %d and payload.repository.full_name == "acme/%d"`,
		"header": `headers["X-Customer"] == "%[2]d" and payload.action in ["opened", "closed"] and payload.issue.title contains "README %[1]d"`,
		"fields": `payload.issue.number > 0 and payload.field%[2]d.name == "x" and payload.action == "opened"`,
	}[kind]
	e := rules.New(rules.Options{})
	list := make([]*rules.Rule, n)
	for i := range list {
		var err error
		list[i], err = e.CompileRule(&engine.Rule{ID: strconv.Itoa(i), When: fmt.Sprintf(when, i%7, i)})
		require.NoError(tb, err)
	}
	return list
}

// BenchmarkIndex judges a genuine delivery by 10 and by 10,000 rules of one inbox, with
// its payload decoded for what they read, with and without the index.
func BenchmarkIndex(b *testing.B) {
	for _, kind := range []string{"field", "header", "fields"} {
		for _, n := range []int{10, 10_000} {
			b.Run(fmt.Sprintf("%s/%d", kind, n), func(b *testing.B) { benchmarkIndex(b, kind, n) })
		}
	}
}

func benchmarkIndex(b *testing.B, kind string, n int) {
	b.Helper()
	body, env, list := genuine(b), delivery(b), manyRules(b, kind, n)
	b.Run("indexed", func(b *testing.B) {
		x, random, room := rules.NewIndex(list), rand.New(rand.NewPCG(1, 2)), make([]int, 0, 64)
		b.ReportAllocs()
		for b.Loop() {
			env.Headers["x-customer"] = customers[random.IntN(len(customers))]
			have(env, body, x.Needs())
			candidates := x.Candidates(env, room[:0])
			have(env, body, x.NeedsOf(candidates))
			for _, i := range candidates {
				_, _, _ = list[i].When.Match(b.Context(), env)
			}
		}
	})
	b.Run("look-up", func(b *testing.B) {
		x, room := rules.NewIndex(list), make([]int, 0, 64)
		have(env, body, x.Needs())
		b.ReportAllocs()
		for b.Loop() {
			x.Candidates(env, room[:0])
		}
	})
	b.Run("each", func(b *testing.B) {
		var all rules.Needs
		for _, r := range list[:10] { // all read the same but for fields, which the body has none of
			all = all.Union(r.Needs)
		}
		b.ReportAllocs()
		for b.Loop() {
			have(env, body, all)
			for _, r := range list {
				_, _, _ = r.When.Match(b.Context(), env)
			}
		}
	})
}

var customers = func() (list []any) {
	for i := range 100 {
		list = append(list, strconv.Itoa(i))
	}
	return list
}()

// have decodes what is needed of a body.
func have(env *rules.Env, body []byte, n rules.Needs) {
	if n.Payload {
		env.Payload = decode.Payload("application/json", body, decode.Options{Fields: n.Fields}).Value
	}
}

func BenchmarkNewIndex(b *testing.B) {
	list := manyRules(b, "field", 10_000)
	b.ReportAllocs()
	for b.Loop() {
		rules.NewIndex(list)
	}
}

// BenchmarkCompile compiles rules that differ in a literal, and tells what they take.
func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	const n = 2000
	kept := make([][]*rules.Rule, 0, 16)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		kept = append(kept[:0], manyRules(b, "field", n))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/rule")
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n, "kept-B/rule")
	runtime.KeepAlive(kept)
}
