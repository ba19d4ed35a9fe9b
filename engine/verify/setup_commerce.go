package verify

import "time"

func paymentAdvice() map[string]advice {
	return map[string]advice{
		"stripe": {
			steps: []string{
				"In the Stripe Dashboard, open Developers › Webhooks (Workbench) and choose Add destination.",
				"Choose the events that you want, for example checkout.session.completed, and Webhook endpoint as the kind.",
				"Paste {{address}} as the Endpoint URL and create the destination.",
				"Choose Reveal under Signing secret (it begins with whsec_) and paste it into the sender check of this inbox.",
			},
			retry: Retry{Text: "Live, Stripe tries again for up to 3 days with growing pauses; in a sandbox three times within hours. It writes a mail about an address that keeps failing, and may turn it off.", Confirmed: true},
		},
		"paypal": {
			steps: []string{
				"In the PayPal Developer Dashboard, open Apps & Credentials, choose your app, and choose Add Webhook.",
				"Paste {{address}} as the Webhook URL, tick the events that you want, and save. " + httpsOnly,
				"Copy the Webhook ID that the list shows, and paste it as the secret into the sender check of this inbox.",
			},
			retry: Retry{Text: "PayPal tries up to 25 times over 3 days. A delivery can be sent again by hand under Webhooks events."},
		},
		"adyen": {
			steps: []string{
				"In the Customer Area, open Developers › Webhooks, choose + Webhook, and add a Standard webhook.",
				"Paste {{address}} as the URL, choose JSON and HTTP POST.",
				"Under HMAC Key choose Generate, copy the key and paste it into the sender check of this inbox. Save.",
				"Choose Test configuration to send a first one. A new key can take some minutes to be in use.",
			},
			retry:  Retry{Text: "Adyen tries three times within half a minute, then puts what comes later in a queue too, and tries again with growing pauses for up to 30 days."},
			within: 10 * time.Second,
		},
		"paddle": {
			steps: []string{
				"In Paddle, open Developer tools › Notifications and choose New destination.",
				"Choose Webhook, paste {{address}} as the URL, and tick the events that you want.",
				"Save, then choose Edit destination and copy the secret key (it begins with pdl_ntfset_) into the sender check of this inbox.",
			},
			retry:  Retry{Text: "Live, Paddle tries up to 60 times within 3 days; in the sandbox 3 times within 15 minutes."},
			within: 5 * time.Second,
		},
		"paddle-classic": {
			steps: []string{
				"In Paddle Classic, open Developer Tools › Alerts / Webhooks.",
				"Paste {{address}} as the URL for receiving webhooks, and tick the alerts that you want.",
				"Open the tab Public Key, copy the key as a whole, and paste it into the sender check of this inbox.",
			},
			retry: Retry{Text: "Paddle tries again for up to 3 days."},
		},
	}
}

func billingAdvice() map[string]advice {
	return map[string]advice{
		"braintree": {
			steps: []string{
				"In the Control Panel, open the gear › API, then the tab Webhooks, and choose Create new webhook.",
				"Paste {{address}} as the Destination URL, tick the notifications that you want, and create it.",
				"Copy the Private Key of your API keys and paste it into the sender check of this inbox.",
			},
			retry:  Retry{Text: "Live, Braintree tries again every hour for up to 24 hours; in the sandbox for up to 3 hours."},
			within: 30 * time.Second,
		},
		"recurly": {
			steps: []string{
				"In Recurly, open Integrations › Webhooks and choose Configure.",
				"Choose New Endpoint, enter a name, and paste {{address}} as the Endpoint URL.",
				"Enter a name and a password under HTTP Auth, and the same under User name and password in the sender check of this inbox; without them the secret part of the address proves the sender.",
			},
			retry: Retry{Text: "Recurly tries up to 10 more times, with pauses that grow.", Confirmed: true},
		},
		"chargify": {
			steps: []string{
				"In Advanced Billing, open Config › Integrations › Webhooks (Settings › Webhooks).",
				"Paste {{address}} as the URL of a new endpoint and choose the events that you want.",
				"Copy the site's Shared Key and paste it into the sender check of this inbox.",
			},
			retry: Retry{Text: "Failed webhooks are repeated, and can be sent again by hand from the list of webhooks."},
			types: []string{"application/json"},
		},
		"paystack": {
			steps: []string{
				"In the Paystack Dashboard, open Settings › API Keys & Webhooks.",
				"Paste {{address}} as the Live (or Test) Webhook URL and save.",
				"Copy the Secret Key of the same mode (it begins with sk_) and paste it into the sender check of this inbox.",
			},
			answer: "Status 200.",
			retry:  Retry{Text: "Live, Paystack tries every 3 minutes for the first 4 attempts, then every hour for 72 hours."},
		},
		"razorpay": {
			steps: []string{
				"In the Razorpay Dashboard, open Account & Settings › Webhooks and choose Add New Webhook.",
				"Paste {{address}} as the Webhook URL and make up a Secret. " + sameSecret,
				"Tick the events that you want and choose Create Webhook.",
			},
			retry:  Retry{Text: "Razorpay tries again with growing pauses for up to 24 hours, and then turns the webhook off."},
			within: 5 * time.Second,
		},
		"coinbase-commerce": {
			steps: []string{
				"In Coinbase Commerce, open Settings › Notifications and choose Add an endpoint.",
				"Paste {{address}} and save.",
				"Choose Show shared secret and paste it into the sender check of this inbox.",
			},
			retry: Retry{Text: "Coinbase Commerce tries again with growing pauses, for up to 3 days."},
		},
	}
}

func shopAdvice() map[string]advice {
	return map[string]advice{
		"shopify": {
			steps: []string{
				"In the Shopify admin, open Settings › Notifications › Webhooks and choose Create webhook.",
				"Choose the event, such as Order creation, and JSON as the format.",
				"Paste {{address}} as the URL and save. Send test sends a first one.",
				"Below the list of webhooks stands the text that they are signed with: paste it into the sender check of this inbox. For webhooks of an app it is the app's client secret.",
			},
			retry: Retry{
				Text:       "Shopify tries 8 times over 4 hours. After 8 failures in a row it removes a subscription that was made over its API.",
				StopsAfter: 8, Stops: "removes the subscription", Confirmed: true,
			},
			within: 5 * time.Second,
		},
		"woocommerce": {
			steps: []string{
				"In WordPress, open WooCommerce › Settings › Advanced › Webhooks and choose Add webhook.",
				"Set Status to Active, choose the Topic, such as Order created, and paste {{address}} as the Delivery URL.",
				"Enter a Secret. " + sameSecret,
				"Save. WooCommerce sends a ping then; it is answered, and makes no event.",
			},
			retry: Retry{
				Text:       "WooCommerce does not try again. After 5 failures in a row it turns the webhook off, without telling anybody.",
				StopsAfter: 5, Stops: "turns the webhook off", Confirmed: true,
			},
			answer: "A status from 200 to 299, 301 or 302.",
		},
		"square": {
			steps: []string{
				"In the Square Developer Console, choose your application and open Webhooks › Subscriptions.",
				"Choose Add subscription, paste {{address}} as the Notification URL, and tick the events that you want.",
				"Save, open the subscription, and copy its Signature Key into the sender check of this inbox.",
				"Square signs the address too: the public address of Patchbay has to be exactly the one that you pasted.",
			},
			retry:  Retry{Text: "Square tries up to 11 times over 24 hours, with growing pauses."},
			within: 10 * time.Second,
		},
		"lemon-squeezy": {
			steps: []string{
				"In Lemon Squeezy, open Settings › Webhooks and choose the plus sign.",
				"Paste {{address}} as the Callback URL and make up a Signing secret of 6 to 40 characters. " + sameSecret,
				"Tick the events that you want and save.",
			},
			answer: "Status 200.",
			retry:  Retry{Text: "Lemon Squeezy tries up to three more times within minutes. A delivery can be sent again by hand."},
		},
	}
}
