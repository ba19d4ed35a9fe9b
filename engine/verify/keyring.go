package verify

import (
	"context"
	"crypto/x509"
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"patchbay/engine"
)

const (
	maxKept    = 64              // certificates and key sets that are remembered
	maxFetched = 64 << 10        // bytes of one of them
	pause      = 5 * time.Second // after a failure, before the next try
	burst      = 16              // new addresses at once; later one each second
)

// KeyringOptions are what a [Keyring] works with. Roots nil are the system's.
type KeyringOptions struct {
	Fetcher engine.Fetcher
	Now     engine.Clock
	Roots   *x509.CertPool
}

// Keyring fetches the certificates and key sets that senders are checked by, and
// remembers them. Strangers can make it ask, hence it asks for few new addresses, and
// only after all has been checked that can be checked without. It is safe for
// concurrent use.
type Keyring struct {
	options KeyringOptions
	limiter *rate.Limiter

	mu   sync.Mutex
	kept map[string]*kept
}

// kept is what came of one address.
type kept struct {
	mu      sync.Mutex // held while it is fetched, so that many who need it fetch it once
	used    time.Time  // guarded by the keyring
	value   any        // nil until it was fetched
	fetched time.Time
	failed  time.Time
	fault   error
}

// NewKeyring makes an empty keyring.
func NewKeyring(o KeyringOptions) *Keyring {
	return &Keyring{options: o, limiter: rate.NewLimiter(1, burst), kept: make(map[string]*kept)}
}

// get returns what stands at an address, as parse read it, at most maxAge old unless
// it cannot be fetched anew. Its error is KindUnavailable.
func (k *Keyring) get(address string, maxAge time.Duration, parse func([]byte) (any, error)) (any, error) {
	if k == nil {
		return nil, unavailable(errors.New("nothing can be fetched"))
	}
	now := k.options.Now()
	e, err := k.entry(address, now)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.value != nil && now.Sub(e.fetched) < maxAge {
		return e.value, nil
	}
	if e.fault == nil || now.Sub(e.failed) >= pause {
		e.fetch(k, address, now, parse)
	}
	if e.value == nil {
		return nil, unavailable(e.fault)
	}
	return e.value, nil
}

// fetch tries once; what was known before is kept when it fails.
func (e *kept) fetch(k *Keyring, address string, now time.Time, parse func([]byte) (any, error)) {
	body, err := k.fetch(address)
	var value any
	if err == nil {
		value, err = parse(body)
	}
	if e.fault = err; err != nil {
		e.failed = now
		return
	}
	e.value, e.fetched = value, now
}

// fetch is on behalf of all who wait for an address: that one of them goes away does not
// end it.
func (k *Keyring) fetch(address string) ([]byte, error) {
	return k.options.Fetcher.Fetch(context.Background(), address, maxFetched) //nolint:wrapcheck // its sentence is for people
}

// entry finds or makes the place of an address.
func (k *Keyring) entry(address string, now time.Time) (*kept, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.kept[address]
	if e == nil {
		if !k.limiter.AllowN(now, 1) {
			return nil, unavailable(errors.New("too many new ones are asked for at once"))
		}
		if len(k.kept) >= maxKept {
			k.forget()
		}
		e = &kept{}
		k.kept[address] = e
	}
	e.used = now
	return e, nil
}

// forget drops what was used least lately.
func (k *Keyring) forget() {
	oldest := ""
	for address, e := range k.kept {
		if oldest == "" || e.used.Before(k.kept[oldest].used) {
			oldest = address
		}
	}
	delete(k.kept, oldest)
}

func unavailable(cause error) error {
	why := "it is not there."
	if cause != nil {
		why = cause.Error()
	}
	return engine.Unavailable(cause, "What this sender is checked by cannot be fetched now, it was asked to come again: %s", why)
}
