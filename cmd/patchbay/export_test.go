package main

import (
	"testing"

	"golang.org/x/crypto/ssh"
)

// SSHServer is a server that opens addresses for tunnels and says which, for the tests of
// the whole program. Home knows it; Cut ends what is connected.
type SSHServer struct {
	Address, Home string
	Cut           func()
}

// NewSSHServer starts a server on loopback.
func NewSSHServer(t *testing.T) SSHServer {
	t.Helper()
	s := newSSHServer(t, func(s *sshServer) { s.says = "Forwarding HTTP traffic from http://127.0.0.1:PORT\r\n" })
	to := s.target()
	return SSHServer{Address: to.address, Home: to.home, Cut: s.cut}
}

// NewSSHKey makes a key and its file.
func NewSSHKey(t *testing.T) (ssh.Signer, []byte) {
	t.Helper()
	return newKey(t)
}
