package main_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fault is a destination that goes wrong in one way, and what has to be recorded of it.
type fault struct {
	name   string // also the rule's identity
	server *badServer
	answer func(*visit) // of a plain server; nil where server is given
	url    string       // where there is no server of ours; otherwise the server's
	method string       // POST when empty
	with   string       // more of the step's with, after a comma
	action string       // http when empty
	more   string       // more of the rule's steps
	conn   string       // the step's connection as YAML, with URL for the server's address

	timeout time.Duration // of an attempt; patient where 0
	retry   string        // quick where empty

	want   []string // outcomes of the attempts, in order
	says   string   // part of the sentence of the attempts that were not sent
	state  string   // of the run; where empty succeeded or failed, as the last outcome tells
	visits int      // complete requests that arrive; one for each attempt where 0, none where negative
	check  func(t *testing.T, f *fault, steps []tried)
}

const (
	quick     = "{ attempts: 3, over: 900ms }" // with delays of 225 and 675 ms, each ± 20 %
	patient   = 20 * time.Second
	notSent   = "not-sent"
	unknown   = "unknown"
	wasSent   = "sent"
	mayHave   = "; the request may have arrived"
	inNoTime  = " did not answer in time" + mayHave
	brokeOff  = " broke off the connection" + mayHave
	notHTTP   = " gave no proper HTTP answer" + mayHave
	unreached = " could not be reached in time; check the address"
)

// tried is an attempt as the API shows it.
type tried struct {
	Number                          int
	State, Outcome, Error, Duration string
	Uncounted                       bool
	StartedAt                       time.Time
	RetryAt                         *time.Time
	Output                          map[string]any
}

// attempts returns the attempts of the first step of a run.
func (c *client) attempts(run string) []tried {
	c.t.Helper()
	var got struct {
		Steps []struct{ Attempts []tried }
	}
	c.get("/runs/"+run, &got)
	require.NotEmpty(c.t, got.Steps)
	return got.Steps[0].Attempts
}

func (f *fault) target() string {
	if f.url != "" {
		return f.url
	}
	return f.server.url()
}

// yaml is the fault's connection and rule.
func (f *fault) yaml() (conn, rule string) {
	timeout, retry, method := f.timeout, f.retry, f.method
	if timeout == 0 {
		timeout = patient
	}
	if retry == "" {
		retry = quick
	}
	if method == "" {
		method = "POST"
	}
	common := fmt.Sprintf("key: a, timeout: %s, retry: %s", timeout, retry)
	if f.conn != "" {
		conn = "  - { name: " + f.name + ", " + f.conn + " }\n"
		if strings.Contains(f.conn, "URL") {
			conn = strings.ReplaceAll(conn, "URL", f.target())
		}
		common += ", connection: " + f.name
	}
	var step string
	switch {
	case f.action == "slack":
		step = fmt.Sprintf(`{ %s, action: slack, with: { channel: "#ops", text: "{{ event.id }}" } }`, common)
	case f.action == "email":
		step = fmt.Sprintf(`{ %s, action: email, with: { to: ann@example.org, subject: "{{ event.id }}", text: "x %s" } }`, common, f.with)
	case method == "GET":
		step = fmt.Sprintf(`{ %s, action: http, with: { method: GET, url: %q%s } }`, common, f.target(), f.with)
	default:
		step = fmt.Sprintf(`{ %s, action: http, with: { method: %s, url: %q, text: "{{ event.id }}"%s } }`, common, method, f.target(), f.with)
	}
	return conn, fmt.Sprintf("  - { id: %s, name: %[1]s, inbox: faults, steps: [ %s%s ] }\n", f.name, step, f.more)
}

// proof requires that history tells the truth about a fault, and that the policy of
// the step was kept to.
func (f *fault) proof(t *testing.T, r run, steps []tried) {
	t.Helper()
	told := fmt.Sprintf("%s: %+v", f.name, steps)
	outcomes := make([]string, 0, len(steps))
	for i, a := range steps {
		outcomes = append(outcomes, a.Outcome)
		require.Equal(t, i+1, a.Number, told)
		require.False(t, a.Uncounted, told)
		if a.Outcome != wasSent {
			require.Contains(t, a.Error, f.says, told)
		}
	}
	require.Equal(t, f.want, outcomes, told)
	state := f.state
	if state == "" {
		state = map[bool]string{true: "succeeded", false: "failed"}[outcomes[len(outcomes)-1] == wasSent]
	}
	require.Equal(t, state, r.State, told)
	if state == "failed" {
		require.Contains(t, r.Reason, f.says, told)
	}
	if f.retry == "" && f.action != "slack" {
		f.delays(t, steps)
	}
	f.arrivals(t, steps)
	if f.check != nil {
		f.check(t, f, steps)
	}
}

// delays requires that the attempts came as far apart as the policy says.
func (f *fault) delays(t *testing.T, steps []tried) {
	t.Helper()
	for i, want := range []time.Duration{225 * time.Millisecond, 675 * time.Millisecond}[:len(steps)-1] {
		require.NotNil(t, steps[i].RetryAt, f.name)
		took, err := time.ParseDuration(steps[i].Duration)
		require.NoError(t, err)
		delay := steps[i].RetryAt.Sub(steps[i].StartedAt.Add(took))
		require.GreaterOrEqual(t, delay, want*8/10-10*time.Millisecond, f.name)
		require.LessOrEqual(t, delay, want*12/10+5*time.Second, f.name)
		require.False(t, steps[i+1].StartedAt.Before(*steps[i].RetryAt), f.name)
	}
}

// arrivals requires that what arrived agrees with what is recorded.
func (f *fault) arrivals(t *testing.T, steps []tried) {
	t.Helper()
	if f.server == nil {
		return
	}
	visits, _ := f.server.seen()
	want := f.visits
	if want == 0 {
		want = len(steps)
	}
	require.Len(t, visits, max(want, 0), f.name)
	for i, v := range visits {
		require.Equal(t, visits[0].key, v.key, "%s: an attempt keeps its key", f.name)
		require.True(t, f.action == "slack" || v.key != "", f.name)
		if f.visits == 0 && i > 0 {
			require.False(t, v.at.Before(steps[i-1].RetryAt.Add(-time.Millisecond)), "%s: an attempt came too early", f.name)
		}
	}
}

// provoke has one event go to all bad destinations at once and requires of each what
// is true. It returns how many attempts there were.
func provoke(t *testing.T, p *process, api *client, faults []*fault, live string) (attempts int) {
	t.Helper()
	conns, rules := "", ""
	for _, f := range faults {
		conn, rule := f.yaml()
		conns, rules = conns+conn, rules+rule
	}
	if conns != "" {
		conns = "connections:\n" + conns
	}
	apply(t, p.dir, "version: 1\ninboxes:\n  - { name: faults, verify: { scheme: none } }\n"+paceInbox+conns+"rules:\n"+rules+live)
	id := p.accepted(delivery{path: "/in/faults", header: jsonType(), body: []byte(`{}`)}).ID
	for _, f := range faults {
		r := api.settled("rule="+f.name+"&event="+id, 1)[0]
		steps := api.attempts(r.ID)
		f.proof(t, r, steps)
		attempts += len(steps)
	}
	return attempts
}

// TestFault_Destinations has events go to every kind of bad destination.
func TestFault_Destinations(t *testing.T) {
	t.Parallel()
	ids := newIdentities(t)
	live := newPace(t)
	p := serve(t, t.TempDir(), []string{"SSL_CERT_FILE=" + ids.roots}, "--allow-private", "127.0.0.1")
	api := p.client()
	kinds, tries := 0, 0
	hanging := time.Duration(size(2500, 5000)) * time.Millisecond
	apply(t, p.dir, "version: 1\ninboxes:\n"+paceInbox+"rules:\n"+live.rule())
	live.begin(p)
	for range size(1, 3) {
		faults := everyFault(t, ids, hanging)
		tries += provoke(t, p, api, faults, live.rule())
		kinds = len(faults)
	}
	beside := live.end(hanging)
	require.Less(t, p.memory(), 256<<20, "answers without an end must not fill the memory")
	faultNote(t, "%d kinds of bad destination, %d attempts, all recorded as they were; %s; peak memory %d MB", kinds, tries, beside, p.memory()>>20)
	require.Zero(t, p.terminate())
}

// everyFault makes all bad destinations. hanging is after how long an attempt gives up
// on those that hang.
func everyFault(t *testing.T, ids identities, hanging time.Duration) []*fault {
	t.Helper()
	faults := silent(t, hanging)
	for _, group := range [][]*fault{refusals(), waits(), errorsInside(t), redirects(t), overTLS(t, ids, hanging)} {
		faults = append(faults, group...)
	}
	for _, f := range append(append(brokenOff(), endless(t, hanging)...), improper()...) {
		over := *f // what was encrypted comes another way
		over.name += "-over-tls"
		over.server, over.answer = &badServer{secure: ids.good, answer: f.answer}, nil
		faults = append(faults, f, &over)
	}
	for _, f := range faults {
		if f.answer != nil {
			f.server = &badServer{answer: f.answer}
		}
		if f.server != nil && f.server.listener == nil {
			f.server.open(t, "127.0.0.1:0")
		}
	}
	return faults
}
