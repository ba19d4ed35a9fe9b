package verify

import "net/http"

// monitors watch over machines and pages.
func monitors() []Provider {
	return []Provider{
		{
			ID: "alertmanager", Title: "Prometheus Alertmanager",
			Type:   []Source{inJSON("status"), inJSON("alerts[0].status")},
			DocURL: "https://prometheus.io/docs/alerting/latest/configuration/#webhook_config", operator: true,
		},
		{
			ID: "grafana", Title: "Grafana",
			Type:   []Source{inJSON("status"), inJSON("state")},
			DocURL: "https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/", operator: true,
		},
		{
			ID: "graylog", Title: "Graylog",
			Type: []Source{inJSON("event_definition_type")}, Delivery: []Source{inJSON("event.id")},
			DocURL: "https://go2docs.graylog.org/current/interacting_with_your_log_data/notifications.html", operator: true,
		},
		{
			ID: "checkly", Title: "Checkly",
			Type:   []Source{inJSON("alert_type")},
			DocURL: "https://www.checklyhq.com/docs/integrations/alerts/webhooks/", operator: true,
		},
		{
			ID: "new-relic", Title: "New Relic",
			Type:   []Source{inJSON("current_state"), inJSON("event_type")},
			DocURL: "https://docs.newrelic.com/docs/alerts/get-notified/notification-integrations/#webhook", operator: true,
		},
		{
			// The older kind of its alerts comes as GET with everything in the query.
			ID: "pingdom", Title: "Pingdom",
			Type:    []Source{inJSON("current_state")},
			Methods: []string{http.MethodGet},
			DocURL:  "https://www.pingdom.com/resources/webhooks/", operator: true,
		},
		{
			ID: "riemann", Title: "Riemann",
			Type:   []Source{inJSON("state")},
			DocURL: "https://riemann.io/howto.html", operator: true,
		},
		{
			ID: "statusgator", Title: "StatusGator",
			Type:   []Source{inForm("current_status"), inJSON("current_status")},
			DocURL: "https://statusgator.com/support/docs/webhooks", operator: true,
		},
		{
			ID: "vmware-vrealize", Title: "VMware Aria Operations",
			Type: []Source{inJSON("status")}, Methods: []string{http.MethodGet},
			DocURL: "https://techdocs.broadcom.com/us/en/vmware-cis/aria/aria-operations.html", operator: true,
		},
		{
			ID: "google-cloud-monitoring", Title: "Google Cloud Monitoring",
			Type:   []Source{inJSON("incident.state")},
			DocURL: "https://cloud.google.com/monitoring/support/notification-options#webhooks", operator: true,
		},
	}
}

// visitors come from pages, telephones and campaigns.
func visitors() []Provider {
	return []Provider{
		{
			// It calls with GET and everything in the query, or with POST.
			ID: "callrail", Title: "CallRail",
			Methods: []string{http.MethodGet}, Delivery: []Source{inQuery("id")},
			DocURL: "https://support.callrail.com/hc/en-us/articles/5711749952909-Webhooks", operator: true,
		},
		{
			ID: "desk-com", Title: "Desk.com",
			Type:   []Source{inForm("topic")},
			DocURL: "https://developer.salesforce.com/docs", operator: true,
		},
		{
			ID: "marketo", Title: "Marketo Engage",
			DocURL: "https://experienceleague.adobe.com/en/docs/marketo-developer/marketo/webhooks/webhooks", operator: true,
		},
		{
			ID: "olark", Title: "Olark",
			Type: []Source{inForm("data.kind")}, Delivery: []Source{inForm("data.id")}, PayloadField: "data",
			DocURL: "https://www.olark.com/help/webhooks/", operator: true,
		},
		{
			ID: "unbounce", Title: "Unbounce",
			Type:   []Source{inForm("page_name")},
			DocURL: "https://documentation.unbounce.com/hc/en-us/articles/360016907032-Using-Webhooks", operator: true,
		},
		{
			ID: "transifex", Title: "Transifex",
			Type:   []Source{inQuery("event"), inJSON("event")},
			DocURL: "https://help.transifex.com/en/articles/6241855-webhooks", operator: true,
		},
		{
			ID: "wordpress", Title: "WordPress",
			Type:   []Source{inForm("hook"), inJSON("hook")},
			DocURL: "https://wordpress.com/support/webhooks/", operator: true,
		},
	}
}
