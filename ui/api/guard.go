package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"patchbay/engine"
)

type requestKey struct{}

// guard is what every request to the API passes through first.
func (m *mount) guard(c *fiber.Ctx) (err error) {
	id := m.NewID().String()
	c.Locals(requestKey{}, id)
	c.Set("X-Request-Id", id)
	secure(c)
	started := m.Now()
	defer func() {
		if r := recover(); r != nil {
			m.Log.ErrorContext(c.UserContext(), "request panicked", "request_id", id, "error", fmt.Sprint(r), "stack", string(debug.Stack()))
			writeProblem(c, &Problem{
				Type: "about:blank", Title: http.StatusText(http.StatusInternalServerError), Status: http.StatusInternalServerError,
				Detail: "Something went wrong on the server; its log says more under this request's id.", RequestID: id,
			})
			err = nil
		}
		m.Log.DebugContext(c.UserContext(), "request served", "request_id", id, "method", c.Method(),
			"route", c.Route().Path, "status", c.Response().StatusCode(), "duration", m.Now().Sub(started))
	}()
	// The framework would unpack the body without a limit when the handler reads it.
	if enc := c.Get(fiber.HeaderContentEncoding); enc != "" && !strings.EqualFold(enc, "identity") {
		m.fail(c, &engine.Error{Kind: engine.KindUnsupported, Message: "Send the body without a Content-Encoding."})
		return nil
	}
	if err := c.Next(); err != nil {
		m.fail(c, err)
	}
	return nil
}

// secure sets the headers that keep an answer from being cached or taken for a page.
func secure(c *fiber.Ctx) {
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("Cache-Control", "no-store")
	c.Set("Referrer-Policy", "no-referrer")
	c.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
}

func requestID(c *fiber.Ctx) string {
	id, ok := c.Locals(requestKey{}).(string)
	if !ok {
		return ""
	}
	return id
}

// unknown answers what no operation took: 405 where the path exists, 404 elsewhere.
func (m *mount) unknown(c *fiber.Ctx) error {
	var allowed []string
	for _, op := range m.routes {
		if fits(prefix+op.path, c.Path()) {
			allowed = append(allowed, op.method)
		}
	}
	if len(allowed) == 0 {
		m.fail(c, newProblem(http.StatusNotFound, "There is no such address in the API; GET /api/openapi.json lists all of them."))
		return nil
	}
	slices.Sort(allowed)
	p := newProblem(http.StatusMethodNotAllowed, "This address does not take "+c.Method()+"; it takes "+strings.Join(allowed, " and ")+".")
	p.headers.Set("Allow", strings.Join(allowed, ", "))
	m.fail(c, p)
	return nil
}

// fits reports whether a path is one of a template such as /runs/{id}/retry.
func fits(template, path string) bool {
	want, have := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i, part := range want {
		if !strings.HasPrefix(part, "{") && part != have[i] {
			return false
		}
	}
	return true
}

// refuseReferences refuses a body in which a text holds a reference to the
// environment or to a file: those are resolved by the command that reads a
// configuration file, never by the server.
func refuseReferences(c *fiber.Ctx) error {
	body := c.BodyRaw()
	text := string(body)
	if !strings.Contains(text, "{env:") && !strings.Contains(text, "{file:") && !strings.Contains(text, `\u`) {
		return nil
	}
	if !json.Valid(body) {
		return nil // the operation says what is wrong with it
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return fmt.Errorf("read the body: %w", err)
	}
	at, found := reference(value, "")
	if !found {
		return nil
	}
	return engine.Invalid(at, "References such as ${env:NAME} and ${file:PATH} work in files only; put the value itself here.")
}

func reference(value any, at string) (string, bool) {
	switch v := value.(type) {
	case string:
		return at, strings.Contains(v, "${env:") || strings.Contains(v, "${file:")
	case []any:
		for i, item := range v {
			if where, found := reference(item, at+"["+strconv.Itoa(i)+"]"); found {
				return where, true
			}
		}
	case map[string]any:
		for name, item := range v {
			_, inName := reference(name, at)
			if where, found := reference(item, strings.TrimPrefix(at+"."+name, ".")); found || inName {
				return where, true
			}
		}
	}
	return "", false
}
