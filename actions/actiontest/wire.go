package actiontest

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync"
	"time"
)

// Wire is a network whose every peer says the same, whatever it is asked. It serves
// to hold actions against answers that no server of one's own would give.
type Wire struct {
	Answer []byte // what a peer sends before it closes
	Early  bool   // it does not wait until it is asked

	mu     sync.Mutex
	dialed []string
	sent   map[string][]byte // by address
}

// Connect is the dialer of an [outbound.Options].
func (w *Wire) Connect(_ context.Context, _, address string) (net.Conn, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dialed = append(w.dialed, address)
	p := &peer{wire: w, address: address, answer: bytes.NewReader(w.Answer), asked: make(chan struct{})}
	if w.Early {
		p.ask()
	}
	return p, nil
}

// Dialed returns the addresses that were connected to.
func (w *Wire) Dialed() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.dialed...)
}

// Sent returns what was written to an address.
func (w *Wire) Sent(address string) []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bytes.Clone(w.sent[address])
}

// peer is the other end of one connection.
type peer struct {
	wire    *Wire
	address string
	answer  *bytes.Reader
	once    sync.Once
	asked   chan struct{} // closed when the answer may be read
}

func (p *peer) ask() { p.once.Do(func() { close(p.asked) }) }

// Read implements [net.Conn].
func (p *peer) Read(b []byte) (int, error) {
	<-p.asked
	n, err := p.answer.Read(b)
	if err != nil {
		return n, io.EOF
	}
	return n, nil
}

// Write implements [net.Conn].
func (p *peer) Write(b []byte) (int, error) {
	p.wire.mu.Lock()
	if p.wire.sent == nil {
		p.wire.sent = make(map[string][]byte)
	}
	p.wire.sent[p.address] = append(p.wire.sent[p.address], b...)
	p.wire.mu.Unlock()
	p.ask()
	return len(b), nil
}

// Close implements [net.Conn].
func (p *peer) Close() error {
	p.ask()
	return nil
}

// LocalAddr implements [net.Conn].
func (p *peer) LocalAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// RemoteAddr implements [net.Conn].
func (p *peer) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// SetDeadline implements [net.Conn]; nothing here takes time.
func (p *peer) SetDeadline(time.Time) error { return nil }

// SetReadDeadline implements [net.Conn].
func (p *peer) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline implements [net.Conn].
func (p *peer) SetWriteDeadline(time.Time) error { return nil }
