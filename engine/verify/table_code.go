package verify

import "patchbay/engine"

// codeHosts are where code lives.
func codeHosts() []Provider {
	return []Provider{
		{
			ID: "github", Title: "GitHub",
			Type: []Source{header("X-GitHub-Event")}, Delivery: []Source{header("X-GitHub-Delivery")},
			RerunFailed: true, PayloadField: "payload",
			DocURL: "https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries",
			proofs: []evidence{
				{hmac: hexBody("X-Hub-Signature-256", "sha256=")},
				{name: "github-sha1", hmac: &engine.HMACShape{Header: "X-Hub-Signature", Algorithm: "sha1", Encoding: "hex", Prefix: "sha1="}},
			},
		},
		{
			// X-Gitlab-Webhook-UUID names the hook, not the delivery.
			ID: "gitlab", Title: "GitLab",
			Type:        []Source{header("X-Gitlab-Event")},
			Delivery:    []Source{header("webhook-id"), header("Idempotency-Key"), header("X-Gitlab-Event-UUID")},
			RerunFailed: true,
			DocURL:      "https://docs.gitlab.com/user/project/integrations/webhooks/",
			proofs: []evidence{
				{hmac: standardWebhooks("webhook"), tolerance: defaultTolerance, begins: "whsec_"},
				{name: "gitlab-token", header: "X-Gitlab-Token", beginsNot: "whsec_"},
			},
		},
		gitForge("gitea", "Gitea", "X-Gitea-", "https://docs.gitea.com/usage/webhooks"),
		gitForge("forgejo", "Forgejo", "X-Forgejo-", "https://forgejo.org/docs/latest/user/webhooks/"),
		gitForge("gogs", "Gogs", "X-Gogs-", "https://gogs.io/docs/features/webhook"),
		{
			// The signature covers the time and the secret, not the body.
			ID: "gitee", Title: "Gitee",
			Type:   []Source{header("X-Gitee-Event")},
			DocURL: "https://gitee.com/help/articles/4290",
			proofs: []evidence{{
				hmac: &engine.HMACShape{
					Header: "X-Gitee-Token", Algorithm: "sha256", Encoding: "base64", Message: "{ts}\n{secret}",
					Timestamp: "header:X-Gitee-Timestamp", Unit: "ms",
				},
				tolerance: defaultTolerance, says: "Signs the time at which it sends (HMAC-SHA256), in the header X-Gitee-Token, and not what it sends.",
			}},
		},
		{
			ID: "bitbucket-cloud", Title: "Bitbucket", Aliases: []string{"bitbucket"},
			Type: []Source{header("X-Event-Key")}, Delivery: []Source{header("X-Request-UUID")}, RerunFailed: true,
			DocURL: "https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/",
			proofs: signed(hexBody("X-Hub-Signature", "sha256=")),
		},
		{
			ID: "bitbucket-server", Title: "Bitbucket Data Center",
			Type: []Source{header("X-Event-Key")}, Delivery: []Source{header("X-Request-Id")}, RerunFailed: true,
			DocURL: "https://confluence.atlassian.com/bitbucketserver/manage-webhooks-938025878.html",
			proofs: signed(hexBody("X-Hub-Signature", "sha256=")),
		},
	}
}

// builds are where code is built, runs and fails.
func builds() []Provider {
	return []Provider{
		{
			ID: "circleci", Title: "CircleCI",
			Type: []Source{header("circleci-event-type"), inJSON("type")}, Delivery: []Source{inJSON("id")},
			DocURL: "https://circleci.com/docs/webhooks/",
			proofs: signed(&engine.HMACShape{Header: "circleci-signature", Algorithm: "sha256", Encoding: "hex", Format: formatList, Separator: ",", ItemPrefix: "v1="}),
		},
		{
			ID: "vercel", Title: "Vercel",
			Type: []Source{inJSON("type")}, Delivery: []Source{inJSON("id")},
			DocURL: "https://vercel.com/docs/webhooks/webhooks-api#securing-webhooks",
			proofs: signed(&engine.HMACShape{Header: "x-vercel-signature", Algorithm: "sha1", Encoding: "hex"}),
		},
		{
			ID: "heroku", Title: "Heroku",
			Type: []Source{inJSON("resource")}, Delivery: []Source{inJSON("webhook_metadata.event.id")},
			DocURL: "https://devcenter.heroku.com/articles/app-webhooks#securing-webhook-requests",
			proofs: signed(base64Body("Heroku-Webhook-Hmac-SHA256", "")),
		},
		{
			ID: "sentry", Title: "Sentry",
			Type: []Source{header("Sentry-Hook-Resource")}, Delivery: []Source{header("Request-ID")},
			DocURL: "https://docs.sentry.io/organization/integrations/integration-platform/webhooks/",
			proofs: signed(hexBody("Sentry-Hook-Signature", "")),
		},
	}
}

// gitForge is the family of Gogs, whose headers differ in their prefix only.
func gitForge(id, title, prefix, doc string) Provider {
	return Provider{
		ID: id, Title: title,
		Type: []Source{header(prefix + "Event")}, Delivery: []Source{header(prefix + "Delivery")},
		RerunFailed: true, PayloadField: "payload", DocURL: doc,
		proofs: signed(hexBody(prefix+"Signature", "")),
	}
}
