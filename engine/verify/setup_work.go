package verify

import "time"

func workAdvice() map[string]advice {
	return map[string]advice{
		"jira": {
			steps: []string{
				"In Jira, open Settings › System › WebHooks (under Advanced) and choose Create a WebHook.",
				"Enter a name and paste {{address}} as the URL. " + httpsOnly,
				"Enter or generate a Secret. " + sameSecret,
				"Tick the events that you want, narrow them with JQL if need be, and choose Create.",
			},
			retry:  Retry{Text: "Jira Cloud tries up to 5 more times, 5 to 15 minutes apart. What it repeats carries the same identifier, so that repeats are ignored here."},
			within: 30 * time.Second,
		},
		"linear": {
			steps: []string{
				"In Linear, open Settings › API and choose New webhook.",
				"Enter a label, paste {{address}} as the URL, and tick the kinds of data that you want.",
				"Create it, copy the Signing secret (it begins with lin_wh_) and paste it into the sender check of this inbox.",
			},
			answer: "Status 200.", within: 5 * time.Second,
			retry: Retry{Text: "Linear tries three more times: after 1 minute, 1 hour and 6 hours. An address that keeps failing may be turned off."},
		},
		"notion": {
			steps: []string{
				"On notion.so/my-integrations, open your integration (or create one), and open the tab Webhooks.",
				"Press Wait for the token in the sender check of this inbox: Notion sends it once, as soon as it has the address.",
				"At Notion, choose Create a subscription, paste {{address}} as the webhook URL, and tick the events.",
				"The token appears in the sender check and counts from then on. Paste it into Notion's dialog Verify.",
				"Give the integration access to the pages that it should watch.",
			},
			retry: Retry{Text: "Notion tries up to 8 times over about 24 hours, with growing pauses."},
		},
		"asana": {
			steps: []string{
				"Press Wait for the token in the sender check of this inbox: Asana sends its secret once, while the webhook is made.",
				"Make the webhook over Asana's API (POST /webhooks) with the resource to watch and {{address}} as the target.",
				"The secret is given back to Asana in the answer, as it wants, and what Asana sends is checked with it from then on.",
			},
			answer: "Status 200 or 204.", within: 10 * time.Second,
			retry: Retry{Text: "Asana tries again for up to 24 hours and then deletes the webhook. Without anything new it sends an empty list every 8 hours."},
		},
		"trello": {
			steps: []string{
				"On trello.com/power-ups/admin, open your Power-Up and its API key; copy the Secret and paste it into the sender check of this inbox.",
				"Make the webhook over Trello's API (POST /1/webhooks) with {{address}} as callbackURL and the board's id as idModel. Trello asks at once whether the address answers.",
				"Trello signs the address too: the public address of Patchbay has to be exactly the one that you gave.",
			},
			answer: "Status 200.",
			retry: Retry{
				Text:       "Trello tries three more times: after 30, 60 and 120 seconds. It turns a webhook off that has failed for 30 days and at least 1,000 times in a row; a status of 410 deletes it.",
				StopsAfter: 1000, Stops: "turns the webhook off",
			},
		},
	}
}

func customerAdvice() map[string]advice {
	return map[string]advice{
		"hubspot": {
			steps: []string{
				"In HubSpot's developer account, open your app. Copy the Client secret under Auth and paste it into the sender check of this inbox.",
				"Open Webhooks, paste {{address}} as the Target URL, and save.",
				"Choose Create subscription for each event that you want, and turn it on.",
				"HubSpot signs the address too: the public address of Patchbay has to be exactly the one that you pasted.",
			},
			within: 5 * time.Second,
			retry:  Retry{Text: "HubSpot tries up to 10 more times over 24 hours."},
		},
		"zendesk": {
			steps: []string{
				"In the Admin Center, open Apps and integrations › Webhooks and choose Create webhook.",
				"Choose Zendesk events (or Trigger or automation), enter a name, and paste {{address}} as the Endpoint URL, with POST and JSON.",
				"Create it, choose Reveal secret (Signing secret) and paste it into the sender check of this inbox.",
				"The button Test webhook of a webhook that is not saved yet signs with another secret, and is refused.",
			},
			within: 12 * time.Second,
			retry:  Retry{Text: "Zendesk tries up to 5 more times after no answer, and 3 times after a status of 409, 429 or 503. When most deliveries of 5 minutes fail, it pauses the webhook."},
			types:  []string{"application/xml", form},
		},
		"pagerduty": {
			steps: []string{
				"In PagerDuty, open Integrations › Generic Webhooks (v3) and choose New Webhook.",
				"Paste {{address}} as the Webhook URL, choose the scope, and tick the events.",
				"Choose Add Webhook. The secret is shown once: paste it into the sender check of this inbox.",
				"Send Test Event, under the webhook's menu, sends a first one.",
			},
			retry: Retry{Text: "PagerDuty repeats what failed, and turns a webhook off for a while that keeps failing."},
		},
		"typeform": {
			steps: []string{
				"In the form, open Connect › Webhooks and choose Add a webhook.",
				"Paste {{address}} as the endpoint and choose Save webhook.",
				"Choose Edit, make up a Secret, and save. " + sameSecret,
				"Turn the webhook on. View deliveries › Send test request sends a first one.",
			},
			within: 30 * time.Second,
			retry:  Retry{Text: "Typeform tries again every 2 to 3 minutes for up to 10 hours when the server is busy or late, and three times after other failures. A status of 404 or 410 turns the webhook off."},
		},
		"calendly": {
			steps: []string{
				"Make up a signing key, and paste it into the sender check of this inbox.",
				"Make the subscription over Calendly's API (POST /webhook_subscriptions) with {{address}} as url, the key as signing_key, and the events, such as invitee.created.",
			},
			within: 15 * time.Second,
			retry:  Retry{Text: "Calendly tries again for about 25 hours with growing pauses, and then turns the subscription off. A status of 410 deletes it."},
		},
	}
}

func visitorAdvice() map[string]advice {
	return map[string]advice{
		"callrail": {
			steps: []string{
				"In CallRail, open Settings › Integrations › Webhooks.",
				"Paste {{address}} beside the events that you want, such as Post-Call, and save.",
				secretAddress,
			},
			types: []string{form},
		},
		"desk-com": {
			steps: []string{
				"Desk.com has ended; a copy of its format comes from programs that stand in for it.",
				"Give such a program {{address}} as the URL to post to.",
				secretAddress,
			},
		},
		"marketo": {
			steps: []string{
				"In Marketo, open Admin › Webhooks and choose New Webhook.",
				"Paste {{address}} as the URL, choose POST and JSON as the encoding of the request, and write the template of what to send.",
				"Under Set Custom Header a secret can be sent along: enter it in the sender check of this inbox too. Otherwise the secret part of the address proves the sender.",
				"Add the flow step Call Webhook to a trigger campaign.",
			},
			retry:  Retry{Text: "Marketo does not try again."},
			within: 30 * time.Second,
		},
		"olark": {
			steps: []string{
				"In Olark, open Settings › Integrations › Webhooks.",
				"Paste {{address}} as the URL, choose what should be sent, and save.",
				secretAddress,
			},
		},
		"unbounce": {
			steps: []string{
				"In Unbounce, open the page's overview, then Integrations › Webhooks, and choose Add a webhook.",
				"Paste {{address}} as the URL and choose which fields are sent.",
				secretAddress,
			},
			retry: Retry{Text: "Unbounce tries again for some hours when a lead could not be delivered."},
		},
		"transifex": {
			steps: []string{
				"In Transifex, open the project's Settings › Webhooks and choose Add webhook.",
				"Paste {{address}} as the URL and choose the event.",
				secretAddress,
			},
		},
		"wordpress": {
			steps: []string{
				"On WordPress.com, open yoursite.wordpress.com/wp-admin/options-general.php?page=webhooks; elsewhere install the plugin HookPress.",
				"Choose Add webhook, the action (such as publish_page) and its fields, and paste {{address}} as the URL.",
				secretAddress,
			},
			retry: Retry{Text: "WordPress does not try again."},
		},
	}
}
