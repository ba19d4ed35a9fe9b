package verify

import "net/http"

// handshakes are the handshakes of the providers that have some, by id.
func handshakes() map[string][]Handshake {
	return map[string][]Handshake{
		"asana":            {secretHeader("X-Hook-Secret", "X-Hook-Signature")},
		"aws-sns":          {subscription()},
		"azure-event-grid": {validationCode(), cloudEvents()},
		"cloudevents":      {cloudEvents()},
		"discord":          {interactionPing(), eventPing()},
		"dropbox":          {echo(http.MethodGet, "challenge")},
		"intercom":         {looks(http.MethodHead)},
		"linkedin":         {signedQuery("challengeCode", `{"challengeCode":"{value}","challengeResponse":"{hmac:hex}"}`)},
		"mailchimp":        {looks(http.MethodGet), looks(http.MethodHead)},
		"mandrill":         {looks(http.MethodHead), noEvents("mandrill_events")},
		"meta":             {verifyToken()},
		"microsoft-graph":  {echo(http.MethodPost, "validationToken")},
		"notion":           {secretInBody("verification_token", "X-Notion-Signature")},
		"okta":             {echoHeader("X-Okta-Verification-Challenge", `{"verification":"{value}"}`)},
		"slack":            {echoJSON(is(inJSON("type"), "url_verification"), "challenge")},
		"trello":           {looks(http.MethodHead)},
		"twitch":           {echoJSON(is(header("Twitch-Eventsub-Message-Type"), "webhook_callback_verification"), "challenge")},
		"woocommerce":      {newWebhook()},
		"x":                {signedQuery("crc_token", `{"response_token":"sha256={hmac:base64}"}`)},
		"zoom":             {signedJSON()},
	}
}

func is(s Source, value string) Condition { return Condition{Source: s, Is: value} }

func there(s Source) Condition { return Condition{Source: s} }

func missing(s Source) Condition { return Condition{Source: s, Absent: true} }

// looks is a request that only looks whether the address is there.
func looks(method string) Handshake { return Handshake{Method: method} }

func echo(method, parameter string) Handshake {
	return Handshake{
		Method: method, When: []Condition{there(inQuery(parameter))},
		Value: inQuery(parameter), Reply: Reply{Body: "{value}"},
	}
}

func verifyToken() Handshake {
	h := echo(http.MethodGet, "hub.challenge")
	h.When = append(h.When, is(inQuery("hub.mode"), "subscribe"))
	h.Token = inQuery("hub.verify_token")
	return h
}

func signedQuery(parameter, reply string) Handshake {
	h := echo(http.MethodGet, parameter)
	h.Reply = Reply{Type: typeJSON, Body: reply}
	return h
}

func echoHeader(name, reply string) Handshake {
	return Handshake{
		Method: http.MethodGet, When: []Condition{there(header(name))},
		Value: header(name), Reply: Reply{Type: typeJSON, Body: reply},
	}
}

func echoJSON(when Condition, path string) Handshake {
	return Handshake{
		Method: http.MethodPost, When: []Condition{when}, Signed: true,
		Value: inJSON(path), Reply: Reply{Body: "{value}"},
	}
}

func signedJSON() Handshake {
	h := echoJSON(is(inJSON("event"), "endpoint.url_validation"), "payload.plainToken")
	h.Reply = Reply{Type: typeJSON, Body: `{"plainToken":"{value}","encryptedToken":"{hmac:hex}"}`}
	return h
}

func validationCode() Handshake {
	return Handshake{
		Method: http.MethodPost,
		When: []Condition{
			is(header("aeg-event-type"), "SubscriptionValidation"),
			is(inJSON("[0].eventType"), "Microsoft.EventGrid.SubscriptionValidationEvent"),
		},
		Value: inJSON("[0].data.validationCode"),
		Reply: Reply{Type: typeJSON, Body: `{"validationResponse":"{value}"}`},
	}
}

// cloudEvents grants a sender to send, by its answer alone: an address to call back
// with the grant could be anybody's.
func cloudEvents() Handshake {
	const origin = "WebHook-Request-Origin"
	return Handshake{
		Method: http.MethodOptions, When: []Condition{there(header(origin))}, Value: header(origin),
		Reply: Reply{Headers: [][2]string{
			{"Allow", http.MethodPost}, {"WebHook-Allowed-Origin", "{value}"}, {"WebHook-Allowed-Rate", "{rate}"},
		}},
	}
}

// interactionPing is of interactions. Among the events of Discord's other kind of
// webhook, 1 is the type of every real one.
func interactionPing() Handshake {
	return Handshake{
		Method: http.MethodPost, Signed: true, When: []Condition{is(inJSON("type"), "1"), missing(inJSON("event.type"))},
		Reply: Reply{Type: typeJSON, Body: `{"type":1}`},
	}
}

func eventPing() Handshake {
	return Handshake{
		Method: http.MethodPost, Signed: true, When: []Condition{is(inJSON("type"), "0"), missing(inJSON("event.type"))},
		Reply: Reply{Status: http.StatusNoContent, Type: typeJSON},
	}
}

// secretHeader gives the secret back: so the sender knows that it arrived.
func secretHeader(name, signature string) Handshake {
	return Handshake{
		Method: http.MethodPost, When: []Condition{there(header(name)), missing(header(signature))},
		Value: header(name), Capture: true, Reply: Reply{Headers: [][2]string{{name, "{value}"}}},
	}
}

func secretInBody(path, signature string) Handshake {
	return Handshake{
		Method: http.MethodPost, When: []Condition{missing(header(signature)), there(inJSON(path))},
		Value: inJSON(path), Capture: true, Show: true,
	}
}

func subscription() Handshake {
	const typ = "SubscriptionConfirmation"
	return Handshake{
		Method: http.MethodPost, Signed: true, When: []Condition{is(header("x-amz-sns-message-type"), typ), is(inJSON("Type"), typ)},
		Value: inJSON("SubscribeURL"), Confirm: []string{"sns.*.amazonaws.com", "sns.*.amazonaws.com.cn"},
	}
}

// noEvents is a list of events that is empty: it is sent when a webhook is made, and
// signed with a key of everybody.
func noEvents(field string) Handshake {
	return Handshake{Method: http.MethodPost, When: []Condition{is(inForm(field), "[]")}}
}

// newWebhook tells the number of a webhook that was just saved, and nothing else.
func newWebhook() Handshake {
	return Handshake{
		Method: http.MethodPost,
		When:   []Condition{missing(header("X-WC-Webhook-Topic")), there(inForm("webhook_id"))},
	}
}
