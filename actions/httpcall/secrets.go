package httpcall

import (
	"bytes"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"patchbay/actions/outbound"
	"patchbay/engine"
)

var (
	secretRef  = regexp.MustCompile(`\$\{secret:([A-Za-z0-9_.-]*)\}`)
	secretName = regexp.MustCompile(`^[A-Za-z0-9_]{1,64}$`)
)

// mentionsSecret reports whether a configuration as it was written refers to a secret.
func mentionsSecret(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, "${secret:") && secretRef.MatchString(v)
	case map[string]any:
		for _, e := range v {
			if mentionsSecret(e) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, mentionsSecret)
	}
	return false
}

// mayCall refuses requests that would carry credentials to a host they are not for.
func (a *Account) mayCall(u *url.URL, call engine.Call) error {
	if len(a.Hosts) > 0 {
		if a.lists(u) {
			return nil
		}
		return engine.Invalid("url", "The connection may not be used for %q; add this host to its hosts, or use another connection.", u.Host)
	}
	if a.auth() == "none" {
		return nil
	}
	if written, ok := call.Template["url"].(string); !ok || !literalHost(written) {
		return engine.Invalid("url", "The host of the address comes out of data, so it could be anybody's; name the hosts that may get the credentials in the connection.")
	}
	return nil
}

// lists reports whether the account's hosts hold that of u.
func (a *Account) lists(u *url.URL) bool {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	for _, h := range a.Hosts {
		h = strings.ToLower(h)
		if below, ok := strings.CutPrefix(h, "*"); ok && strings.HasSuffix(host, below) {
			return true
		}
		if h == host || h == host+":"+u.Port() || strings.EqualFold(h, u.Host) {
			return true
		}
	}
	return false
}

// literalHost reports whether the host of an address was written by the author.
func literalHost(written string) bool {
	begin, _, templated := strings.Cut(written, "{{")
	if !templated {
		return true
	}
	_, rest, ok := strings.Cut(begin, "://")
	return ok && strings.ContainsAny(rest, "/?#")
}

// request makes the request as it is sent: secrets in their places, credentials added.
func (a *Account) request(c *Config, call engine.Call, shown *outbound.Request) (*outbound.Request, error) {
	sent := *shown
	sent.Header = shown.Header.Clone()
	if len(a.Secrets) > 0 || mentionsSecret(call.Template) {
		filled, err := a.fill(c, call)
		if err != nil {
			return nil, err
		}
		r, err := build(filled, call)
		if err != nil {
			return nil, err
		}
		if outbound.Destination(r.URL) != outbound.Destination(shown.URL) {
			return nil, engine.Invalid("url", "A secret cannot be part of the host.")
		}
		sent = *r
		sent.PrivateBody = !bytes.Equal(r.Body, shown.Body)
		for name, values := range r.Header {
			if !slices.Equal(values, shown.Header[name]) {
				sent.Private = append(sent.Private, name)
			}
		}
	}
	a.apply(&sent)
	return &sent, nil
}

// fill returns the configuration with the secrets put in.
func (a *Account) fill(c *Config, call engine.Call) (*Config, error) {
	f := &filler{account: a, known: call.Template != nil}
	filled := *c
	t := call.Template
	filled.URL = f.url(c.URL, t["url"])
	filled.Text = f.text("text", c.Text, t["text"])
	filled.Body = f.text("body", c.Body, t["body"])
	filled.JSON = f.value("json", c.JSON, t["json"])
	filled.Form = f.object("form", c.Form, t["form"])
	filled.Query = f.object("query", c.Query, t["query"])
	written, _ := t["headers"].(map[string]any)
	filled.Headers = make(map[string]string, len(c.Headers))
	for name, v := range c.Headers {
		filled.Headers[name] = f.text("headers."+name, v, written[name])
	}
	return &filled, f.err
}

// filler puts secrets in the places where the author wrote a reference. It walks
// the rendered configuration along the one that was written: a reference that the
// written text does not hold came out of a payload and stays as it is.
type filler struct {
	account *Account
	known   bool // the written configuration is there
	err     error
}

func (f *filler) fail(field, format string, args ...any) {
	if f.err == nil {
		f.err = engine.Invalid(field, format, args...)
	}
}

func (f *filler) text(field, s string, written any) string {
	return f.replace(field, s, written, func(secret, _ string) string { return secret })
}

func (f *filler) url(s string, written any) string {
	return f.replace("url", s, written, func(secret, before string) string {
		if strings.Contains(before, "?") {
			return url.QueryEscape(secret)
		}
		return url.PathEscape(secret)
	})
}

func (f *filler) replace(field, s string, written any, form func(secret, before string) string) string {
	found := secretRef.FindAllStringSubmatchIndex(s, -1)
	if len(found) == 0 {
		return s
	}
	if !f.known {
		f.fail(field, "The secret cannot be put in, because it is not known who wrote this text.")
		return s
	}
	source, _ := written.(string)
	refs := secretRef.FindAllString(source, -1)
	if len(refs) == 0 {
		return s
	}
	if !slices.Equal(refs, secretRef.FindAllString(s, -1)) {
		f.fail(field, "The data put into this field holds the text ${secret:…} itself, so the field is not sent.")
		return s
	}
	var b strings.Builder
	end := 0
	for _, m := range found {
		secret, ok := f.account.Secrets[s[m[2]:m[3]]]
		if !ok {
			f.unknown(field, s[m[2]:m[3]])
			return s
		}
		b.WriteString(s[end:m[0]])
		b.WriteString(form(secret.Reveal(), s[:m[0]]))
		end = m[1]
	}
	b.WriteString(s[end:])
	return b.String()
}

func (f *filler) unknown(field, name string) {
	known := slices.Sorted(maps.Keys(f.account.Secrets))
	if near := engine.Nearest(name, known); near != "" {
		f.fail(field, "The connection has no secret %q; did you mean %q?", name, near)
		return
	}
	f.fail(field, "The connection has no secret %q; add it there, or choose the connection that has it.", name)
}

func (f *filler) value(field string, v, written any) any {
	switch v := v.(type) {
	case string:
		return f.text(field, v, written)
	case map[string]any:
		return f.object(field, v, written)
	case []any:
		source, _ := written.([]any)
		list := make([]any, len(v))
		for i, e := range v {
			var w any
			if i < len(source) {
				w = source[i]
			}
			list[i] = f.value(field, e, w)
		}
		return list
	}
	return v
}

func (f *filler) object(field string, m map[string]any, written any) map[string]any {
	if m == nil {
		return nil
	}
	source, _ := written.(map[string]any)
	object := make(map[string]any, len(m))
	for k, e := range m {
		object[k] = f.value(field+"."+k, e, source[k])
	}
	return object
}
