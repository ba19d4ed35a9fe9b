package slack

import (
	"time"

	"patchbay/actions"
	"patchbay/engine"
)

// causeFailure turns Slack's name of a cause into a sentence that says what to do.
func causeFailure(cause string, retryAfter time.Duration) *engine.Failure {
	f := &engine.Failure{Outcome: engine.OutcomeNotSent, Permanent: true, RetryAfter: retryAfter}
	switch cause {
	case "ratelimited", "rate_limited", "rollup_error":
		f.Permanent = false
		f.Message = "Slack takes messages to this channel more slowly; it is tried again when Slack allows it."
	case "internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org":
		f.Permanent = false
		f.Message = "Slack has a problem of its own (" + cause + ")."
	case "message_limit_exceeded", "posting_to_general_channel_denied", "restricted_action", "action_prohibited":
		f.Message = "The workspace does not let the app post there (" + cause + "); ask its administrator."
	case "channel_not_found":
		f.Message = "Slack knows no such channel, or it is private and the app is not in it; check the name or invite the app."
	case "not_in_channel":
		f.Message = "The app is not in the channel; invite it there with /invite."
	case "is_archived", "channel_is_archived":
		f.Message = "The channel is archived; choose another one."
	case "invalid_auth", "not_authed", "token_expired", "token_revoked", "account_inactive", "invalid_token", "no_permission":
		f.Alert = true
		f.Message = "Slack no longer accepts the token of the connection (" + cause + "); enter a new one."
	case "missing_scope", "not_allowed_token_type", "ekm_access_denied":
		f.Message = "The token may not do this (" + cause + "); give the app the permission chat:write and install it again."
	case "no_service", "no_team", "team_disabled", "no_service_id":
		f.Alert = true
		f.Message = "The webhook address is no longer in use (" + cause + "); make a new one in Slack."
	case "user_not_found", "cannot_dm_bot":
		f.Message = "Slack knows no such person; check the id."
	case "no_text", "invalid_payload", "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "too_many_attachments", "invalid_attachments":
		f.Message = "Slack could not read the message (" + cause + "); check text and blocks."
	case "thread_not_found", "cannot_reply_to_message", "invalid_thread_ts":
		f.Message = "The message to answer does not exist (" + cause + "); check threadTs."
	default:
		name, _ := actions.Clip(cause, 60)
		f.Message = "Slack refused the message (" + name + ")."
	}
	return f
}
