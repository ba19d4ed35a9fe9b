// Package slack is the action slack: it posts messages, through an incoming-webhook
// address, which fixes the channel, or with a bot token. Values put into text are
// escaped, so that nobody outside can mention everybody.
package slack

import (
	"context"
	"time"

	"patchbay/actions"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

const maxText = 40000 // Slack cuts longer texts

// Config is the with of a slack step.
type Config struct {
	Channel  string `json:"channel" title:"Channel" format:"slack-channel" example:"#ops" doc:"Name or id. Left out where the connection is an incoming address, which has its channel."`
	Text     string `json:"text" title:"Text" format:"multiline" escape:"slack" doc:"*bold*, _italic_ and code in backticks show as in Slack."`
	Blocks   []any  `json:"blocks" title:"Layout (Slack blocks)" format:"json" advanced:"true" doc:"As Slack's Block Kit Builder gives it."`
	ThreadTS string `json:"threadTs" title:"Answer to a message" advanced:"true" doc:"The ts of the message under which it appears, such as that of an earlier step."`
}

type sender struct {
	client     *outbound.Client
	workspaces *actions.Settings[Workspace]
}

// New makes the action slack; workspaces is what [NewConnection] made.
func New(client *outbound.Client, workspaces *actions.Settings[Workspace]) engine.Action {
	s := &sender{client: client, workspaces: workspaces}
	return actions.Define(actions.Definition[Config, *message]{
		Spec: engine.ActionSpec{
			Type: "slack", Title: "Send a Slack message", Phrase: "send a Slack message[ to {channel}]",
			Summary:        "Posts a message to a channel.",
			Connections:    []string{workspaces.Type().Type},
			NeedConnection: true,
			Retry:          engine.Retry{Attempts: 8, Over: engine.Duration(24 * time.Hour)},
			Timeout:        engine.Duration(30 * time.Second),
			OnUnknown:      "retry",
			Example:        map[string]any{"ts": "1760000000.000100", "channel": "C0123456789"},
		},
		Check: check, Plan: s.plan, Do: s.do,
	})
}

func check(_ *Config, given map[string]any) error {
	if given["text"] == nil && given["blocks"] == nil {
		return engine.Invalid("text", "The message is empty; write a text.")
	}
	return nil
}

// message is a planned message.
type message struct {
	workspace *Workspace
	channel   string
	body      map[string]any
	hops      int
}

func (s *sender) plan(_ context.Context, call engine.Call, c *Config) (engine.Plan, error) {
	w, err := s.workspaces.Read(call.Connection)
	if err != nil {
		return engine.Plan{}, err
	}
	if err := c.checkRendered(w); err != nil {
		return engine.Plan{}, err
	}
	body := map[string]any{}
	if c.Text != "" {
		body["text"] = c.Text
	}
	if len(c.Blocks) > 0 {
		body["blocks"] = quietMentions(c.Blocks, call.Template["blocks"])
	}
	if c.ThreadTS != "" {
		body["thread_ts"] = c.ThreadTS
	}
	channel := call.Connection.Name
	if w.bot() {
		channel = c.Channel
		body["channel"] = c.Channel
	}
	text, err := actions.EncodeJSON(body)
	if err != nil {
		return engine.Plan{}, &engine.Error{Kind: engine.KindInvalid, Field: "blocks", Message: "The blocks cannot be written as JSON.", Err: err}
	}
	mask := w.mask()
	shown, cut := actions.Clip(mask.Text(string(text)), actions.Keep)
	words, cutText := actions.Clip(mask.Text(c.Text), actions.Keep)
	return engine.Plan{
		Destination: destination(call.Connection.Name, channel),
		PerSecond:   1,
		Bytes:       2*len(text) + actions.Keep,
		Detail:      &message{workspace: w, channel: channel, body: body, hops: call.Hops},
		Preview: engine.Preview{
			Kind: "message", Method: "POST", URL: mask.Text(w.shownURL()), To: []string{channel},
			Text: words, Body: shown, Truncated: cut || cutText,
		},
	}, nil
}

func (c *Config) checkRendered(w *Workspace) error {
	switch {
	case w.bot() && c.Channel == "":
		return engine.Invalid("channel", "This field is empty; name the channel, such as #ops.")
	case !w.bot() && c.Channel != "":
		return engine.Invalid("channel", "A webhook address has its channel; leave this field out, or use a connection with a bot token.")
	case c.Text == "" && len(c.Blocks) == 0:
		return engine.Invalid("text", "The message is empty; write a text.")
	case len(c.Text) > maxText:
		return engine.Invalid("text", "The text is longer than Slack takes (40,000 bytes); shorten it with truncate().")
	case len(c.Blocks) > 50:
		return engine.Invalid("blocks", "Slack takes at most 50 blocks.")
	case hasControl(c.Channel):
		return engine.Invalid("channel", "The name of the channel holds a line break or another control character.")
	}
	return nil
}

// destination is one channel of one workspace: its pace and its failures are its own.
func destination(connection, channel string) string {
	if channel == connection {
		return "slack:" + connection
	}
	if channel != "" && channel[0] != '#' {
		channel = "#" + channel
	}
	return "slack:" + connection + channel
}
