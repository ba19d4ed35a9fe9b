package verify

// clouds are where events of whole platforms come together.
func clouds() []Provider {
	return []Provider{
		{
			ID: "aws-sns", Title: "Amazon SNS",
			Type: []Source{header("x-amz-sns-message-type"), inJSON("Type")}, Delivery: []Source{inJSON("MessageId")},
			DocURL: "https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html",
			proofs: special(amazonSNS),
		},
		{
			ID: "azure-event-grid", Title: "Azure Event Grid",
			Type: []Source{inJSON("[0].eventType"), inJSON("[0].type"), inJSON("type")}, Delivery: []Source{inJSON("[0].id"), inJSON("id")},
			DocURL: "https://learn.microsoft.com/en-us/azure/event-grid/end-point-validation-event-grid-events-schema", operator: true,
		},
		{
			ID: "azure-devops", Title: "Azure DevOps",
			Type: []Source{inJSON("eventType")}, Delivery: []Source{inJSON("id")},
			DocURL: "https://learn.microsoft.com/en-us/azure/devops/service-hooks/services/webhooks", operator: true,
		},
		{
			ID: "cloudevents", Title: "CloudEvents",
			Type: []Source{header("ce-type"), inJSON("type")}, Delivery: []Source{header("ce-id"), inJSON("id")},
			DocURL: "https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md", operator: true,
		},
		{
			ID: "google-cloudevents", Title: "Google Eventarc",
			Type: []Source{header("ce-type")}, Delivery: []Source{header("ce-id")},
			DocURL: "https://cloud.google.com/eventarc/docs/cloudevents", operator: true,
		},
		{
			ID: "google-pubsub", Title: "Google Pub/Sub",
			Type:     []Source{inJSON("message.attributes.eventType")},
			Delivery: []Source{inJSON("message.messageId"), header("x-goog-pubsub-message-id")},
			DocURL:   "https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions",
			proofs: []evidence{{
				special: google, hides: []string{"Authorization"},
				says: "Sends a token along that Google signed for the address, in the header Authorization; the body is not signed.",
			}},
		},
		{
			ID: "microsoft-graph", Title: "Microsoft Graph", Aliases: []string{"ms-graph"},
			Type:   []Source{inJSON("value[0].changeType"), inJSON("value[0].lifecycleEvent")},
			DocURL: "https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks",
			proofs: []evidence{{special: microsoftGraph, says: "Sends the secret along, as clientState in the body."}},
		},
		{
			ID: "netlify", Title: "Netlify",
			Type:   []Source{header("X-Netlify-Event"), inJSON("state")},
			DocURL: "https://docs.netlify.com/deploy/deploy-notifications/",
			proofs: special(netlify),
		},
		{
			ID: "docker-hub", Title: "Docker Hub",
			Type:   []Source{inJSON("push_data.tag")},
			DocURL: "https://docs.docker.com/docker-hub/repos/manage/webhooks/", operator: true,
		},
		{
			ID: "harness", Title: "Harness Code",
			Type:   []Source{header("X-Harness-Trigger"), inJSON("trigger")},
			DocURL: "https://developer.harness.io/docs/code-repository/config-repos/webhooks/", operator: true,
		},
	}
}
