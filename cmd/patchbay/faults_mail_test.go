package main_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// mailFault is a mail server that goes wrong in one way.
type mailFault struct {
	fault

	mail       *badMailServer
	encryption string // none where empty
	complete   int    // mails that arrive up to their end; as many as attempts were unknown or sent where 0, none where negative
}

// TestFault_Mail sends a mail through every kind of bad mail server at once.
func TestFault_Mail(t *testing.T) {
	t.Parallel()
	ids := newIdentities(t)
	hanging := time.Duration(size(1500, 5000)) * time.Millisecond
	live := newPace(t)
	p := serve(t, t.TempDir(), []string{"SSL_CERT_FILE=" + ids.roots}, "--allow-private", "127.0.0.1")
	apply(t, p.dir, "version: 1\ninboxes:\n"+paceInbox+"rules:\n"+live.rule())
	live.begin(p)
	mails := append(mailFaults(hanging), mailTLSFaults(ids, hanging)...)
	faults := make([]*fault, 0, len(mails))
	for _, m := range mails {
		m.mail.open(t)
		encryption := m.encryption
		if encryption == "" {
			encryption = "none"
		}
		m.action, m.conn, m.check = "email", m.mail.connection(encryption), m.arrived
		faults = append(faults, &m.fault)
	}
	tries := provoke(t, p, p.client(), faults, live.rule())
	beside := live.end(hanging)
	faultNote(t, "%d kinds of bad mail server, %d attempts, all recorded as they were; %s", len(faults), tries, beside)
	require.Zero(t, p.terminate())
}

// arrived requires that what the server got agrees with what is recorded, and that it
// can tell a mail that comes again.
func (m *mailFault) arrived(t *testing.T, f *fault, steps []tried) {
	t.Helper()
	complete, ids := m.mail.got()
	want := max(m.complete, 0)
	for _, a := range steps {
		if m.complete == 0 && a.Outcome != notSent {
			want++
		}
	}
	require.Equal(t, want, complete, f.name)
	require.LessOrEqual(t, len(ids), 1, "%s: an attempt keeps its Message-ID: %v", f.name, ids)
	for id := range ids {
		require.True(t, strings.HasSuffix(id, "@example.com>"), id)
	}
	if last := steps[len(steps)-1]; last.Outcome == wasSent {
		require.Contains(t, ids, last.Output["messageId"], f.name)
		took, err := time.ParseDuration(last.Duration)
		require.NoError(t, err)
		require.Less(t, took, patient/2, "%s: a mail that was taken waits for nothing", f.name)
	}
}

// mailFaults are mail servers that go wrong in the dialogue.
func mailFaults(hanging time.Duration) []*mailFault {
	again, may := []string{notSent, notSent, wasSent}, []string{unknown, unknown, wasSent}
	never, just := []string{notSent}, []string{wasSent}
	const (
		noAnswer = " did not answer in time; nothing was sent: check server, port and encryption"
		broke    = " broke off the connection before the mail was complete; check the port"
		brokeAny = " broke off the connection before " // a reset may overtake the greeting's wait
		notSMTP  = " does not speak like a mail server; check server and port"
		mayMail  = " did not say whether it took the mail; it may have been sent"
	)
	bad := func(stage string, do func(*mailTalk) bool) *badMailServer {
		return &badMailServer{stage: stage, sessions: 2, bad: do}
	}
	long := strings.Repeat("A line of a mail that is rather long. ", 25_000)
	var faults []*mailFault
	for _, stage := range []string{"greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"} {
		name := strings.ToLower(stage)
		faults = append(
			faults,
			&mailFault{fault: fault{name: name + "-drops", want: again, says: broke}, mail: bad(stage, dropMail)},
			&mailFault{fault: fault{name: name + "-resets", want: again, says: brokeAny}, mail: bad(stage, resetMail)},
			&mailFault{fault: fault{name: name + "-hangs", timeout: hanging, want: again, says: noAnswer}, mail: bad(stage, hangMail)},
			&mailFault{fault: fault{name: name + "-later", want: again, says: " now, with code 450; its reply says why"}, mail: bad(stage, sayMail("450 later"))},
			&mailFault{fault: fault{name: name + "-nonsense", want: again, says: notSMTP}, mail: bad(stage, sayMail("hello?"))},
		)
	}
	return append(
		faults,
		&mailFault{fault: fault{name: "greeting-drips", timeout: hanging, want: again, says: noAnswer}, mail: bad("greeting", dripMail(strings.Repeat("220-welcome\r\n", 1000), hanging/30))},
		&mailFault{fault: fault{name: "greeting-421", want: again, says: " does not take the connection now, with code 421"}, mail: bad("greeting", sayAndDropMail("421 busy"))},
		&mailFault{fault: fault{name: "greeting-554", want: never, says: " refused the connection with code 554"}, mail: bad("greeting", sayAndDropMail("554 go away"))},
		&mailFault{fault: fault{name: "greeting-is-http", want: again, says: notSMTP}, mail: bad("greeting", sayAndDropMail("HTTP/1.1 400 Bad Request\r\n\r\n"))},
		&mailFault{fault: fault{name: "ehlo-floods", want: again, says: notSMTP}, mail: bad("EHLO", floodMail)},
		&mailFault{fault: fault{name: "auth-535", want: never, says: " refused the user name or password of the connection"}, mail: bad("AUTH", sayMail("535 no"))},
		&mailFault{fault: fault{name: "mail-550", want: never, says: " refused the sender ops@example.com with code 550"}, mail: bad("MAIL", sayMail("550 no"))},
		&mailFault{fault: fault{name: "rcpt-550", want: never, says: " refused the recipient ann@example.org with code 550"}, mail: bad("RCPT", sayMail("550 no"))},
		&mailFault{fault: fault{name: "data-554", want: never, says: " refused the mail with code 554"}, mail: bad("DATA", sayMail("554 no"))},
		&mailFault{fault: fault{name: "body-resets", with: long, want: again, says: broke}, mail: bad("body", resetMail)},
		&mailFault{fault: fault{name: "body-hangs", with: long, timeout: hanging, want: again, says: noAnswer}, mail: bad("body", hangMail)},
		&mailFault{fault: fault{name: "end-drops", want: may, says: mayMail}, mail: bad("end", dropMail)},
		&mailFault{fault: fault{name: "end-resets", want: may, says: mayMail}, mail: bad("end", resetMail)},
		&mailFault{fault: fault{name: "end-hangs", timeout: hanging, want: may, says: mayMail}, mail: bad("end", hangMail)},
		&mailFault{fault: fault{name: "end-nonsense", want: may, says: mayMail}, mail: bad("end", sayMail("hello?"))},
		&mailFault{fault: fault{name: "end-always-drops", want: []string{unknown, unknown, unknown}, says: mayMail}, mail: &badMailServer{stage: "end", sessions: 9, bad: dropMail}},
		&mailFault{fault: fault{name: "end-452", want: again, says: " does not take the mail now, with code 452"}, mail: bad("end", sayMail("452 full")), complete: 3},
		&mailFault{fault: fault{name: "end-554", want: never, says: " refused the mail with code 554"}, mail: bad("end", sayMail("554 spam")), complete: 1},
		&mailFault{fault: fault{name: "quit-drops", want: just}, mail: bad("QUIT", dropMail)},
		&mailFault{fault: fault{name: "quit-hangs", want: just}, mail: bad("QUIT", hangMail)},
		&mailFault{fault: fault{name: "says-all-slowly", want: just}, mail: &badMailServer{slow: true}},
	)
}

// mailTLSFaults are mail servers that go wrong on the way to encryption.
func mailTLSFaults(ids identities, hanging time.Duration) []*mailFault {
	again, none := []string{notSent, notSent, wasSent}, []string{notSent, notSent, notSent}
	bad := func(stage string, do func(*mailTalk) bool) *badMailServer {
		return &badMailServer{stage: stage, sessions: 2, bad: do, secure: ids.good}
	}
	notTLS := func(m *mailTalk) bool {
		_, _ = m.in.ReadByte() // of the handshake
		m.say("500 what do you mean?")
		_, _ = io.Copy(io.Discard, m.conn)
		return false
	}
	return []*mailFault{
		{fault: fault{name: "starttls", want: []string{wasSent}}, mail: &badMailServer{secure: ids.good}, encryption: "starttls"},
		{fault: fault{name: "starttls-missing", want: []string{notSent}, says: " offers no encryption (STARTTLS); choose tls or another port"}, mail: &badMailServer{}, encryption: "starttls"},
		{fault: fault{name: "starttls-454", want: again, says: " now, with code 454"}, mail: bad("STARTTLS", sayMail("454 not now")), encryption: "starttls"},
		{fault: fault{name: "starttls-drops", want: again, says: " broke off the connection before anything was sent; check the port"}, mail: bad("tls", dropMail), encryption: "starttls"},
		{fault: fault{name: "starttls-resets", want: again, says: " broke off the connection before anything was sent; check the port"}, mail: bad("tls", resetMail), encryption: "starttls"},
		{fault: fault{name: "starttls-hangs", timeout: hanging, want: again, says: unreached}, mail: bad("tls", hangMail), encryption: "starttls"},
		{fault: fault{name: "starttls-nonsense", want: again, says: " does not speak TLS on this port; check the port"}, mail: bad("tls", notTLS), encryption: "starttls"},
		{fault: fault{name: "starttls-stranger", want: none, says: " is not trusted; add its authority"}, mail: &badMailServer{secure: ids.stranger}, encryption: "starttls"},
		{fault: fault{name: "starttls-other-name", want: none, says: " is made out to another name"}, mail: &badMailServer{secure: ids.otherName}, encryption: "starttls"},
		{fault: fault{name: "mail-tls", want: []string{wasSent}}, mail: &badMailServer{secure: ids.good, implicit: true}, encryption: "tls"},
		{fault: fault{name: "mail-tls-hangs", timeout: hanging, want: again, says: unreached}, mail: &badMailServer{stage: "tls", sessions: 2, bad: hangMail, secure: ids.good, implicit: true}, encryption: "tls"},
		{fault: fault{name: "mail-tls-resets", want: again, says: " broke off the connection before anything was sent"}, mail: &badMailServer{stage: "tls", sessions: 2, bad: resetMail, secure: ids.good, implicit: true}, encryption: "tls"},
		{fault: fault{name: "mail-tls-not-spoken", want: none, says: " does not speak TLS on this port"}, mail: &badMailServer{}, encryption: "tls"},
	}
}
