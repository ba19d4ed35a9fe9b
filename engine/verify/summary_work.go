package verify

func workSummaries() map[string][]Summary {
	const (
		jiraWho   = "{user.displayName,comment.author.displayName,issue.fields.creator.displayName}"
		jiraIssue = "{issue.key}[: {issue.fields.summary}]"
		trello    = "{action.memberCreator.fullName,action.memberCreator.username}"
		card      = " card {action.data.card.name}"
	)
	return map[string][]Summary{
		"jira": {
			on("jira:issue_created", jiraWho+" created "+jiraIssue),
			on("jira:issue_deleted", jiraWho+" deleted "+jiraIssue),
			on("jira:issue_updated", jiraWho+" {issue_event_type_name|map:issue_assigned=assigned} {issue.key}[ to {issue.fields.assignee.displayName}][: {issue.fields.summary}]",
				jiraWho+" {issue_event_type_name|map:issue_commented=commented on,issue_resolved=resolved,issue_closed=closed,issue_reopened=reopened,issue_moved=moved,*=changed} "+jiraIssue, jiraWho+" changed "+jiraIssue),
			on("comment_*", "{comment.updateAuthor.displayName,comment.author.displayName} {@type|map:comment_created=commented on,comment_updated=edited a comment on,comment_deleted=deleted a comment on} {issue.key}[: {comment.body}]",
				"{comment.author.displayName}: {comment.body}"),
			on("worklog_*", "{worklog.author.displayName} {@type|map:worklog_created=logged,worklog_updated=changed,worklog_deleted=deleted} {worklog.timeSpent}"),
			on("sprint_*", "{@type|words|title}: {sprint.name}"),
			on("jira:version_*", "{@type|map:jira:version_released=Version released,jira:version_created=New version,*=Version changed}: {version.name}"),
			on("*", jiraWho+": {@type|words}[ {issue.key}]", "{@type|words|title}"),
		},
		"linear": always(
			"{type|map:Comment=}{actor.name,data.user.name} {action|map:create=commented,update=edited a comment,remove=deleted a comment}[ on {data.issue.identifier,data.issue.title}]: {data.body}",
			"{type|map:Comment=}{action|map:create=New comment,update=Comment changed,remove=Comment deleted}: {data.body}",
			"[{actor.name} ]{action|map:create=created,update=changed,remove=deleted} {type|lower} {data.identifier}: {data.title}",
			"[{actor.name} ]{action|map:create=created,update=changed,remove=deleted} {type|lower} {data.name,data.title,data.id}",
			"[{actor.name}: ]{type|words|title} {action|map:create=created,update=changed,remove=deleted,*=*}[ in {data.project.name}][: {data.body}]",
		),
		"notion": always("{type|map:page.created=New page,page.deleted=Page deleted,page.content_updated=Page changed,page.properties_updated=Page changed,comment.created=New comment}[ by {authors[0].name,authors[0].id}]", "{verification_token|map:*=Notion checks the address}", "{type|words|title}[: {entity.type}]"),
		"asana":  always("{events[0].resource.resource_type|words|title} {events[0].action}[ in {events[0].parent.resource_type}][ and {events.#|more} more]", "{events.#|map:0=Asana is connected}"),
		"trello": always(
			trello+" {action.type|map:updateCard=moved}"+card+" to {action.data.listAfter.name}",
			trello+" {action.type|map:createCard=created,deleteCard=deleted,copyCard=copied,updateCard=changed,commentCard=commented on}"+card+"[ in {action.data.list.name}][: {action.data.text}]",
			trello+" {action.type|map:addMemberToCard=added} {action.data.member.name,member.fullName} to"+card,
			trello+" {action.type|map:removeMemberFromCard=removed} {action.data.member.name,member.fullName} from"+card,
			trello+" {action.type|map:createList=created,updateList=changed} list {action.data.list.name}[ on {action.data.board.name}]",
			trello+": {action.type|words}[ {action.data.card.name,action.data.list.name,action.data.board.name}]",
		),
		"hubspot": always(
			"{[0].subscriptionType|map:contact.creation=New contact,contact.deletion=Contact deleted,contact.propertyChange=Contact changed,company.creation=New company,company.deletion=Company deleted,company.propertyChange=Company changed,deal.creation=New deal,deal.deletion=Deal deleted,deal.propertyChange=Deal changed,ticket.creation=New ticket,ticket.propertyChange=Ticket changed}: {[0].objectId}[, {[0].propertyName} is now {[0].propertyValue}][ and {#|more} more]",
			"{[0].subscriptionType|words|title}[: {[0].objectId}][ and {#|more} more]",
			"{subscriptionType|words|title}: {objectId}", "{example_field|map:*=A call from a HubSpot workflow}", "A call from HubSpot",
		),
		"zendesk":   always("Ticket #{detail.id} {type|map:zen:event-type:ticket.created=created,zen:event-type:ticket.status_changed=has a new status,zen:event-type:ticket.comment_added=has a new comment,*=changed}[: {detail.subject}]", "{ticket.title,subject,title}", "{type|base|words|title}"),
		"typeform":  always("New answer to {form_response.definition.title}[: {form_response.answers[0].text,form_response.answers[0].email,form_response.answers[0].choice.label}]", "{event_type|words|title}"),
		"calendly":  always("{payload.name} {event|map:invitee.created=booked,invitee.canceled=cancelled} {payload.scheduled_event.name}[ on {payload.scheduled_event.start_time|time}]", "{event|words|title}[: {payload.name,payload.email}]"),
		"unbounce":  always("New form submission on {page_name}[ ({variant|map:*=*})]"),
		"wordpress": always("{hook|map:publish_page=Page published,publish_post=Post published,publish_phone=Post published,comment_post=New comment,user_register=New user,wp_login=Login}: {post_title,comment_author,user_login,display_name}", "{hook|words|title}[: {post_title,comment_content,user_login}]"),
		"marketo":   always("{lead.first_name}[ {lead.last_name}] in {campaign.name}[ (step {step})][, company {company.name}]", "{name,campaign.name}"),
		"desk-com":  always("{data|plain}", "{topic|words|title}"),
		"callrail":  always("Call from {query:callername} ({query:callernum}), {query:duration} seconds", "Call from {query:callernum}", "Call from {customer_name,customer_phone_number}[, {duration} seconds]"),
		"transifex": always("{query:resource} in {query:project} is {query:reviewed}% reviewed in {query:language}", "{query:resource} in {query:project} is {query:translated}% translated in {query:language}", "{event|words|title}: {resource} in {project}[ ({language})]"),
	}
}
