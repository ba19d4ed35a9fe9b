package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/crypto/ssh/knownhosts"

	"patchbay/engine"
)

// sshTarget is where a tunnel goes, and what is known here about that server.
type sshTarget struct {
	address string // host:port
	user    string
	home    string // whose .ssh folder holds keys and known hosts
	system  string // the known hosts of the machine
	agent   string // the socket of an agent; "" is none
}

// parseTunnel reads the value of --tunnel.
func parseTunnel(text string) (tunnelServer, error) {
	if text == ngrokName {
		return newNgrokServer()
	}
	return parseSSH(text)
}

func parseSSH(text string) (sshTarget, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "ssh" || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return sshTarget{}, usage("--tunnel is ngrok, or the address of an SSH server such as ssh://nokey@localhost.run or ssh://me@example.com:2222")
	}
	if _, has := u.User.Password(); has {
		return sshTarget{}, usage("--tunnel takes no password: use a key, in ~/.ssh or in an agent")
	}
	port := u.Port()
	if port == "" {
		port = "22"
	}
	to := sshTarget{address: net.JoinHostPort(u.Hostname(), port), user: u.User.Username()}
	to.user, to.home, to.agent = tunnelUser(to.user)
	to.system = "/etc/ssh/ssh_known_hosts"
	return to, nil
}

func (to sshTarget) host() string { return to.address }

// config is what a connection begins with: the keys there are, and the host keys known.
// release gives back what it holds, once the connection has begun.
func (to sshTarget) config() (config *ssh.ClientConfig, release func(), err error) {
	check, types, err := to.hostKeys()
	if err != nil {
		return nil, nil, err
	}
	signers, release := to.signers()
	return &ssh.ClientConfig{
		User: to.user, HostKeyCallback: check, HostKeyAlgorithms: types, ClientVersion: "SSH-2.0-patchbay",
		Auth: []ssh.AuthMethod{ssh.PublicKeys(signers...)}, // after an attempt with nothing, which some servers take
	}, release, nil
}

// signers are the keys of the agent and those in files that no passphrase protects.
func (to sshTarget) signers() (all []ssh.Signer, release func()) {
	release = func() {}
	if to.agent != "" {
		if conn, err := net.Dial("unix", to.agent); err == nil { //nolint:noctx // a socket of this machine answers at once
			release = func() { _ = conn.Close() } // nothing was written that could be lost
			list, _ := agent.NewClient(conn).Signers()
			all = append(all, list...) // an agent that does not answer has no keys
		}
	}
	for _, name := range []string{"id_ed25519", "id_ecdsa", "id_rsa"} {
		text, err := os.ReadFile(filepath.Join(to.home, ".ssh", name)) //nolint:gosec // the operator's own keys
		if err != nil {
			continue
		}
		if key, err := ssh.ParsePrivateKey(text); err == nil {
			all = append(all, key)
		}
	}
	return all, release
}

func (to sshTarget) knownFile() string { return filepath.Join(to.home, ".ssh", "known_hosts") }

// hostKeys returns the check of the server's key, and the kinds of keys to ask for:
// those that are known, as a server has several.
func (to sshTarget) hostKeys() (ssh.HostKeyCallback, []string, error) {
	var files []string
	for _, file := range []string{to.knownFile(), to.system} {
		if _, err := os.Stat(file); err == nil {
			files = append(files, file)
		}
	}
	known, err := knownhosts.New(files...)
	if err != nil {
		return nil, nil, &engine.Error{Kind: engine.KindInvalid, Message: "The known hosts of SSH cannot be read: " + err.Error() + ".", Err: err}
	}
	check := func(host string, remote net.Addr, key ssh.PublicKey) error {
		err := known(host, remote, key)
		if unknown, ok := errors.AsType[*knownhosts.KeyError](err); ok {
			return to.strange(unknown, key)
		}
		return err
	}
	var types []string
	fault := known(to.address, &net.TCPAddr{}, noKey{})
	if unknown, ok := errors.AsType[*knownhosts.KeyError](fault); ok {
		for _, k := range unknown.Want {
			if typ := k.Key.Type(); typ == ssh.KeyAlgoRSA {
				types = append(types, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256)
			} else {
				types = append(types, typ)
			}
		}
	}
	slices.Sort(types)
	return check, slices.Compact(types), nil
}

// strange says what to do about a host key that is not known, or is another one.
func (to sshTarget) strange(fault *knownhosts.KeyError, key ssh.PublicKey) error {
	shown := ssh.FingerprintSHA256(key)
	if len(fault.Want) > 0 {
		known := fault.Want[0]
		return &engine.Error{Kind: engine.KindForbidden, Err: fault, Message: fmt.Sprintf(
			"The server %s shows the key %s, but %s line %d knows another one: somebody may be in between. If the server was given a new key, take that line out.",
			to.host(), shown, known.Filename, known.Line)}
	}
	line := knownhosts.Line([]string{knownhosts.Normalize(to.address)}, key)
	return &engine.Error{Kind: engine.KindForbidden, Err: fault, Message: fmt.Sprintf(
		"The server %s is not known here: it shows the key %s. Compare that with what its owner says, and then add this line to %s: %s",
		to.host(), shown, to.knownFile(), line)}
}

// refusal is the error of a handshake that failed.
func (to sshTarget) refusal(err error) error {
	if ours, ok := errors.AsType[*engine.Error](err); ok {
		return ours
	}
	if strings.Contains(err.Error(), "unable to authenticate") {
		return &engine.Error{
			Kind: engine.KindForbidden, Err: err,
			Message: "The server " + to.host() + " does not let the user " + to.user + " in; name another one (ssh://user@host), or put a key into ~/.ssh or an agent that it accepts. Keys under a passphrase work through an agent only.",
		}
	}
	return &engine.Error{Kind: engine.KindUnavailable, Err: err, Message: "The server " + to.host() + " speaks no SSH that could be used: " + err.Error() + "."}
}

// noKey fits nothing: it makes known hosts tell what they know.
type noKey struct{}

// Type implements [ssh.PublicKey].
func (noKey) Type() string { return "none" }

// Marshal implements [ssh.PublicKey].
func (noKey) Marshal() []byte { return []byte("none") }

// Verify implements [ssh.PublicKey].
func (noKey) Verify([]byte, *ssh.Signature) error { return errors.New("no key") }
