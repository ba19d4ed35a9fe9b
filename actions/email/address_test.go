package email_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/actions/email"
	"patchbay/engine"
)

func connection(with map[string]any) *engine.Connection {
	s := map[string]any{"host": "mail.example.com", "from": "ops@example.com"}
	maps.Copy(s, with)
	return &engine.Connection{Name: "m", Type: "smtp", With: s}
}

func TestPlan_RefusesAddresses(t *testing.T) {
	t.Parallel()
	a := newAction(t, nil)
	for _, address := range []string{
		"", "ann", "ann@", "@example.org", "ann@example..org", "ann@-example.org", "ann@example.org-", "a b@example.org",
		"ann@example.org\r\nRCPT TO:<x@example.org>", "ann@example.org\nBcc: x@example.org", "Ann\r\n <ann@example.org>",
		"=?utf-8?q?Ann=0D=0ABcc=3A_x=40example=2Enet?= <ann@example.org>",
		// CVE-2025-59937: quoted local parts that become parameters of MAIL and RCPT.
		`"ann@example.org> ORCPT=rfc822;x@example.net"@example.org`,
		`"toni.tester@example.com> ORCPT=admin@admin.com"@example.com`,
		`"a> NOTIFY=NEVER x"@example.org`, `"<a>"@example.org`, `"a b"@example.org`, `"a\"b"@example.org`,
		"ann@[127.0.0.1]", "ann@[IPv6:::1]", "änn@example.org", "ann@exämple.org", ".ann@example.org", "an..n@example.org",
		"ann@example.org>", "<ann@example.org", "ann@example.org SIZE=1", strings.Repeat("a", 65) + "@example.org",
		"ann@" + strings.Repeat("a.", 130) + "org", "ann%example.net@example.org@x", "ann@example.org;b@example.org",
		"Group: a@example.org, b@[::1];",
	} {
		for _, field := range []string{"to", "cc", "bcc", "replyTo", "from"} {
			with := simple()
			with[field] = address
			if address == "" && field != "to" {
				continue
			}
			_, err := a.Plan(t.Context(), call(connection(nil), with))
			require.Error(t, err, "%s %q", field, address)
			f := engine.AsFailure(err)
			require.True(t, f.Permanent)
			require.True(t, strings.HasPrefix(f.Message, field+": "), "%s: %s", address, f.Message)
		}
	}
}

func TestPlan_RefusesLineBreaksInTheSubject(t *testing.T) {
	t.Parallel()
	for _, subject := range []string{"a\r\nBcc: x@example.org", "a\nb", "a\rb", "a\x00b", "a\u2028b", strings.Repeat("x", 1000)} {
		with := simple()
		with["subject"] = subject
		_, err := newAction(t, nil).Plan(t.Context(), call(connection(nil), with))
		require.ErrorContains(t, err, "subject: ")
	}
}

func TestPlan_RefusesTooMany(t *testing.T) {
	t.Parallel()
	var many []any
	for i := range 49 {
		many = append(many, fmt.Sprintf("p%d@example.org", i))
	}
	with := simple()
	with["to"], with["bcc"] = many, "last@example.org"
	_, err := newAction(t, nil).Plan(t.Context(), call(connection(nil), with))
	require.NoError(t, err)
	with["cc"] = "one@example.org"
	_, err = newAction(t, nil).Plan(t.Context(), call(connection(nil), with))
	require.ErrorContains(t, err, "at most 50 recipients")
}

func TestPlan_AllowedRecipients(t *testing.T) {
	t.Parallel()
	a := newAction(t, nil)
	c := connection(map[string]any{"allowedRecipients": []any{"Example.org", "bob@example.net"}})
	for to, ok := range map[string]bool{
		"ann@example.org": true, "Bob@Example.net": true, "ann@example.net": false, "x@sub.example.org": false, "x@evilexample.org": false,
	} {
		with := simple()
		with["to"] = to
		_, err := a.Plan(t.Context(), call(c, with))
		require.Equal(t, ok, err == nil, to)
	}
	with := simple()
	with["to"], with["bcc"] = "ann@example.org", "x@evil.test"
	_, err := a.Plan(t.Context(), call(c, with))
	require.ErrorContains(t, err, "bcc: ")
}

func TestCheck_Email(t *testing.T) {
	t.Parallel()
	a := newAction(t, nil)
	require.NoError(t, a.Check(map[string]any{"to": "{{ payload.email }}", "subject": "{{ payload.s }}", "html": "<p>{{ payload.x }}</p>"}))
	require.NoError(t, a.Check(map[string]any{"to": []any{"a@example.org", "{{ payload.email }}"}, "subject": "x", "text": "x"}))
	require.ErrorContains(t, a.Check(map[string]any{"to": "a@example.org", "subject": "x"}), "text: The mail is empty")
	require.ErrorContains(t, a.Check(map[string]any{"to": "nobody", "subject": "x", "text": "x"}), "to: ")
	require.ErrorContains(t, a.Check(map[string]any{"to": []any{}, "subject": "x", "text": "x"}), "to: ")
}

func TestConnection_Check(t *testing.T) {
	t.Parallel()
	kind := email.NewConnection(newClient(t, nil))
	require.Equal(t, []string{"password"}, kind.Type().Secrets)
	for _, tc := range []struct {
		with    map[string]any
		secrets map[string]engine.Secret
		fault   string
	}{
		{nil, nil, ""},
		{map[string]any{"port": "587", "username": "a"}, map[string]engine.Secret{"password": "b"}, ""},
		{map[string]any{"host": ""}, nil, "with.host: "},
		{map[string]any{"host": "smtp://mail.example.com"}, nil, "with.host: "},
		{map[string]any{"host": "mail.example.com:25"}, nil, "with.host: "},
		{map[string]any{"port": int64(70000)}, nil, "with.port: "},
		{map[string]any{"port": "smtp"}, nil, "with.port: "},
		{map[string]any{"from": "nobody"}, nil, "with.from: "},
		{map[string]any{"from": "a@example.org, b@example.org"}, nil, "with.from: "},
		{map[string]any{"tls": "ssl"}, nil, "with.tls: "},
		{map[string]any{"username": "a"}, nil, "with.password: "},
		{nil, map[string]engine.Secret{"password": "b"}, "with.username: "},
		{map[string]any{"username": "a"}, map[string]engine.Secret{"password": "b\nc"}, "with.username: "},
		{map[string]any{"hosst": "a"}, nil, `did you mean "host"`},
	} {
		c := connection(tc.with)
		c.Secrets = tc.secrets
		err := kind.Check(c)
		if tc.fault == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, tc.fault)
	}
}

func TestConnection_Test(t *testing.T) {
	t.Parallel()
	kind := email.NewConnection(newClient(t, nil))
	s := startServer(t, &mailServer{})
	told, err := kind.Test(t.Context(), s.connection(plain()))
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1 accepts the user name and password. Nothing was sent.", told)
	require.Empty(t, s.mails)
	wrong := startServer(t, &mailServer{script: map[string]string{"AUTH": "535 mail-password is wrong"}})
	_, err = kind.Test(t.Context(), wrong.connection(plain()))
	require.EqualError(t, err, "127.0.0.1 refused the user name or password of the connection.")
	require.Equal(t, engine.KindUnavailable, engine.KindOf(err))
}
