package outbound

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"patchbay/engine"
)

// ConnectFault turns an error of [Client.Dial], or of a TLS handshake after it,
// into a failure in words: nothing was sent. host is named in the message.
func ConnectFault(host string, err error) *engine.Failure {
	f := engine.Temporary("", err)
	f.Down = true
	switch {
	case errors.Is(err, errPrivate):
		f.Message = fmt.Sprintf("%s is a private address and may not be called; to allow it, start Patchbay with --allow-private %s or add it under Settings, Programs and private addresses.", host, bareHost(host))
		f.Permanent, f.Down = true, false
	case errors.Is(err, errSelf):
		f.Message = host + " is Patchbay's own address; a step that calls it could go round for ever."
		f.Permanent, f.Down = true, false
	case errors.Is(err, errSpelling):
		f.Message = host + " is an unusual way to write an address; write it as four plain numbers or as a name."
		f.Permanent, f.Down = true, false
	case errors.Is(err, context.Canceled):
		f.Message = "The step was stopped before anything was sent."
		f.Down = false
	case errors.Is(err, errNoName):
		f.Message = host + " was not found by the name server; check the spelling."
	case errors.Is(err, errNaming):
		f.Message = "The name server did not answer when asked for " + host + "; check the network of this machine and the domain's name servers."
	case isTimeout(err):
		f.Message = host + " could not be reached in time; check the address and the firewalls on the way."
	case errors.Is(err, syscall.ECONNREFUSED):
		f.Message = host + " refused the connection; check the port, and whether the service runs."
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		f.Message = "There is no route to " + host + "; check the address and the network of this machine."
	default:
		f.Message = handshakeWords(host, err)
	}
	return f
}

// handshakeWords tells what is wrong with a server's certificate or TLS.
func handshakeWords(host string, err error) string {
	if c, ok := errors.AsType[x509.CertificateInvalidError](err); ok && c.Reason == x509.Expired {
		return "The certificate of " + host + " is out of date; it has to be renewed there, unless the clock of this machine is wrong."
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "The certificate of " + host + " is made out to another name; use that name."
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "The certificate of " + host + " is not trusted; add its authority to those that this machine trusts."
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return host + " does not speak TLS on this port; check the port, or connect without TLS."
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "remote error" || op.Op == "local error") {
		// So crypto/tls marks the alerts of a handshake that one side gave up.
		return host + " and Patchbay found no TLS that both take; ask who runs it which versions and certificates it needs."
	}
	return host + " broke off the connection before anything was sent; check the port, and whether the service is in order."
}

// callFault turns an error of an HTTP exchange on an open connection into a
// failure.
func callFault(host string, way *flight, err error) *engine.Failure {
	if !way.sent() {
		if way.naming.Load() && isTimeout(err) {
			err = errors.Join(errNaming, err) // net/http does not wait for what Dial would say
		}
		return ConnectFault(host, err)
	}
	err = errors.Join(err, way.ended())
	f := engine.Unknown("", err)
	f.Down = true
	switch {
	case errors.Is(err, context.Canceled):
		f.Message = "The step was stopped while " + host + " was answering; the request may have arrived."
		f.Down = false
	case isTimeout(err):
		f.Message = host + " did not answer in time; the request may have arrived: look there, or give the step more time."
	case way.answered.Load() && !brokenOff(err):
		f.Message = host + " gave no proper HTTP answer; the request may have arrived: check the address and the port."
	default:
		f.Message = host + " broke off the connection; the request may have arrived: look there whether it did."
	}
	return f
}

// brokenOff reports whether an error is about the connection, not about what was
// read from it. The latter errors of net/http have no types of their own.
func brokenOff(err error) bool {
	_, ok := errors.AsType[*net.OpError](err)
	return ok || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errMaybeSent)
}

func isTimeout(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return true
	}
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout()
}

func bareHost(hostport string) string {
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		return h
	}
	return strings.Trim(hostport, "[]")
}
