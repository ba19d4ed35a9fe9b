package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"patchbay/engine"
)

type userCommand struct {
	Create userCreate `cmd:"" help:"Let somebody sign in."`
	List   userList   `cmd:"" help:"List who may sign in."`
	Delete userDelete `cmd:"" help:"Remove a user, by e-mail address or id."`
}

type userView struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Name  string `json:"name"`
	Role  string `json:"role"`
}

type userCreate struct {
	where
	format

	Email         string `arg:"" help:"E-mail address."`
	Name          string `help:"Name of the person."`
	Role          string `help:"viewer, editor or admin." enum:"viewer,editor,admin" default:"admin"`
	PasswordStdin bool   `help:"Read the password from standard input; one is made up otherwise."`
}

// Run makes a user. A password that it makes up is printed.
func (c *userCreate) Run(ctx context.Context, std streams) error {
	password, made := rand.Text(), true
	if c.PasswordStdin {
		line, err := bufio.NewReader(io.LimitReader(std.in, 1<<10)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read the password: %w", err)
		}
		password, made = strings.TrimRight(line, "\r\n"), false
	}
	in := map[string]any{"email": c.Email, "name": c.Name, "role": c.Role, "password": password}
	c.begins = true
	return c.with(ctx, func(api *client) error {
		var user struct {
			userView
			Password string `json:"password,omitempty"`
		}
		if err := api.call(ctx, http.MethodPost, "/users", in, &user.userView); err != nil {
			return err
		}
		if made {
			user.Password = password
		}
		if c.json() {
			return printJSON(std.out, user)
		}
		if made {
			_, err := fmt.Fprintf(std.out, "created %s with the password %s\n", user.Email, password)
			return err
		}
		_, err := fmt.Fprintf(std.out, "created %s\n", user.Email)
		return err
	})
}

type userList struct {
	where
	format
}

// Run lists the users.
func (c *userList) Run(ctx context.Context, std streams) error {
	return c.with(ctx, func(api *client) error {
		users, err := list[userView](ctx, api, "/users")
		if err != nil {
			return err
		}
		if c.json() {
			return printJSON(std.out, page[userView]{Items: append([]userView{}, users...)})
		}
		rows := [][]string{{"EMAIL", "NAME", "ROLE", "ID"}}
		for _, u := range users {
			rows = append(rows, []string{u.Email, u.Name, u.Role, u.ID})
		}
		return table(std.out, rows)
	})
}

type userDelete struct {
	where

	Which string `arg:"" optional:"" help:"E-mail address or id of the user."`
	Name  string `help:"The same as the argument."`
}

// Run removes a user.
func (c *userDelete) Run(ctx context.Context, std streams) error {
	wanted, err := oneName("user", c.Which, c.Name)
	if err != nil {
		return err
	}
	return c.with(ctx, func(api *client) error {
		users, err := list[userView](ctx, api, "/users")
		if err != nil {
			return err
		}
		for _, u := range users {
			if u.ID == wanted || strings.EqualFold(u.Email, wanted) {
				if err := api.call(ctx, http.MethodDelete, "/users/"+url.PathEscape(u.ID), nil, nil); err != nil {
					return err
				}
				_, err := fmt.Fprintf(std.out, "removed %s\n", u.Email)
				return err
			}
		}
		return engine.NotFound("user", wanted)
	})
}
