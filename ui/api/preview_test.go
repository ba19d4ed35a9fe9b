package api_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/ui/api"
)

const mailRule = `"step":"m","rule":{"name":"R","inbox":"shop","steps":[{"key":"m","action":"email","connection":"mail"}]}`

func TestPreview_TakesAnEventASampleOrTheNewest(t *testing.T) {
	t.Parallel()
	w, e, _ := lived(t)
	ask := func(more string) api.StepPreview {
		return as[api.StepPreview](w.do(call{Method: "POST", URL: "/api/v1/preview", As: engine.RoleViewer, Body: `{` + more + mailRule + `}`}).is(200))
	}
	require.Equal(t, e.ID, ask(`"eventId":"`+e.ID.String()+`",`).EventID)
	require.Equal(t, e.ID, w.control.preview.Event)
	require.Equal(t, e.ID, ask("").EventID, "the newest event of the inbox")
	require.Nil(t, w.control.preview.Sample)

	got := ask(`"sample":{"payload":{"total":"1.00","secret":"${env:HOME}"},"type":"orders/create"},`)
	require.Zero(t, got.EventID)
	require.Equal(t, "note", got.Kind)
	sample := w.control.preview.Sample
	require.Equal(t, "shop", sample.Inbox)
	require.Equal(t, "orders/create", sample.Type)
	require.JSONEq(t, `{"total":"1.00","secret":"${env:HOME}"}`, string(sample.Body))
	ask(`"sample":{"body":"a=1","contentType":"application/x-www-form-urlencoded"},`)
	require.Equal(t, "a=1", string(w.control.preview.Sample.Body))
	none := w.do(call{Method: "POST", URL: "/api/v1/preview", As: engine.RoleViewer, Body: `{"step":"m","rule":{"name":"R","inbox":"empty"}}`}).is(422)
	require.Contains(t, none.Body, "body.eventId")
}

func TestTestStep_SendsMailToTheCaller(t *testing.T) {
	t.Parallel()
	w, _, _ := lived(t)
	w.user("ann@example.com", engine.RoleEditor)
	in := w.do(call{Method: "POST", URL: "/api/v1/login", Body: `{"email":"ann@example.com","password":"` + password + `"}`}).is(200)
	cookie := in.raw.Cookies()[0]
	ask := func(more string) reply {
		return w.do(call{Method: "POST", URL: "/api/v1/test-step", Body: `{` + more + mailRule + `}`, Headers: map[string]string{
			"Cookie": cookie.Name + "=" + cookie.Value, "X-CSRF-Token": as[api.SessionState](in).CSRFToken, "Sec-Fetch-Site": "same-origin",
		}})
	}
	got := as[api.StepTest](ask("").is(200))
	require.True(t, got.Done)
	require.Equal(t, engine.OutcomeSent, got.Outcome)
	require.Equal(t, "ann@example.com", w.control.test.MailTo)
	ask(`"toMe":false,`).is(200)
	require.Empty(t, w.control.test.MailTo)
	require.Contains(t, w.do(call{Method: "GET", URL: "/api/v1/audit", As: engine.RoleAdmin}).Body, "step.test")

	w.control.failure = &engine.Failure{Message: "The server does not answer.", Outcome: engine.OutcomeUnknown, Output: map[string]any{"status": 502}}
	got = as[api.StepTest](ask("").is(200))
	require.Equal(t, "The server does not answer.", got.Error)
	require.Equal(t, engine.OutcomeUnknown, got.Outcome)
	text, err := json.Marshal(got.Output)
	require.NoError(t, err)
	require.JSONEq(t, `{"status":502}`, string(text))

	byToken := call{Method: "POST", URL: "/api/v1/test-step", As: engine.RoleEditor, Body: `{` + mailRule + `}`}
	require.Contains(t, w.do(byToken).is(422).Body, "body.toMe")
	byToken.Body = `{"toMe":false,` + mailRule + `}`
	w.do(byToken).is(200)
}
