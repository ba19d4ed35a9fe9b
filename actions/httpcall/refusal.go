package httpcall

import (
	"net/http"

	"patchbay/actions/outbound"
	"patchbay/engine"
)

// refusal is the failure of an answer that was not expected, to a request of a method.
func refusal(method string, resp *outbound.Response) *engine.Failure {
	f := &engine.Failure{Outcome: engine.OutcomeNotSent}
	advice := ""
	switch s := resp.Status; {
	case s == http.StatusRequestTimeout || s == http.StatusTooEarly:
		advice = "; the request came too late or too early for it"
	case s == http.StatusTooManyRequests:
		advice = "; it takes fewer requests than are sent"
	case s == http.StatusBadGateway || s == http.StatusGatewayTimeout:
		// The gateway says nothing of what became of the request behind it.
		f.Down, f.Outcome = true, engine.OutcomeUnknown
		advice = "; the request may have arrived"
	case s >= http.StatusInternalServerError:
		f.Down = s == http.StatusServiceUnavailable
		advice = "; it has a problem of its own"
	case s == http.StatusGone:
		f.Permanent, f.Alert = true, true
		advice = ": this address is no longer in use"
	case s == http.StatusUnauthorized || s == http.StatusForbidden:
		f.Permanent = true
		advice = "; check the key or password of the connection"
	case s >= http.StatusBadRequest:
		f.Permanent = true
		advice = "; check the address and what the step sends"
	default:
		f.Permanent = true
		f.Outcome, advice = unexpected(method, resp)
	}
	if resp.Rewritten {
		f.Outcome = engine.OutcomeUnknown
	}
	f.Message = resp.Host + " answered " + statusText(resp.Status) + advice + "."
	return f
}

// unexpected tells what an answer below 400 says about the request, when it is not
// one that counts as success.
func unexpected(method string, resp *outbound.Response) (outcome engine.Outcome, advice string) {
	switch s := resp.Status; {
	case s >= http.StatusOK && s < http.StatusMultipleChoices:
		return engine.OutcomeUnknown, ", which expect does not list; the request may have done what it should"
	case s < http.StatusOK || resp.Header.Get("Location") == "":
		return engine.OutcomeNotSent, "; check the address and what the step sends"
	case (s == http.StatusFound || s == http.StatusSeeOther) && method != http.MethodGet && method != http.MethodHead:
		// Forms answer so when they have done their work.
		return engine.OutcomeUnknown, ", which points to another address; the request may have done what it should: turn on followRedirects to see"
	}
	return engine.OutcomeNotSent, ", which points to another address; use that one or turn on followRedirects"
}
