package api

import (
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"patchbay/engine"
)

// How many failed sign-ins an address and an account have at once, and how often
// they get one more.
const (
	addressBurst = 20
	addressEvery = 6 * time.Second
	accountBurst = 8
	accountEvery = 15 * time.Second
	throttleSize = 10_000
)

// throttle slows down guessing, per address and per account. Attempts that succeed
// cost nothing. What is too long to be guessed has no account: those who try wrong ones
// must not be able to keep others out.
type throttle struct {
	mu     sync.Mutex
	limits map[string]*rate.Limiter
}

func newThrottle() *throttle { return &throttle{limits: make(map[string]*rate.Limiter)} }

// enter takes an attempt from the address and the account, if there is one. refund gives it back
// when the attempt has succeeded. The error says when to try again.
func (t *throttle) enter(now time.Time, ip, account string) (refund func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget(now)
	limits := []*rate.Limiter{t.limit("address "+network(ip), addressBurst, addressEvery)}
	wait := waitFor(limits[0], now, addressEvery)
	if account != "" {
		limits = append(limits, t.limit("account "+strings.ToLower(account), accountBurst, accountEvery))
		wait = max(wait, waitFor(limits[1], now, accountEvery))
	}
	if wait > 0 {
		p := asProblem(&engine.Error{Kind: engine.KindLimited, Message: "Too many failed attempts; wait a little and try again."})
		p.headers.Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
		return nil, p
	}
	taken := each(limits, func(l *rate.Limiter) *rate.Reservation { return l.ReserveN(now, 1) })
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		for _, r := range taken {
			r.CancelAt(now)
		}
	}, nil
}

func waitFor(l *rate.Limiter, now time.Time, every time.Duration) time.Duration {
	missing := 1 - l.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return time.Duration(missing * float64(every))
}

func (t *throttle) limit(key string, burst int, every time.Duration) *rate.Limiter {
	l, ok := t.limits[key]
	if !ok {
		l = rate.NewLimiter(rate.Every(every), burst)
		t.limits[key] = l
	}
	return l
}

// forget drops those who have all their attempts back, once there are many.
func (t *throttle) forget(now time.Time) {
	if len(t.limits) < throttleSize {
		return
	}
	for key, l := range t.limits {
		if l.TokensAt(now) >= float64(l.Burst()) {
			delete(t.limits, key)
		}
	}
	if len(t.limits) >= throttleSize { // a flood from everywhere: memory stays bounded
		clear(t.limits)
	}
}

// network is what one party controls: an IPv4 address, or the /64 of an IPv6 one.
func network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	addr = addr.Unmap()
	if addr.Is4() {
		return addr.String()
	}
	p, err := addr.Prefix(64)
	if err != nil {
		return ip
	}
	return p.String()
}
