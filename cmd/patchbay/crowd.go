package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

const (
	// maxConnections is how many connections the public door takes at a time. Each costs
	// some 40 KiB whether it does anything or not, so that more of them are a matter of
	// memory; who needs more has a proxy in front that shares them.
	maxConnections = 2048
	// fewConnections is how many a door takes that is there for operators alone.
	fewConnections = 64
	// spareDescriptors is the part of the program's descriptors, as a divisor, that the
	// connections of all doors together leave to the database and to what steps call.
	spareDescriptors = 2
	// fewDescriptors is the part, as a divisor, that one of the operators' two doors may take.
	fewDescriptors = 32
	// maxTurnedAway is how many connections a door tells at a time that there is no room;
	// others are closed without a word.
	maxTurnedAway = 2048
	// awayPart is the part of the places of a door, as a divisor, that may be told so
	// where descriptors are scarce.
	awayPart = 4
	// pastPart is the part of those places, as a divisor, that connections may take which
	// have lost theirs.
	pastPart = 2
	// restedEnough is how long a connection must have been idle before it can lose its
	// place: the client is not about to use it.
	restedEnough = time.Second
)

// evicted stands for the moment since when a connection rests once it has lost its place.
const evicted = -1

// crowded is the answer of a door that has no room for one more connection.
const crowded = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: " + retryAfter + "\r\nConnection: close\r\n" +
	"Content-Length: 48\r\n\r\n" + `{"error":"Nothing was stored; try again later."}`

// crowd is the connections of one door.
type crowd struct {
	most     int
	mostAway int
	patience time.Duration // how long a connection is listened to that has lost its place
	secure   bool          // an answer cannot be given without a handshake
	now      func() time.Time
	log      *slog.Logger

	mu       sync.Mutex
	in       map[*timedConn]struct{}
	away     map[net.Conn]struct{} // being told that there is no room, or about to be once they ask
	over     bool                  // nobody is told anything any more
	farewell sync.WaitGroup
}

// newCrowd makes the crowd of the public door.
func newCrowd(log *slog.Logger) *crowd {
	return makeCrowd(log, maxConnections, func(descriptors uint64) uint64 {
		return descriptors/spareDescriptors - 2*(descriptors/fewDescriptors)
	})
}

// newFewCrowd makes the crowd of a door for operators.
func newFewCrowd(log *slog.Logger) *crowd {
	return makeCrowd(log, fewConnections, func(descriptors uint64) uint64 { return descriptors / fewDescriptors })
}

func makeCrowd(log *slog.Logger, most int, part func(descriptors uint64) uint64) *crowd {
	c := &crowd{
		most: most, mostAway: min(most, maxTurnedAway), patience: lingerTime, now: time.Now, log: log,
		in: make(map[*timedConn]struct{}), away: make(map[net.Conn]struct{}),
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err == nil {
		places := max(part(limit.Cur), 1)
		c.most = int(min(uint64(most), places))                            //nolint:gosec // it is at most maxConnections
		c.mostAway = int(min(uint64(c.mostAway), max(places/awayPart, 1))) //nolint:gosec // it is at most maxTurnedAway
	}
	return c
}

// join takes a connection in, in the place of an idle one where there is no other, or
// turns it away.
func (c *crowd) join(conn *timedConn) bool {
	conn.rest()
	c.mu.Lock()
	made := len(c.in) >= c.most && c.makeRoom()
	if len(c.in) < c.most {
		c.in[conn] = struct{}{}
		c.mu.Unlock()
		if made {
			c.log.WarnContext(context.Background(), "idle connections are closed to make room", "open", c.most)
		}
		return true
	}
	speak := !c.over && !c.secure && len(c.away) < c.mostAway
	if speak {
		c.away[conn.Conn] = struct{}{}
		c.farewell.Go(func() { c.turnAway(conn.Conn) })
	}
	c.mu.Unlock()
	if !speak {
		_ = conn.Conn.Close() // nothing was said on it
	}
	c.log.WarnContext(context.Background(), "connections are turned away", "open", c.most)
	return false
}

// makeRoom takes the place of the connection that has been idle longest, and reports
// whether there was one. The caller holds mu.
func (c *crowd) makeRoom() bool {
	for {
		var oldest *timedConn
		since := c.now().Add(-restedEnough).UnixNano() + 1
		for conn := range c.in {
			if at := conn.resting.Load(); at > 0 && at < since {
				oldest, since = conn, at
			}
		}
		if oldest == nil {
			return false
		}
		if oldest.resting.CompareAndSwap(since, evicted) { // otherwise a request has just begun
			delete(c.in, oldest)
			_ = oldest.Conn.SetReadDeadline(past()) // its reader lets go of it; a closed one has done so
			return true
		}
	}
}

// noteState notes when a connection rests: between an answer and the next request. Its
// first request begins when something is read.
func noteState(conn net.Conn, state fasthttp.ConnState) {
	c, ok := timed(conn)
	if !ok {
		return
	}
	switch {
	case state == fasthttp.StateIdle:
		c.rest()
	case state == fasthttp.StateActive && c.asked.Load(): // it may have been read together with the one before
		c.work()
	}
}

// dismiss ends a connection that has lost its place. Its client may be about to use it,
// or have just done so, and is told then that there is no room: on a connection that is
// closed it could not know whether its request was taken. asked is whether a part of a
// request was read.
func (c *crowd) dismiss(conn net.Conn, asked bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.away[conn]; known {
		return nil
	}
	if c.over || c.secure || len(c.away) >= max(c.mostAway/pastPart, 1) {
		return conn.Close()
	}
	c.away[conn] = struct{}{}
	c.farewell.Go(func() {
		if !asked && conn.SetReadDeadline(time.Now().Add(c.patience)) == nil {
			n, _ := conn.Read(make([]byte, 1)) // an end and a trouble are the same here
			asked = n > 0
		}
		if asked {
			c.turnAway(conn)
			return
		}
		c.parted(conn)
	})
	return nil
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
	c.parted(conn)
}

// parted closes a connection on which all was said that could be.
func (c *crowd) parted(conn net.Conn) {
	_ = conn.Close() // nothing can be done about any trouble
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
	c.over = true
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
