package verify

import (
	"net/http"
	"time"

	"patchbay/engine"
)

// chats are where people talk.
func chats() []Provider {
	return []Provider{
		{
			ID: "slack", Title: "Slack",
			Type:     []Source{inJSON("event.type"), inForm("command"), inForm("payload.type"), inJSON("type")},
			Delivery: []Source{inJSON("event_id"), inForm("trigger_id")},
			Status:   http.StatusOK, PayloadField: "payload",
			DocURL: "https://docs.slack.dev/authentication/verifying-requests-from-slack",
			proofs: timed(&engine.HMACShape{
				Header: "X-Slack-Signature", Algorithm: "sha256", Encoding: "hex", Prefix: "v0=",
				Message: "v0:{ts}:{body}", Timestamp: "header:X-Slack-Request-Timestamp",
			}, defaultTolerance),
		},
		{
			ID: "microsoft-teams", Title: "Microsoft Teams", Aliases: []string{"ms-teams"},
			Type: []Source{inJSON("type")}, Delivery: []Source{inJSON("id")},
			DocURL: "https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook",
			proofs: signed(&engine.HMACShape{Header: "Authorization", Algorithm: "sha256", Encoding: "base64", Prefix: "HMAC ", Key: "base64"}),
		},
		{
			// One address may get both its interactions and its webhook events.
			ID: "discord", Title: "Discord",
			Type: []Source{inJSON("event.type"), inJSON("data.name"), inJSON("data.custom_id"), inJSON("type")}, Delivery: []Source{inJSON("id")},
			DocURL: "https://docs.discord.com/developers/events/webhook-events",
			proofs: special(discord),
		},
		{
			ID: "telegram", Title: "Telegram",
			Delivery: []Source{inJSON("update_id")},
			DocURL:   "https://core.telegram.org/bots/api#setwebhook",
			proofs:   []evidence{{header: "X-Telegram-Bot-Api-Secret-Token"}},
		},
		{
			ID: "line", Title: "LINE",
			Type: []Source{inJSON("events[0].type")}, Delivery: []Source{inJSON("events[0].webhookEventId")}, RerunFailed: true,
			DocURL: "https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/",
			proofs: signed(base64Body("x-line-signature", "")),
		},
		{
			ID: "intercom", Title: "Intercom",
			Type: []Source{inJSON("topic")}, Delivery: []Source{inJSON("id")},
			DocURL: "https://developers.intercom.com/docs/webhooks/webhook-notifications",
			proofs: signed(&engine.HMACShape{Header: "X-Hub-Signature", Algorithm: "sha1", Encoding: "hex", Prefix: "sha1="}),
		},
		{
			ID: "zoom", Title: "Zoom",
			Type: []Source{inJSON("event")}, Delivery: []Source{header("x-zm-trackingid")},
			DocURL: "https://developers.zoom.us/docs/api/webhooks/",
			proofs: timed(&engine.HMACShape{
				Header: "x-zm-signature", Algorithm: "sha256", Encoding: "hex", Prefix: "v0=",
				Message: "v0:{ts}:{body}", Timestamp: "header:x-zm-request-timestamp",
			}, defaultTolerance),
		},
	}
}

// networks are where people publish.
func networks() []Provider {
	return []Provider{
		{
			ID: "meta", Title: "Meta", Aliases: []string{"facebook", "messenger", "instagram", "whatsapp"},
			Type:   []Source{inJSON("entry[0].changes[0].field"), inJSON("object")},
			DocURL: "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
			proofs: signed(hexBody("X-Hub-Signature-256", "sha256=")),
		},
		{
			ID: "x", Title: "X", Aliases: []string{"twitter"},
			DocURL: "https://docs.x.com/x-api/webhooks/quickstart",
			proofs: signed(base64Body("x-twitter-webhooks-signature", "sha256=")),
		},
		{
			// The prefix of its header stands before the signed body as well.
			ID: "linkedin", Title: "LinkedIn",
			Type:   []Source{inJSON("type")},
			DocURL: "https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation",
			proofs: signed(&engine.HMACShape{Header: "X-LI-Signature", Algorithm: "sha256", Encoding: "hex", Prefix: "hmacsha256=", Message: "hmacsha256={body}"}),
		},
		{
			ID: "twitch", Title: "Twitch",
			Type: []Source{header("Twitch-Eventsub-Subscription-Type")}, Delivery: []Source{header("Twitch-Eventsub-Message-Id")},
			DocURL: "https://dev.twitch.tv/docs/eventsub/handling-webhook-events/",
			proofs: timed(&engine.HMACShape{
				Header: "Twitch-Eventsub-Message-Signature", Algorithm: "sha256", Encoding: "hex", Prefix: "sha256=",
				Message: "{h:Twitch-Eventsub-Message-Id}{ts}{body}", Timestamp: "header:Twitch-Eventsub-Message-Timestamp", Unit: "rfc3339",
			}, 10*time.Minute),
		},
	}
}
