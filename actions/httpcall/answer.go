package httpcall

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"patchbay/actions"
	"patchbay/actions/outbound"
)

// outputOf is what later steps see of an answer, secrets hidden before anything is
// cut: half a secret would not be found. Cookies are left out: they are credentials
// of whoever gets them.
func outputOf(r *outbound.Response, mask *actions.Mask) any {
	headers := make(map[string]any, len(r.Header))
	for name, values := range r.Header {
		if name == "Set-Cookie" {
			continue
		}
		text, _ := actions.Clip(mask.Text(strings.Join(values, ", ")), actions.Keep/8)
		headers[mask.Text(strings.ToLower(name))] = text
	}
	output := map[string]any{"status": int64(r.Status), "headers": headers}
	if len(r.Body) <= actions.Keep && !r.Truncated && looksLikeJSON(r) {
		if v, err := actions.DecodeJSON(r.Body); err == nil {
			output["body"] = mask.Value(v)
			return output
		}
	}
	text, cut := actions.Clip(mask.Text(string(r.Body)), actions.Keep)
	output["body"] = text
	if cut || r.Truncated {
		output["truncated"] = true
	}
	return output
}

// looksLikeJSON goes by the type that the answer claims, and takes objects and
// lists under any other type: many services forget to say.
func looksLikeJSON(r *outbound.Response) bool {
	if strings.Contains(r.Header.Get("Content-Type"), "json") {
		return true
	}
	start := bytes.TrimLeft(r.Body, " \t\r\n")
	return len(start) > 0 && (start[0] == '{' || start[0] == '[')
}

func statusText(status int) string {
	if name := http.StatusText(status); name != "" {
		return strconv.Itoa(status) + " " + name
	}
	return strconv.Itoa(status)
}
