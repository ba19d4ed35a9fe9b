package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"patchbay/engine"
	"patchbay/ui/api"
)

type evalCommand struct {
	where
	format

	Expression  string   `arg:"" help:"For example 'payload.action == \"opened\"'."`
	Event       string   `help:"File with the body of an event." placeholder:"FILE" xor:"over"`
	Inbox       string   `help:"Use the newest event of this inbox." xor:"over"`
	ContentType string   `help:"Of the body in --event." default:"application/json"`
	Type        string   `help:"event.type of the body in --event."`
	Header      []string `help:"Header of the event in --event." placeholder:"K: V" sep:"none"`
}

// Run evaluates an expression and prints what it gives.
func (c *evalCommand) Run(ctx context.Context, std streams) error {
	in := api.EvalInput{Expression: c.Expression, EventChoice: api.EventChoice{Inbox: c.Inbox}}
	if c.Event != "" {
		sample, err := c.sample()
		if err != nil {
			return err
		}
		in.Sample = sample
	}
	return c.with(ctx, func(at *client) error {
		var got api.Evaluated
		if err := at.call(ctx, http.MethodPost, "/expressions/eval", in, &got); err != nil {
			return err
		}
		if c.json() {
			return printJSON(std.out, got)
		}
		text, err := json.Marshal(got.Value)
		if err != nil {
			return fmt.Errorf("print: %w", err)
		}
		if _, err := fmt.Fprintln(std.out, string(text)); err != nil {
			return fmt.Errorf("print: %w", err)
		}
		for _, note := range got.Notes {
			fmt.Fprintln(std.err, "note:", note)
		}
		return nil
	})
}

func (c *evalCommand) sample() (*api.EvalSample, error) {
	body, err := os.ReadFile(c.Event)
	if err != nil {
		return nil, engine.Invalid("", "%s cannot be read: %v.", c.Event, err)
	}
	text := string(body)
	sample := &api.EvalSample{Body: &text, ContentType: c.ContentType, Type: c.Type, Method: http.MethodPost, Headers: map[string]string{}}
	headers, err := parseHeaders(c.Header)
	if err != nil {
		return nil, err
	}
	for _, h := range headers {
		sample.Headers[h.Name] = h.Value
	}
	return sample, nil
}
