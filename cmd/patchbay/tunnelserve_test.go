package main_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	program "patchbay/cmd/patchbay"
)

// throughTunnel starts the program with a tunnel, and sends it something from outside.
// The process's address is that of its own listener.
func throughTunnel(t *testing.T, home, target string) (p *process, public string) {
	t.Helper()
	local := net.JoinHostPort("127.0.0.1", freePort(t))
	p = serve(t, t.TempDir(), []string{"HOME=" + home, "SSH_AUTH_SOCK="}, "--tunnel", target, "--listen", local)
	p.url = "http://" + local
	apply(t, p.dir, "version: 1\ninboxes:\n  - name: github\n    verify: { scheme: github, secret: \""+secret+"\" }\n")
	api := p.client()
	var instance struct{ PublicURL, PublicURLFrom string }
	eventually(t, func() bool {
		api.get("/instance", &instance)
		return instance.PublicURLFrom == "tunnel"
	}, p.logged)
	require.Contains(t, p.logged(), instance.PublicURL)
	var box struct{ Address string }
	api.get("/inboxes/github", &box)
	require.Equal(t, instance.PublicURL+"/in/github", box.Address)

	outside := &process{t: t, url: instance.PublicURL}
	good := github(t, "issues", "1")
	bad := good
	bad.body = []byte(`{"action":"closed"}`)
	for want, d := range map[int]delivery{http.StatusUnauthorized: bad, http.StatusAccepted: good} {
		told, err := outside.deliver(t.Context(), d)
		require.NoError(t, err)
		require.Equal(t, want, told.status)
	}
	var list struct{ Items []event }
	api.get("/events?inbox=github&verdict=accepted", &list)
	require.Len(t, list.Items, 1)
	require.Equal(t, "issues", list.Items[0].Type)
	return p, instance.PublicURL
}

func TestServe_IsReachedThroughATunnel(t *testing.T) {
	t.Parallel()
	s := program.NewSSHServer(t)
	p, first := throughTunnel(t, s.Home, "ssh://nokey@"+s.Address)

	// Pages that are open learn of another address without being loaded again.
	news := p.live()
	s.Cut()
	for range 2 { // the address goes, and another comes
		require.Equal(t, `data: {"kind":"settings","name":"address"}`, <-news)
	}
	var instance struct{ PublicURL string }
	p.client().get("/instance", &instance)
	require.NotEqual(t, first, instance.PublicURL)
	told, err := (&process{t: t, url: instance.PublicURL}).deliver(t.Context(), github(t, "issues", "2"))
	require.NoError(t, err)
	require.Equal(t, http.StatusAccepted, told.status)
	require.Zero(t, p.terminate())
}

// live follows what changes in the configuration.
func (p *process) live() <-chan string {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url+"/api/v1/live", http.NoBody)
	require.NoError(p.t, err)
	req.Header.Set("Authorization", "Bearer "+p.client().token)
	resp, err := http.DefaultClient.Do(req) //nolint:bodyclose // whoever reads it closes it
	require.NoError(p.t, err)
	require.Equal(p.t, http.StatusOK, resp.StatusCode)
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() && lines.Text() != "" { // hello
	}
	news := make(chan string, 10)
	go func() {
		defer resp.Body.Close()
		named := ""
		for lines.Scan() {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				named = name
			} else if named == "config" && strings.HasPrefix(lines.Text(), "data: ") {
				news <- lines.Text()
			}
		}
		close(news)
	}()
	return news
}

// With OpenSSH's own server, where there is one.
func TestServe_IsReachedThroughOpenSSH(t *testing.T) {
	t.Parallel()
	sshd, err := exec.LookPath("sshd")
	if err != nil {
		sshd = "/usr/sbin/sshd"
	}
	if _, err := os.Stat(sshd); err != nil {
		t.Skip("needs OpenSSH's server")
	}
	me, err := user.Current()
	require.NoError(t, err)
	name := me.Username
	if me.Uid == "0" {
		name = "nobody" // who may open no port below 1024, so that the test takes none that is somebody's
	}
	dir, err := os.MkdirTemp("", "patchbay-sshd-") //nolint:usetesting // t.TempDir lets nobody else in
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	home := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(home, ".ssh"), 0o700))
	key, file := program.NewSSHKey(t)
	host, hostFile := program.NewSSHKey(t)
	write := func(path string, mode os.FileMode, text []byte) {
		require.NoError(t, os.WriteFile(path, text, mode))
	}
	write(filepath.Join(home, ".ssh", "id_ed25519"), 0o600, file)
	write(filepath.Join(dir, "host"), 0o600, hostFile)
	write(filepath.Join(dir, "authorized"), 0o644, ssh.MarshalAuthorizedKey(key.PublicKey()))
	port := freePort(t)
	at := net.JoinHostPort("127.0.0.1", port)
	write(filepath.Join(home, ".ssh", "known_hosts"), 0o600, []byte(knownhosts.Line([]string{knownhosts.Normalize(at)}, host.PublicKey())+"\n"))
	write(filepath.Join(dir, "config"), 0o600, []byte("ListenAddress "+at+"\nHostKey "+filepath.Join(dir, "host")+
		"\nAuthorizedKeysFile "+filepath.Join(dir, "authorized")+"\nPidFile none\nUsePAM no\nStrictModes no\nPasswordAuthentication no\nAllowTcpForwarding yes\n"))
	if me.Uid == "0" {
		require.NoError(t, os.MkdirAll("/run/sshd", 0o755)) // it insists on it
	}
	log := &strings.Builder{}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), sshd, "-D", "-e", "-f", filepath.Join(dir, "config"))
	cmd.Stderr = log
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		if t.Failed() {
			t.Log(log.String())
		}
	})
	eventually(t, func() bool {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", at)
		return err == nil && conn.Close() == nil
	}, func() string { return "sshd does not listen" })
	p, address := throughTunnel(t, home, "ssh://"+name+"@"+at)
	require.True(t, strings.HasPrefix(address, "http://127.0.0.1:"), address)
	require.Zero(t, p.terminate())
}

func freePort(t *testing.T) string {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr, ok := l.Addr().(*net.TCPAddr)
	require.True(t, ok)
	require.NoError(t, l.Close())
	return strconv.Itoa(addr.Port)
}
