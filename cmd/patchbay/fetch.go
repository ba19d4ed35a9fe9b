package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"patchbay/actions/outbound"
	"patchbay/engine"
)

// fetchTimeout is how long a sender waits at most for what it is checked by.
const fetchTimeout = 10 * time.Second

// fetcher gets what senders publish, through the client that refuses private addresses.
type fetcher struct {
	client *outbound.Client
}

// Fetch implements [engine.Fetcher].
func (f fetcher) Fetch(ctx context.Context, address string, limit int64) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return nil, engine.Unavailable(err, "What is to be fetched has no usable address.")
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	answer, err := f.client.Do(ctx, &outbound.Request{Method: http.MethodGet, URL: u, Keep: int(limit)})
	switch {
	case unknownName(err):
		// Nobody here has written the name: its spelling is not what to check.
		return nil, engine.Unavailable(err, "%s cannot be reached: the name server of this machine does not know it; check the machine's network.", u.Host)
	case err != nil:
		if failure, ok := errors.AsType[*engine.Failure](err); ok {
			return nil, engine.Unavailable(err, "%s", failure.Message)
		}
		return nil, engine.Unavailable(err, "%s cannot be reached.", u.Host)
	case answer.Status != http.StatusOK:
		return nil, engine.Unavailable(nil, "%s answered with status %d.", u.Host, answer.Status)
	case answer.Truncated:
		return nil, engine.Unavailable(nil, "%s answered with more than %s.", u.Host, engine.Size(limit))
	default:
		return answer.Body, nil
	}
}

func unknownName(err error) bool {
	fault, ok := errors.AsType[*net.DNSError](err)
	return ok && fault.IsNotFound
}
