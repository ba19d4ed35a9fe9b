package main

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
)

// Whatever stands in X-Forwarded-For, whoever sends it: the client is the peer, or the
// last address that is not a trusted proxy's, as long as only proxies wrote after it.
func FuzzForwarded(f *testing.F) {
	f.Add("6.6.6.6, 203.0.113.7", "", []byte{10, 0, 0, 1})
	f.Add("6.6.6.6, 203.0.113.7, 10.1.2.3", "10.9.9.9", []byte{10, 0, 0, 1})
	f.Add("203.0.113.7, ::ffff:10.1.2.3", "", []byte{10, 255, 0, 1})
	f.Add("<script>, 203.0.113.7", " ", []byte{203, 0, 113, 9})
	f.Add("1.2.3.4:80, [2001:db8::1]:443, fe80::1%eth0", "unknown, _hidden", []byte{10, 0, 0, 1})
	f.Add("", "::%0", []byte{10, 0, 0, 1})
	f.Add("10.1.1.1", ",,,", []byte{10, 0, 0, 1})
	trusted := netip.MustParsePrefix("10.0.0.0/8")
	app := fiber.New(fiberConfig(appOptions{proxies: []string{trusted.String()}}))
	app.Use(trueClient([]string{trusted.String()}))
	app.Get("/", func(c *fiber.Ctx) error { return c.SendString(c.IP()) })
	handler := app.Handler()
	f.Fuzz(func(t *testing.T, first, second string, peer []byte) {
		from, ok := netip.AddrFromSlice(peer)
		if !ok || len(peer) != 4 {
			from = netip.MustParseAddr("10.0.0.1")
		}
		var req fasthttp.Request
		req.SetRequestURI("/")
		lines := []string{oneHeader(first), oneHeader(second)}
		for _, line := range lines {
			req.Header.Add(fiber.HeaderXForwardedFor, line)
		}
		var ctx fasthttp.RequestCtx
		ctx.Init(&req, &net.TCPAddr{IP: from.AsSlice(), Port: 4711}, nil)
		handler(&ctx)
		require.Equal(t, fiber.StatusOK, ctx.Response.StatusCode())
		got := string(ctx.Response.Body())
		if !trusted.Contains(from) {
			require.Equal(t, from.String(), got, "who is no proxy cannot say where a request comes from")
			return
		}
		require.Equal(t, vouchedFor(strings.Split(strings.Join(lines, ","), ","), trusted, from), got)
	})
}

// vouchedFor walks from the end of the list, which the nearest proxy wrote.
func vouchedFor(list []string, trusted netip.Prefix, peer netip.Addr) string {
	client := peer
	for len(list) > 0 && trusted.Contains(client) {
		next, err := netip.ParseAddr(strings.TrimSpace(list[len(list)-1]))
		if err != nil {
			break
		}
		client, list = next.Unmap().WithZone(""), list[:len(list)-1]
	}
	return client.String()
}

func oneHeader(s string) string { return strings.NewReplacer("\r", "", "\n", "").Replace(s) }
