package verify

import "time"

func chatAdvice() map[string]advice {
	return map[string]advice{
		"slack": {
			steps: []string{
				"On api.slack.com/apps, open your app, or create one from scratch in your workspace.",
				"Under Basic Information, copy the Signing Secret and paste it into the sender check of this inbox first: Slack asks at once whether the address is yours.",
				"Under Event Subscriptions, turn events on and paste {{address}} as the Request URL. It shows Verified.",
				"Add the events under Subscribe to bot events, save, and install the app in the workspace again.",
				"For buttons paste the same address under Interactivity & Shortcuts, for a command under Slash Commands.",
			},
			retry:  Retry{Text: "Slack tries three more times: at once, after 1 minute and after 5 minutes. When fewer than 5% of an hour's events are answered with success, it turns the subscription off.", Confirmed: true},
			answer: "Status 200.", within: 3 * time.Second,
		},
		"microsoft-teams": {
			steps: []string{
				"In Teams, open the team's menu › Manage team › Apps and choose Create an outgoing webhook (Upload a custom app).",
				"Enter the name with which people will address it, and paste {{address}} as the Callback URL. " + httpsOnly,
				"Choose Create. The security token is shown once: paste it into the sender check of this inbox.",
			},
			retry:  Retry{Text: "Teams does not try again. Who wrote the message sees that no answer came."},
			answer: `Status 200 with a message as JSON, such as {"type":"message","text":"Noted"}; let a step answer the sender.`, within: 5 * time.Second,
		},
		"discord": {
			steps: []string{
				"In the Discord Developer Portal, open your application. Copy its Public Key from General Information and paste it into the sender check of this inbox first: Discord checks the address at once.",
				"For events, open Webhooks, paste {{address}} as the Endpoint URL, turn events on and tick those that you want.",
				"For commands and buttons, paste {{address}} as the Interactions Endpoint URL under General Information.",
			},
			retry:  Retry{Text: "Discord tries events again for up to 10 minutes, and stops sending to an address that keeps failing. It now and then sends wrong signatures on purpose, and expects that they are refused.", Confirmed: true},
			answer: "Events: status 204. Commands: a response as JSON; let a step answer the sender.", within: 3 * time.Second,
		},
		"telegram": {
			steps: []string{
				"Make a bot with @BotFather and copy its token.",
				"Make up a secret of letters, digits, _ and -, and paste it into the sender check of this inbox.",
				"Open https://api.telegram.org/botTOKEN/setWebhook?url={{address}}&secret_token=SECRET in a browser, with your token and your secret in it. The address needs port 443, 80, 88 or 8443.",
			},
			retry: Retry{Text: "Telegram tries again an unnamed number of times. getWebhookInfo tells the last error."},
		},
		"line": {
			steps: []string{
				"In the LINE Developers Console, open the channel of your Messaging API.",
				"Under Basic settings, copy the Channel secret and paste it into the sender check of this inbox.",
				"Under Messaging API, paste {{address}} as the Webhook URL, choose Verify, and turn Use webhook on.",
			},
			retry:  Retry{Text: "LINE tries again only when Webhook redelivery is turned on for the channel."},
			answer: "Status 200.",
		},
		"intercom": {
			steps: []string{
				"In Intercom's Developer Hub, open your app. Copy the Client secret under Basic information and paste it into the sender check of this inbox.",
				"Open Webhooks, paste {{address}} as the endpoint URL, choose the topics that you want, and save.",
				"Choose Send a test request.",
			},
			retry:  Retry{Text: "Intercom tries once more after a minute, and pauses the webhook when failures last. A status of 410 turns it off."},
			within: 5 * time.Second,
		},
		"zoom": {
			steps: []string{
				"In the Zoom App Marketplace, open Develop › your app (or build a Webhook only app) and then Features › Access.",
				"Copy the Secret Token and paste it into the sender check of this inbox first: Zoom checks the address.",
				"Turn Event Subscription on, choose Add New Event Subscription, and paste {{address}} as the Event notification endpoint URL.",
				"Add the events, choose Validate, and save.",
			},
			retry:  Retry{Text: "Zoom tries three more times: after 5, 30 and 90 minutes."},
			answer: "Status 200 or 204.", within: 3 * time.Second,
		},
	}
}

func networkAdvice() map[string]advice {
	return map[string]advice{
		"meta": {
			steps: []string{
				"On developers.facebook.com, open your app. Copy the App secret under App settings › Basic and paste it into the sender check of this inbox.",
				"Open Webhooks (for WhatsApp: WhatsApp › Configuration), and choose the object, such as Page.",
				"Paste {{address}} as the Callback URL and, as the Verify token, the one that this inbox shows. Choose Verify and save.",
				"Subscribe to the fields that you want, such as messages or leadgen.",
			},
			retry:  Retry{Text: "Meta tries again at once and then with growing pauses, for up to 36 hours (WhatsApp: 7 days); an app whose address keeps failing is unsubscribed."},
			answer: "Status 200.",
		},
		"x": {
			steps: []string{
				"In the X Developer Console, open your app and copy the API Key Secret (consumer secret). Paste it into the sender check of this inbox first: X checks the address at once, and again each hour.",
				"Register {{address}} as a webhook (POST /2/webhooks). The address must not name a port.",
				"Subscribe the account whose activity you want to the webhook.",
			},
			within: 10 * time.Second,
		},
		"linkedin": {
			steps: []string{
				"On the LinkedIn Developer Portal, open your app. Copy the Client Secret under Auth and paste it into the sender check of this inbox first: LinkedIn checks the address at once.",
				"Under Webhooks, choose Create webhook and paste {{address}}. " + httpsOnly,
				"Subscribe to the events, such as the social actions of an organisation.",
			},
			retry: Retry{Text: "LinkedIn checks the address again every 2 hours and blocks one that fails three times."},
		},
		"twitch": {
			steps: []string{
				"Make up a secret of 10 to 100 characters and paste it into the sender check of this inbox first: Twitch checks the address at once.",
				"Make the subscription over the API (POST helix/eventsub/subscriptions) with {{address}} as transport.callback and the secret as transport.secret. " + httpsOnly + " The port is 443.",
			},
			retry: Retry{Text: "Twitch repeats a notification that failed, and revokes the subscription when too many fail."},
		},
	}
}
