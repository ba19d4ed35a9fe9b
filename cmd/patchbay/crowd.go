package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"sync"
	"syscall"
	"time"
)

const (
	// maxConnections is how many connections a door takes at a time. Each costs some
	// 40 KiB whether it does anything or not, so that more of them are a matter of
	// memory; who needs more has a proxy in front that shares them.
	maxConnections = 2048
	// spareDescriptors is the part of the program's descriptors, as a divisor, that
	// connections leave to the database and to what steps call.
	spareDescriptors = 2
	// maxTurnedAway is how many connections are told at a time that there is no room;
	// others are closed without a word.
	maxTurnedAway = 2048
	// descriptorsAway is the part of the descriptors, as a divisor, that those may take.
	descriptorsAway = 8
	// warnEvery is how often a log line about connections comes at most.
	warnEvery = time.Minute
)

// crowded is the answer of a door that has no room for one more connection.
const crowded = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: " + retryAfter + "\r\nConnection: close\r\n" +
	"Content-Length: 48\r\n\r\n" + `{"error":"Nothing was stored; try again later."}`

// crowd is the connections of one door.
type crowd struct {
	most     int
	mostAway int
	secure   bool // an answer cannot be given without a handshake
	log      *slog.Logger

	mu       sync.Mutex
	in       map[*timedConn]struct{}
	away     map[net.Conn]struct{} // being told that there is no room
	warned   time.Time
	farewell sync.WaitGroup
}

func newCrowd(log *slog.Logger) *crowd {
	c := &crowd{most: maxConnections, mostAway: maxTurnedAway, log: log, in: make(map[*timedConn]struct{}), away: make(map[net.Conn]struct{})}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err == nil {
		c.most = int(min(uint64(c.most), limit.Cur/spareDescriptors))        //nolint:gosec // it is at most maxConnections
		c.mostAway = int(min(uint64(c.mostAway), limit.Cur/descriptorsAway)) //nolint:gosec // it is at most maxTurnedAway
	}
	return c
}

// join takes a connection in, or turns it away.
func (c *crowd) join(conn *timedConn) bool {
	c.mu.Lock()
	if len(c.in) < c.most {
		c.in[conn] = struct{}{}
		c.mu.Unlock()
		return true
	}
	speak := !c.secure && len(c.away) < c.mostAway
	if speak {
		c.away[conn.Conn] = struct{}{}
		c.farewell.Go(func() { c.turnAway(conn.Conn) })
	}
	c.mu.Unlock()
	if !speak {
		_ = conn.Conn.Close() // nothing was said on it
	}
	if c.troubled() {
		c.log.WarnContext(context.Background(), "connections are turned away", "open", c.most)
	}
	return false
}

// turnAway tells a client to come back later. It reads on for a moment, since
// closing would throw the answer away together with what the client is sending.
func (c *crowd) turnAway(conn net.Conn) {
	if conn.SetDeadline(time.Now().Add(lingerTime)) == nil {
		if _, err := io.WriteString(conn, crowded); err == nil {
			if half, ok := conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
				_, _ = io.CopyN(io.Discard, conn, lingerBytes) // whatever ends it, the connection is closed next
			}
		}
	}
	_ = conn.Close() // all that could be said was said
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.away, conn)
}

func (c *crowd) leave(conn *timedConn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.in, conn)
}

// closeSilent ends the connections on which nothing was asked yet.
func (c *crowd) closeSilent() {
	c.closeEach(func(conn *timedConn) bool { return !conn.asked.Load() })
}

// closeAll ends all connections.
func (c *crowd) closeAll() {
	c.closeEach(func(*timedConn) bool { return true })
	c.mu.Lock()
	for conn := range c.away {
		_ = conn.Close() // it ends one way or the other
	}
	c.mu.Unlock()
	c.farewell.Wait()
}

// closeEach closes connections from below: who serves them notices, and they leave.
func (c *crowd) closeEach(is func(*timedConn) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn := range c.in {
		if is(conn) {
			_ = conn.Conn.Close() // its reader is told of any trouble
		}
	}
}

// troubled reports whether trouble with connections should be logged now: there may
// be many of them.
func (c *crowd) troubled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if now.Sub(c.warned) < warnEvery {
		return false
	}
	c.warned = now
	return true
}
