package verify

import "patchbay/engine"

// payments are where money moves.
func payments() []Provider {
	return []Provider{
		{
			ID: "stripe", Title: "Stripe",
			Type: []Source{inJSON("type")}, Delivery: []Source{inJSON("id")}, RerunFailed: true,
			DocURL: "https://docs.stripe.com/webhooks#verify-manually",
			proofs: timed(stripeLike("Stripe-Signature", "v1", "t"), defaultTolerance),
		},
		{
			// Its standard notifications carry their signatures in their items.
			ID: "adyen", Title: "Adyen",
			Type:   []Source{inJSON("type"), inJSON("notificationItems[0].NotificationRequestItem.eventCode")},
			DocURL: "https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures/",
			proofs: []evidence{
				{hmac: &engine.HMACShape{Header: "HmacSignature", Algorithm: "sha256", Encoding: "base64", Key: "hex"}},
				{name: "adyen-items", special: adyen},
			},
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
			ID: "chargify", Title: "Maxio Advanced Billing", Aliases: []string{"maxio"},
			Type: []Source{inForm("event"), inJSON("event")}, Delivery: []Source{header("X-Chargify-Webhook-Id")}, RerunFailed: true,
			DocURL: "https://docs.maxio.com/hc/en-us/articles/24266143173901",
			proofs: signed(hexBody("X-Chargify-Webhook-Signature-Hmac-Sha-256", "")),
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

// accounts are where subscriptions are billed and money is kept.
func accounts() []Provider {
	return []Provider{
		{
			ID: "paddle-classic", Title: "Paddle Classic",
			Type: []Source{inForm("alert_name")}, Delivery: []Source{inForm("alert_id")}, RerunFailed: true,
			DocURL: "https://developer.paddle.com/classic/reference/verifying-webhooks",
			proofs: special(paddleOld),
		},
		{
			ID: "paypal", Title: "PayPal",
			Type: []Source{inJSON("event_type")}, Delivery: []Source{inJSON("id")}, RerunFailed: true,
			DocURL: "https://developer.paypal.com/api/rest/webhooks/rest/",
			proofs: special(paypal),
		},
		{
			ID: "braintree", Title: "Braintree",
			PayloadField: "bt_payload", PayloadEncoding: "base64+xml",
			DocURL: "https://developer.paypal.com/braintree/docs/guides/webhooks/parse",
			proofs: special(braintree),
		},
		{
			// Its older notifications are XML whose root names them, and are not signed.
			ID: "recurly", Title: "Recurly",
			Type:   []Source{inJSON("event_type")},
			DocURL: "https://docs.recurly.com/recurly-engagement/docs/webhooks", operator: true,
		},
	}
}

// shops are where goods are sold.
func shops() []Provider {
	return []Provider{
		{
			// Shopify's page on verifying deliveries names X-Shopify-Webhook-Id for telling repeats.
			ID: "shopify", Title: "Shopify",
			// Its Events, which come beside webhooks, have headers of the same names without the X.
			Type:     []Source{header("X-Shopify-Topic"), header("Shopify-Topic")},
			Delivery: []Source{header("X-Shopify-Webhook-Id"), header("Shopify-Webhook-Id"), header("X-Shopify-Event-Id")},
			DocURL:   "https://shopify.dev/docs/apps/build/webhooks/subscribe/https",
			proofs:   []evidence{{hmac: base64Body("X-Shopify-Hmac-Sha256", ""), also: []string{"Shopify-Hmac-Sha256"}}},
		},
		{
			ID: "square", Title: "Square", SignsURL: true,
			Type: []Source{inJSON("type")}, Delivery: []Source{inJSON("event_id")},
			DocURL: "https://developer.squareup.com/docs/webhooks/step3validate",
			proofs: signed(&engine.HMACShape{Header: "x-square-hmacsha256-signature", Algorithm: "sha256", Encoding: "base64", Message: "{url}{body}"}),
		},
		{
			ID: "lemon-squeezy", Title: "Lemon Squeezy", Aliases: []string{"lemonsqueezy"},
			Type:   []Source{header("X-Event-Name"), inJSON("meta.event_name")},
			DocURL: "https://docs.lemonsqueezy.com/help/webhooks/signing-requests",
			proofs: signed(hexBody("X-Signature", "")),
		},
		{
			ID: "woocommerce", Title: "WooCommerce",
			Type: []Source{header("X-WC-Webhook-Topic")}, Delivery: []Source{header("X-WC-Webhook-Delivery-ID")},
			DocURL: "https://developer.woocommerce.com/docs/best-practices/urls-and-routing/webhooks/",
			proofs: signed(base64Body("X-WC-Webhook-Signature", "")),
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
