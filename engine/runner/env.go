package runner

import (
	"net/http"
	"strconv"
	"strings"

	"patchbay/engine"
	"patchbay/engine/decode"
	"patchbay/engine/rules"
)

// input is an event as expressions see it, made piece by piece as they need it.
// Copies share what was made; no piece is changed once it is there.
type input struct {
	event   *engine.Event
	payload payloadField
	vars    map[string]any

	env     rules.Env
	clear   []byte // the body without its content encoding
	decoded bool
	fields  engine.Fields // decoded so far; nil with decoded means all
	fault   string        // why the payload could not be decoded
}

func newInput(e *engine.Event, payload payloadField, vars map[string]any) *input {
	in := &input{event: e, payload: payload, vars: vars}
	in.env.Method, in.env.Inbox, in.env.Now = e.Method, e.Inbox, e.ReceivedAt
	return in
}

// have makes sure that the environment holds what an expression needs.
func (in *input) have(n rules.Needs) {
	if n.Payload {
		in.decode(n.Fields)
	}
	if n.Headers && in.env.Headers == nil {
		in.env.Headers = headersOf(in.event)
	}
	if n.Query && in.env.Query == nil {
		in.env.Query = decode.Query(in.event.Query)
	}
	if n.Vars {
		in.env.Vars = in.vars
	}
	if n.DecodeError && !in.decoded {
		in.decode(engine.Fields{}) // only decoding tells whether it can be done
	}
	if n.Event && in.env.Event == nil {
		in.env.Event = eventOf(in.event, in.fault)
	}
}

// decode decodes the wanted fields of the payload, nil for all of it.
func (in *input) decode(want engine.Fields) {
	if in.decoded {
		if in.fields.Covers(want) {
			return
		}
		want = in.fields.Union(want)
	}
	if in.clear == nil && len(in.event.Body) > 0 && !in.unpack() {
		return
	}
	r := decode.Payload(in.event.ContentType, in.clear, decode.Options{
		Field: in.payload.name, FieldEncoding: in.payload.encoding, Fields: want,
	})
	in.env.Payload, in.env.Literals = r.Value, r.Literals
	in.decoded, in.fields, in.fault = true, want, r.Error
	if in.fault != "" {
		in.env.Event = nil // it is made again, with the fault
	}
}

// unpack undoes the content encoding. Ingest has checked the inbox's limit of then, which
// may have been any that there can be.
func (in *input) unpack() bool {
	encoding := headerOf(in.event, "Content-Encoding")
	if encoding == "" {
		in.clear = in.event.Body
		return true
	}
	plain, err := decode.Content(encoding, in.event.Body, int64(engine.MaxBody))
	if err != nil {
		in.env.Payload = strings.ToValidUTF8(string(in.event.Body), "\uFFFD")
		in.env.Event = nil // as in decode
		in.decoded, in.fields, in.fault = true, nil, sentence(err)
		return false
	}
	in.clear = plain
	return true
}

// headersOf gives lower-case names and first values.
func headersOf(e *engine.Event) map[string]any {
	out := make(map[string]any, len(e.Headers))
	for _, h := range e.Headers {
		name := strings.ToLower(h.Name)
		if _, ok := out[name]; !ok {
			out[name] = h.Value
		}
	}
	return out
}

func headerOf(e *engine.Event, name string) string {
	for _, h := range e.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

func eventOf(e *engine.Event, decodeError string) map[string]any {
	if decodeError == "" {
		decodeError = e.DecodeError
	}
	return map[string]any{
		"id":          e.ID.String(),
		"type":        e.Type,
		"receivedAt":  e.ReceivedAt,
		"verified":    e.Verified,
		"ip":          e.IP,
		"decodeError": decodeError,
	}
}

// hopsOf is how many routers the request behind an event has passed through.
func hopsOf(e *engine.Event) int {
	n, err := strconv.Atoi(strings.TrimSpace(headerOf(e, http.CanonicalHeaderKey(engine.HopHeader))))
	if err != nil || n < 0 {
		return 0
	}
	return n
}
