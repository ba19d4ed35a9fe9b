package verify

// codeMarks are of who hosts and builds code. Forges send the headers of those that they
// descend from as well: the youngest is the surest.
func codeMarks() map[string][]Mark {
	return map[string][]Mark{
		"forgejo": {mark(99, "header:X-Forgejo-Event")},
		"gitea":   {mark(98, "header:X-Gitea-Event")},
		"gogs":    {mark(97, "header:X-Gogs-Event")},
		"github":  {mark(96, "header:X-GitHub-Event"), mark(96, "header:X-GitHub-Delivery"), calls("GitHub-Hookshot/*"), mark(85, "header:X-Hub-Signature-256", "repository.full_name", "sender.login")},
		"gitlab":  append(headed("X-Gitlab-Event"), mark(88, "object_kind", "project.path_with_namespace")),
		"gitee":   append(headed("X-Gitee-Event"), calls("git-oschina-hook*")),
		"bitbucket-cloud": {
			mark(96, "header:X-Event-Key=repo:push|repo:fork|repo:updated|repo:commit_*|issue:*|pullrequest:*|project:*"), calls("Bitbucket-Webhooks/*"),
			mark(88, "actor.account_id", "repository.full_name", "repository.links.self.href=https://api.bitbucket.org/*"),
		},
		"bitbucket-server": {mark(96, "header:X-Event-Key=pr:*|repo:refs_changed|repo:modified|repo:forked|mirror:*|diagnostics:ping"), mark(88, "eventKey", "actor.slug")},
		"harness":          append(headed("X-Harness-Trigger"), mark(85, "trigger", "principal.uid", "repo.default_branch")),
		"azure-devops":     {mark(93, "eventType", "publisherId=tfs|rm|Git", "notificationId"), mark(92, "eventType", "publisherId=tfs|rm")},
		"docker-hub":       {mark(95, "callback_url=https://registry.hub.docker.com/*"), mark(90, "push_data.pusher", "repository.repo_name")},
		"circleci":         headed("circleci-event-type", "circleci-signature"),
		"vercel":           headed("x-vercel-signature"),
		"netlify":          append(headed("X-Netlify-Event"), mark(90, "deploy_ssl_url", "site_id", "state")),
		"heroku":           append(headed("Heroku-Webhook-Hmac-SHA256"), mark(92, "app", "head", "head_long", "git_log", "release")),
		"sentry":           headed("Sentry-Hook-Resource", "Sentry-Hook-Signature"),
	}
}

// watchMarks are of who watches machines.
func watchMarks() map[string][]Mark {
	return map[string][]Mark{
		"grafana":                 {mark(95, "ruleName", "ruleUrl", "state", "title"), mark(95, "orgId", "alerts[0].labels.alertname", "groupKey"), mark(97, "header:User-Agent=Grafana*")},
		"alertmanager":            {mark(90, "alerts[0].labels.alertname", "groupKey", "receiver"), calls("Alertmanager/*")},
		"pagerduty":               append(headed("X-PagerDuty-Signature"), mark(94, "messages[0].type=incident.*", "messages[0].data.incident.id"), mark(92, "event.event_type=incident.*|service.*", "event.resource_type", "event.occurred_at")),
		"pingdom":                 {mark(93, "check_id", "check_type", "current_state", "previous_state"), mark(88, "query:message.checkname", "query:message.incidentid")},
		"checkly":                 {mark(93, "check_result_id", "alert_type=ALERT_*"), mark(90, "check_result_id", "check_name")},
		"new-relic":               {mark(92, "condition_name", "policy_name", "account_name"), mark(93, "deployment.deployment_url=*newrelic.com/*"), mark(92, "issueUrl=*newrelic.com/*"), mark(90, "accumulations.conditionName[0]")},
		"graylog":                 {mark(92, "event_definition_id", "event.source", "event_definition_title"), mark(91, "check_result.result_description", "check_result.triggered_condition.type")},
		"statusgator":             {mark(90, "service_name", "current_status", "last_status", "occurred_at")},
		"vmware-vrealize":         {mark(93, "adapterKind", "alertId", "criticality=ALERT_*")},
		"google-cloud-monitoring": {mark(93, "incident.incident_id", "incident.policy_name", "incident.condition_name")},
	}
}
