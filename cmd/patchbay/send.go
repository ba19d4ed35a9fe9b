package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"unicode/utf8"

	"patchbay/engine"
	"patchbay/ui/api"
)

type sendCommand struct {
	where
	format

	Inbox    string   `arg:"" help:"Name of the inbox."`
	File     string   `help:"File with the body; - is standard input." placeholder:"F"`
	Header   []string `help:"A header of the request." placeholder:"K: V" sep:"none"`
	Query    string   `help:"Query of the address, without the question mark."`
	Method   string   `help:"Method of the request." enum:"POST,PUT,PATCH,DELETE,GET" default:"POST"`
	Provider string   `help:"Sign as this provider does; the inbox's own scheme when left out."`
	Event    string   `help:"Kind of event, such as issues; without --file a built-in sample of it is sent, the first one when left out."`
}

// Run has the instance sign a request and send it to one of its inboxes.
func (c *sendCommand) Run(ctx context.Context, std streams) error {
	headers, err := parseHeaders(c.Header)
	if err != nil {
		return err
	}
	in := api.SampleInput{Provider: c.Provider, Event: c.Event, Method: c.Method, Query: c.Query, Headers: headers}
	if c.File != "" {
		body, err := c.body(std)
		if err != nil {
			return err
		}
		in.Body = &body
	}
	return c.with(ctx, func(to *client) error {
		var got api.SampleAnswer
		if err := to.call(ctx, http.MethodPost, "/inboxes/"+url.PathEscape(c.Inbox)+"/send", in, &got); err != nil {
			return err
		}
		if c.json() {
			if err := printJSON(std.out, got); err != nil {
				return err
			}
		} else if _, err := fmt.Fprintln(std.out, strings.TrimSpace(fmt.Sprintf("%d %s", got.Status, got.Body))); err != nil {
			return fmt.Errorf("print: %w", err)
		}
		if got.Status >= http.StatusBadRequest {
			return engine.Invalid("", "The inbox refused the request with status %d; its list of events says why.", got.Status)
		}
		return nil
	})
}

func (c *sendCommand) body(std streams) (string, error) {
	from := std.in
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return "", engine.Invalid("", "%s cannot be read: %v.", c.File, err)
		}
		defer f.Close()
		from = f
	}
	body, err := io.ReadAll(from)
	if err != nil {
		return "", fmt.Errorf("read the body: %w", err)
	}
	if !utf8.Valid(body) {
		return "", engine.Invalid("", "The body is not text; send it with an HTTP client.")
	}
	return string(body), nil
}

func parseHeaders(lines []string) ([]engine.Header, error) {
	var headers []engine.Header
	for _, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, usage("--header takes a name and a value, such as 'X-Test: 1'")
		}
		headers = append(headers, engine.Header{Name: name, Value: strings.TrimSpace(value)})
	}
	return headers, nil
}
