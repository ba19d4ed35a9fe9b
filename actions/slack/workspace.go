package slack

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"patchbay/actions"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

const defaultAPI = "https://slack.com/api"

// Workspace is a connection of type slack: one of an incoming-webhook address and
// a bot token.
type Workspace struct {
	WebhookURL engine.Secret `json:"webhookUrl" title:"Webhook address" example:"https://hooks.slack.com/services/…" doc:"Of an incoming webhook; it fixes the channel."`
	BotToken   engine.Secret `json:"botToken" title:"Bot token" example:"xoxb-…" doc:"Of an app with the permission chat:write."`
	APIURL     string        `json:"apiUrl" title:"Address of the API" format:"uri" advanced:"true" doc:"Where it is not https://slack.com/api."`
}

// NewConnection makes the connection type slack.
func NewConnection(client *outbound.Client) *actions.Settings[Workspace] {
	return actions.DefineConnection(actions.ConnectionDefinition[Workspace]{
		Type: "slack", Title: "Slack",
		Summary: "A Slack channel by its webhook address, or a workspace by a bot token.",
		Check:   (*Workspace).check,
		Test: func(ctx context.Context, w *Workspace) (string, error) {
			return w.test(ctx, client)
		},
		Choices: func(ctx context.Context, w *Workspace, field string) ([]engine.Choice, error) {
			return w.choices(ctx, client, field)
		},
	})
}

func (w *Workspace) bot() bool { return w.BotToken != "" }

func (w *Workspace) check() error {
	hook, token := w.WebhookURL.Reveal(), w.BotToken.Reveal()
	switch {
	case (hook == "") == (token == ""):
		return engine.Invalid("", "Give either a webhook address or a bot token.")
	case strings.HasPrefix(hook, "xox"):
		return engine.Invalid("webhookUrl", "This is a token, not an address; put it into the field for the bot token.")
	case strings.HasPrefix(token, "http"):
		return engine.Invalid("botToken", "This is an address, not a token; put it into the field for the webhook address.")
	case strings.HasPrefix(token, "xapp-") || strings.HasPrefix(token, "xoxe."):
		return engine.Invalid("botToken", "This kind of token cannot post; copy the Bot User OAuth Token, which begins with xoxb-.")
	case hasControl(token) || strings.ContainsRune(token, ' '):
		return engine.Invalid("botToken", "The token holds a space or a line break.")
	}
	if hook != "" {
		if _, err := outbound.ParseURL(hook); err != nil {
			return engine.Invalid("webhookUrl", "This is not a webhook address; it looks like https://hooks.slack.com/services/….")
		}
	}
	if w.APIURL != "" {
		if _, err := outbound.ParseURL(w.APIURL); err != nil {
			return engine.Invalid("apiUrl", "This is not an address; write it like https://slack.com/api.")
		}
	}
	return nil
}

func (w *Workspace) mask() *actions.Mask {
	secrets := []engine.Secret{w.WebhookURL, w.BotToken}
	if u, err := url.Parse(w.WebhookURL.Reveal()); err == nil {
		// The end of the path is the secret proper; an answer may name it alone.
		secrets = append(secrets, engine.Secret(u.Path[strings.LastIndexByte(u.Path, '/')+1:]))
	}
	return actions.NewMask(secrets...)
}

// shownURL is the address of the call, as it may be shown.
func (w *Workspace) shownURL() string {
	if w.bot() {
		return w.method("chat.postMessage")
	}
	if u, err := url.Parse(w.WebhookURL.Reveal()); err == nil {
		return u.Scheme + "://" + u.Host + "/" + engine.Secret("").String()
	}
	return ""
}

func (w *Workspace) method(name string) string {
	api := w.APIURL
	if api == "" {
		api = defaultAPI
	}
	return strings.TrimSuffix(api, "/") + "/" + name
}

// request makes a request to the workspace; name is a method of the API.
func (w *Workspace) request(name string, body []byte) (*outbound.Request, error) {
	address := w.WebhookURL.Reveal()
	header := http.Header{"Content-Type": {"application/json; charset=utf-8"}, "User-Agent": {"Patchbay"}}
	if w.bot() {
		address = w.method(name)
		header.Set("Authorization", "Bearer "+w.BotToken.Reveal())
	}
	u, err := outbound.ParseURL(address)
	if err != nil {
		return nil, engine.Invalid("connection", "The address in the connection cannot be read; enter it again.")
	}
	return &outbound.Request{Method: http.MethodPost, URL: u, Header: header, Body: body}, nil
}

func (w *Workspace) test(ctx context.Context, client *outbound.Client) (string, error) {
	r, err := w.request("auth.test", []byte("{}"))
	if err != nil {
		return "", err
	}
	if !w.bot() {
		// A GET posts nothing; that the address answers is all that can be known without a message.
		r.Method, r.Body = http.MethodGet, nil
	}
	resp, err := client.Do(ctx, r)
	if err != nil {
		return "", w.mask().Failure(err)
	}
	if !w.bot() {
		return testedHook(resp)
	}
	answer, f := readAnswer(client, resp)
	if f != nil {
		return "", w.mask().Failure(f)
	}
	team, _ := answer["team"].(string)
	user, _ := answer["user"].(string)
	return "Slack accepts the token: it is " + user + " in " + team + ".", nil
}

func testedHook(resp *outbound.Response) (string, error) {
	if resp.Status >= http.StatusInternalServerError {
		return "", engine.Temporary(resp.Host+" answers, but is out of order; try again later.", nil)
	}
	if resp.Status == http.StatusNotFound || resp.Status == http.StatusGone {
		return "", engine.Permanent(resp.Host+" does not know this webhook address; make a new one in Slack.", nil)
	}
	return resp.Host + " can be reached. Nothing was posted: the first message shows whether the webhook is still on.", nil
}
