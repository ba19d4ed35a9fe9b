package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"patchbay/engine"
)

const (
	apiPrefix   = "/api/v1"
	maxAnswer   = 256 << 20 // of an export or a list; a backup is streamed
	problemType = "application/problem+json"
)

// client calls the HTTP API of one instance.
type client struct {
	base  string
	token engine.Secret
	http  *http.Client
	close func() error
}

func newClient(base string, token engine.Secret, transport *http.Transport, closing func() error) *client {
	return &client{
		base: base, token: token, close: closing,
		http: &http.Client{
			Transport: transport, Timeout: requestTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Close gives back what dialling took.
func (c *client) Close() error {
	c.http.CloseIdleConnections()
	if c.close == nil {
		return nil
	}
	return c.close()
}

// call sends in as JSON, unless it is nil, and reads the answer into out, unless that is nil.
func (c *client) call(ctx context.Context, method, path string, in, out any) error {
	resp, err := c.do(ctx, method, path, in)
	if err != nil {
		return err
	}
	defer resp.Body.Close() // it has been read
	if out == nil {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err == nil {
		err = engine.DecodeJSON(text, out)
	}
	if err != nil {
		return fmt.Errorf("read the answer of %s %s: %w", method, path, err)
	}
	return nil
}

// do sends a request and returns its successful answer, whose body must be closed.
// A problem comes back as joined [engine.Error] values.
func (c *client) do(ctx context.Context, method, path string, in any) (*http.Response, error) {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return nil, fmt.Errorf("write the request: %w", err)
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+apiPrefix+path, body)
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("If-Match", "*")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token.Reveal())
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, unreachable(c.base, err)
	}
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return resp, nil
	}
	defer resp.Body.Close() // only read
	return nil, problemOf(c.base, resp)
}

func unreachable(base string, err error) error {
	if e, ok := errors.AsType[*engine.Error](err); ok {
		return e
	}
	cause := err
	if u, ok := errors.AsType[*url.Error](err); ok {
		cause = u.Err
	}
	return engine.Unavailable(err, "%s cannot be reached (%v); check the address and that the server runs.", base, cause)
}

// problemOf turns a refusal into errors, one for each fault.
func problemOf(base string, resp *http.Response) error {
	kind := map[int]engine.Kind{
		http.StatusNotFound: engine.KindNotFound, http.StatusConflict: engine.KindConflict,
		http.StatusPreconditionFailed: engine.KindConflict, http.StatusUnauthorized: engine.KindUnauthorized,
		http.StatusForbidden: engine.KindForbidden, http.StatusServiceUnavailable: engine.KindUnavailable,
	}[resp.StatusCode]
	if kind == engine.KindInternal {
		kind = engine.KindInvalid
	}
	var problem struct {
		Detail string `json:"detail"`
		Errors []struct {
			Message  string `json:"message"`
			Location string `json:"location"`
			Line     int    `json:"line"`
			Column   int    `json:"column"`
		} `json:"errors"`
	}
	media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")) // anything else is not a problem document
	if media != problemType || json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(&problem) != nil {
		return &engine.Error{Kind: kind, Message: fmt.Sprintf("%s answered with status %d; is it the address of a patchbay instance?", base, resp.StatusCode)}
	}
	if len(problem.Errors) == 0 {
		return &engine.Error{Kind: kind, Message: problem.Detail}
	}
	all := make([]error, len(problem.Errors))
	for i, e := range problem.Errors {
		field := strings.TrimPrefix(strings.TrimPrefix(e.Location, "body"), ".")
		all[i] = &engine.Error{Kind: kind, Field: field, Message: e.Message, Line: e.Line, Column: e.Column}
	}
	return errors.Join(all...)
}

// page is one page of a list.
type page[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"nextCursor"`
}

// list reads all pages of a list.
func list[T any](ctx context.Context, c *client, path string) ([]T, error) {
	var all []T
	for cursor := ""; ; {
		var p page[T]
		if err := c.call(ctx, http.MethodGet, path+"?cursor="+url.QueryEscape(cursor), nil, &p); err != nil {
			return nil, err
		}
		all = append(all, p.Items...)
		if cursor = p.NextCursor; cursor == "" {
			return all, nil
		}
	}
}
