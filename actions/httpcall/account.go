package httpcall

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"patchbay/actions"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

// Account is a connection of type http: credentials that are added to requests,
// and named secrets for ${secret:NAME}.
type Account struct {
	Auth     string                   `json:"auth" title:"How it proves who it is" enum:"none,basic,bearer,header,query" doc:"Told from the other fields when left out."`
	Username string                   `json:"username" title:"User name" when:"auth=basic"`
	Password engine.Secret            `json:"password" title:"Password" when:"auth=basic"`
	Token    engine.Secret            `json:"token" title:"Token" when:"auth=bearer"`
	Name     string                   `json:"name" title:"Name" when:"auth=header|query" example:"X-Api-Key" doc:"Of the header or the query parameter."`
	Value    engine.Secret            `json:"value" title:"Value" when:"auth=header|query"`
	Secrets  map[string]engine.Secret `json:"secrets" title:"Secrets" advanced:"true" doc:"Steps use them as ${secret:NAME}."`
	Hosts    actions.List             `json:"hosts" title:"Hosts" example:"api.example.com" doc:"The only hosts that get these credentials; needed where there are named secrets. *.example.com stands for all below it."`
	TestURL  string                   `json:"testUrl" title:"Address for a test" format:"uri" advanced:"true" doc:"Read with these credentials when the connection is tested."`
}

// NewConnection makes the connection type http.
func NewConnection(client *outbound.Client) *actions.Settings[Account] {
	return actions.DefineConnection(actions.ConnectionDefinition[Account]{
		Type: "http", Title: "Web service",
		Summary: "Credentials for a web service: user name and password, a token, or a key in a header or in the address.",
		Check:   (*Account).check,
		Test: func(ctx context.Context, a *Account) (string, error) {
			return a.test(ctx, client)
		},
	})
}

func (a *Account) check() error {
	var faults []error
	missing := func(field string, absent bool) {
		if absent {
			faults = append(faults, engine.Invalid(field, "This field is empty; %s needs it.", a.auth()))
		}
	}
	switch a.auth() {
	case "basic":
		missing("username", a.Username == "")
	case "bearer":
		missing("token", a.Token == "")
	case "header":
		missing("name", a.Name == "")
		missing("value", a.Value == "")
		if err := checkHeader(a.Name, a.Value.Reveal()); a.Name != "" && err != nil {
			faults = append(faults, at("name", err))
		}
	case "query":
		missing("name", a.Name == "")
		missing("value", a.Value == "")
	case "none":
		if a.Username != "" || a.Password != "" || a.Token != "" || a.Value != "" {
			faults = append(faults, engine.Invalid("auth", "Credentials are given, but auth is none; choose basic, bearer, header or query."))
		}
	}
	if hasControl(a.Token.Reveal()) || hasControl(a.Username) || strings.Contains(a.Username, ":") {
		faults = append(faults, engine.Invalid("auth", "A user name or token holds a line break, a control character or, in a user name, a colon."))
	}
	return errors.Join(errors.Join(faults...), a.checkSecrets(), a.checkHosts(), a.checkTestURL())
}

func (a *Account) checkSecrets() error {
	for name, value := range a.Secrets {
		if !secretName.MatchString(name) {
			return engine.Invalid("secrets."+name, "%q cannot be the name of a secret; use letters, digits and _.", name)
		}
		if len(value) < 4 {
			return engine.Invalid("secrets."+name, "This secret is too short to be one; it needs at least four characters.")
		}
	}
	if len(a.Secrets) > 0 && len(a.Hosts) == 0 {
		return engine.Invalid("hosts", "Name the hosts that may get the secrets, such as api.example.com.")
	}
	return nil
}

func (a *Account) checkHosts() error {
	for _, h := range a.Hosts {
		if h == "" || strings.ContainsAny(strings.TrimPrefix(h, "*."), "*/?#@ \t") {
			return engine.Invalid("hosts", "%q is not a host; write it like api.example.com or *.example.com, without https://.", h)
		}
	}
	return nil
}

func (a *Account) checkTestURL() error {
	if a.TestURL == "" {
		return nil
	}
	u, err := outbound.ParseURL(a.TestURL)
	if err != nil {
		return at("testUrl", err)
	}
	if len(a.Hosts) > 0 && !a.lists(u) {
		return engine.Invalid("testUrl", "This address is not on one of the hosts of the connection.")
	}
	return nil
}

// auth returns how the account proves itself, told from its fields when not said.
func (a *Account) auth() string {
	switch {
	case a.Auth != "":
		return a.Auth
	case a.Token != "":
		return "bearer"
	case a.Username != "":
		return "basic"
	case a.Value != "":
		return "header"
	}
	return "none"
}

// apply adds the credentials to a request.
func (a *Account) apply(r *outbound.Request) {
	switch a.auth() {
	case "basic":
		pair := base64.StdEncoding.EncodeToString([]byte(a.Username + ":" + a.Password.Reveal()))
		r.Header.Set("Authorization", "Basic "+pair)
	case "bearer":
		r.Header.Set("Authorization", "Bearer "+a.Token.Reveal())
	case "header":
		r.Header.Set(a.Name, a.Value.Reveal())
		r.Private = append(r.Private, http.CanonicalHeaderKey(a.Name))
	case "query":
		addQuery(r, a.Name, url.QueryEscape(a.Value.Reveal()))
	}
}

// show returns a copy of a request in which the place of the credentials is seen, not they themselves.
func (a *Account) show(r *outbound.Request) *outbound.Request {
	shown := *r
	shown.Header = r.Header.Clone()
	u := *r.URL
	shown.URL = &u
	hidden := engine.Secret("").String()
	switch a.auth() {
	case "basic":
		shown.Header.Set("Authorization", "Basic "+hidden)
	case "bearer":
		shown.Header.Set("Authorization", "Bearer "+hidden)
	case "header":
		shown.Header.Set(a.Name, hidden)
	case "query":
		addQuery(&shown, a.Name, hidden)
	}
	return &shown
}

func addQuery(r *outbound.Request, name, escaped string) {
	u := *r.URL
	u.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+url.QueryEscape(name)+"="+escaped, "&")
	r.URL = &u
}

func (a *Account) mask() *actions.Mask {
	all := []engine.Secret{a.Password, a.Token, a.Value}
	if a.auth() == "basic" {
		all = append(all, engine.Secret(a.Username+":"+a.Password.Reveal()))
	}
	for _, s := range a.Secrets {
		all = append(all, s)
	}
	return actions.NewMask(all...)
}

func (a *Account) test(ctx context.Context, client *outbound.Client) (string, error) {
	if a.TestURL == "" {
		return "The settings are complete. Nothing was sent: give an address for a test to try them.", nil
	}
	r, err := build(&Config{Method: http.MethodGet, URL: a.TestURL}, engine.Call{})
	if err != nil {
		return "", err
	}
	a.apply(r)
	resp, err := client.Do(ctx, r)
	if err != nil {
		return "", a.mask().Failure(err)
	}
	if !(statuses{}).contain(resp.Status) {
		return "", refusal(http.MethodGet, resp)
	}
	return resp.Host + " accepts these credentials: it answered " + statusText(resp.Status) + ".", nil
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}
