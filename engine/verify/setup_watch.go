package verify

func monitorAdvice() map[string]advice {
	return map[string]advice{
		"alertmanager": {
			steps: []string{
				"In alertmanager.yml, add a receiver with webhook_configs and {{address}} as its url.",
				"Name the receiver in the route whose alerts should come here, and reload Alertmanager.",
				"It signs nothing, but can send a name and a password or a token (http_config): enter them in the sender check of this inbox too. Otherwise the secret part of the address proves the sender.",
			},
			retry: Retry{Text: "Alertmanager tries again with growing pauses after no answer or a status from 500 on, until the alert group's next turn. A refusal (4xx) is not tried again."},
		},
		"grafana": {
			steps: []string{
				"In Grafana, open Alerting › Contact points and choose Add contact point.",
				"Choose Webhook as the integration and paste {{address}} as the URL.",
				"Under Optional Webhook settings, enter a name and a password or a token, and the same in the sender check of this inbox; without them the secret part of the address proves the sender.",
				"Choose Test, save, and use the contact point in a notification policy.",
			},
			retry: Retry{Text: "Grafana tries again when there is no answer or a status from 500 on."},
		},
		"graylog": {
			steps: []string{
				"In Graylog, open Alerts › Notifications and choose Create Notification.",
				"Choose HTTP Notification and paste {{address}} as the URL. The URL has to be allowed under System › Configurations › URL Allowlist.",
				"It can send a name and a password or an API secret in a header along: enter them in the sender check of this inbox too. Otherwise the secret part of the address proves the sender.",
				"Choose Execute Test Notification, and add the notification to an event definition.",
			},
		},
		"checkly": {
			steps: []string{
				"In Checkly, open Alerts › Alert channels and choose Add more channels › Webhook.",
				"Enter a name, paste {{address}} as the URL, and choose POST.",
				"Keep the template of the body, or write one with the fields alert_type and check_name. Save and subscribe the checks.",
				"A header with a secret can be added: enter it in the sender check of this inbox too. Otherwise the secret part of the address proves the sender.",
			},
			retry: Retry{Text: "Checkly tries up to 5 more times after a failure."},
		},
		"new-relic": {
			steps: []string{
				"In New Relic, open Alerts › Destinations, choose Webhook, and paste {{address}} as the Endpoint URL.",
				"Choose a name and a password or a bearer token as authorization, and the same in the sender check of this inbox; without them the secret part of the address proves the sender.",
				"Add the destination to a workflow, check the template of the data, and choose Send test notification.",
			},
			types: []string{form},
		},
	}
}

func alarmAdvice() map[string]advice {
	return map[string]advice{
		"pingdom": {
			steps: []string{
				"In Pingdom, open Integrations and choose Add integration › Webhook.",
				"Enter a name, paste {{address}} as the URL, and save.",
				"Turn the integration on in the settings of each check that should tell.",
				secretAddress,
			},
		},
		"riemann": {
			steps: []string{
				"In riemann.config, post the events of a stream as JSON to {{address}}, for example with clj-http.",
				"Reload Riemann.",
				secretAddress,
			},
			retry: Retry{Text: "Riemann does not try again by itself."},
		},
		"statusgator": {
			steps: []string{
				"In StatusGator, open Notifications › Webhook and paste {{address}} as the URL.",
				"Choose the services whose changes should come, and send a test.",
				secretAddress,
			},
		},
		"vmware-vrealize": {
			steps: []string{
				"In Aria Operations, open Configure › Alerts › Outbound Settings and add a REST Notification Plugin.",
				"Paste {{address}} as the URL, choose application/json, and test it.",
				"Add a notification that uses this outbound instance.",
				"A name and a password can be given there: enter them in the sender check of this inbox too. Otherwise the secret part of the address proves the sender.",
			},
			types: []string{"application/xml"},
		},
		"google-cloud-monitoring": {
			steps: []string{
				"In the Google Cloud console, open Monitoring › Alerting › Edit notification channels and choose Add new beside Webhooks.",
				"Paste {{address}} as the Endpoint URL and enter a display name.",
				"Tick Use HTTP Basic Auth with a name and a password, and enter the same in the sender check of this inbox; without them the secret part of the address proves the sender.",
				"Choose Test Connection, save, and add the channel to an alerting policy.",
			},
		},
	}
}
