package runner_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/runner"
)

// mailbox is the action email or slack of a test: it keeps what goes out.
type mailbox struct {
	typ  string
	mu   sync.Mutex
	got  []map[string]any
	fail bool
}

func (m *mailbox) Spec() engine.ActionSpec {
	return engine.ActionSpec{Type: m.typ, Connections: []string{"smtp", "slack"}, NeedConnection: true}
}
func (*mailbox) Check(map[string]any) error { return nil }
func (m *mailbox) Plan(_ context.Context, call engine.Call) (engine.Plan, error) {
	return engine.Plan{Action: m.typ, Destination: m.typ + "://" + call.Connection.Name, Detail: call.With}, nil
}

func (m *mailbox) Do(_ context.Context, plan engine.Plan) (engine.Result, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail {
		return engine.Result{}, engine.Temporary("No.", nil)
	}
	with, _ := plan.Detail.(map[string]any)
	m.got = append(m.got, with)
	return engine.Result{}, nil
}

func (m *mailbox) texts() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []string
	for _, with := range m.got {
		text, _ := with["text"].(string)
		list = append(list, text)
	}
	return list
}

// withMail adds the actions that alerts go out by.
type withMail struct {
	engine.Actions
	boxes map[string]engine.Action
}

func (w withMail) Action(typ string) (engine.Action, bool) {
	if a, ok := w.boxes[typ]; ok {
		return a, true
	}
	return w.Actions.Action(typ)
}

func alerting(t *testing.T, alerts engine.Alerts, adjust ...func(*runner.Deps)) (h *harness, mail, slack *mailbox) {
	t.Helper()
	mail, slack = &mailbox{typ: "email"}, &mailbox{typ: "slack"}
	h = newHarness(t, append(adjust, func(d *runner.Deps) {
		d.Actions = withMail{d.Actions, map[string]engine.Action{"email": mail, "slack": slack}}
	})...)
	require.NoError(t, h.db.PutConnection(t.Context(), &engine.Connection{Name: "mail", Type: "smtp"}, 0))
	require.NoError(t, h.db.PutConnection(t.Context(), &engine.Connection{Name: "chat", Type: "slack"}, 0))
	settings, err := h.db.Settings(t.Context())
	require.NoError(t, err)
	settings.Name, settings.PublicURL, settings.Alerts = "Acme", "https://p.example", alerts
	require.NoError(t, h.db.PutSettings(t.Context(), settings))
	h.settle()
	return h, mail, slack
}

func TestAlerts_OneCauseIsOneMessageAndOneWhenSolved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, mail, _ := alerting(t, engine.Alerts{On: []string{"run.failed"}, Via: "mail", To: "ops@example.com"})
		h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a")}})
		h.send.answers(func(context.Context, engine.Call) (engine.Result, error) {
			return engine.Result{}, engine.Permanent("The place is gone.", nil)
		})
		for range 5 {
			h.post(`{}`)
		}
		h.pass(time.Minute)
		require.Len(t, mail.texts(), 1)
		require.Equal(t, "Acme: The rule \"Rule r\" failed.", mail.got[0]["subject"])
		require.Equal(t, "ops@example.com", mail.got[0]["to"])
		require.Contains(t, mail.texts()[0], "The place is gone.")
		require.Contains(t, mail.texts()[0], "https://p.example/problems")
		h.pass(11 * time.Minute)
		require.Len(t, mail.texts(), 2)
		require.Contains(t, mail.texts()[1], "4 times more")
		h.pass(time.Hour)
		require.Len(t, mail.texts(), 2, "nothing new, nothing said")

		h.send.answers(nil)
		for _, run := range h.runs(engine.RunFilter{State: engine.RunFailed}) {
			_, err := h.runner.Retry(t.Context(), run.ID, false, false)
			require.NoError(t, err)
		}
		h.pass(time.Hour)
		require.Len(t, mail.texts(), 3)
		require.True(t, strings.HasPrefix(mail.texts()[2], "Solved: "), mail.texts()[2])
	})
}

func TestAlerts_CapHoldsBackAndSaysSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, mail, _ := alerting(t, engine.Alerts{On: []string{"run.failed"}, Via: "mail", Cap: 2})
		h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a")}})
		h.send.answers(func(_ context.Context, call engine.Call) (engine.Result, error) {
			text, _ := call.With["text"].(string)
			return engine.Result{}, engine.Permanent("Cause "+text+".", nil)
		})
		for i := range 5 {
			h.post(fmt.Sprintf(`{"text":"%d"}`, i))
		}
		h.pass(50 * time.Minute)
		require.Len(t, mail.texts(), 2)
		h.pass(11 * time.Minute)
		require.Len(t, mail.texts(), 4)
		require.Contains(t, mail.texts()[2], "And 2 more alerts were held back.")
	})
}

func TestAlerts_DestinationGoesThroughTheOtherChannel(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		to       string
		mailFail bool
		mail     int
		slack    int
	}{
		"the first works":             {to: "a", mail: 2},
		"the first is the broken one": {to: "email://mail", slack: 1, mail: 1}, // solved: it works again
		"the first fails":             {to: "a", mailFail: true, slack: 2},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h, mail, slack := alerting(t, engine.Alerts{On: []string{"destination"}, Via: "mail", Fallback: "chat", FallbackTo: "#ops"})
				mail.fail = tc.mailFail
				h.rule(&engine.Rule{Steps: []engine.Step{send("s", tc.to)}})
				h.send.answers(down)
				for range 8 {
					h.post(`{}`)
				}
				require.Len(t, append(mail.texts(), slack.texts()...), 1)
				h.send.answers(nil)
				h.pass(time.Minute)
				require.Len(t, mail.texts(), tc.mail)
				require.Len(t, slack.texts(), tc.slack)
				if tc.slack > 0 {
					require.Equal(t, "#ops", slack.got[0]["channel"])
				}
				require.Len(t, h.runs(engine.RunFilter{}), 8, "alerts make no runs")
			})
		})
	}
}

func TestAlerts_ConditionsThatNobodySignals(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		free := int64(100 << 30)
		var mu sync.Mutex
		h, mail, _ := alerting(t, engine.Alerts{On: []string{"disk", "inbox.rejected"}, Via: "mail"}, func(d *runner.Deps) {
			d.DiskFree = func() (int64, int64, error) {
				mu.Lock()
				defer mu.Unlock()
				return 200 << 30, free, nil
			}
		})
		h.pass(time.Minute)
		require.Empty(t, mail.texts())
		reject := func() {
			e := &engine.Event{ID: newID(), Inbox: "in", ReceivedAt: time.Now(), Verdict: engine.Rejected, Method: "POST", Origin: engine.OriginSender}
			_, err := h.db.Accept(t.Context(), e, engine.Claim{})
			require.NoError(t, err)
		}
		reject()
		mu.Lock()
		free = 1 << 20
		mu.Unlock()
		h.pass(time.Minute)
		require.Len(t, mail.texts(), 2)
		require.Contains(t, strings.Join(mail.texts(), ""), `The inbox "in" rejects requests.`)
		require.Contains(t, strings.Join(mail.texts(), ""), "The disk is nearly full.")
		mu.Lock()
		free = 100 << 30
		mu.Unlock()
		h.pass(20 * time.Minute)
		require.Len(t, mail.texts(), 4)
		require.Contains(t, strings.Join(mail.texts()[2:], ""), "Solved: The disk is nearly full.")
	})
}

func TestAlerts_NobodyIsToldWhoDidNotAsk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, mail, _ := alerting(t, engine.Alerts{On: []string{"destination"}, Via: "mail"})
		h.rule(&engine.Rule{Steps: []engine.Step{send("s", "nowhere")}})
		h.post(`{}`)
		h.pass(time.Hour)
		require.Empty(t, mail.texts())
	})
}

func TestAlerts_RefusalIsToldAlthoughTheRunGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, mail, _ := alerting(t, engine.Alerts{On: []string{"run.failed"}, Via: "mail"})
		h.rule(&engine.Rule{Steps: []engine.Step{send("s", "a", func(s *engine.Step) { s.OnError = "continue" })}})
		h.send.answers(func(context.Context, engine.Call) (engine.Result, error) {
			return engine.Result{}, &engine.Failure{Message: "It is gone for good.", Permanent: true, Alert: true, Outcome: engine.OutcomeSent}
		})
		h.post(`{}`)
		h.pass(time.Hour)
		require.Equal(t, map[engine.RunState]int{engine.RunSucceeded: 1}, h.states())
		require.Len(t, mail.texts(), 1)
		require.Contains(t, mail.texts()[0], "It is gone for good.")
	})
}

func TestAlerts_PayloadTextNeitherGroupsNorMentions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, _, slack := alerting(t, engine.Alerts{On: []string{"run.failed"}, Via: "chat", To: "#ops"})
		h.rule(&engine.Rule{Name: "A & <B>", Steps: []engine.Step{send("s", "a")}})
		h.send.answers(func(_ context.Context, call engine.Call) (engine.Result, error) {
			text, _ := call.With["text"].(string)
			return engine.Result{}, engine.Permanent(fmt.Sprintf("%q is not an address.", text), nil)
		})
		for _, text := range []string{"<!channel> one", `<!here> \"two\"`, "three"} {
			h.post(`{"text":"` + text + `"}`)
		}
		h.pass(time.Minute)
		texts := slack.texts()
		require.Len(t, texts, 1, "one cause, whatever the payloads hold")
		require.NotContains(t, texts[0], "<!")
		require.Contains(t, texts[0], "A &amp; &lt;B&gt;")
		require.Contains(t, texts[0], `"…" is not an address.`)
		problems, err := h.db.Problems(t.Context(), false)
		require.NoError(t, err)
		require.Len(t, problems, 1)
		require.Equal(t, int64(3), problems[0].Failed)
		for _, run := range h.runs(engine.RunFilter{}) {
			require.NotContains(t, run.Reason, "…", "the run itself tells all")
		}
	})
}

func TestAlert_CanBeTested(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, mail, _ := alerting(t, engine.Alerts{})
		require.NoError(t, h.runner.TestAlert(t.Context(), "mail", "ops@example.com"))
		require.Len(t, mail.texts(), 1)
		require.Contains(t, mail.texts()[0], "This is a test")
		mail.fail = true
		err := h.runner.TestAlert(t.Context(), "mail", "ops@example.com")
		require.ErrorContains(t, err, "No.")
		require.Equal(t, engine.KindNotFound, engine.KindOf(h.runner.TestAlert(t.Context(), "none", "")))
	})
}
