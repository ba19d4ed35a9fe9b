package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"patchbay/engine"
)

type tokenCommand struct {
	Create tokenCreate `cmd:"" help:"Make a token; it is printed once."`
	List   tokenList   `cmd:"" help:"List the tokens."`
	Delete tokenDelete `cmd:"" help:"Delete a token by name or id."`
}

type tokenView struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Scope     string     `json:"scope"`
	Last4     string     `json:"last4"`
	CreatedAt time.Time  `json:"createdAt"`
	ExpiresAt *time.Time `json:"expiresAt"`
	LastUsed  *time.Time `json:"lastUsed"`
}

type tokenCreate struct {
	where
	format

	Name    string          `help:"Name of the token; made up when left out."`
	Scope   string          `help:"What it may do: read, write or admin." enum:"read,write,admin" default:"admin"`
	Expires engine.Duration `help:"How long it works, such as 90d; for ever when left out."`
}

// Run makes a token and prints it.
func (c *tokenCreate) Run(ctx context.Context, std streams) error {
	in := map[string]any{"name": c.Name, "scope": c.Scope}
	if c.Name == "" {
		in["name"] = "token-" + rand.Text()[:8]
	}
	if c.Expires > 0 {
		in["expiresAt"] = now().Add(c.Expires.Std()).UTC()
	}
	c.begins = true
	return c.with(ctx, func(api *client) error {
		var made struct {
			tokenView
			Token string `json:"token"`
		}
		if err := api.call(ctx, http.MethodPost, "/tokens", in, &made); err != nil {
			return err
		}
		if c.json() {
			return printJSON(std.out, made)
		}
		_, err := fmt.Fprintln(std.out, made.Token)
		return err
	})
}

type tokenList struct {
	where
	format
}

// Run lists the tokens.
func (c *tokenList) Run(ctx context.Context, std streams) error {
	return c.with(ctx, func(api *client) error {
		tokens, err := list[tokenView](ctx, api, "/tokens")
		if err != nil {
			return err
		}
		if c.json() {
			return printJSON(std.out, page[tokenView]{Items: append([]tokenView{}, tokens...)})
		}
		rows := [][]string{{"NAME", "SCOPE", "ENDS IN", "LAST USED", "EXPIRES", "ID"}}
		for _, t := range tokens {
			rows = append(rows, []string{t.Name, t.Scope, "…" + t.Last4, day(t.LastUsed), day(t.ExpiresAt), t.ID})
		}
		return table(std.out, rows)
	})
}

func day(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return t.UTC().Format(time.DateOnly)
}

type tokenDelete struct {
	where

	Which string `arg:"" optional:"" help:"Name or id of the token."`
	Name  string `help:"Name of the token."`
}

// Run deletes a token.
func (c *tokenDelete) Run(ctx context.Context, std streams) error {
	wanted, err := oneName("token", c.Which, c.Name)
	if err != nil {
		return err
	}
	return c.with(ctx, func(api *client) error {
		tokens, err := list[tokenView](ctx, api, "/tokens")
		if err != nil {
			return err
		}
		for _, t := range tokens {
			if t.ID == wanted || t.Name == wanted {
				if err := api.call(ctx, http.MethodDelete, "/tokens/"+url.PathEscape(t.ID), nil, nil); err != nil {
					return err
				}
				_, err := fmt.Fprintf(std.out, "deleted token %s\n", t.Name)
				return err
			}
		}
		return engine.NotFound("token", wanted)
	})
}

// oneName takes a name that may be given as an argument or with --name.
func oneName(thing, arg, flag string) (string, error) {
	if (arg == "") == (flag == "") {
		return "", usage("name one %s", thing)
	}
	return arg + flag, nil
}

// with calls do with the instance's API.
func (w where) with(ctx context.Context, do func(*client) error) (err error) {
	api, err := w.dial(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if closing := api.Close(); err == nil {
			err = closing
		}
	}()
	return do(api)
}
