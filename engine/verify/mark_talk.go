package verify

// talkMarks are of where people talk and publish.
func talkMarks() map[string][]Mark {
	telegram := []Mark{}
	for _, path := range []string{
		"message.message_id", "edited_message.message_id", "channel_post.message_id", "edited_channel_post.message_id", "callback_query.id", "inline_query.id",
		"my_chat_member.chat.id", "chat_member.chat.id", "chat_join_request.chat.id", "poll.id", "poll_answer.poll_id", "pre_checkout_query.id", "message_reaction.message_id", "message_reaction_count.message_id", "business_message.message_id", "shipping_query.id",
	} {
		telegram = append(telegram, mark(94, "update_id", path), mark(99, "update_id", path, "header:X-Telegram-Bot-Api-Secret-Token"))
	}
	return map[string][]Mark{
		"telegram":        telegram,
		"slack":           append(headed("X-Slack-Signature"), calls("Slackbot *"), mark(93, "team_id", "api_app_id", "event.type"), mark(93, "team_id", "channel_id", "user_name", "team_domain"), mark(92, "payload.team.id", "payload.type", "payload.user.id")),
		"microsoft-teams": {mark(95, "channelId=msteams")},
		"line":            append(headed("x-line-signature"), mark(92, "destination", "events[0].webhookEventId")),
		"discord":         append(headed("X-Signature-Ed25519"), mark(90, "event.type=APPLICATION_*|ENTITLEMENT_*|QUEST_*|LOBBY_*", "type=0|1"), mark(90, "application_id", "type", "version", "token")),
		"intercom":        {mark(95, "type=notification_event", "topic", "app_id")},
		"zoom":            headed("x-zm-signature", "x-zm-trackingid"),
		"olark":           {mark(90, "kind=Conversation|OfflineMessage", "items[0].kind=MessageTo*|OfflineMessage|Note")},
		"meta":            {mark(94, "object=page|instagram|whatsapp_business_account|user|permissions|application|ad_account", "entry[0].id"), mark(93, "object=page|instagram|whatsapp_business_account", "entry[0].time")},
		"x":               append(headed("x-twitter-webhooks-signature"), mark(85, "for_user_id", "users.#,tweet_create_events.#,follow_events.#")),
		"twitch":          headed("Twitch-Eventsub-Message-Id", "Twitch-Eventsub-Message-Signature"),
		"linkedin":        headed("X-LI-Signature"),
	}
}

// mailMarks are of who carries letters and calls.
func mailMarks() map[string][]Mark {
	return map[string][]Mark{
		"twilio":     append(headed("X-Twilio-Signature", "I-Twilio-Idempotency-Token"), mark(92, "AccountSid=AC*", "CallSid,MessageSid,SmsSid")),
		"mandrill":   append(headed("X-Mandrill-Signature"), mark(96, "mandrill_events")),
		"mailchimp":  {mark(94, "type=subscribe|unsubscribe|profile|upemail|cleaned|campaign", "fired_at", "data.list_id")},
		"postmark":   {mark(94, "RecordType", "MessageID"), mark(92, "FromFull.Email", "ToFull[0].Email", "MessageID"), calls("Postmark*")},
		"mailgun":    {mark(95, "event-data.event", "signature.token"), mark(92, "event-data.event", "event-data.recipient"), mark(92, "recipient", "token", "signature", "timestamp"), mark(90, "recipient", "message-headers", "sender,event")},
		"sendgrid":   append(headed("X-Twilio-Email-Event-Webhook-Signature"), mark(96, "[0].sg_event_id", "[0].event"), mark(94, "[0].sg_message_id", "[0].event"), calls("SendGrid Event API*")),
		"sparkpost":  append(headed("X-MessageSystems-Webhook-Token", "X-MessageSystems-Batch-ID"), mark(96, "[0].msys.message_event.type,[0].msys.track_event.type,[0].msys.unsubscribe_event.type,[0].msys.gen_event.type,[0].msys.relay_message.rcpt_to")),
		"mailjet":    {mark(95, "[0].event", "[0].mj_campaign_id,[0].mj_contact_id,[0].mj_message_id"), mark(95, "event", "mj_campaign_id,mj_contact_id,mj_message_id")},
		"mailersend": {mark(93, "type=activity.*", "webhook_id"), mark(91, "type=activity.*", "data.email.recipient.email")},
		"brevo":      {mark(91, "event", "email", "message-id", "ts_epoch,ts_event")},
		"resend":     {mark(95, "type=email.*", "data.email_id")},
		"postal":     {mark(92, "event=Message*", "payload.message.token,payload.original_message.token")},
	}
}
