package verify

const (
	githubWho    = "{sender.login,sender.username,pusher.name}"
	githubWhere  = " in {repository.full_name,organization.login}"
	githubIssue  = "#{issue.number}[" + githubWhere + "][: {issue.title}]"
	githubPull   = "#{pull_request.number,number}[" + githubWhere + "][: {pull_request.title}]"
	githubAction = "{action|map:synchronize=pushed to,synchronized=pushed to,review_requested=asked for a review of,ready_for_review=marked as ready,converted_to_draft=made a draft of,auto_merge_enabled=turned on auto-merge of,*=*|words}"
	toRef        = " to {ref|ref}"
)

// githubLike are the sentences of GitHub, which Gitea, Forgejo and Gogs send as well.
func githubLike() []Summary {
	return []Summary{
		on("ping", "GitHub is connected: {zen}", "The webhook is connected"),
		on("push", "{deleted|map:true=}"+githubWho+" deleted {ref|ref}"+githubWhere,
			githubWho+" pushed {commits.#|count:commit,commits}"+toRef+githubWhere+"[: {head_commit.message,commits[0].message}]",
			githubWho+" pushed"+toRef+githubWhere),
		on("issues", githubWho+" "+githubAction+" issue "+githubIssue, "Issue #{issue.number} was {action|words}"+githubWhere+"[: {issue.title}]"),
		on("issue_comment", "{comment.user.login,sender.login} {action|map:created=commented on,edited=edited a comment on,deleted=deleted a comment on}"+
			"{issue.pull_request.url|map:*=} pull request "+githubIssue,
			"{comment.user.login,sender.login,comment.user.username} {action|map:created=commented on,edited=edited a comment on,deleted=deleted a comment on}[ {is_pull|map:true=pull request,false=issue}] "+githubIssue),
		on("pull_request", "{pull_request.merged|map:true=}{action|map:closed=}"+githubWho+" merged pull request "+githubPull,
			githubWho+" "+githubAction+" pull request "+githubPull, "Pull request #{pull_request.number,number} was {action|words}"+githubWhere+"[: {pull_request.title}]"),
		on("pull_request_review", "{review.user.login} {review.state|map:approved=approved,changes_requested=asked for changes in,commented=reviewed,dismissed=dismissed a review of,*=reviewed} pull request "+githubPull),
		on("pull_request_review_comment", "{comment.user.login} commented on the code of pull request "+githubPull),
		on("check_run", "Check {check_run.name} {check_run.conclusion|map:success=succeeded,failure=failed,cancelled=was cancelled,skipped=was skipped,timed_out=timed out,action_required=needs somebody,*=ended}"+githubWhere,
			"Check {check_run.name} was {action|words}"+githubWhere),
		on("check_suite", "Checks of {check_suite.head_branch}: {check_suite.conclusion,check_suite.status|words}"+githubWhere),
		on("workflow_run", "Workflow {workflow_run.name} {workflow_run.conclusion|map:success=succeeded,failure=failed,cancelled=was cancelled,skipped=was skipped,timed_out=timed out,*=ended}[ on {workflow_run.head_branch}]"+githubWhere,
			"Workflow {workflow_run.name} was {action|words}[ on {workflow_run.head_branch}]"+githubWhere),
		on("workflow_job", "Job {workflow_job.name}: {workflow_job.conclusion,workflow_job.status|words}"+githubWhere),
		on("status", "{context}: {state|words}[ on {branches[0].name}]"+githubWhere, "{state|words|title} for {sha|short}"+githubWhere),
		on("deployment_status", "Deployment to {deployment.environment}: {deployment_status.state|words}"+githubWhere),
		on("create", githubWho+" created {ref_type} {ref|ref}"+githubWhere, "{ref_type|title} {ref|ref} was created"+githubWhere),
		on("delete", githubWho+" deleted {ref_type} {ref|ref}"+githubWhere, "{ref_type|title} {ref|ref} was deleted"+githubWhere),
		on("fork", githubWho+" forked {repository.full_name}[ to {forkee.full_name}]", "{repository.full_name} was forked"),
		on("star", githubWho+" {action|map:created=starred,deleted=took the star from} {repository.full_name}"),
		on("watch", githubWho+" starred {repository.full_name}"),
		on("release", githubWho+" {action|words} release {release.name,release.tag_name}"+githubWhere,
			"Release {release.name,release.tag_name} was {action|words}"+githubWhere),
		on("installation", githubWho+" {action|map:created=installed,deleted=uninstalled,*=*|words} the app for {installation.account.login}"),
		on("member", githubWho+" {action|words} member {member.login}"+githubWhere),
		on("discussion", githubWho+" {action|words} discussion #{discussion.number}"+githubWhere+"[: {discussion.title}]"),
		on("gollum", githubWho+" {pages[0].action|words} wiki page {pages[0].title}"+githubWhere),
		on("dependabot_alert", "Alert {action|words}: {alert.security_advisory.summary}"+githubWhere),
		on("*", githubWho+" {action|words} {@type|words}"+githubWhere, "{@type|words|title}"+githubWhere, "{@type|words|title} by "+githubWho),
		on("", "A message without a kind[ from "+githubWho+"]", "A message without a kind"),
	}
}

func codeSummaries() map[string][]Summary {
	const (
		gitlabWho   = "{user.name,user_name,user.username}"
		gitlabWhere = " in {project.path_with_namespace,project_name,repository.name}"
		gitlabDo    = "{object_attributes.action|map:open=opened,reopen=reopened,close=closed,update=changed,merge=merged,approved=approved,unapproved=took back the approval of,approval=approved}"
		attr        = "object_attributes."
		giteeWhere  = " in {repository.full_name,project.full_name}"
		giteeDo     = "{action|map:open=opened,close=closed,merge=merged,update=changed,assign=assigned,*=*|words}"
		cloudWho    = "{actor.display_name,actor.nickname}"
		cloudIn     = " in {repository.full_name}"
		cloudPull   = " pull request #{pullrequest.id}" + cloudIn + ": {pullrequest.title}"
		serverIn    = " in {pullRequest.toRef.repository.project.key}/{pullRequest.toRef.repository.slug}: {pullRequest.title}"
		harnessIn   = "[ in {repo.uid,repo.identifier}]"
	)
	return map[string][]Summary{
		"github": githubLike(), "gitea": githubLike(), "forgejo": githubLike(), "gogs": githubLike(),
		"gitlab": {
			on("Push Hook", gitlabWho+" pushed {total_commits_count|count:commit,commits} to {ref|ref}"+gitlabWhere+"[: {commits[0].title,commits[0].message}]",
				gitlabWho+" pushed to {ref|ref}"+gitlabWhere),
			on("Tag Push Hook", gitlabWho+" pushed tag {ref|ref}"+gitlabWhere),
			on("*Issue Hook", gitlabWho+" "+gitlabDo+" issue #{"+attr+"iid}"+gitlabWhere+": {"+attr+"title}",
				"{"+attr+"state|map:opened=Open,closed=Closed,*=*} issue #{"+attr+"iid}"+gitlabWhere+": {"+attr+"title}"),
			on("Merge Request Hook", gitlabWho+" "+gitlabDo+" merge request !{"+attr+"iid}"+gitlabWhere+": {"+attr+"title}",
				"Merge request !{"+attr+"iid}"+gitlabWhere+": {"+attr+"title}"),
			on("*Note Hook", gitlabWho+" commented on {"+attr+"noteable_type|map:MergeRequest=merge request,Issue=issue,Commit=commit,Snippet=snippet}[ !{merge_request.iid}][ #{issue.iid}][ {commit.id|short}]"+gitlabWhere+"[: {"+attr+"note}]"), //nolint:misspell // the sender's own spelling
			on("Pipeline Hook", "Pipeline #{"+attr+"id} {"+attr+"status|map:success=succeeded,failed=failed,canceled=was cancelled,running=is running,pending=waits,*=*}[ on {"+attr+"ref|ref}]"+gitlabWhere),
			on("Job Hook", "Job {build_name} {build_status|map:success=succeeded,failed=failed,canceled=was cancelled,running=is running,pending=waits,created=was created,*=*}[ on {ref|ref}]"+gitlabWhere),
			on("Release Hook", "Release {name,tag} was {action|map:create=created,update=changed,delete=deleted}"+gitlabWhere),
			on("Deployment Hook", "Deployment to {environment} {status|words}"+gitlabWhere),
			on("Wiki Page Hook", gitlabWho+" {"+attr+"action|map:create=created,update=changed,delete=deleted,*=changed} wiki page {"+attr+"title}"+gitlabWhere),
			on("Emoji Hook", gitlabWho+" {event_type|map:award=reacted with,revoke=took back} :{"+attr+"name}:[ on #{issue.iid}][ on !{merge_request.iid}]"+gitlabWhere),
			on("Vulnerability Hook", "Vulnerability {"+attr+"state|words}: {"+attr+"title}[ ({"+attr+"severity})]"),
			on("Feature Flag Hook", gitlabWho+" turned flag {"+attr+"name} {"+attr+"active|map:true=on,false=off}"+gitlabWhere),
			on("System Hook", "{event_name|map:user_create=User was created,user_destroy=User was deleted,project_create=Project was created,project_destroy=Project was deleted,*=*|words|title}: {name,username,path_with_namespace,project_path_with_namespace}",
				gitlabWho+" {event_name,object_kind|words}[ {ref|ref}]"+gitlabWhere),
			on("*", "{@type|words}"+gitlabWhere, "{@type|words}"),
		},
		"gitee": {
			on("Push Hook", "{user_name,pusher.name,sender.name} pushed {total_commits_count|count:commit,commits} to {ref|ref}"+giteeWhere+"[: {head_commit.message,commits[0].message}]"),
			on("Issue Hook", "{sender.name,issue.user.name} "+giteeDo+" issue #{iid}"+giteeWhere+": {issue.title,title}"),
			on("Merge Request Hook", "{sender.name,author.name} "+giteeDo+" pull request #{iid}"+giteeWhere+": {title,pull_request.title}"),
			on("Note Hook", "{author.name,comment.user.name} commented[ on {noteable_type|words}]"+giteeWhere+"[: {comment.body,note}]"), //nolint:misspell // the sender's own spelling
			on("*", "{@type|words}"+giteeWhere, "{@type|words}"),
		},
		"bitbucket-cloud": {
			on("repo:push", cloudWho+" pushed {push.changes[0].commits.#|count:commit,commits} to {push.changes[0].new.name}"+cloudIn+"[: {push.changes[0].commits[0].message}]",
				cloudWho+" pushed to {push.changes[0].new.name}"+cloudIn, cloudWho+" deleted {push.changes[0].old.name}"+cloudIn),
			on("pullrequest:comment_*", cloudWho+" commented on"+cloudPull),
			on("pullrequest:*", cloudWho+" {@type|map:pullrequest:created=opened,pullrequest:updated=changed,pullrequest:approved=approved,pullrequest:unapproved=took back the approval of,pullrequest:fulfilled=merged,pullrequest:rejected=declined,*=changed}"+cloudPull),
			on("issue:comment_*", cloudWho+" commented on issue #{issue.id}"+cloudIn+": {issue.title}"),
			on("issue:*", cloudWho+" {@type|map:issue:created=opened,issue:updated=changed,*=changed} issue #{issue.id}"+cloudIn+": {issue.title}"),
			on("repo:commit_status_*", "{commit_status.name} {commit_status.state|map:SUCCESSFUL=succeeded,FAILED=failed,INPROGRESS=is running,STOPPED=was stopped}"+cloudIn),
			on("*", cloudWho+": {@type|words}"+cloudIn, "{@type|words|title}"),
		},
		"bitbucket-server": {
			on("repo:refs_changed", "{actor.displayName} pushed to {changes[0].ref.displayId} in {repository.project.key}/{repository.slug}"),
			on("pr:comment*", "{actor.displayName} commented on pull request #{pullRequest.id}"+serverIn),
			on("pr:*", "{actor.displayName} {@type|map:pr:opened=opened,pr:merged=merged,pr:declined=declined,pr:deleted=deleted,pr:modified=changed,pr:from_ref_updated=pushed to,pr:reviewer:approved=approved,pr:reviewer:unapproved=took back the approval of,pr:reviewer:needs_work=asked for changes in,*=changed} pull request #{pullRequest.id}"+serverIn),
			on("*", "{actor.displayName}: {@type|words}[ in {repository.project.key}/{repository.slug}]", "{@type|words|title}"),
		},
		"harness": always(
			"{trigger|map:pullreq_created=}{pull_req.author.display_name,principal.display_name} opened pull request #{pull_req.number}"+harnessIn+": {pull_req.title}",
			"{trigger|map:pullreq_merged=}{principal.display_name} merged pull request #{pull_req.number}"+harnessIn+": {pull_req.title}",
			"{trigger|map:pullreq_*=*|words|title} by {principal.display_name}: pull request #{pull_req.number}"+harnessIn,
			"{trigger|map:branch_created=}{principal.display_name} created branch {ref.name|ref}"+harnessIn,
			"{trigger|map:branch_updated=}{principal.display_name} pushed to {ref.name|ref}"+harnessIn+"[: {head_commit.message,commit.message}]",
			"{trigger|map:branch_deleted=}{principal.display_name} deleted branch {ref.name|ref}"+harnessIn,
			"{principal.display_name}: {trigger|words}[ {ref.name|ref}]"+harnessIn,
		),
		"azure-devops": always("{message.text}", "{detailedMessage.text}", "{eventType|words|title}"),
		"docker-hub":   always("{push_data.pusher} pushed {repository.repo_name}:{push_data.tag}", "{repository.repo_name} was pushed"),
	}
}
