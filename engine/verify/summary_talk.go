package verify

func chatSummaries() map[string][]Summary {
	const (
		message  = "{message.from.first_name}[ {message.from.last_name}]"
		inChat   = "[ in {message.chat.title}]"
		slackWho = "{event.user_name,event.user,user_name,user.name,user.username,payload.user.name,payload.user.username}"
		line     = "events[0]."
	)
	return map[string][]Summary{
		"slack": {
			on("url_verification", "Slack checks the address"),
			on("message", "Message from "+slackWho+"[ in {event.channel}]: {event.text}", "Message[ in {event.channel}]: {event.text}"),
			on("app_mention", slackWho+" mentioned the app[ in {event.channel}]: {event.text}"),
			on("reaction_added", slackWho+" reacted with :{event.reaction}:"),
			on("*", "{command} from "+slackWho+"[ in #{channel_name}][: {text}]",
				"Message from "+slackWho+"[ in #{channel_name}]: {text}",
				slackWho+" used {actions[0].text.text,actions[0].name,actions[0].action_id,callback_id,view.title.text}",
				slackWho+": {@type|words}", "{@type|words|title}"),
		},
		"microsoft-teams": always("Message from {from.name}[ in {channelData.channel.name,conversation.name}]: {text|plain}", "{type|words|title}[ from {from.name}]"),
		"telegram": always(
			"Message from "+message+inChat+": {message.text,message.caption}",
			message+" pinned a message"+inChat+"[: {message.pinned_message.text}]",
			"{message.photo.#|map:*=Photo} from "+message+inChat,
			"Document {message.document.file_name} from "+message+inChat,
			"{message.voice.file_id|map:*=Voice message} from "+message+inChat,
			"{message.sticker.file_id|map:*=Sticker}[ {message.sticker.emoji}] from "+message+inChat,
			"Story of {message.story.chat.title} from "+message+inChat,
			"Location from "+message+inChat+": {message.location.latitude}, {message.location.longitude}",
			"{message.message_id|map:*=Message} from "+message+inChat,
			"{edited_message.from.first_name}[ {edited_message.from.last_name}] edited a message[ in {edited_message.chat.title}][: {edited_message.text}]",
			"Post in {channel_post.chat.title}[: {channel_post.text,channel_post.caption}]",
			"{callback_query.from.first_name}[ {callback_query.from.last_name}] pressed a button[ in {callback_query.message.chat.title}][: {callback_query.data}]",
			"Inline query from {inline_query.from.first_name}: {inline_query.query}",
			"{my_chat_member.from.first_name}[ {my_chat_member.from.last_name}] {my_chat_member.new_chat_member.status|map:kicked=blocked,left=removed,member=added,administrator=made an administrator of,restricted=restricted} the bot {my_chat_member.new_chat_member.user.username}[ in {my_chat_member.chat.title}]",
			"{chat_member.new_chat_member.user.first_name} {chat_member.new_chat_member.status|map:member=joined,left=left,kicked=was removed from,administrator=became an administrator of,restricted=was restricted in} {chat_member.chat.title}",
			"Answer to a poll from {poll_answer.user.first_name}", "Poll: {poll.question}",
			"{message_reaction.user.first_name}[ {message_reaction.user.last_name}] reacted with {message_reaction.new_reaction[0].emoji}[ in {message_reaction.chat.title}]",
			"{message_reaction.user.first_name}[ {message_reaction.user.last_name}] took back a reaction[ in {message_reaction.chat.title}]",
			"{chat_join_request.from.first_name}[ {chat_join_request.from.last_name}] asks to join {chat_join_request.chat.title}",
			"{pre_checkout_query.from.first_name} is about to pay {pre_checkout_query.total_amount|cents:pre_checkout_query.currency}",
			"Message from {business_message.from.first_name}: {business_message.text,business_message.caption}",
			"Post in {edited_channel_post.chat.title} was edited[: {edited_channel_post.text,edited_channel_post.caption}]",
			"Update {update_id}",
		),
		"line": always(
			"{"+line+"type|map:message=Message}[ from {"+line+"source.userId}]: {"+line+"message.text}[ and {events.#|more} more]",
			"{"+line+"type|words|title}[ ({"+line+"message.type})][ from {"+line+"source.userId}][ and {events.#|more} more]",
			"{message,text,hello}", "{destination|map:*=LINE checks the address}",
		),
		"discord": always(
			"{event.data.user.username} {event.type|map:APPLICATION_AUTHORIZED=authorised the app,APPLICATION_DEAUTHORIZED=removed the app}[ for server {event.data.guild.name,event.data.guild_id}]",
			"{type|map:0=Discord checks the address}",
			"{member.user.username,user.username} used /{data.name}[ in #{channel.name}]",
			"{member.user.username,user.username} pressed {data.custom_id}[ in #{channel.name}]",
			"{event.type|words|lower|title}", "{type|map:1=Discord checks the address,*=An interaction}",
		),
		"intercom": always("{topic|map:conversation.user.created=New conversation,conversation.user.replied=Reply}[ from {data.item.source.author.name,data.item.user.name}]: {data.item.source.subject,data.item.source.body,data.item.conversation_message.body|plain}",
			"{topic|words|title}[: {data.item.name,data.item.email,data.item.source.author.name}]"),
		"zoom": always("{event|map:meeting.started=Meeting started,meeting.ended=Meeting ended,meeting.created=New meeting,recording.completed=Recording is ready}: {payload.object.topic}",
			"{payload.object.participant.user_name} {event|map:meeting.participant_joined=joined,meeting.participant_left=left} {payload.object.topic}",
			"{event|map:endpoint.url_validation=Zoom checks the address}", "{event|words|title}[: {payload.object.topic,payload.object.email}]"),
		"olark": always("Chat with {items[1].visitorNickname,visitor.fullName,visitor.nickname}: {items[1].body,items[0].body}", "{kind} with {visitor.fullName,visitor.emailAddress,visitor.id}[: {items[0].body}]", "{data.kind,kind}: {data.items[0].body,items[0].body}"),
	}
}

func networkSummaries() map[string][]Summary {
	const (
		value   = "entry[0].changes[0].value."
		message = value + "messages[0]."
		name    = "{" + value + "contacts[0].profile.name," + message + "from}"
		chat    = "entry[0].messaging[0]."
		more    = "[ and {entry.#|more} more]"
	)
	return map[string][]Summary{
		"meta": {
			on("messages", "Message from "+name+": {"+message+"text.body}",
				name+" pressed “{"+message+"interactive.button_reply.title,"+message+"interactive.list_reply.title,"+message+"button.text}”",
				name+" {"+message+"reaction.emoji|map:*=reacted with} {"+message+"reaction.emoji}",
				name+" sent a location: {"+message+"location.name,"+message+"location.address}",
				name+" sent a location: {"+message+"location.latitude}, {"+message+"location.longitude}",
				"{"+message+"system.body}",
				name+" {"+message+"identity.hash,"+message+"identity.created_timestamp|map:*=has a new security number}",
				name+" sent {"+message+"type|map:image=an image,video=a video,audio=a recording,document=a document,sticker=a sticker,contacts=contacts,*=something}[: {"+message+"image.caption,"+message+"video.caption,"+message+"document.filename}]",
				"Message to {"+value+"statuses[0].recipient_id} was {"+value+"statuses[0].status}[: {"+value+"statuses[0].errors[0].title}]",
				"Message in {"+value+"metadata.display_phone_number}"),
			on("feed", "{"+value+"from.name,"+value+"sender_name} {"+value+"verb|map:add=added,edited=edited,edit=edited,remove=removed,hide=hid,*=*} a {"+value+"item|words}[: {"+value+"message}]"+more,
				"A {"+value+"item|words} was {"+value+"verb|map:add=added,edited=edited,remove=removed,*=changed}[: {"+value+"message}]"+more, "News in the feed"+more),
			on("leadgen", "New lead {"+value+"leadgen_id}[ from form {"+value+"form_id}]"),
			on("mention", "The page was mentioned in a {"+value+"item|words}[: {"+value+"message}]"),
			on("ratings", "{"+value+"reviewer_name} rated the page with {"+value+"rating} of 5[: {"+value+"review_text}]", "{"+value+"reviewer_name} {"+value+"recommendation_type|map:positive=recommends,POSITIVE=recommends,*=does not recommend} the page[: {"+value+"review_text}]"),
			on("comments", "{"+value+"from.username,"+value+"from.name} commented: {"+value+"text}"),
			on("message_template_status_update", "Template {"+value+"message_template_name}: {"+value+"event|words|lower}"),
			on("*", "Message from {"+chat+"sender.id}: {"+chat+"message.text}", "{"+chat+"sender.id} pressed {"+chat+"postback.title,"+chat+"postback.payload}",
				"{"+chat+"message.attachments[0].type|title} from {"+chat+"sender.id}",
				"{entry[0].changes[0].field|words|title} changed[ for {object|words} {entry[0].id}]"+more, "{object|words|title}: something happened"+more),
		},
		"x": always("{tweet_create_events[0].user.screen_name} posted: {tweet_create_events[0].text}", "Message: {direct_message_events[0].message_create.message_data.text}", "{follow_events[0].source.screen_name} followed {follow_events[0].target.screen_name}", "{favorite_events[0].user.screen_name} liked a post", "An update for {for_user_id}"),
		"twitch": always("{header:Twitch-Eventsub-Message-Type|map:webhook_callback_verification=Twitch checks the address for} {subscription.type}",
			"{header:Twitch-Eventsub-Message-Type|map:revocation=Twitch ended the subscription to} {subscription.type}[: {subscription.status|words}]",
			"{subscription.type|map:channel.follow=}{event.user_name} followed {event.broadcaster_user_name}", "{subscription.type|map:channel.subscribe=}{event.user_name} subscribed to {event.broadcaster_user_name}",
			"{subscription.type|map:stream.online=}{event.broadcaster_user_name} is live", "{subscription.type|map:stream.offline=}{event.broadcaster_user_name} is no longer live",
			"{subscription.type|words|title}[: {event.user_name,event.broadcaster_user_name}]", "Twitch checks the address{challenge|map:*=}"),
		"linkedin": always("{type|words|lower|title}[: {notifications[0].action,action|words|lower}]"),
	}
}
