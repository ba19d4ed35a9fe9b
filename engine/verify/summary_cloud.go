package verify

func cloudSummaries() map[string][]Summary {
	const (
		ce       = "[ from {header:ce-source,source}]"
		standard = "{type|words|title}[: {data.name,data.title,data.email,data.id}]"
	)
	return map[string][]Summary{
		"aws-sns": always(
			"{Type|map:SubscriptionConfirmation=Amazon asks to confirm the subscription to} {TopicArn|base}",
			"{Type|map:UnsubscribeConfirmation=The subscription has ended:} {TopicArn|base}",
			"{Message.AlarmName} is {Message.NewStateValue|map:ALARM=in alarm,OK=OK,INSUFFICIENT_DATA=without data}[: {Message.NewStateReason}]",
			"{Message.notificationType,Message.eventType|map:Bounce=}{Message.bounce.bouncedRecipients[0].emailAddress} could not be reached[: {Message.bounce.bouncedRecipients[0].diagnosticCode}]",
			"{Message.notificationType,Message.eventType|map:Delivery=}{Message.delivery.recipients[0],Message.mail.destination[0]} got a message[: {Message.mail.commonHeaders.subject}]",
			"{Message.notificationType,Message.eventType|map:Complaint=}{Message.complaint.complainedRecipients[0].emailAddress} complained about a message",
			"{Message.Records[0].eventName|words}: {Message.Records[0].s3.object.key}[ in {Message.Records[0].s3.bucket.name}]",
			"{Message.detail-type}[: {Message.source}]",
			"{Subject}", "{Message}[ ({TopicArn|base})]",
		),
		"azure-event-grid": always("{[0].eventType,[0].type|words}: {[0].subject}[ and {#|more} more]", "{type|words}[: {subject}]"),
		"cloudevents":      always("{@type}" + ce + "[: {subject,header:ce-subject,message,data.message,data.name,name}]"),
		"google-cloudevents": {
			on("google.cloud.storage.object.*", "File {name} {@type|map:google.cloud.storage.object.v1.finalized=was stored,google.cloud.storage.object.v1.deleted=was deleted,*=changed} in {bucket}"),
			on("google.cloud.cloudbuild.*", "Build {status|words|lower}[ in {projectId}][ ({buildTriggerId})]", "Build changed[ in {projectId}][ ({buildTriggerId})]"),
			on("*", "{@type}"+ce),
		},
		"google-pubsub":     always("Message for {subscription|base}: {message.data|base64}", "Message {message.messageId,message.message_id}[ of {message.attributes.eventType}] for {subscription|base}", "Message for {subscription|base}"),
		"microsoft-graph":   always("{value[0].changeType|words|title}: {value[0].resource}[ and {value.#|more} more]", "{value[0].lifecycleEvent|map:reauthorizationRequired=The subscription has to be renewed,subscriptionRemoved=The subscription was removed,missed=Notifications were missed,*=*}[ ({value[0].subscriptionId})]", "{query:validationToken|map:*=Microsoft checks the address}"),
		"standard-webhooks": always(standard, "{test|map:*=A test message}", "Message {header:webhook-id}"),
		"svix":              always(standard, "{test|map:*=A test message}", "Message {header:svix-id}"),
		"webflow":           always("{triggerType|map:form_submission=New form submission:} {payload.name}[ from {payload.data.Name,payload.data.name,payload.data.Email,payload.data.email}]", "{triggerType|map:ecomm_new_order=New order} {payload.orderId}", "{triggerType|words|title}[: {payload.name,payload.title}]"),
		"elevenlabs":        always("{type|words|title}[: {data.analysis.transcript_summary}]"),
		"okta":              always("{data.events[0].displayMessage}[: {data.events[0].target[0].displayName}][ by {data.events[0].actor.displayName}][ and {data.events.#|more} more]", "{header:x-okta-verification-challenge|map:*=Okta checks the address}"),
		"sanity":            always("{_type|title} {header:sanity-operation|map:create=created,update=changed,delete=deleted}: {title,name,slug.current,_id}", "{_type|title} {title,name,_id}"),
		"contentful":        always("{header:X-Contentful-Topic|after|map:create=New,save=Saved,auto_save=Saved,publish=Published,unpublish=Unpublished,archive=Archived,unarchive=Unarchived,delete=Deleted,*=Changed} {sys.type|map:DeletedEntry=entry,DeletedAsset=asset,DeletedContentType=content type,ContentType=content type,*=*|lower}[: {fields.title.en-US,fields.name.en-US,sys.id}]", "{sys.type}: {sys.id}"),
		"box":               always("{created_by.name} {trigger|map:FILE.UPLOADED=uploaded,FILE.DOWNLOADED=downloaded,FILE.DELETED=deleted,FILE.TRASHED=threw away,FILE.RENAMED=renamed,FILE.MOVED=moved,FILE.COPIED=copied,FILE.PREVIEWED=looked at,FILE.LOCKED=locked,FOLDER.CREATED=created} {source.name}", "{trigger|words|lower|title}[: {source.name}]"),
		"dropbox":           always("Files of {list_folder.accounts.#|count:account,accounts} changed", "{query:challenge|map:*=Dropbox checks the address}"),
		"docusign":          always("Envelope {event|map:envelope-sent=was sent,envelope-delivered=was delivered,envelope-completed=is completed,envelope-declined=was declined,envelope-voided=was voided}[: {data.envelopeSummary.emailSubject,data.envelopeId}]", "{event|words|title}[: {data.envelopeSummary.emailSubject,data.envelopeId}]"),
		"google-calendar":   always("{header:X-Goog-Resource-State|map:sync=Google is connected:,exists=Something changed in,not_exists=Something was deleted in,*=Something changed in} {header:X-Goog-Channel-ID|map:*=channel} {header:X-Goog-Channel-ID}"),
	}
}
