package verify

// workMarks are of where tasks, forms and documents live.
func workMarks() map[string][]Mark {
	return map[string][]Mark{
		"jira":            append(headed("X-Atlassian-Webhook-Identifier"), mark(95, "webhookEvent=jira:*|comment_*|sprint_*|board_*|issuelink_*|worklog_*|project_*|user_*|attachment_*")),
		"linear":          append(headed("Linear-Event", "Linear-Delivery", "Linear-Signature"), calls("Linear-Webhook*")),
		"notion":          headed("X-Notion-Signature"),
		"asana":           headed("X-Hook-Signature", "X-Hook-Secret"),
		"trello":          append(headed("X-Trello-Webhook"), mark(90, "action.type", "action.idMemberCreator", "model.id")),
		"hubspot":         append(headed("X-HubSpot-Signature", "X-HubSpot-Signature-v3"), mark(94, "[0].subscriptionType", "[0].portalId")),
		"zendesk":         headed("X-Zendesk-Webhook-Signature", "X-Zendesk-Webhook-Id", "X-Zendesk-Webhook-Invocation-Id"),
		"typeform":        append(headed("Typeform-Signature"), mark(93, "event_type=form_response", "form_response.form_id")),
		"calendly":        append(headed("Calendly-Webhook-Signature"), mark(93, "event=invitee.*|routing_form_submission.*", "payload.uri=https://api.calendly.com/*")),
		"unbounce":        {mark(93, "page_id", "page_name", "variant", "data.json")},
		"wordpress":       {mark(88, "hook=publish_*|post_*|comment_*|user_*|wp_*|save_*|edit_*", "post_type,comment_author,user_login")},
		"marketo":         {mark(88, "campaign.id", "campaign.name", "step", "lead.acquisition_date,lead.email,lead.id,lead.last_interesting_moment_date")},
		"desk-com":        {mark(95, "stream=deskdotcom")},
		"callrail":        {mark(93, "query:callernum", "query:callercity", "query:callsource"), mark(90, "tracking_phone_number", "customer_phone_number", "company_resource_id")},
		"transifex":       {mark(90, "query:project", "query:resource", "query:language", "query:reviewed,query:translated"), mark(95, "header:X-TX-Signature-V2")},
		"box":             headed("BOX-SIGNATURE-PRIMARY", "BOX-DELIVERY-ID"),
		"dropbox":         append(headed("X-Dropbox-Signature"), mark(95, "list_folder.accounts[0]=dbid:*")),
		"docusign":        append(headed("X-DocuSign-Signature-1"), mark(92, "event=envelope-*|recipient-*", "data.envelopeId")),
		"google-calendar": headed("X-Goog-Channel-ID", "X-Goog-Resource-State"),
		"sanity":          headed("sanity-webhook-signature", "sanity-operation"),
		"contentful":      headed("X-Contentful-Topic", "X-Contentful-Webhook-Name"),
		"webflow":         append(headed("x-webflow-signature"), mark(90, "triggerType", "payload.siteId,payload.formId,payload.orderId")),
	}
}

// cloudMarks are of platforms and of what many services build on. Who builds on them has
// marks of its own, which are surer.
func cloudMarks() map[string][]Mark {
	return map[string][]Mark{
		"aws-sns":            append(headed("x-amz-sns-message-type"), mark(92, "Type=Notification|SubscriptionConfirmation|UnsubscribeConfirmation", "MessageId", "TopicArn=arn:aws*")),
		"azure-event-grid":   append(headed("aeg-event-type", "aeg-subscription-name"), mark(90, "[0].eventType", "[0].topic", "[0].dataVersion")),
		"google-cloudevents": {mark(96, "header:ce-type=google.cloud.*|google.firebase.*"), mark(94, "type=google.cloud.*", "specversion")},
		"cloudevents":        {mark(88, "header:ce-specversion", "header:ce-type"), mark(86, "specversion=1.*", "type", "source", "id")},
		"google-pubsub":      {mark(95, "subscription=projects/*/subscriptions/*", "message.messageId,message.message_id")},
		"microsoft-graph":    {mark(93, "value[0].subscriptionId", "value[0].changeType,value[0].lifecycleEvent")},
		"okta":               append(headed("x-okta-verification-challenge"), mark(93, "eventType=com.okta.*", "eventTypeVersion")),
		"elevenlabs":         headed("ElevenLabs-Signature"),
		"svix":               {mark(86, "header:svix-id", "header:svix-signature")},
		"standard-webhooks":  {mark(85, "header:webhook-id", "header:webhook-timestamp", "header:webhook-signature")},
	}
}
