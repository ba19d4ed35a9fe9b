package verify

func buildSummaries() map[string][]Summary {
	const circle = " {workflow.status,job.status|map:success=succeeded,failed=failed,canceled=was cancelled,error=failed,*=*|words}[ on {pipeline.vcs.branch}][ in {project.slug,project.name}]"
	return map[string][]Summary{
		"circleci": always("Job {job.name}"+circle, "Workflow {workflow.name}"+circle, "{@type|words|title}"),
		"vercel": {
			on("deployment.*", "Deployment of {payload.deployment.name,payload.name} {@type|map:deployment.created=was created,deployment.succeeded=succeeded,deployment.ready=is ready,deployment.error=failed,deployment.canceled=was cancelled,*=changed}[ ({payload.target})]"),
			on("*", "{@type|words|title}[: {payload.project.name,payload.name}]"),
		},
		"netlify": always("{name}: deploy {state|words}[ ({branch})][: {title}]", "New form submission[ from {data.name,name,email}]", "{state|words|title}"),
		"heroku": always(
			"{user,data.user.email,actor.email} deployed {head|short} to {app,data.app.name}[ ({release|plain})]",
			"{data.name} of {data.app.name} is {data.state|words}",
			"{data.app.name}: {resource} {action|words}",
			"{resource|words|title} {action|words}",
		),
		"sentry": {
			on("issue", "Issue {action|words}: {data.issue.title}[ in {data.issue.project.slug,data.issue.project.name}]"),
			on("event_alert", "Alert {data.triggered_rule}: {data.event.title}", "{data.event.title}"),
			on("metric_alert", "{data.description_title}[: {data.description_text}]"),
			on("error", "{data.error.title}"),
			on("*", "{@type|words|title} {action|words}"),
		},
	}
}

// alarmSummaries are of those who watch machines.
func alarmSummaries() map[string][]Summary {
	return map[string][]Summary{
		"alertmanager": always(
			"{status|title}: {alerts[0].labels.alertname}[ on {alerts[0].labels.instance}][ and {alerts.#|more} more][: {commonAnnotations.summary,alerts[0].annotations.summary,alerts[0].annotations.description}]",
			"{status|title}: {commonAnnotations.summary,groupLabels.alertname,alerts.#}",
		),
		"grafana": always(
			"{title}[: {message}]",
			"{ruleName,alerts[0].labels.alertname}: {state,status|words}",
			"{message}",
		),
		"pagerduty": always(
			"Incident #{event.data.number} {event.event_type|map:incident.triggered=triggered,incident.acknowledged=acknowledged,incident.resolved=resolved,incident.escalated=escalated,incident.reassigned=reassigned,incident.priority_updated=has a new priority,*=changed}[ on {event.data.service.summary}]: {event.data.title}",
			"{event.event_type|words|title}[: {event.data.title,event.data.summary}]",
			"Incident #{messages[0].data.incident.incident_number} {messages[0].type|map:incident.trigger=triggered,incident.acknowledge=acknowledged,incident.unacknowledge=no longer acknowledged,incident.resolve=resolved,incident.assign=assigned,incident.escalate=escalated,incident.delegate=delegated}[ on {messages[0].data.incident.service.name}][: {messages[0].data.incident.trigger_summary_data.subject}][ and {messages.#|more} more]",
		),
		"pingdom": always(
			"{check_name} is {current_state|lower}[: {description}]",
			"{query:message.checkname} is {query:message.description}[ ({query:message.host})]",
		),
		"checkly": always("{event,check_name}[ (from {run_location})]"),
		"new-relic": always(
			"{current_state|map:open=Open,acknowledged=Acknowledged,closed=Closed,*=*}: {condition_name,policy_name}[: {details}]",
			"{deployment.deployed_by} deployed {deployment.application_name} {deployment.revision}[: {deployment.description}]",
			"{state|lower|title}: {title,issueTitle,annotations.title}",
			"{alert_policy_name,application_name}: {short_description,long_description,message}",
		),
		"graylog": always(
			"{event.message,event_definition_title}[ ({event.source})]",
			"{stream.title}: {check_result.result_description}",
			"{check_result.result_description}",
		),
		"riemann":     always("{service} on {host} is {state}[: {description}]", "{service}: {state}"),
		"statusgator": always("{service_name} is {current_status|map:up=up,down=down,warn=having problems,maintenance=in maintenance,*=*}[ (was {last_status|map:up=up,down=down,warn=having problems,maintenance=in maintenance,*=*})]"),
		"vmware-vrealize": always(
			"{status|lower|title} alert for {resourceName}: {subType|map:ALERT_SUBTYPE_AVAILABILITY_PROBLEM=availability problem,ALERT_SUBTYPE_PERFORMANCE_PROBLEM=performance problem,ALERT_SUBTYPE_CAPACITY_PROBLEM=capacity problem,*=*|words|lower}[ ({info})]",
			"{status|lower|title} alert for {resourceName}",
		),
		"google-cloud-monitoring": always(
			"{incident.state|map:open=Open,closed=Closed,OPEN=Open,CLOSED=Closed,*=*} incident: {incident.policy_name}[: {incident.summary}]",
			"{incident.summary}",
		),
	}
}
