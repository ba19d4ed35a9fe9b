package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"patchbay/engine"
)

const (
	prefix           = "/api/v1"
	requestTimeout   = 30 * time.Second
	bodyLimit        = 1 << 20
	contentJSON      = "application/json"
	contentProblem   = "application/problem+json"
	operationKey     = "operation"
	problemComponent = "#/components/schemas/Problem"
)

// operation describes one operation. The zero need lets everybody in.
type operation struct {
	id      string
	method  string
	path    string // below /api/v1
	tag     string
	summary string
	need    engine.Role
	audit   string        // its name in the change log; "" where nothing changes
	status  int           // of success; 0 is 200, or 204 without a body
	body    int64         // limit of the request body; 0 is 1 MiB
	timeout time.Duration // 0 is 30 seconds
	data    bool          // the body is data, which may hold any text
	own     bool          // a browser may ask for it on pages of this instance only, although nothing changes
}

func (o operation) unsafe() bool {
	return o.method != http.MethodGet && o.method != http.MethodHead
}

// newMount prepares the app: what every request to the API passes through, and the
// registry of operations.
func (a *API) newMount(app *fiber.App, local bool) *mount {
	m := &mount{API: a, app: app, local: local}
	app.Use("/api", m.guard)
	config := huma.DefaultConfig("Patchbay", "1")
	config.Info.Description = "Receives webhooks, decides with rules what each one means, and acts."
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil // no $schema links
	config.Formats = exactFormats()
	config.RejectUnknownQueryParameters = true
	config.Transformers = []huma.Transformer{withoutEcho}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer"},
		"session": {Type: "apiKey", In: "cookie", Name: cookieName(false), Description: "Changes need the X-CSRF-Token header too."},
	}
	m.huma = humafiber.New(app, config)
	m.huma.OpenAPI().Components.Schemas.Schema(typeOf[Problem](), true, "Problem")
	m.huma.UseMiddleware(m.enter)
	return m
}

// exactFormats reads JSON with the value of every number. What a body is only checked
// against its schema by is read as usual.
func exactFormats() map[string]huma.Format {
	exact := huma.DefaultJSONFormat
	exact.Unmarshal = func(text []byte, into any) error {
		if free, ok := into.(*any); ok {
			return huma.DefaultJSONFormat.Unmarshal(text, free)
		}
		return engine.DecodeJSON(text, into)
	}
	return map[string]huma.Format{contentJSON: exact, "json": exact}
}

// add registers an operation. Failures of handle become problems, successes of
// changes a line of the change log, as do failures that came too late to change nothing.
func add[I, O any](m *mount, op operation, handle func(context.Context, *I) (*O, error)) {
	m.routes = append(m.routes, op)
	described := m.describe(op)
	huma.Register(m.huma, described, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			if callerOf(ctx).log.begun {
				m.record(ctx, op)
			}
			return nil, m.problem(ctx, op, err)
		}
		m.record(ctx, op)
		return out, nil
	})
}

// describe returns the operation as the OpenAPI document shows it.
func (m *mount) describe(op operation) huma.Operation {
	limit := op.body
	if limit == 0 {
		limit = bodyLimit
	}
	d := huma.Operation{
		OperationID: op.id, Method: op.method, Path: prefix + op.path,
		Summary: op.summary, Tags: []string{op.tag},
		DefaultStatus: op.status, MaxBodyBytes: limit + 1, // huma refuses at the limit itself
		BodyReadTimeout: -1, // the server's own time-out has read the body already
		Metadata:        map[string]any{operationKey: op},
		Responses: map[string]*huma.Response{"default": {
			Description: "What went wrong",
			Content:     map[string]*huma.MediaType{contentProblem: {Schema: &huma.Schema{Ref: problemComponent}}},
		}},
		Security: []map[string][]string{},
	}
	if op.need != "" {
		d.Security = []map[string][]string{{"token": {}}, {"session": {}}}
		d.Extensions = map[string]any{"x-role": string(op.need)}
	}
	return d
}

// enter is what every huma operation passes through: who calls, may they, how long
// may it take.
func (m *mount) enter(hc huma.Context, next func(huma.Context)) {
	c := humafiber.Unwrap(hc)
	op, _ := hc.Operation().Metadata[operationKey].(operation)
	timeout := op.timeout
	if timeout == 0 {
		timeout = requestTimeout
	}
	ctx, cancel := context.WithTimeout(hc.Context(), timeout)
	defer cancel()
	who, err := m.admit(ctx, c, op)
	if err == nil && !op.data {
		err = refuseReferences(c)
	}
	if err != nil {
		m.fail(c, err)
		return
	}
	ctx = context.WithValue(ctx, callerKey{}, who)
	next(huma.WithContext(hc, ctx))
}
