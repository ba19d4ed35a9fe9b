package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// ceiling serves bare Fiber: mode accept reads and answers, mode deliver parses,
// judges a condition, posts to the destination and answers.
func ceiling(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("ceiling", flag.ContinueOnError)
	addr := flags.String("addr", "127.0.0.1:9801", "address to listen on")
	mode := flags.String("mode", "accept", "accept or deliver")
	sink := flags.String("sink", "http://127.0.0.1:9803/", "where to post")
	if err := flags.Parse(args); err != nil {
		return err
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true, BodyLimit: 8 << 20})
	client := &fasthttp.Client{MaxConnsPerHost: 1024, ReadTimeout: 10 * time.Second}
	switch *mode {
	case "accept":
		app.Post("/hook", func(c *fiber.Ctx) error {
			if len(c.Body()) == 0 {
				return c.SendStatus(fiber.StatusBadRequest)
			}
			return c.SendStatus(fiber.StatusAccepted)
		})
	case "deliver":
		app.Post("/hook", func(c *fiber.Ctx) error { return deliver(c, client, *sink) })
	default:
		return fmt.Errorf("mode %q is not accept or deliver", *mode)
	}
	go func() {
		<-ctx.Done()
		_ = app.Shutdown()
	}()
	return app.Listen(*addr)
}

func deliver(c *fiber.Ctx, client *fasthttp.Client, sink string) error {
	var payload map[string]any
	if err := json.Unmarshal(c.Body(), &payload); err != nil {
		return c.SendStatus(fiber.StatusBadRequest)
	}
	issue, _ := payload["issue"].(map[string]any)
	repository, _ := payload["repository"].(map[string]any)
	sender, _ := payload["sender"].(map[string]any)
	number, _ := issue["number"].(float64)
	if payload["action"] != "opened" || repository["full_name"] != "Codertocat/Hello-World" || number <= 0 {
		return c.SendStatus(fiber.StatusAccepted)
	}
	body, err := json.Marshal(map[string]any{"title": issue["title"], "by": sender["login"], "url": issue["html_url"]})
	if err != nil {
		return c.SendStatus(fiber.StatusInternalServerError)
	}
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.SetRequestURI(sink)
	req.Header.SetMethod(fiber.MethodPost)
	req.Header.SetContentType(fiber.MIMEApplicationJSON)
	req.SetBodyRaw(body)
	if err := client.Do(req, resp); err != nil {
		return c.SendStatus(fiber.StatusBadGateway)
	}
	return c.SendStatus(fiber.StatusAccepted)
}
