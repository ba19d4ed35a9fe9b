package main_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestCommandLine_TellsWrongUseFromFailure(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		args   []string
		status int
		want   string
	}{
		"no such command":  {[]string{"sevre"}, 2, "unexpected argument sevre"},
		"no such flag":     {[]string{"serve", "--lisen", "x"}, 2, "unknown flag --lisen"},
		"missing argument": {[]string{"apply"}, 2, "expected \"<file|dir>\""},
		"bad proxy":        {[]string{"serve", "--trusted-proxy", "proxy"}, 2, "--trusted-proxy takes addresses"},
		"bad url":          {[]string{"serve", "--public-url", "example.com"}, 2, "--public-url is the address"},
		"password in url":  {[]string{"serve", "--public-url", "https://u:p@example.com"}, 2, "--public-url is the address"},
		"bad size":         {[]string{"serve", "--max-body", "lots"}, 2, "is not a size"},
		"bad time zone":    {[]string{"serve", "--timezone", "Moon/Base"}, 2, "--timezone takes a name"},
		"half of tls":      {[]string{"serve", "--tls-cert", "x"}, 2, "--tls-key"},
		"no token":         {[]string{"user", "list", "--url", "http://localhost:1"}, 2, "--url needs --token"},
		"clear text":       {[]string{"user", "list", "--url", "http://example.com", "--token", "t"}, 2, "must use https"},
		"unreachable":      {[]string{"user", "list", "--url", "http://127.0.0.1:1", "--token", "t"}, 1, "http://127.0.0.1:1 cannot be reached"},
		"no file":          {[]string{"apply", "/nonexistent.yaml"}, 1, "There is no file or folder /nonexistent.yaml."},
		"restore nothing":  {[]string{"restore"}, 2, "name a backup to restore"},
		"header":           {[]string{"send", "x", "--header", "nothing"}, 2, "--header takes a name and a value"},
		"help":             {[]string{"--help"}, 0, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := patchbay(t, []string{"PATCHBAY_DATA=" + t.TempDir()}, c.args...)
			require.Equal(t, c.status, r.status, r.err)
			require.Contains(t, r.err, c.want)
			if c.status != 0 {
				require.Len(t, strings.Split(strings.TrimSpace(r.err), "\n"), 1, "one sentence: %s", r.err)
			}
		})
	}
}

func TestApply_RefusesBadConfigurationWithItsPlace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := write(t, "bad.yaml", `version: 1
inboxes:
  - name: github
    verify: { scheme: githib, secret: x }
  - name: stripe
    verify: { scheme: stripe, secret: "" }
rules:
  - name: One
    inbox: github
    when: paylod.action == "opened"
    steps:
      - { key: a, action: htpt, with: {} }
      - { key: b, action: note, with: { text: "{{ steps.later.x }}" } }
`)
	want := []string{
		file + `:4:23: inboxes[0].verify.scheme: There is no scheme "githib"; did you mean "github"?`,
		file + `:6:39: inboxes[1].verify.secret: `,
		file + `:10:11: rules[0].when: `, "Did you mean payload?",
		file + `:12:27: rules[0].steps[0].action: There is no action "htpt". Did you mean http?`,
		`rules[0].steps[1].with.text: There is no step later before this one.`,
	}
	check := func(r result) {
		require.Equal(t, 1, r.status)
		for _, w := range want {
			require.Contains(t, r.err, w)
		}
	}
	check(patchbay(t, nil, "apply", file, "--data", dir))
	serve(t, dir, nil)
	check(patchbay(t, nil, "apply", file, "--data", dir))

	typo := write(t, "typo.yaml", "version: 1\ninboxes:\n  - name: a\n    verifiy: { scheme: none }\n")
	r := patchbay(t, nil, "apply", typo, "--data", dir)
	require.Equal(t, 1, r.status)
	require.Equal(t, "patchbay: "+typo+`:4:5: inboxes[0].verifiy: There is no field "verifiy"; did you mean "verify"?`+"\n", r.err)
	missing := write(t, "missing.yaml", "version: 1\ninboxes: [{name: a, verify: {scheme: github, secret: \"${env:PB_TEST_SECRET}\"}}]\n")
	require.Contains(t, patchbay(t, nil, "apply", missing, "--data", dir).err, "The environment variable PB_TEST_SECRET is not set")
	require.Zero(t, patchbay(t, []string{"PB_TEST_SECRET=x"}, "apply", missing, "--data", dir).status)
}

func TestCommands_WorkAlikeWithAndWithoutAServer(t *testing.T) {
	t.Parallel()
	for name, serving := range map[string]bool{"through the socket": true, "in process": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "data")
			if serving {
				serve(t, dir, nil)
			}
			file := write(t, "patchbay.yaml", `version: 1
inboxes: [{ name: github, verify: { scheme: github, secret: "${env:S}" } }]
rules: [{ name: Note it, inbox: github, steps: [{ key: n, action: note, with: { text: "{{ payload.action }}" } }] }]
vars: { team: core }
`)
			env := []string{"S=" + secret}
			require.Equal(t, "create vars vars: team\ncreate inbox github\ncreate rule note-it\n3 would change, 0 unchanged\n",
				patchbay(t, env, "apply", file, "--data", dir, "--dry-run").out)
			require.Equal(t, 0, patchbay(t, env, "apply", file, "--data", dir).status)
			require.Equal(t, "0 changed, 3 unchanged\n", patchbay(t, env, "apply", file, "--data", dir).out)

			out := must(t, "export", "--data", dir)
			require.NotContains(t, out, secret)
			require.Contains(t, out, "${env:GITHUB_SECRET}")
			folder := t.TempDir()
			must(t, "export", "--rule", "note-it", "--out", folder, "--data", dir)
			other := t.TempDir()
			require.Contains(t, patchbay(t, []string{"GITHUB_SECRET=" + secret}, "apply", folder, "--data", other).out, "create rule note-it")

			require.Contains(t, must(t, "send", "github", "--event", "issues", "--data", dir), `202 {"id":"`)
			bad := patchbay(t, nil, "send", "github", "--event", "issues", "--header", "X-Hub-Signature-256: sha256=00", "--data", dir)
			require.Equal(t, 1, bad.status)
			require.Contains(t, bad.out, "401")
			require.Contains(t, patchbay(t, nil, "send", "github", "--event", "nope", "--data", dir).err, `There is no built-in sample "nope" of github; there are issues,`)

			require.Equal(t, "5\n", must(t, "eval", "2 + 3", "--data", dir))
			require.Equal(t, "\"opened\"\n", must(t, "eval", "payload.action", "--inbox", "github", "--data", dir))
			body := write(t, "body.json", `{"n": 9007199254740993, "list": [1, 2]}`)
			require.Equal(t, "3\n", must(t, "eval", "sum(payload.list)", "--event", body, "--data", dir))
			wrong := patchbay(t, nil, "eval", "paylod.x", "--data", dir)
			require.Equal(t, 1, wrong.status)
			require.Contains(t, wrong.err, "Did you mean payload?")

			require.Regexp(t, `^created ann@example.com with the password \S{20,}\n$`, must(t, "user", "create", "ann@example.com", "--data", dir))
			require.Contains(t, must(t, "user", "list", "--data", dir), "ann@example.com")
			must(t, "user", "create", "bob@example.com", "--role", "viewer", "--data", dir)
			must(t, "user", "delete", "bob@example.com", "--data", dir)
			require.NotContains(t, must(t, "user", "list", "--data", dir), "bob@example.com")

			made := must(t, "token", "create", "--name", "ci", "--scope", "read", "--data", dir)
			require.Regexp(t, `^pb_\S+\n$`, made)
			require.Contains(t, must(t, "token", "list", "--data", dir), "ci")
			must(t, "token", "delete", "ci", "--data", dir)
			require.Contains(t, patchbay(t, nil, "token", "delete", "ci", "--data", dir).err, `There is no token "ci".`)

			require.Contains(t, must(t, "key", "rotate", "--data", dir), "secret.key")
			require.Contains(t, must(t, "doctor", "--deep", "--data", dir), "all invariants hold")
		})
	}
}

func TestBackup_RestoresWithItsKeyAndHoldsWork(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	to := newDestination(t, nil)
	to.Close() // so that the run waits
	p := serve(t, dir, nil, "--allow-private", "127.0.0.1")
	apply(t, dir, strings.NewReplacer("%[2]s", to.URL, "%s", secret).Replace(threeSteps))
	p.accepted(load(1))
	api := p.client()
	eventually(t, func() bool { return len(api.runs("state=waiting")) == 1 }, func() string { return "no run waits" })

	file := filepath.Join(t.TempDir(), "backup.db")
	pass := []string{"PATCHBAY_PASSPHRASE=correct horse battery"}
	require.Equal(t, 2, patchbay(t, nil, "backup", file, "--with-key", "--data", dir).status, "no passphrase")
	r := patchbay(t, pass, "backup", file, "--with-key", "--data", dir)
	require.Zero(t, r.status, r.err)
	require.Equal(t, 1, patchbay(t, pass, "backup", file, "--data", dir).status, "it exists")
	remote := filepath.Join(t.TempDir(), "remote.db")
	must(t, "backup", remote, "--url", p.url, "--token", api.token)
	for _, f := range []string{file, file + ".key", remote} {
		info, err := os.Stat(f)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), f)
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		require.NotContains(t, string(text), secret)
	}
	p.kill()

	restored := filepath.Join(t.TempDir(), "restored")
	r = patchbay(t, []string{"PATCHBAY_PASSPHRASE=wrong horse battery"}, "restore", file, "--data", restored)
	require.Equal(t, 1, r.status)
	r = patchbay(t, pass, "restore", file, "--data", restored)
	require.Zero(t, r.status, r.err)
	require.Contains(t, r.out, "1 unfinished runs and 0 events are held")
	require.Equal(t, 1, patchbay(t, pass, "restore", file, "--data", restored).status, "there is a database")

	p = serve(t, restored, nil, "--allow-private", "127.0.0.1")
	p.accepted(load(2)) // the secret opens
	api = p.client()
	require.Contains(t, must(t, "restore", "--release", "--data", restored), "1 runs go on")
	eventually(t, func() bool { return len(api.runs("state=waiting")) == 2 }, p.logged)
}

func TestServe_KeepsItsDataDirectoryToItself(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), strings.Repeat("a-long-name-", 12)) // longer than a socket's address can be
	p := serve(t, dir, nil)
	second := patchbay(t, nil, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	require.Equal(t, 1, second.status)
	require.Contains(t, second.err, "Another patchbay process uses the data directory")
	taken := patchbay(t, nil, "serve", "--data", t.TempDir(), "--listen", strings.TrimPrefix(p.url, "http://"))
	require.Equal(t, 1, taken.status)
	require.Contains(t, taken.err, "is in use")
	for name, want := range map[string]os.FileMode{"": 0o700, "patchbay.sock": 0o600, "patchbay.db": 0o600, "secret.key": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, want, info.Mode().Perm(), name)
	}
	require.Contains(t, must(t, "user", "list", "--data", dir), "EMAIL")
	require.Zero(t, p.terminate())
	_, err := os.Stat(filepath.Join(dir, "patchbay.sock"))
	require.ErrorIs(t, err, os.ErrNotExist)
	wrong := patchbay(t, []string{"PATCHBAY_SECRET_KEY=" + strings.Repeat("A", 43) + "="}, "user", "list", "--data", dir)
	require.Equal(t, 1, wrong.status)
	require.Contains(t, wrong.err, "The secret key is not the one this database was written with")
}

func TestServe_FirstStartMakesTheAdministrator(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := serve(t, dir, nil)
	eventually(t, func() bool { return p.setupLink() != "" }, p.logged)
	_, token, ok := strings.Cut(p.setupLink(), "/setup#token=")
	require.True(t, ok, p.setupLink())
	setup := func(token string) int {
		body, err := json.Marshal(map[string]string{"token": token, "email": "ann@example.com", "password": "a long password"})
		require.NoError(t, err)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+"/api/v1/setup", strings.NewReader(string(body)))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/json")
		got, err := send(req)
		require.NoError(t, err)
		return got.status
	}
	require.Equal(t, http.StatusForbidden, setup("wrong"))
	require.Less(t, setup(token), 300)
	require.Equal(t, http.StatusGone, setup(token))
	require.NotContains(t, p.logged(), token)
	require.Zero(t, p.terminate())
	again := serve(t, dir, nil)
	require.Zero(t, again.terminate())
	require.Empty(t, again.setupLink(), "the second start has nothing to set up")

	short := []string{"PATCHBAY_ADMIN_EMAIL=root@example.com", "PATCHBAY_ADMIN_PASSWORD=ééééé"}
	require.Contains(t, patchbay(t, short, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0").err, "at least 8 characters")
	env := []string{"PATCHBAY_ADMIN_EMAIL=root@example.com", "PATCHBAY_ADMIN_PASSWORD=another long one"}
	given := t.TempDir()
	third := serve(t, given, env)
	require.Zero(t, third.terminate())
	require.Empty(t, third.setupLink())
	require.Contains(t, must(t, "user", "list", "--data", given), "root@example.com")
}

func TestServe_ListensForOperatorsApart(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil, "--admin-listen", "127.0.0.1:0", "--log-level", "debug")
	resp, err := http.Get(p.url + "/metrics") //nolint:noctx // a test's own server
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusUnauthorized, resp.StatusCode)
	m := regexp.MustCompile(`"operators":"(http://[^"]+)"`).FindStringSubmatch(p.logged())
	require.NotNil(t, m, p.logged())
	resp, err = http.Get(m[1] + "/metrics") //nolint:noctx // a test's own server
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
}

func TestCommands_RefuseADirectoryThatIsNoneOfPatchbay(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "dtaa")
	other := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(other, "letter.txt"), []byte("hi"), 0o600))
	file := write(t, "patchbay.yaml", "version: 1\ninboxes: [{name: a, verify: {scheme: none}}]\n")
	for _, args := range [][]string{
		{"export"}, {"eval", "1 + 1"}, {"user", "list"}, {"token", "list"}, {"send", "a"}, {"doctor"}, {"key", "rotate"},
	} {
		r := patchbay(t, nil, append(args, "--data", missing)...)
		require.NotZero(t, r.status, args)
		require.Contains(t, r.err+r.out, "There is no data directory "+missing+"; check --data, or start patchbay serve, which makes it.", args)
		require.NoDirExists(t, missing, args)
		r = patchbay(t, nil, append(args, "--data", other)...)
		require.NotZero(t, r.status, args)
		require.Contains(t, r.err+r.out, other+" holds other files and no database of Patchbay; check --data.", args)
		require.NoFileExists(t, filepath.Join(other, "patchbay.db"), args)
	}
	r := patchbay(t, nil, "apply", file, "--data", missing) // before the first start
	require.Zero(t, r.status, r.err)
	require.FileExists(t, filepath.Join(missing, "patchbay.db"))
}
