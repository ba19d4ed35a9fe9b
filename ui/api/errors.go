package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"patchbay/engine"
)

// Problem is an RFC 9457 problem. Detail is one sentence that says what to do.
type Problem struct { //nolint:errname // RFC 9457 calls it so
	Type      string         `json:"type" doc:"Always about:blank: the status says what kind of problem it is."`
	Title     string         `json:"title" doc:"The status in words."`
	Status    int            `json:"status"`
	Detail    string         `json:"detail" doc:"One sentence that says what to do."`
	RequestID string         `json:"requestId,omitempty" doc:"Finds the cause in the server's log."`
	Errors    []ProblemField `json:"errors,omitempty" nullable:"false" doc:"The fields at fault."`
	Current   any            `json:"current,omitempty" doc:"With 412: the object as it is stored now."`

	headers http.Header
	cause   error
}

// ProblemField is one fault of the input.
type ProblemField struct {
	Message  string `json:"message"`
	Location string `json:"location,omitempty" doc:"Where it is, such as body.steps[0].with.url or query.limit."`
	Line     int    `json:"line,omitempty" doc:"Within an expression or template, from 1."`
	Column   int    `json:"column,omitempty"`
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// Unwrap returns the cause, which is never shown.
func (p *Problem) Unwrap() error { return p.cause }

// GetStatus implements [huma.StatusError].
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders implements [huma.HeadersError].
func (p *Problem) GetHeaders() http.Header { return p.headers }

// ContentType implements [huma.ContentTypeFilter].
func (*Problem) ContentType(string) string { return contentProblem }

func newProblem(status int, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail, headers: http.Header{}}
}

// statusOf is the one place that decides which status a kind of failure has.
func statusOf(k engine.Kind) int {
	switch k {
	case engine.KindInvalid:
		return http.StatusUnprocessableEntity
	case engine.KindNotFound:
		return http.StatusNotFound
	case engine.KindConflict:
		return http.StatusConflict
	case engine.KindUnauthorized:
		return http.StatusUnauthorized
	case engine.KindForbidden:
		return http.StatusForbidden
	case engine.KindTooLarge:
		return http.StatusRequestEntityTooLarge
	case engine.KindUnsupported:
		return http.StatusUnsupportedMediaType
	case engine.KindLimited:
		return http.StatusTooManyRequests
	case engine.KindUnavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// asProblem translates a failure. What is not meant for people becomes a 500
// without its text.
func asProblem(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if fe, ok := errors.AsType[*fiber.Error](err); ok && fe.Code >= http.StatusBadRequest && fe.Code < http.StatusInternalServerError {
		return newProblem(fe.Code, refusal(fe.Code))
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return retryLater(newProblem(http.StatusServiceUnavailable, "It took too long; try again, with a smaller range where there is one."))
	}
	faults, ok := faultsOf(err)
	if !ok {
		p := newProblem(http.StatusInternalServerError, "Something went wrong on the server; its log says more under this request's id.")
		p.cause = err
		return p
	}
	first := faults[0]
	p := newProblem(statusOf(first.Kind), first.Message)
	p.cause = err
	for _, f := range faults {
		if f.Field != "" || f.Line > 0 || len(faults) > 1 {
			p.Errors = append(p.Errors, ProblemField{Message: f.Message, Location: location(f.Field), Line: f.Line, Column: f.Column})
		}
	}
	switch p.Status {
	case http.StatusUnauthorized:
		p.headers.Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		p.headers.Set("Retry-After", "5")
	}
	return p
}

// refusal says what to do about what the server itself refuses.
func refusal(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "The request could not be read; send it again, complete."
	case http.StatusMethodNotAllowed:
		return "This address does not take this method; /api/openapi.json lists what it takes."
	case http.StatusRequestTimeout:
		return "The request took too long to arrive; send it again."
	case http.StatusRequestEntityTooLarge:
		return "The body is too large; send less at a time."
	case http.StatusRequestHeaderFieldsTooLarge:
		return "The headers are too large; send fewer or shorter ones."
	default:
		return http.StatusText(status) + "."
	}
}

func location(field string) string {
	switch field {
	case "":
		return "body"
	case "cursor", "limit":
		return "query." + field
	}
	return "body." + field
}

// inQuery tells that the fields which a failure names stand in the query.
func (p *Problem) inQuery() {
	for i, f := range p.Errors {
		if field, ok := strings.CutPrefix(f.Location, "body."); ok {
			p.Errors[i].Location = "query." + field
		}
	}
}

func retryLater(p *Problem) *Problem {
	p.headers.Set("Retry-After", "5")
	return p
}

// faultsOf unfolds joined errors down to the first [*engine.Error] of each branch.
// It is false when a branch has none, or an internal one.
func faultsOf(err error) ([]*engine.Error, bool) {
	for at := err; at != nil; at = errors.Unwrap(at) {
		switch e := at.(type) { //nolint:errorlint // walks the chain link by link: an outer fault hides the ones it wraps
		case *engine.Error:
			return []*engine.Error{e}, e.Kind != engine.KindInternal
		case interface{ Unwrap() []error }:
			var all []*engine.Error
			for _, branch := range e.Unwrap() {
				faults, ok := faultsOf(branch)
				if !ok {
					return nil, false
				}
				all = append(all, faults...)
			}
			return all, len(all) > 0
		}
	}
	return nil, false
}

// problem translates a failure of an operation and logs what is not shown.
func (m *mount) problem(ctx context.Context, op operation, err error) *Problem {
	p := asProblem(err)
	if !op.unsafe() {
		p.inQuery() // there is no body
	}
	p.RequestID = callerOf(ctx).request
	if p.Status >= http.StatusInternalServerError {
		m.Log.ErrorContext(ctx, "request failed", "request_id", p.RequestID, "status", p.Status, "error", err)
	}
	return p
}

// fail answers a request outside huma's operations with a problem.
func (m *mount) fail(c *fiber.Ctx, err error) {
	p := asProblem(err)
	p.RequestID = requestID(c)
	if p.Status >= http.StatusInternalServerError {
		m.Log.ErrorContext(c.UserContext(), "request failed", "request_id", p.RequestID, "status", p.Status, "error", err)
	}
	writeProblem(c, p)
}

func writeProblem(c *fiber.Ctx, p *Problem) {
	for name, values := range p.headers {
		for _, v := range values {
			c.Set(name, v)
		}
	}
	text, err := json.Marshal(p)
	if err != nil {
		text = []byte(`{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"The answer could not be written."}`)
	}
	c.Status(p.Status)
	c.Set(fiber.HeaderContentType, contentProblem)
	c.Context().SetBody(text)
}

// HandleError is an error handler for the Fiber app: what Fiber itself refuses (a
// body over the limit, a wrong method) becomes a problem too.
func HandleError(c *fiber.Ctx, err error) error {
	secure(c)
	writeProblem(c, asProblem(err))
	return nil
}

// withoutEcho turns huma's own refusals into problems that do not repeat the value
// at fault: it may be a secret.
func withoutEcho(hc huma.Context, _ string, v any) (any, error) {
	e, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := newProblem(e.Status, sentence(e))
	p.RequestID = requestID(humafiber.Unwrap(hc))
	for _, d := range e.Errors {
		p.Errors = append(p.Errors, ProblemField{Message: d.Message, Location: d.Location})
	}
	return p, nil
}

func sentence(e *huma.ErrorModel) string {
	switch {
	case e.Status == http.StatusUnprocessableEntity && len(e.Errors) > 0:
		return "The request does not fit: " + e.Errors[0].Location + ": " + e.Errors[0].Message + "."
	case e.Status == http.StatusBadRequest && len(e.Errors) > 0:
		return "The body is not the JSON that this operation takes."
	case e.Status == http.StatusUnsupportedMediaType:
		return "Send the body as application/json."
	default:
		return e.Detail + "."
	}
}
