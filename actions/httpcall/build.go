package httpcall

import (
	"net/http"
	"net/url"
	"sort"
	"strings"

	"patchbay/actions"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

const (
	// maxSend is the largest body of a request.
	maxSend = 5 << 20
	// maxAnswer is how much of an answer is read: more than is stored, so that a secret
	// on the border is recognised.
	maxAnswer = actions.Keep + 16<<10
)

// build makes the request that a configuration describes.
func build(c *Config, call engine.Call) (*outbound.Request, error) {
	u, err := outbound.ParseURL(c.URL)
	if err != nil {
		return nil, at("url", err)
	}
	if len(c.Query) > 0 {
		values, err := formValues("query", c.Query)
		if err != nil {
			return nil, err
		}
		u.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+values.Encode(), "&")
	}
	body, contentType, err := encodeBody(c)
	if err != nil {
		return nil, err
	}
	header := make(http.Header, len(c.Headers)+4)
	for name, value := range c.Headers {
		if err := checkHeader(name, value); err != nil {
			return nil, err
		}
		header.Set(name, value)
	}
	setDefault(header, "User-Agent", "Patchbay")
	setDefault(header, "Content-Type", contentType)
	setDefault(header, "Idempotency-Key", call.Key)
	method := c.Method
	if method == "" {
		method = http.MethodGet
		if contentType != "" {
			method = http.MethodPost
		}
	}
	return &outbound.Request{
		Method: method, URL: u, Header: header, Body: body,
		Hops: call.Hops, FollowRedirects: c.FollowRedirects, Keep: maxAnswer,
	}, nil
}

func setDefault(h http.Header, name, value string) {
	if value != "" && h[name] == nil {
		h[name] = []string{value}
	}
}

// encodeBody returns the body and its type; an empty type means that none was given.
func encodeBody(c *Config) (body []byte, contentType string, err error) {
	switch {
	case c.JSON != nil:
		if body, err = actions.EncodeJSON(c.JSON); err != nil {
			return nil, "", &engine.Error{Kind: engine.KindInvalid, Field: "json", Message: "The values cannot be written as JSON.", Err: err}
		}
		contentType = "application/json"
	case c.Form != nil:
		values, err := formValues("form", c.Form)
		if err != nil {
			return nil, "", err
		}
		body, contentType = []byte(values.Encode()), "application/x-www-form-urlencoded"
	case c.Text != "":
		body, contentType = []byte(c.Text), "text/plain; charset=utf-8"
	case c.Body != "":
		body, contentType = []byte(c.Body), "application/octet-stream"
	}
	if len(body) > maxSend {
		return nil, "", engine.Invalid("", "The body of the request is larger than 5 MiB.")
	}
	return body, contentType, nil
}

// formValues turns names and values into those of a form: lists repeat their name,
// objects become JSON, nil is left out.
func formValues(field string, m map[string]any) (url.Values, error) {
	values := make(url.Values, len(m))
	for name, v := range m {
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		for _, e := range list {
			if e == nil {
				continue
			}
			text, err := actions.Text(e)
			if err != nil {
				return nil, &engine.Error{Kind: engine.KindInvalid, Field: field + "." + name, Message: "This value cannot be written as text.", Err: err}
			}
			values.Add(name, text)
		}
	}
	return values, nil
}

// preview shows a request with the secrets hidden.
func preview(r *outbound.Request, mask *actions.Mask) engine.Preview {
	body, cut := actions.Clip(mask.Text(string(r.Body)), actions.Keep)
	p := engine.Preview{
		Kind: "request", Method: r.Method, URL: mask.Text(r.URL.String()), Body: body, Truncated: cut,
		Headers: make([]engine.Header, 0, len(r.Header)),
	}
	for name, values := range r.Header {
		for _, v := range values {
			p.Headers = append(p.Headers, engine.Header{Name: name, Value: mask.Text(v)})
		}
	}
	sort.Slice(p.Headers, func(i, j int) bool { return p.Headers[i].Name < p.Headers[j].Name })
	return p
}
