package outbound_test

import (
	"bytes"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"patchbay/actions/outbound"
)

// BenchmarkDo_Post posts to a server in the same process, whose share of the CPU
// time (about 9 µs) is part of the figure.
func BenchmarkDo_Post(b *testing.B) {
	l, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	require.NoError(b, err)
	server := &fasthttp.Server{Handler: func(c *fasthttp.RequestCtx) { c.SetBodyString("ok") }}
	go func() { _ = server.Serve(l) }()
	b.Cleanup(func() { _ = server.Shutdown() })
	c, err := outbound.New(outbound.Options{Allow: []string{"127.0.0.1"}})
	require.NoError(b, err)
	b.Cleanup(c.Close)
	u, err := url.Parse("http://" + l.Addr().String() + "/hook")
	require.NoError(b, err)
	body := bytes.Repeat([]byte("x"), 300)
	before := cpuMicros(b)
	b.ReportAllocs()
	b.SetParallelism(16)
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			_, err := c.Do(b.Context(), &outbound.Request{
				Method: http.MethodPost, URL: u, Body: body, Header: http.Header{"Content-Type": {"application/json"}},
			})
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
