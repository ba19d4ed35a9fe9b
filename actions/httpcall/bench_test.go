package httpcall_test

import (
	"net"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"patchbay/actions/httpcall"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

// BenchmarkPlanAndDo is all of a simple http step but the runner, with the server
// (about 9 µs) in the same process.
func BenchmarkPlanAndDo(b *testing.B) {
	l, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	require.NoError(b, err)
	server := &fasthttp.Server{Handler: func(c *fasthttp.RequestCtx) { c.SetBodyString("ok") }}
	go func() { _ = server.Serve(l) }()
	b.Cleanup(func() { _ = server.Shutdown() })
	c, err := outbound.New(outbound.Options{Allow: []string{"127.0.0.1"}})
	require.NoError(b, err)
	b.Cleanup(c.Close)
	a := httpcall.New(c, httpcall.NewConnection(c))
	with := map[string]any{
		"method": "POST", "url": "http://" + l.Addr().String() + "/hook",
		"json": map[string]any{"title": "Spelling error in the README file", "by": "Codertocat", "url": "https://github.com/Codertocat/Hello-World/issues/1"},
	}
	call := engine.Call{With: with, Template: with, Key: "cF3bRHlqJ3uFQFZv9sG2v6mZB8mC0rVY8lq0w5x1Lks"}
	before := cpuMicros(b)
	b.ReportAllocs()
	b.SetParallelism(16)
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			plan, err := a.Plan(b.Context(), call)
			if err == nil {
				_, err = a.Do(b.Context(), plan)
			}
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(cpuMicros(b)-before)/float64(b.N), "cpu-µs/op")
}

func cpuMicros(b *testing.B) int64 {
	b.Helper()
	var r syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &r))
	return (r.Utime.Nano() + r.Stime.Nano()) / 1000
}
