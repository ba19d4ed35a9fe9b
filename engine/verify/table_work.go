package verify

import (
	"time"

	"patchbay/engine"
)

// work is where tasks, tickets, forms and appointments live.
func work() []Provider {
	return []Provider{
		{
			ID: "jira", Title: "Jira",
			Type: []Source{inJSON("webhookEvent")}, Delivery: []Source{header("X-Atlassian-Webhook-Identifier")},
			DocURL: "https://developer.atlassian.com/cloud/jira/platform/webhooks/",
			proofs: signed(hexBody("X-Hub-Signature", "sha256=")),
		},
		{
			// The copy of the time in a header is not signed; the one in the body is.
			ID: "linear", Title: "Linear",
			Type: []Source{header("Linear-Event"), inJSON("type")}, Delivery: []Source{header("Linear-Delivery")},
			DocURL: "https://linear.app/developers/webhooks",
			proofs: timed(&engine.HMACShape{
				Header: "Linear-Signature", Algorithm: "sha256", Encoding: "hex", Timestamp: "json:webhookTimestamp", Unit: "ms",
			}, time.Minute),
		},
		{
			ID: "notion", Title: "Notion",
			Type: []Source{inJSON("type")}, Delivery: []Source{inJSON("id")},
			DocURL: "https://developers.notion.com/reference/webhooks",
			proofs: signed(hexBody("X-Notion-Signature", "sha256=")),
		},
		{
			ID: "asana", Title: "Asana",
			Type:   []Source{inJSON("events[0].action")},
			DocURL: "https://developers.asana.com/docs/webhooks-guide",
			proofs: signed(hexBody("X-Hook-Signature", "")),
		},
		{
			ID: "trello", Title: "Trello", SignsURL: true,
			Type: []Source{inJSON("action.type")}, Delivery: []Source{inJSON("action.id")},
			DocURL: "https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/",
			proofs: signed(&engine.HMACShape{Header: "X-Trello-Webhook", Algorithm: "sha1", Encoding: "base64", Message: "{body}{url}"}),
		},
		{
			ID: "hubspot", Title: "HubSpot", SignsURL: true,
			Type:   []Source{inJSON("[0].subscriptionType")},
			Item:   []string{"eventId", "subscriptionId", "occurredAt"},
			DocURL: "https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation",
			proofs: []evidence{
				{hmac: hubspotSigned(), tolerance: defaultTolerance},
				{name: "hubspot-hash", special: hubspotOld},
			},
		},
		{
			ID: "zendesk", Title: "Zendesk",
			Type: []Source{inJSON("type")}, Delivery: []Source{header("X-Zendesk-Webhook-Invocation-Id")},
			DocURL: "https://developer.zendesk.com/documentation/webhooks/verifying/",
			proofs: timed(&engine.HMACShape{
				Header: "X-Zendesk-Webhook-Signature", Algorithm: "sha256", Encoding: "base64", Message: "{ts}{body}",
				Timestamp: "header:X-Zendesk-Webhook-Signature-Timestamp", Unit: "rfc3339",
			}, defaultTolerance),
		},
		{
			ID: "pagerduty", Title: "PagerDuty",
			Type: []Source{inJSON("event.event_type")}, Delivery: []Source{inJSON("event.id")},
			DocURL: "https://developer.pagerduty.com/docs/verifying-webhook-signatures",
			proofs: signed(&engine.HMACShape{Header: "X-PagerDuty-Signature", Algorithm: "sha256", Encoding: "hex", Format: formatList, Separator: ",", ItemPrefix: "v1="}),
		},
		{
			ID: "typeform", Title: "Typeform",
			Type: []Source{inJSON("event_type")}, Delivery: []Source{inJSON("event_id")}, RerunFailed: true,
			DocURL: "https://www.typeform.com/developers/webhooks/secure-your-webhooks/",
			proofs: signed(base64Body("Typeform-Signature", "sha256=")),
		},
		{
			ID: "calendly", Title: "Calendly",
			Type:   []Source{inJSON("event")},
			DocURL: "https://developer.calendly.com/api-docs/4c305798a61d3-webhook-signatures",
			proofs: timed(stripeLike("Calendly-Webhook-Signature", "v1", "t"), 3*time.Minute),
		},
	}
}
