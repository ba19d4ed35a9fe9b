package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"
)

func TestTrueClient_BelievesOnlyWhatTrustedProxiesWrote(t *testing.T) {
	t.Parallel()
	// app.Test has 0.0.0.0 as its peer.
	for name, tc := range map[string]struct {
		proxies []string
		headers []string
		want    string
	}{
		"one proxy":              {[]string{"0.0.0.0"}, []string{"203.0.113.7"}, "203.0.113.7"},
		"forged in front":        {[]string{"0.0.0.0"}, []string{"6.6.6.6, 203.0.113.7"}, "203.0.113.7"},
		"two proxies":            {[]string{"0.0.0.0", "10.0.0.0/8"}, []string{"6.6.6.6, 203.0.113.7, 10.1.2.3"}, "203.0.113.7"},
		"a line of its own":      {[]string{"0.0.0.0"}, []string{"6.6.6.6", "203.0.113.7"}, "203.0.113.7"},
		"rubbish in front":       {[]string{"0.0.0.0"}, []string{"<script>, 203.0.113.7"}, "203.0.113.7"},
		"rubbish only":           {[]string{"0.0.0.0"}, []string{"<script>"}, "0.0.0.0"},
		"peer that is no proxy":  {[]string{"10.0.0.0/8"}, []string{"6.6.6.6"}, "0.0.0.0"},
		"mapped IPv6 of a proxy": {[]string{"0.0.0.0", "10.0.0.0/8"}, []string{"203.0.113.7, ::ffff:10.1.2.3"}, "203.0.113.7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := fiber.New(fiberConfig(appOptions{proxies: tc.proxies}))
			app.Use(trueClient(tc.proxies))
			app.Get("/", func(c *fiber.Ctx) error { return c.SendString(c.IP()) })
			req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
			for _, h := range tc.headers {
				req.Header.Add(fiber.HeaderXForwardedFor, h)
			}
			resp, err := app.Test(req)
			require.NoError(t, err)
			got, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			require.Equal(t, tc.want, string(got))
		})
	}
}
