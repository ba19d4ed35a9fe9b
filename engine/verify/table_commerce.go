package verify

import (
	"time"

	"patchbay/engine"
)

// commerce is where money and goods move.
func commerce() []Provider {
	return []Provider{
		{
			ID: "stripe", Title: "Stripe",
			Type: []Source{inJSON("type")}, Delivery: []Source{inJSON("id")}, RerunFailed: true,
			DocURL: "https://docs.stripe.com/webhooks#verify-manually",
			proofs: timed(stripeLike("Stripe-Signature", "v1", "t"), defaultTolerance),
		},
		{
			ID: "shopify", Title: "Shopify",
			Type:     []Source{header("X-Shopify-Topic")},
			Delivery: []Source{header("X-Shopify-Event-Id"), header("X-Shopify-Webhook-Id")},
			DocURL:   "https://shopify.dev/docs/apps/build/webhooks/subscribe/https",
			proofs:   signed(base64Body("X-Shopify-Hmac-Sha256", "")),
		},
		{
			ID: "square", Title: "Square", SignsURL: true,
			Type: []Source{inJSON("type")}, Delivery: []Source{inJSON("event_id")},
			DocURL: "https://developer.squareup.com/docs/webhooks/step3validate",
			proofs: signed(&engine.HMACShape{Header: "x-square-hmacsha256-signature", Algorithm: "sha256", Encoding: "base64", Message: "{url}{body}"}),
		},
		{
			ID: "adyen", Title: "Adyen",
			Type:   []Source{inJSON("type")},
			DocURL: "https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures/",
			proofs: signed(&engine.HMACShape{Header: "HmacSignature", Algorithm: "sha256", Encoding: "base64", Key: "hex"}),
		},
		{
			// Paddle's own libraries allow 5 seconds, which a clock that is slightly off exceeds.
			ID: "paddle", Title: "Paddle", Aliases: []string{"paddle-billing"},
			Type: []Source{inJSON("event_type")}, Delivery: []Source{inJSON("event_id")}, RerunFailed: true,
			DocURL: "https://developer.paddle.com/webhooks/signature-verification",
			proofs: timed(&engine.HMACShape{
				Header: "Paddle-Signature", Algorithm: "sha256", Encoding: "hex", Format: formatKV, Separator: ";",
				SigKeys: []string{"h1"}, Message: "{ts}:{body}", Timestamp: "kv:ts",
			}, defaultTolerance),
		},
		{
			ID: "lemon-squeezy", Title: "Lemon Squeezy", Aliases: []string{"lemonsqueezy"},
			Type:   []Source{header("X-Event-Name"), inJSON("meta.event_name")},
			DocURL: "https://docs.lemonsqueezy.com/help/webhooks/signing-requests",
			proofs: signed(hexBody("X-Signature", "")),
		},
		{
			ID: "chargify", Title: "Maxio Advanced Billing", Aliases: []string{"maxio"},
			Type: []Source{inForm("event"), inJSON("event")}, Delivery: []Source{header("X-Chargify-Webhook-Id")}, RerunFailed: true,
			DocURL: "https://docs.maxio.com/hc/en-us/articles/24266143173901",
			proofs: signed(hexBody("X-Chargify-Webhook-Signature-Hmac-Sha-256", "")),
		},
		{
			ID: "woocommerce", Title: "WooCommerce",
			Type: []Source{header("X-WC-Webhook-Topic")}, Delivery: []Source{header("X-WC-Webhook-Delivery-ID")},
			DocURL: "https://developer.woocommerce.com/docs/best-practices/urls-and-routing/webhooks/",
			proofs: signed(base64Body("X-WC-Webhook-Signature", "")),
		},
		{
			ID: "paystack", Title: "Paystack",
			Type:   []Source{inJSON("event")},
			DocURL: "https://paystack.com/docs/payments/webhooks/",
			proofs: signed(&engine.HMACShape{Header: "x-paystack-signature", Algorithm: "sha512", Encoding: "hex"}),
		},
		{
			ID: "razorpay", Title: "Razorpay",
			Type: []Source{inJSON("event")}, Delivery: []Source{header("x-razorpay-event-id")},
			DocURL: "https://razorpay.com/docs/webhooks/validate-test/",
			proofs: signed(hexBody("X-Razorpay-Signature", "")),
		},
		{
			ID: "coinbase-commerce", Title: "Coinbase Commerce",
			Type: []Source{inJSON("event.type")}, Delivery: []Source{inJSON("event.id")},
			DocURL: "https://docs.cdp.coinbase.com/commerce-onchain/docs/webhooks-security",
			proofs: signed(hexBody("X-CC-Webhook-Signature", "")),
		},
	}
}

// stripeLike is the signature header t=TIME,v1=HEX of Stripe and those who copied it.
func stripeLike(name, sigKey, timeKey string) *engine.HMACShape {
	return &engine.HMACShape{
		Header: name, Algorithm: "sha256", Encoding: "hex", Format: formatKV, Separator: ",",
		SigKeys: []string{sigKey}, Message: "{ts}.{body}", Timestamp: "kv:" + timeKey,
	}
}

// platforms are frameworks and services of all kinds.
func platforms() []Provider {
	return []Provider{
		{
			ID: "standard-webhooks", Title: "Standard Webhooks",
			Type: []Source{inJSON("type")}, Delivery: []Source{header("webhook-id")}, RerunFailed: true,
			DocURL: "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
			proofs: timed(standardWebhooks("webhook"), defaultTolerance),
		},
		{
			ID: "svix", Title: "Svix",
			Type: []Source{inJSON("type")}, Delivery: []Source{header("svix-id")}, RerunFailed: true,
			DocURL: "https://docs.svix.com/receiving/verifying-payloads/how-manual",
			proofs: timed(standardWebhooks("svix"), defaultTolerance),
		},
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
			ID: "google-calendar", Title: "Google Calendar", Aliases: []string{"google-drive", "google-channel"},
			Type:   []Source{header("X-Goog-Resource-State")},
			DocURL: "https://developers.google.com/workspace/calendar/api/guides/push",
			proofs: []evidence{{token: "X-Goog-Channel-Token"}},
		},
		{
			ID: "okta", Title: "Okta",
			Type: []Source{inJSON("data.events[0].eventType")}, Delivery: []Source{inJSON("eventId")},
			DocURL: "https://developer.okta.com/docs/concepts/event-hooks/",
			proofs: []evidence{{token: "Authorization"}},
		},
	}
}
