package slack

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"patchbay/actions"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

func (s *sender) do(ctx context.Context, m *message) (engine.Result, error) {
	mask := m.workspace.mask()
	body, err := actions.EncodeJSON(m.body)
	if err != nil {
		return engine.Result{}, engine.Permanent("The message cannot be written as JSON.", err)
	}
	r, err := m.workspace.request("chat.postMessage", body)
	if err != nil {
		return engine.Result{}, err
	}
	r.Hops = m.hops
	resp, err := s.client.Do(ctx, r)
	if err != nil && (resp == nil || resp.Status < http.StatusBadRequest) {
		return engine.Result{}, mask.Failure(err)
	}
	// A refusal stands in the first line of an answer; the rest of it may be missing.
	if !m.workspace.bot() {
		return hookResult(s.client, resp, mask)
	}
	answer, f := readAnswer(s.client, resp)
	if f != nil {
		return engine.Result{}, mask.Failure(f)
	}
	output := map[string]any{"ts": answer["ts"], "channel": answer["channel"]}
	return engine.Result{Output: mask.Value(output), Log: "Posted to " + m.channel + "."}, nil
}

// hookResult reads the answer of a webhook address: "ok", or a status with the cause as text.
func hookResult(client *outbound.Client, resp *outbound.Response, mask *actions.Mask) (engine.Result, error) {
	text, _ := actions.Clip(mask.Text(strings.TrimSpace(string(resp.Body))), 200)
	if resp.Status >= 200 && resp.Status <= 299 {
		// Compatible servers answer with other words, or none.
		return engine.Result{Output: map[string]any{"ts": nil, "channel": nil}, Log: "Posted."}, nil
	}
	f := statusFailure(client, resp)
	if f == nil {
		f = causeFailure(text, client.RetryAfter(resp.Header))
	}
	f.Output = map[string]any{"status": int64(resp.Status), "error": text}
	return engine.Result{}, mask.Failure(f)
}

// readAnswer reads an answer of the Web API, which says ok: false with status 200.
func readAnswer(client *outbound.Client, resp *outbound.Response) (map[string]any, *engine.Failure) {
	v, err := actions.DecodeJSON(resp.Body)
	answer, isObject := v.(map[string]any)
	ok, _ := answer["ok"].(bool)
	if err == nil && isObject && ok && resp.Status >= 200 && resp.Status <= 299 {
		return answer, nil
	}
	if f := statusFailure(client, resp); f != nil {
		return nil, f
	}
	cause, known := answer["error"].(string)
	if !known {
		return nil, &engine.Failure{
			Message: resp.Host + " answered " + strconv.Itoa(resp.Status) + " in a way that Slack does not; check the address of the API.",
			Outcome: engine.OutcomeUnknown, Permanent: true,
		}
	}
	f := causeFailure(cause, client.RetryAfter(resp.Header))
	f.Output = map[string]any{"ok": false, "error": cause}
	return nil, f
}

// statusFailure tells of statuses that say enough by themselves; nil for others.
func statusFailure(client *outbound.Client, resp *outbound.Response) *engine.Failure {
	f := &engine.Failure{Outcome: engine.OutcomeNotSent, RetryAfter: client.RetryAfter(resp.Header)}
	switch s := resp.Status; {
	case s == http.StatusTooManyRequests:
		f.Message = "Slack takes messages to this channel more slowly; it is tried again when Slack allows it."
	case s >= http.StatusInternalServerError:
		f.Message = resp.Host + " is out of order: it answered " + strconv.Itoa(s) + "."
		f.Down = s == http.StatusBadGateway || s == http.StatusServiceUnavailable || s == http.StatusGatewayTimeout
		if s == http.StatusBadGateway || s == http.StatusGatewayTimeout {
			// The gateway says nothing of what became of the message behind it.
			f.Outcome = engine.OutcomeUnknown
			f.Message = resp.Host + " answered " + strconv.Itoa(s) + "; the message may have arrived."
		}
	case s == http.StatusRequestTimeout || s == http.StatusTooEarly:
		f.Message = resp.Host + " answered " + strconv.Itoa(s) + "."
	default:
		return nil
	}
	return f
}
