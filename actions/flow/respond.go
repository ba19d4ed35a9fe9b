package flow

import (
	"context"
	"errors"
	"net/http"
	"sort"
	"strconv"
	"strings"

	"patchbay/actions"
	"patchbay/engine"
)

func respond() engine.Action {
	return actions.Define(actions.Definition[Respond, struct{}]{
		Spec:  spec("respond", "Answer the sender", "answer the sender", "Answers the request that started the run, while its sender still waits."),
		Check: checkRespond, Plan: planRespond,
	})
}

func checkRespond(c *Respond, given map[string]any) error {
	if given["text"] != nil && given["json"] != nil {
		return engine.Invalid("json", "An answer has one body; leave out text or json.")
	}
	if status, ok := given["status"].(string); ok && actions.HasTemplate(status) {
		return c.checkHeaders()
	}
	return errors.Join(c.checkStatus(), c.checkHeaders())
}

func (c *Respond) checkStatus() error {
	if c.Status < 200 || c.Status > 599 {
		return engine.Invalid("status", "%d cannot be the status of an answer; choose one from 200 to 599.", c.Status)
	}
	return nil
}

// checkHeaders refuses what would break the answer or belongs to the server.
func (c *Respond) checkHeaders() error {
	for name, value := range c.Headers {
		if name == "" || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`:"(),/;<=>?@[\]{}`, r) }) {
			return engine.Invalid("headers."+name, "%q cannot be the name of a header.", name)
		}
		switch http.CanonicalHeaderKey(name) {
		case "Connection", "Content-Length", "Transfer-Encoding", "Trailer", "Upgrade", "Keep-Alive", "Set-Cookie":
			return engine.Invalid("headers."+name, "The header %s cannot be set in an answer.", name)
		}
		if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
			return engine.Invalid("headers."+name, "The value of the header %s holds a line break or another control character.", name)
		}
	}
	return nil
}

func planRespond(_ context.Context, _ engine.Call, c *Respond) (engine.Plan, error) {
	if err := errors.Join(c.checkStatus(), c.checkHeaders()); err != nil {
		return engine.Plan{}, err
	}
	body := c.Text
	if c.JSON != nil {
		b, err := actions.EncodeJSON(c.JSON)
		if err != nil {
			return engine.Plan{}, engine.Invalid("json", "The values cannot be written as JSON.")
		}
		body = string(b)
	}
	shown, cut := actions.Clip(body, actions.Keep)
	p := engine.Preview{Kind: "response", Text: statusLine(c.Status), Body: shown, Truncated: cut}
	for name, value := range c.Headers {
		p.Headers = append(p.Headers, engine.Header{Name: name, Value: value})
	}
	sort.Slice(p.Headers, func(i, j int) bool { return p.Headers[i].Name < p.Headers[j].Name })
	return engine.Plan{Preview: p}, nil
}

func statusLine(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}
