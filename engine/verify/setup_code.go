package verify

import "time"

func codeAdvice() map[string]advice {
	return map[string]advice{
		"github": {
			steps: []string{
				"In the repository or organisation, open Settings › Webhooks and choose Add webhook.",
				"Paste {{address}} as the Payload URL and choose application/json as the Content type.",
				"Make up a long secret, enter it as the Secret there, and paste the same one into the sender check of this inbox.",
				"Choose Let me select individual events, tick those that you want, and choose Add webhook. GitHub sends a ping at once.",
			},
			retry:  Retry{Text: "GitHub does not try again by itself. A failed delivery can be sent again by hand under Recent Deliveries, or over its API.", Confirmed: true},
			within: 10 * time.Second, types: []string{form},
		},
		"gitlab": {
			steps: []string{
				"In the project or group, open Settings › Webhooks and choose Add new webhook.",
				"Paste {{address}} as the URL.",
				"Make up a long Secret token and enter it there, or have GitLab make a signing token. " + sameSecret,
				"Tick the triggers that you want, and choose Add webhook. Test › Push events sends a first one.",
			},
			retry: Retry{
				Text:       "After 4 failures in a row GitLab pauses the webhook, for a minute at first and for up to 24 hours later; after 40 it turns it off for good. Servers of one's own may have this turned off.",
				StopsAfter: 4, Stops: "pauses the webhook", Confirmed: true,
			},
			within: 10 * time.Second,
		},
		"gitea":   forgeAdvice("Gitea", "Gitea"),
		"forgejo": forgeAdvice("Forgejo", "Forgejo"),
		"gogs":    forgeAdvice("Gogs", "Gogs"),
		"gitee": {
			steps: []string{
				"In the repository, open Management › WebHooks and choose Add webHook.",
				"Paste {{address}} as the URL.",
				"Choose the signing key rather than the password, make one up and enter it. " + sameSecret,
				"Tick the events that you want and choose Add.",
			},
		},
		"bitbucket-cloud": {
			steps: []string{
				"In the repository, open Repository settings › Webhooks and choose Add webhook.",
				"Enter a title and paste {{address}} as the URL.",
				"Enter or generate a Secret. " + sameSecret,
				"Choose the triggers that you want and save.",
			},
			retry:  Retry{Text: "Bitbucket tries up to two more times when there is no answer or a status from 500 on. A delivery can be sent again by hand under View requests."},
			within: 10 * time.Second,
		},
		"bitbucket-server": {
			steps: []string{
				"In the repository or project, open Settings › Webhooks and choose Create webhook.",
				"Enter a title, paste {{address}} as the URL, and enter a Secret. " + sameSecret,
				"Tick the events that you want and save. Test connection sends a ping, which is not signed and is refused.",
			},
			retry: Retry{Text: "Bitbucket Data Center does not repeat a failed delivery. After failures in a row it pauses the webhook for a while and tells so on the webhook's page."},
		},
	}
}

func forgeAdvice(title, kind string) advice {
	return advice{
		steps: []string{
			"In the repository or organisation, open Settings › Webhooks, choose Add webhook, and choose " + kind + ".",
			"Paste {{address}} as the Target URL (Payload URL), with POST and application/json.",
			"Make up a long Secret and enter it there. " + sameSecret,
			"Choose the events that you want and choose Add webhook. Test delivery sends a first one.",
		},
		retry: Retry{Text: title + " does not try again by itself. A delivery can be sent again by hand under Recent Deliveries."},
		types: []string{form},
	}
}

func buildAdvice() map[string]advice {
	return map[string]advice{
		"circleci": {
			steps: []string{
				"In the project, open Project Settings › Webhooks and choose Add Webhook.",
				"Paste {{address}} as the Receiver URL and enter a Secret token. " + sameSecret,
				"Tick Workflow Completed, Job Completed or both, and choose Add Webhook.",
			},
			retry:  Retry{Text: "CircleCI tries again when there is no answer or a status other than 200 to 299; how often is not promised."},
			within: 5 * time.Second,
		},
		"vercel": {
			steps: []string{
				"In the team's Settings, open Webhooks.",
				"Choose the events and projects, and paste {{address}} as the Endpoint URL.",
				"Choose Create Webhook. The secret is shown once: paste it into the sender check of this inbox.",
			},
			retry:  Retry{Text: "Vercel tries again for up to 24 hours, with growing pauses."},
			within: 30 * time.Second,
		},
		"heroku": {
			steps: []string{
				"On the app's page, open More › View webhooks, or use heroku webhooks:add.",
				"Paste {{address}} as the Payload URL and choose the kinds of event.",
				"Choose the level sync when failed deliveries should be repeated, notify when not.",
				"Enter a Secret, or copy the one that Heroku makes. " + sameSecret,
			},
			retry: Retry{Text: "At level sync Heroku repeats failed deliveries with growing pauses; at level notify it tries once."},
		},
		"sentry": {
			steps: []string{
				"In Settings › Custom Integrations, create an Internal Integration.",
				"Paste {{address}} as the Webhook URL, and turn on Alert Rule Action where alerts should come too.",
				"Give it the permissions that the events need, tick the events under Webhooks, and save.",
				"Copy the Client Secret and paste it into the sender check of this inbox.",
			},
			retry:  Retry{Text: "Sentry expects a quick answer and counts a late one as failed; it can turn an integration off that keeps failing."},
			within: time.Second,
		},
	}
}

func imageAdvice() map[string]advice {
	return map[string]advice{
		"netlify": {
			steps: []string{
				"In the project, open Notifications › HTTP POST request (under Emails and webhooks).",
				"Choose the event to listen for, and paste {{address}} as the URL to notify.",
				"Enter a JWS secret token. " + sameSecret,
			},
			retry: Retry{Text: "Netlify turns a notification off that keeps failing."},
		},
		"docker-hub": {
			steps: []string{
				"In the repository on Docker Hub, open Webhooks.",
				"Enter a name, paste {{address}} as the Webhook URL, and choose the plus sign.",
				secretAddress,
			},
			retry: Retry{Text: "Docker Hub does not repeat a failed delivery by itself; its history lists them."},
		},
		"harness": {
			steps: []string{
				"In the repository of Harness Code, open Manage Repository (Settings) › Webhooks and choose New Webhook.",
				"Enter a name and paste {{address}} as the Payload URL.",
				"Choose the events that you want and create it.",
				secretAddress,
			},
			retry: Retry{Text: "A delivery can be sent again by hand from the webhook's executions."},
		},
		"azure-devops": {
			steps: []string{
				"In the project, open Project settings › Service hooks, choose the plus sign, and then Web Hooks.",
				"Choose the event that should trigger it, and its filters.",
				"Paste {{address}} as the URL, choose Test, and then Finish. One subscription sends one kind of event.",
				"It signs nothing, but can give a name and a password: enter them there and in the sender check of this inbox. Otherwise the secret part of the address proves the sender.",
			},
			retry: Retry{Text: "Azure DevOps repeats deliveries that failed for a passing cause. After failures that last it puts a subscription on probation and then turns it off; a status of 410 turns it off at once."},
		},
	}
}
