package verify

// Kind tells the kind of an event by a path that only this kind has. Name is what it is
// called; without it the value is. Paths are written as in sentences.
type Kind struct {
	Path string
	Name string
}

// kinds are by id. They are tried in order, after the sources of the type.
func kinds() map[string][]Kind {
	return map[string][]Kind{
		"adyen":         {{Path: "notificationItems[0].NotificationRequestItem.eventCode"}},
		"braintree":     {{Path: "notification.kind"}},
		"callrail":      {{"query:callernum", "call"}, {"customer_phone_number", "call"}},
		"dropbox":       {{"list_folder.accounts[0]", "list_folder"}},
		"google-pubsub": {{"message.messageId", "message"}, {"message.message_id", "message"}},
		"graylog":       {{"check_result.result_description", "stream_alert"}},
		"heroku":        {{"head", "deploy"}},
		"mailgun":       {{"stripped-text", "inbound"}, {"body-plain", "inbound"}, {"sender", "inbound"}},
		"marketo":       {{"campaign.name", "campaign"}},
		"new-relic":     {{"deployment.revision", "deployment"}},
		"pagerduty":     {{Path: "messages[0].type"}},
		"pingdom":       {{Path: "query:message.action"}},
		"postmark":      {{"TextBody", "Inbound"}, {"HtmlBody", "Inbound"}},
		"recurly": {
			{"new_subscription_notification.account.account_code", "new_subscription_notification"},
			{"updated_subscription_notification.account.account_code", "updated_subscription_notification"},
			{"canceled_subscription_notification.account.account_code", "canceled_subscription_notification"},
			{"expired_subscription_notification.account.account_code", "expired_subscription_notification"},
			{"renewed_subscription_notification.account.account_code", "renewed_subscription_notification"},
			{"new_account_notification.account.account_code", "new_account_notification"},
			{"canceled_account_notification.account.account_code", "canceled_account_notification"},
			{"successful_payment_notification.account.account_code", "successful_payment_notification"},
			{"failed_payment_notification.account.account_code", "failed_payment_notification"},
			{"successful_refund_notification.account.account_code", "successful_refund_notification"},
			{"new_invoice_notification.account.account_code", "new_invoice_notification"},
		},
		"slack":     {{"service_id", "outgoing_webhook"}},
		"sparkpost": {{Path: "[0].msys.track_event.type"}, {Path: "[0].msys.unsubscribe_event.type"}, {Path: "[0].msys.gen_event.type"}, {"[0].msys.relay_message.rcpt_to", "relay_message"}},
		"telegram": {
			{"message.message_id", "message"},
			{"edited_message.message_id", "edited_message"},
			{"callback_query.id", "callback_query"},
			{"channel_post.message_id", "channel_post"},
			{"edited_channel_post.message_id", "edited_channel_post"},
			{"inline_query.id", "inline_query"},
			{"my_chat_member.date", "my_chat_member"},
			{"chat_member.date", "chat_member"},
			{"chat_join_request.date", "chat_join_request"},
			{"poll.id", "poll"},
			{"poll_answer.poll_id", "poll_answer"},
			{"pre_checkout_query.id", "pre_checkout_query"},
			{"message_reaction.date", "message_reaction"},
			{"message_reaction_count.date", "message_reaction_count"},
			{"business_message.message_id", "business_message"},
			{"shipping_query.id", "shipping_query"},
		},
		"transifex": {{"query:reviewed", "reviewed"}, {"query:translated", "translated"}},
		"twilio":    {{"RecordingSid", "recording"}, {"CallSid", "call"}, {"MessageSid", "message"}, {"SmsSid", "message"}},
		"twitch":    {{Path: "subscription.type"}},
		"x":         {{"tweet_create_events[0].id_str", "tweet_create_events"}, {"direct_message_events[0].id", "direct_message_events"}, {"follow_events[0].type", "follow_events"}, {"favorite_events[0].id", "favorite_events"}},
	}
}
