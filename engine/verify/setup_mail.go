package verify

import "time"

func mailAdvice() map[string]advice {
	return map[string]advice{
		"twilio": {
			steps: []string{
				"In the Twilio Console, copy the Auth Token from the account's dashboard and paste it into the sender check of this inbox.",
				"Under Phone Numbers › Active numbers, open the number.",
				"Paste {{address}} under A call comes in or A message comes in, with HTTP POST, and save. A status callback takes the address too.",
				"Twilio signs the address too: the public address of Patchbay has to be exactly the one that you pasted, without a query.",
			},
			retry:  Retry{Text: "Twilio tries once more when no connection could be made; #rc= and #rp= at the end of the address change that."},
			within: 15 * time.Second, types: []string{"application/json"},
		},
		"sendgrid": {
			steps: []string{
				"In SendGrid, open Settings › Mail Settings › Event Webhooks and choose Create new webhook.",
				"Paste {{address}} as the Post URL and tick the events that you want.",
				"Turn Signed Event Webhook on, and save.",
				"Open the webhook again, copy its Verification Key, and paste it into the sender check of this inbox.",
			},
			retry: Retry{Text: "SendGrid tries again with growing pauses for up to 24 hours."},
		},
		"mailgun": {
			steps: []string{
				"In Mailgun, open Send › Sending › Webhooks and choose the domain.",
				"Choose Add webhook, choose the event, and paste {{address}} as the URL. Each event is added on its own.",
				"Copy the HTTP webhook signing key, which the same page shows (not an API key), and paste it into the sender check of this inbox.",
			},
			retry:  Retry{Text: "Mailgun tries again for 8 hours, with pauses of 10, 10, 15 and 30 minutes and of 1, 2 and 4 hours. A status of 406 makes it stop."},
			answer: "Status 200.", types: []string{form, "multipart/form-data"},
		},
		"mandrill": {
			steps: []string{
				"In Mailchimp Transactional, open Settings › Webhooks and choose Add a Webhook.",
				"Tick the events, paste {{address}} as the Post To URL, and choose Create Webhook.",
				"Copy the webhook's Key and paste it into the sender check of this inbox.",
				"The address is signed too: the public address of Patchbay has to be exactly the one that you pasted, without a query.",
			},
			retry:  Retry{Text: "Mailchimp Transactional repeats batches that failed, with growing pauses."},
			answer: "Status 200.",
		},
		"mailchimp": {
			steps: []string{
				"In Mailchimp, open Audience › Settings › Webhooks and choose Create New Webhook.",
				"Paste {{address}} as the Callback URL, tick what should be sent, and save.",
				secretAddress,
			},
			retry:  Retry{Text: "Mailchimp tries again for some time when there is no answer, and turns a webhook off that keeps failing."},
			within: 10 * time.Second,
		},
		"postmark": {
			steps: []string{
				"In Postmark, open the server and the message stream, then Webhooks, and choose Add webhook.",
				"Paste {{address}} as the Webhook URL and tick the events that you want.",
				"Under Basic auth credentials, enter a name and a password, and the same in the sender check of this inbox; without them the secret part of the address proves the sender.",
				"Choose Send test, then Save webhook.",
			},
			retry:  Retry{Text: "Postmark tries up to 10 more times over about 10 hours for bounces and incoming mail, fewer times for other events. A status of 403 makes it stop."},
			answer: "Status 200.",
		},
	}
}

func letterAdvice() map[string]advice {
	return map[string]advice{
		"mailersend": {
			steps: []string{
				"In MailerSend, open Domains › Manage (or Integrations › Webhooks) and choose Add webhook.",
				"Enter a name, paste {{address}} as the Endpoint URL, and choose the events.",
				"Copy the Signing secret and paste it into the sender check of this inbox. Save the webhook.",
			},
			within: 3 * time.Second,
		},
		"resend": {
			steps: []string{
				"In Resend, open Webhooks and choose Add Webhook.",
				"Paste {{address}} as the endpoint and choose the events that you want.",
				"Copy the Signing Secret (it begins with whsec_) and paste it into the sender check of this inbox.",
			},
			retry: Retry{Text: "Resend tries again after 5 seconds, 5 and 30 minutes, and 2, 5, 10 and 10 hours. It writes a mail when an address keeps failing, and then turns it off."},
		},
		"brevo": {
			steps: []string{
				"In Brevo, open Transactional (or Marketing) › Settings › Webhook and choose Add a new webhook.",
				"Paste {{address}} as the URL to call and tick the events that you want.",
				"Brevo can send a name and a password or a token along: enter them in the sender check of this inbox too. Otherwise the secret part of the address proves the sender.",
			},
			retry: Retry{Text: "Brevo tries up to 4 more times: after 10 minutes, 1 hour, 2 hours and 8 hours. Refusals (4xx other than 429) are not tried again."},
		},
		"mailjet": {
			steps: []string{
				"In Mailjet, open Account settings › Event notifications (webhooks).",
				"Paste {{address}} beside each event that you want, and save.",
				"It signs nothing, but a name and a password may stand in the address (https://NAME:PASSWORD@…): enter them in the sender check of this inbox too. Otherwise the secret part of the address proves the sender.",
			},
			answer: "Status 200.",
			retry:  Retry{Text: "Mailjet tries again for up to 24 hours and then stops sending that event; an address that keeps failing is suspended."},
		},
		"sparkpost": {
			steps: []string{
				"In SparkPost, open Configuration › Webhooks and choose Create Webhook.",
				"Enter a name, paste {{address}} as the target, and choose the events.",
				"Choose Basic Auth, enter a name and a password, and the same in the sender check of this inbox; without them the secret part of the address proves the sender.",
			},
			answer: "Status 200.",
			retry:  Retry{Text: "SparkPost tries again for up to 8 hours."}, within: 10 * time.Second,
		},
		"postal": {
			steps: []string{
				"In Postal, open the mail server › Webhooks and choose Add new webhook.",
				"Enter a name, paste {{address}} as the URL, and choose the events.",
				"Postal signs with the key of its installation: copy the p= part of its DKIM record (postal default-dkim-record) and paste it into the sender check of this inbox.",
			},
			answer: "Status 200.",
			retry:  Retry{Text: "Postal tries up to 6 times, with growing pauses."},
		},
	}
}
