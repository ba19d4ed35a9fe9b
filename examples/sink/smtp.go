package main

import (
	"bufio"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// serveMail accepts mails until the listener is closed, and waits for its sessions.
func serveMail(l net.Listener, show func(kind, text string)) {
	var sessions sync.WaitGroup
	defer sessions.Wait()
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		sessions.Go(func() {
			defer conn.Close() // the session is over
			session(conn, show)
		})
	}
}

// session speaks the part of SMTP that a client needs to deliver a mail.
func session(conn net.Conn, show func(kind, text string)) {
	in := bufio.NewScanner(conn)
	in.Buffer(make([]byte, 0, 4096), maxBody)
	say := func(line string) bool {
		_, err := io.WriteString(conn, line+"\r\n")
		return err == nil
	}
	say("220 sink ready")
	var to []string
	for {
		if conn.SetDeadline(time.Now().Add(time.Minute)) != nil || !in.Scan() {
			return
		}
		verb, rest, _ := strings.Cut(in.Text(), " ")
		var ok bool
		switch strings.ToUpper(verb) {
		case "EHLO", "HELO":
			ok = say("250 sink")
		case "RCPT":
			to = append(to, strings.TrimPrefix(rest, "TO:"))
			ok = say("250 ok")
		case "DATA":
			ok = say("354 go on") && readMail(in, func(text string) { show("mail to "+strings.Join(to, ", "), text) }) && say("250 accepted")
			to = nil
		case "QUIT":
			say("221 bye")
			return
		default: // MAIL, RSET, NOOP
			ok = say("250 ok")
		}
		if !ok {
			return
		}
	}
}

// readMail reads up to the line that holds a single dot.
func readMail(in *bufio.Scanner, done func(text string)) bool {
	var text strings.Builder
	for in.Scan() {
		line := in.Text()
		if line == "." {
			done(strings.TrimSuffix(text.String(), "\n"))
			return true
		}
		text.WriteString(strings.TrimPrefix(line, "."))
		text.WriteByte('\n')
	}
	return false
}
