package main

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// trueClient makes [believe] the first handler of every request.
func trueClient(proxies []string) fiber.Handler {
	trusted := trustedProxies(proxies)
	return func(c *fiber.Ctx) error {
		believe(c, trusted)
		return c.Next()
	}
}

func trustedProxies(proxies []string) []netip.Prefix {
	var trusted []netip.Prefix
	for _, p := range proxies {
		if prefix, err := netip.ParsePrefix(p); err == nil {
			trusted = append(trusted, prefix.Masked())
		} else if addr, err := netip.ParseAddr(p); err == nil {
			trusted = append(trusted, netip.PrefixFrom(addr, addr.BitLen()))
		}
	}
	return trusted
}

// believe cuts X-Forwarded-For down to the address that can be trusted: the last one
// that is not a trusted proxy. Everything before it was written by whoever sent the
// request; Fiber would believe the first.
func believe(c *fiber.Ctx, trusted []netip.Prefix) {
	if c.IsProxyTrusted() && len(c.Request().Header.PeekAll(fiber.HeaderXForwardedFor)) > 0 { // the first line may be empty
		c.Request().Header.Set(fiber.HeaderXForwardedFor, lastUntrusted(forwardedFor(c), trusted))
	}
}

// forwardedFor joins all lines of the header: a proxy may add one of its own.
func forwardedFor(c *fiber.Ctx) []string {
	var list []string
	for _, line := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		list = append(list, strings.Split(string(line), ",")...)
	}
	return list
}

func lastUntrusted(list []string, trusted []netip.Prefix) string {
	last := ""
	for _, text := range slices.Backward(list) {
		addr, err := netip.ParseAddr(strings.TrimSpace(text))
		if err != nil {
			break // what stands before something unreadable is worth nothing
		}
		addr = addr.Unmap().WithZone("") // a zone is known to the proxy's own machine alone
		last = addr.String()
		if !within(addr, trusted) {
			break
		}
	}
	return last
}

func within(addr netip.Addr, prefixes []netip.Prefix) bool {
	for _, p := range prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
