package verify

import "time"

func cloudAdvice() map[string]advice {
	return map[string]advice{
		"aws-sns": {
			steps: []string{
				"In the AWS console, open Simple Notification Service › Topics, and copy the ARN of the topic. Paste it as the secret into the sender check of this inbox.",
				"Choose Create subscription with the protocol HTTPS and {{address}} as the Endpoint. Leave raw message delivery off: raw messages are not signed.",
				"Amazon SNS asks whether the address is yours; the subscription shows Confirmed once it was told.",
			},
			retry:  Retry{Text: "Amazon SNS tries about 50 times within an hour: at once, then with growing pauses. A refusal (4xx other than 429) is not tried again."},
			within: 15 * time.Second,
		},
		"azure-event-grid": {
			steps: []string{
				"In the Azure portal, open the resource or topic, then Events, and choose + Event Subscription.",
				"Choose the events, Web Hook as the endpoint's type, and paste {{address}} as the endpoint. Event Grid asks at once whether the address is yours.",
				secretAddress,
			},
			retry:  Retry{Text: "Event Grid tries up to 30 times within 24 hours, with growing pauses. After a status of 400, 401, 403 or 413 it does not try again.", Confirmed: true},
			within: 30 * time.Second,
		},
		"cloudevents": {
			steps: []string{
				"Give the sender {{address}} as the sink (target) of its events.",
				"Where it can send a token along, choose Bearer token in the sender check of this inbox instead, and paste the token there. Otherwise the secret part of the address proves the sender.",
			},
			types: []string{"application/cloudevents-batch+json"},
		},
		"google-cloudevents": {
			steps: []string{
				"Deploy or choose the service that forwards the events of Eventarc, such as Workflows or a small Cloud Run service.",
				"Have it post them to {{address}} as they come, with their ce- headers.",
				secretAddress,
			},
			retry: Retry{Text: "Eventarc tries again for up to 24 hours."},
		},
		"google-pubsub": {
			steps: []string{
				"In the Google Cloud console, open Pub/Sub › Subscriptions and choose Create subscription for your topic.",
				"Choose Push as the delivery type, and paste {{address}} as the Endpoint URL.",
				"Tick Enable authentication and choose a service account. Leave the audience empty.",
				"Paste the service account's mail address as the secret into the sender check of this inbox.",
			},
			answer: "Status 102, 200, 201, 202 or 204.", within: 10 * time.Second,
			retry: Retry{Text: "Pub/Sub repeats a message until it is acknowledged or too old, after 7 days unless the subscription says otherwise."},
		},
		"microsoft-graph": {
			steps: []string{
				"Make up a text of up to 128 characters, and paste it into the sender check of this inbox.",
				"Make the subscription over Microsoft Graph (POST /subscriptions) with {{address}} as notificationUrl and the text as clientState. Graph asks at once whether the address is yours.",
				"Renew the subscription before it expires; how long it lasts depends on the resource.",
			},
			within: 3 * time.Second,
			retry:  Retry{Text: "Microsoft Graph tries again for up to 4 hours. An address that often answers late gets its notifications later, or not at all.", Confirmed: true},
		},
	}
}

func frameworkAdvice() map[string]advice {
	return map[string]advice{
		"standard-webhooks": {
			steps: []string{
				"In the sender's settings for webhooks, add {{address}} as an endpoint and choose the events.",
				"Copy the endpoint's signing secret (it begins with whsec_), or its public key (whpk_), and paste it into the sender check of this inbox.",
			},
			retry: Retry{Text: "The standard advises to try again for about 3 days with growing pauses, and to turn an address off that answers with 410.", Confirmed: true},
		},
		"svix": {
			steps: []string{
				"In the sender's page of webhooks (the Svix App Portal), choose Add Endpoint.",
				"Paste {{address}} as the Endpoint URL, choose the events, and create it.",
				"Copy the Signing Secret (it begins with whsec_), or its public key (whpk_), and paste it into the sender check of this inbox.",
			},
			within: 15 * time.Second,
			retry:  Retry{Text: "Svix tries again after 5 seconds, 5 and 30 minutes, and 2, 5, 10 and 10 hours. An address that fails for 5 days is turned off.", Confirmed: true},
		},
		"webflow": {
			steps: []string{
				"In Webflow, open Site settings › Apps & integrations › Webhooks and choose Add webhook.",
				"Choose the trigger, such as Form submission, and paste {{address}} as the URL.",
				"Copy the secret that Webflow shows, and paste it into the sender check of this inbox. For webhooks of an app it is the app's client secret.",
			},
			answer: "Status 200.",
			retry:  Retry{Text: "Webflow tries up to three times, and turns a webhook off that keeps failing."},
		},
		"elevenlabs": {
			steps: []string{
				"In ElevenLabs, open Settings › Webhooks and choose Create webhook, with HMAC as the kind of authentication.",
				"Enter a name and paste {{address}} as the callback URL.",
				"The secret is shown once: paste it into the sender check of this inbox.",
				"Choose the webhook where events come from, for example in the settings of Agents.",
			},
			answer: "Status 200.",
			retry: Retry{
				Text:       "ElevenLabs tries again only when retries are turned on for the webhook. It turns a webhook off after 10 failures in a row when nothing was delivered in the last 7 days.",
				StopsAfter: 10, Stops: "turns the webhook off", Confirmed: true,
			},
		},
		"okta": {
			steps: []string{
				"Make up a secret, and paste it into the sender check of this inbox.",
				"In the Okta Admin Console, open Workflow › Event Hooks and choose Create Event Hook.",
				"Paste {{address}} as the URL, enter Authorization as the authentication field, and the secret as its value.",
				"Choose the events, save, and choose Verify.",
			},
			within: 3 * time.Second,
			retry:  Retry{Text: "Okta tries once more."},
		},
	}
}

func contentAdvice() map[string]advice {
	return map[string]advice{
		"sanity": {
			steps: []string{
				"On sanity.io/manage, open the project › API › Webhooks and choose Create webhook.",
				"Paste {{address}} as the URL, choose dataset, trigger, filter and projection, and POST.",
				"Make up a Secret under Advanced settings. " + sameSecret,
			},
			within: 30 * time.Second,
			retry:  Retry{Text: "Sanity tries twice more, 30 seconds apart, after a status of 429 or from 500 on.", Confirmed: true},
		},
		"box": {
			steps: []string{
				"In the Box Developer Console, open your app › Webhooks and choose Create webhook (V2).",
				"Paste {{address}} as the URL Address, and choose the file or folder and the triggers.",
				"Under Manage signature keys, generate the primary key and paste it into the sender check of this inbox.",
			},
			retry: Retry{Text: "Box tries up to 10 more times within about 2 hours, and deletes webhooks that keep failing."},
		},
		"dropbox": {
			steps: []string{
				"In the Dropbox App Console, open your app. Copy the App secret and paste it into the sender check of this inbox.",
				"Under Webhooks, paste {{address}} as a Webhook URI and choose Add. Dropbox asks at once whether the address is yours.",
				"It tells only that something changed; what changed is asked of its API.",
			},
			within: 10 * time.Second,
			retry:  Retry{Text: "Dropbox tries again with growing pauses for about 10 minutes, and turns an address off where many deliveries fail."},
		},
		"docusign": {
			steps: []string{
				"In eSignature Admin, open Integrations › Connect and choose Add configuration › Custom.",
				"Paste {{address}} as the URL to publish, choose JSON (SIM) as the data format, and tick the events.",
				"On the tab Connect keys, add a secret key, paste it into the sender check of this inbox, and tick Include HMAC signature in the configuration.",
			},
			within: 100 * time.Second,
			retry:  Retry{Text: "DocuSign tries again with growing pauses for up to 15 days. A delivery can be sent again by hand under Connect › Failures."},
			types:  []string{"text/xml"},
		},
		"contentful": {
			steps: []string{
				"In Contentful, open Settings › Webhooks and choose Add Webhook.",
				"Enter a name, paste {{address}} as the URL, and choose the events.",
				"On Settings › Webhooks › Settings, enable request verification. The signing secret is shown once: paste it into the sender check of this inbox.",
			},
			within: 30 * time.Second,
			retry:  Retry{Text: "Contentful tries twice more, about 30 seconds apart, after a status of 429 or from 500 on."},
			types:  []string{"application/json"},
		},
		"google-calendar": {
			steps: []string{
				"Make up a token, and paste it into the sender check of this inbox.",
				"Make a channel over the API (events.watch, for Drive changes.watch) with type web_hook, {{address}} as address and the token as token. " + httpsOnly,
				"Make a new channel before this one expires. It tells only that something changed; what changed is asked of the API.",
			},
			answer: "Status 200, 201, 202, 204 or 102.",
			retry:  Retry{Text: "Google tries again with growing pauses after a status of 500, 502, 503 or 504."},
		},
	}
}
