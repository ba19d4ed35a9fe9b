package verify

import (
	"net/http"

	"patchbay/engine"
)

// mails carry letters and telephone calls.
func mails() []Provider {
	return []Provider{
		{
			// A message's id repeats with each change of its state; only the header tells deliveries apart.
			ID: "twilio", Title: "Twilio", SignsURL: true,
			Type:     []Source{inForm("MessageStatus"), inForm("CallStatus"), inForm("SmsStatus"), inForm("EventType"), inForm("StatusCallbackEvent")},
			Delivery: []Source{header("I-Twilio-Idempotency-Token")},
			Methods:  []string{http.MethodGet}, Status: http.StatusNoContent,
			DocURL: "https://www.twilio.com/docs/usage/webhooks/webhooks-security",
			proofs: special(twilio),
		},
		{
			ID: "mandrill", Title: "Mailchimp Transactional", SignsURL: true,
			Type: []Source{inForm("mandrill_events[0].event")}, PayloadField: "mandrill_events",
			Item:   []string{"_id", "event", "ts", "url"},
			DocURL: "https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/#authenticating-webhook-requests",
			proofs: signed(&engine.HMACShape{Header: "X-Mandrill-Signature", Algorithm: "sha1", Encoding: "base64", Message: "{url}{form_sorted}"}),
		},
		{
			ID: "mailchimp", Title: "Mailchimp",
			Type:   []Source{inForm("type")},
			DocURL: "https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/", operator: true,
		},
		{
			// A message's id repeats with each kind of event about it.
			ID: "postmark", Title: "Postmark",
			Type:   []Source{inJSON("RecordType")},
			DocURL: "https://postmarkapp.com/developer/webhooks/webhooks-overview", operator: true,
		},
		{
			ID: "sendgrid", Title: "SendGrid",
			Type: []Source{inJSON("[0].event")}, Delivery: []Source{inJSON("[0].sg_event_id")},
			DocURL: "https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features",
			proofs: special(sendgrid),
		},
		{
			// What is signed is a token that no two deliveries share.
			ID: "mailgun", Title: "Mailgun",
			Type:     []Source{inJSON("event-data.event"), inForm("event")},
			Delivery: []Source{inJSON("signature.token"), inForm("token")},
			DocURL:   "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks",
			proofs:   []evidence{{special: mailgun, says: "Signs a time and a token in the body (HMAC-SHA256), and nothing else of the body."}},
		},
	}
}

// posts carry the letters of programs.
func posts() []Provider {
	return []Provider{
		{
			ID: "mailersend", Title: "MailerSend",
			Type: []Source{inJSON("type")}, Delivery: []Source{inJSON("data.id")},
			DocURL: "https://developers.mailersend.com/api/v1/webhooks.html#security",
			proofs: signed(hexBody("Signature", "")),
		},
		{
			ID: "resend", Title: "Resend",
			Type: []Source{inJSON("type")}, Delivery: []Source{header("svix-id")}, RerunFailed: true,
			DocURL: "https://resend.com/docs/dashboard/webhooks/verify-webhooks-requests",
			proofs: timed(standardWebhooks("svix"), defaultTolerance),
		},
		{
			ID: "brevo", Title: "Brevo",
			Type:   []Source{inJSON("event")},
			DocURL: "https://developers.brevo.com/docs/secure-webhook-calls", operator: true,
		},
		{
			ID: "mailjet", Title: "Mailjet",
			Type:   []Source{inJSON("event"), inJSON("[0].event")},
			Item:   []string{"MessageID", "event", "time", "url"},
			DocURL: "https://dev.mailjet.com/email/guides/webhooks/", operator: true,
		},
		{
			ID: "sparkpost", Title: "SparkPost",
			Type: []Source{
				inJSON("[0].msys.message_event.type"), inJSON("[0].msys.track_event.type"), inJSON("[0].msys.unsubscribe_event.type"),
				inJSON("[0].msys.gen_event.type"), inJSON("[0].msys.relay_event.type"),
			},
			Delivery: []Source{header("X-MessageSystems-Batch-ID")},
			Item:     []string{"msys.message_event.event_id,msys.track_event.event_id,msys.unsubscribe_event.event_id,msys.gen_event.event_id"},
			DocURL:   "https://developers.sparkpost.com/api/webhooks/", operator: true,
		},
		{
			ID: "postal", Title: "Postal",
			Type: []Source{inJSON("event")}, Delivery: []Source{inJSON("uuid")},
			DocURL: "https://docs.postalserver.io/developer/webhooks",
			proofs: special(postal),
		},
	}
}
