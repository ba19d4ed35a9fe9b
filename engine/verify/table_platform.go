package verify

import (
	"time"

	"patchbay/engine"
)

// frameworks are what many services build on.
func frameworks() []Provider {
	return []Provider{
		{
			ID: "standard-webhooks", Title: "Standard Webhooks",
			Type: []Source{inJSON("type")}, Delivery: []Source{header("webhook-id")}, RerunFailed: true,
			DocURL: "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
			proofs: standardProofs("webhook"),
		},
		{
			ID: "svix", Title: "Svix",
			Type: []Source{inJSON("type")}, Delivery: []Source{header("svix-id")}, RerunFailed: true,
			DocURL: "https://docs.svix.com/receiving/verifying-payloads/how-manual",
			proofs: standardProofs("svix"),
		},
		{
			ID: "webflow", Title: "Webflow",
			Type:   []Source{inJSON("triggerType")},
			DocURL: "https://developers.webflow.com/data/docs/working-with-webhooks",
			proofs: timed(&engine.HMACShape{
				Header: "x-webflow-signature", Algorithm: "sha256", Encoding: "hex", Message: "{ts}:{body}",
				Timestamp: "header:x-webflow-timestamp", Unit: "ms",
			}, defaultTolerance),
		},
		{
			ID: "elevenlabs", Title: "ElevenLabs",
			Type:   []Source{inJSON("type")},
			DocURL: "https://elevenlabs.io/docs/product-guides/administration/webhooks",
			proofs: timed(stripeLike("ElevenLabs-Signature", "v0", "t"), 30*time.Minute),
		},
		{
			ID: "okta", Title: "Okta",
			Type: []Source{inJSON("data.events[0].eventType")}, Delivery: []Source{inJSON("eventId")},
			DocURL: "https://developer.okta.com/docs/concepts/event-hooks/",
			proofs: []evidence{{header: "Authorization"}},
		},
	}
}

// content is where documents, files and calendars live.
func content() []Provider {
	return []Provider{
		{
			// Its retries carry the first attempt's time, so that it is not checked unless asked for.
			ID: "sanity", Title: "Sanity",
			Type: []Source{header("sanity-operation")}, Delivery: []Source{header("idempotency-key")},
			DocURL: "https://www.sanity.io/docs/content-lake/webhook-best-practices",
			proofs: signed(&engine.HMACShape{
				Header: "sanity-webhook-signature", Algorithm: "sha256", Encoding: "base64url", Format: formatKV, Separator: ",",
				SigKeys: []string{"v1"}, Message: "{ts}.{body}", Timestamp: "kv:t", Unit: "ms",
			}),
		},
		{
			ID: "box", Title: "Box",
			Type: []Source{inJSON("trigger")}, Delivery: []Source{header("BOX-DELIVERY-ID")},
			DocURL: "https://developer.box.com/guides/webhooks/v2/signatures-v2/",
			proofs: []evidence{{
				hmac: &engine.HMACShape{
					Header: "BOX-SIGNATURE-PRIMARY", Algorithm: "sha256", Encoding: "base64", Message: "{body}{ts}",
					Timestamp: "header:BOX-DELIVERY-TIMESTAMP", Unit: "rfc3339",
				},
				also: []string{"BOX-SIGNATURE-SECONDARY"}, tolerance: 10 * time.Minute,
			}},
		},
		{
			ID: "dropbox", Title: "Dropbox",
			DocURL: "https://www.dropbox.com/developers/reference/webhooks",
			proofs: signed(hexBody("X-Dropbox-Signature", "")),
		},
		{
			ID: "docusign", Title: "DocuSign",
			Type: []Source{inJSON("event")}, RerunFailed: true,
			DocURL: "https://developers.docusign.com/platform/webhooks/connect/hmac/",
			proofs: []evidence{{hmac: base64Body("X-DocuSign-Signature-1", ""), also: []string{
				"X-DocuSign-Signature-2", "X-DocuSign-Signature-3", "X-DocuSign-Signature-4", "X-DocuSign-Signature-5",
			}}},
		},
		{
			ID: "contentful", Title: "Contentful", SignsURL: true,
			Type: []Source{header("X-Contentful-Topic")}, Delivery: []Source{header("X-Contentful-Idempotency-Key")},
			DocURL: "https://www.contentful.com/developers/docs/webhooks/request-verification/",
			proofs: special(contentful),
		},
		{
			ID: "google-calendar", Title: "Google Calendar", Aliases: []string{"google-drive", "google-channel"},
			Type:   []Source{header("X-Goog-Resource-State")},
			DocURL: "https://developers.google.com/workspace/calendar/api/guides/push",
			proofs: []evidence{{header: "X-Goog-Channel-Token"}},
		},
	}
}
