package verify

// mailed is what became of a message, in words, after the address that it went to.
const mailed = "map:sent=was sent a message,send=was sent a message,deferred=could not be reached yet,deferral=could not be reached yet,delayed=could not be reached yet,processed=is being sent a message,request=is being sent a message,injection=is being sent a message,delivered=got a message,delivery=got a message,open=opened a message,opened=opened a message,unique_opened=opened a message,initial_open=opened a message,amp_open=opened a message,click=followed a link,clicked=followed a link,amp_click=followed a link,bounce=could not be reached,bounced=could not be reached,hard_bounce=could not be reached,soft_bounce=could not be reached for now,hard_bounced=could not be reached,soft_bounced=could not be reached for now,blocked=blocked a message,reject=was not sent a message,rejected=was not sent a message,dropped=was not sent a message,failed=could not be reached,spam=complained about a message,spamreport=complained about a message,spam_complaint=complained about a message,complained=complained about a message,complaint=complained about a message,unsub=unsubscribed,unsubscribe=unsubscribed,unsubscribed=unsubscribed,list_unsubscribe=unsubscribed,link_unsubscribe=unsubscribed,group_unsubscribe=unsubscribed,group_resubscribe=subscribed again"

func mailSummaries() map[string][]Summary {
	const (
		event   = "event-data."
		about   = "[: {event-data.message.headers.subject}]"
		why     = "[: {event-data.delivery-status.message,event-data.delivery-status.description,event-data.reason}]"
		more    = "[ and {#|more} more]"
		spark   = "{[0].msys.message_event.rcpt_to,[0].msys.message_event.raw_rcpt_to,[0].msys.track_event.rcpt_to,[0].msys.track_event.raw_rcpt_to,[0].msys.unsubscribe_event.rcpt_to,[0].msys.gen_event.rcpt_to}"
		sparked = "{[0].msys.message_event.type,[0].msys.track_event.type,[0].msys.unsubscribe_event.type,[0].msys.gen_event.type"
	)
	return map[string][]Summary{
		"twilio": always(
			"Message from {From}: {Body}",
			"Message to {To} {MessageStatus,SmsStatus|map:delivered=was delivered,sent=was sent,failed=failed,undelivered=was not delivered,queued=waits,*=*}[ (error {ErrorCode})]",
			"Call from {From} to {To}: {CallStatus|words}[, keys {Digits}]",
			"Call from {From} to {To}[, keys {Digits}]",
			"Recording {RecordingStatus|map:completed=is ready,absent=is missing,in-progress=began,failed=failed,*=*}[, {RecordingDuration|count:second,seconds}]",
			"{EventType|map:onMessageAdded=Message} in a conversation[ from {Author}]: {Body}",
			"{EventType,StatusCallbackEvent|words|title}",
		),
		"mandrill": {
			on("inbound", "Mail from {[0].msg.from_name,[0].msg.from_email}: {[0].msg.subject}"+more),
			on("*", "{[0].msg.email} {[0].event|"+mailed+"}[: {[0].msg.subject}]"+more, "{[0].event|words|title}[: {[0].msg.email}]"+more, "{[0].type|words|title}: {[0].action,[0].reject.email}"+more, "Mandrill checks the address"),
		},
		"mailchimp": always(
			"{type|map:subscribe=}{data.merges.FNAME} {data.merges.LNAME} ({data.email}) subscribed",
			"{type|map:unsubscribe=}{data.merges.FNAME} {data.merges.LNAME} ({data.email}) unsubscribed",
			"{data.email} {type|map:subscribe=subscribed,unsubscribe=unsubscribed,profile=changed the profile,cleaned=was removed from the list}",
			"{data.old_email} is now {data.new_email}", "Campaign {data.subject}: {data.status}", "{type|words|title}[: {data.email}]",
		),
		"postmark": {
			on("Inbound", "Mail from {FromFull.Name,FromFull.Email,From}: {Subject}"),
			on("Bounce", "{Email} could not be reached[: {Name}][ ({Subject})]"),
			on("Delivery", "{Recipient} got a message[ ({Tag})]"),
			on("Open", "{Recipient} opened a message[ ({Tag})]"),
			on("Click", "{Recipient} followed a link to {OriginalLink}"),
			on("SpamComplaint", "{Email} complained about a message[ ({Subject})]"),
			on("SubscriptionChange", "{Recipient} {SuppressSending|map:true=unsubscribed,false=subscribed again}"),
			on("*", "Mail from {FromFull.Name,FromFull.Email}: {Subject}", "{RecordType|words|title}[: {Recipient,Email}]", "Mail from {From}: {Subject}"),
		},
		"mailgun": always(
			"{"+event+"recipient} {"+event+"event|map:failed=could not be reached,rejected=was not sent a message}[ for good{"+event+"severity|map:permanent=}]"+why,
			"{"+event+"recipient} {"+event+"event|map:clicked=followed a link} to {"+event+"url}",
			"{"+event+"recipient} {"+event+"event|"+mailed+"}"+about,
			"{"+event+"event|map:stored=Mail stored} from {"+event+"message.headers.from}"+about,
			"{"+event+"event|words|title}[: {"+event+"recipient}]",
			"{recipient} {event|"+mailed+"}[: {description,reason}]",
			"Mail from {from,sender,From} to {recipient}: {subject,Subject}",
			"Mail from {from,sender} to {recipient}[: {stripped-text,body-plain}]",
		),
		"sendgrid":  always("{[0].email} {[0].event|"+mailed+"}[: {[0].reason,[0].response,[0].url}]"+more, "{[0].event|words|title}[: {[0].email}]"+more, "Mail from {from} to {to}: {subject}"),
		"sparkpost": always(spark+" "+sparked+"|"+mailed+"}[: {[0].msys.message_event.reason,[0].msys.track_event.target_link_name,[0].msys.message_event.subject}]"+more, sparked+"|words|title}[: "+spark+"]"+more, "Mail from {[0].msys.relay_message.friendly_from} to {[0].msys.relay_message.rcpt_to}: {[0].msys.relay_message.content.subject}"+more, "SparkPost checks the address"),
		"mailjet":   always("{[0].email,email} {[0].event,event|"+mailed+"}[: {[0].error,error,[0].url,url}]"+more, "{[0].event,event|words|title}[: {[0].email,email}]"+more, "Mail from {From,Sender} to {Recipient}: {Subject}"),
		"mailersend": always("{data.email.recipient.email,data.recipient.email} {data.type|"+mailed+"}[: {data.morph.reason,data.email.subject}]",
			"Mail from {data.from.email} to {data.recipients.to.data[0].email}: {data.subject}", "{type|words|title}[: {data.email.recipient.email}]"),
		"brevo": always("{email} {event|"+mailed+"}[: {subject,reason}]", "{event|words|title}[: {email}]", "Mail from {items[0].From.Address}: {items[0].Subject}"),
		"resend": always(
			"{data.to[0]} {type|map:email.sent=was sent a message,email.delivered=got a message,email.delivery_delayed=could not be reached yet,email.bounced=could not be reached,email.complained=complained about a message,email.opened=opened a message,email.clicked=followed a link,email.failed=could not be reached}[: {data.subject}]",
			"{type|map:email.received=Mail} from {data.from}[: {data.subject}]", "{type|words|title}[: {data.email,data.name,data.subject}]"),
		"postal": always(
			"{payload.message.to} {event|map:MessageSent=got a message,MessageDelayed=could not be reached yet,MessageDeliveryFailed=could not be reached,MessageHeld=has a message on hold,MessageLoaded=opened a message,MessageLinkClicked=followed a link}[: {payload.message.subject}]",
			"{payload.original_message.to} {event|map:MessageBounced=could not be reached}[: {payload.original_message.subject}]",
			"{rcpt_to} got mail from {mail_from}[: {subject}]", "{event|words|title}"),
	}
}
