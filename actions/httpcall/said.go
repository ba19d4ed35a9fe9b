package httpcall

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"patchbay/actions"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

// answerPath names a field of an answer, such as parameters.retry_after or errors[0].message.
var answerPath = regexp.MustCompile(`^([A-Za-z0-9_-]+|\[\d+\])(\.[A-Za-z0-9_-]+|\[\d+\])*$`)

func checkAnswerPaths(c *Config) []error {
	var faults []error
	if c.RetryAfter != "" && !answerPath.MatchString(c.RetryAfter) {
		faults = append(faults, engine.Invalid("retryAfter", "%q is no field of an answer; write it like parameters.retry_after.", c.RetryAfter))
	}
	for _, path := range slices.Sorted(maps.Keys(c.ExpectBody)) {
		if !answerPath.MatchString(path) {
			faults = append(faults, engine.Invalid("expectBody", "%q is no field of an answer; write it like data.success.", path))
		}
		switch c.ExpectBody[path].(type) {
		case map[string]any, []any:
			faults = append(faults, engine.Invalid("expectBody."+path, "An answer is compared with a text, a number, true or false."))
		}
	}
	return faults
}

// field is a text, a number, true or false in what later steps see of an answer.
func field(output any, path string) (string, bool) {
	answer, _ := output.(map[string]any)
	at := answer["body"]
	for _, name := range strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(".[]", r) }) {
		switch v := at.(type) {
		case map[string]any:
			at = v[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(v) {
				return "", false
			}
			at = v[i]
		default:
			return "", false
		}
	}
	switch at.(type) {
	case nil, map[string]any, []any:
		return "", false
	}
	return fmt.Sprint(at), true
}

// contradiction is the failure of an answer whose status is fine and whose body is not,
// nil where it says what it should. Its destination has told that it did nothing.
func (x *exchange) contradiction(resp *outbound.Response, output any) *engine.Failure {
	for _, path := range slices.Sorted(maps.Keys(x.expectBody)) {
		want := fmt.Sprint(x.expectBody[path])
		said, ok := field(output, path)
		if ok && said == want {
			continue
		}
		f := &engine.Failure{Outcome: engine.OutcomeNotSent, Permanent: true}
		if !ok {
			f.Outcome = engine.OutcomeUnknown // nobody knows what it is then
			said = "not there"
		}
		f.Message = fmt.Sprintf("%s answered %s, but %s is %s instead of %s", resp.Host, statusText(resp.Status), path, said, want)
		if why := reasonOf(output); why != "" {
			f.Message += ": " + why
		} else {
			f.Message += "."
		}
		return f
	}
	return nil
}

// reasonOf is what an answer says went wrong, where services usually say it.
func reasonOf(output any) string {
	for _, path := range []string{"message", "error.message", "errors[0].message", "error_description", "description", "error"} {
		if text, ok := field(output, path); ok && text != "" {
			text, _ = actions.Clip(text, actions.Keep/8)
			return text
		}
	}
	return ""
}

// retryAfter is when the destination wants to be asked again: what its header or the
// field of its answer says, the later of both.
func (a *caller) retryAfter(x *exchange, resp *outbound.Response, output any) time.Duration {
	wait := a.client.RetryAfter(resp.Header)
	if x.retryAfter == "" {
		return wait
	}
	seconds, _ := field(output, x.retryAfter)
	return max(wait, a.client.RetryAfter(http.Header{"Retry-After": {cmp.Or(seconds, "0")}}))
}
