package slack

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"patchbay/actions/outbound"
	"patchbay/engine"
)

const (
	// channelPages bounds how often Slack is asked, channelPage how much at once.
	channelPages = 10
	channelPage  = "200"

	publicChannels = "public_channel"
	allChannels    = "public_channel,private_channel"
)

// choices lists the channels of a workspace, for the field that takes one.
func (w *Workspace) choices(ctx context.Context, client *outbound.Client, field string) ([]engine.Choice, error) {
	if field != "channel" {
		return nil, engine.Invalid("field", "What %q can be is not to be had from Slack; type it.", field)
	}
	if !w.bot() {
		return nil, engine.Invalid("field", "This connection is a webhook address, which has its channel already.")
	}
	list, cause, err := w.channels(ctx, client, allChannels)
	if cause == "missing_scope" { // the app may see public channels only
		list, cause, err = w.channels(ctx, client, publicChannels)
	}
	if cause == "missing_scope" {
		return nil, engine.Permanent("The token may not list channels; give the app the permission channels:read and install it again, or type the channel.", nil)
	}
	return list, err
}

// channels lists channels of some types. cause is Slack's name of why it refuses.
func (w *Workspace) channels(ctx context.Context, client *outbound.Client, types string) (list []engine.Choice, cause string, err error) {
	list = []engine.Choice{}
	cursor := ""
	for range channelPages {
		answer, cause, err := w.channelPage(ctx, client, types, cursor)
		if err != nil {
			return nil, cause, err
		}
		found, _ := answer["channels"].([]any)
		for _, c := range found {
			channel, _ := c.(map[string]any)
			name, _ := channel["name"].(string)
			if id, _ := channel["id"].(string); id != "" && name != "" {
				list = append(list, engine.Choice{Value: id, Title: "#" + name})
			}
		}
		meta, _ := answer["response_metadata"].(map[string]any)
		if cursor, _ = meta["next_cursor"].(string); cursor == "" {
			break
		}
	}
	slices.SortFunc(list, func(a, b engine.Choice) int { return strings.Compare(a.Title, b.Title) })
	return list, "", nil
}

func (w *Workspace) channelPage(ctx context.Context, client *outbound.Client, types, cursor string) (answer map[string]any, cause string, err error) {
	r, err := w.request("conversations.list", nil)
	if err != nil {
		return nil, "", err
	}
	r.Method = http.MethodGet
	r.Header.Del("Content-Type")
	r.URL.RawQuery = url.Values{
		"types": {types}, "exclude_archived": {"true"}, "limit": {channelPage}, "cursor": {cursor},
	}.Encode()
	resp, err := client.Do(ctx, r)
	if err != nil {
		return nil, "", w.mask().Failure(err)
	}
	answer, f := readAnswer(client, resp)
	if f != nil {
		if output, ok := f.Output.(map[string]any); ok {
			cause, _ = output["error"].(string)
		}
		return nil, cause, w.mask().Failure(f)
	}
	return answer, "", nil
}
