package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	killSenders = 12
	// killMost bounds the deliveries of a round, should its instant never come.
	killMost = 2000
)

// letter is a delivery by number, and whether it goes to the slow inbox.
type letter struct {
	n    int
	slow bool
}

func (l letter) delivery() delivery {
	d := load(l.n)
	if l.slow {
		d.path, d.body = "/in/slow", fmt.Appendf(nil, `{"n":%d,"list":[%s0]}`, l.n, strings.Repeat("1,", 100))
		d = signed(d)
	}
	return d
}

// cutLetter is a delivery without an answer; written is zero when it did not get out whole.
type cutLetter struct {
	letter
	written time.Time
}

// postbag is what all senders know: which deliveries were acknowledged as which
// event, and which were cut.
type postbag struct {
	mu           sync.Mutex
	next         int
	acknowledged map[letter]string
	slow         int // of them, by the slow inbox
	duplicates   int
	cut          []cutLetter
	faults       []string
}

func newPostbag() *postbag { return &postbag{acknowledged: map[letter]string{}} }

// take makes a new delivery; every second is slow when slow ones are wanted.
func (b *postbag) take(slow bool) letter {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.next++
	return letter{n: b.next, slow: slow && b.next%2 == 0}
}

// answered notes an acknowledgement.
func (b *postbag) answered(l letter, got answer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if got.status != http.StatusAccepted || got.ID == "" {
		b.faults = append(b.faults, fmt.Sprintf("delivery %d: %d %s", l.n, got.status, got.body))
		return
	}
	if was, ok := b.acknowledged[l]; ok {
		b.faults = append(b.faults, fmt.Sprintf("delivery %d was acknowledged as %s and as %s", l.n, was, got.ID))
	}
	b.acknowledged[l] = got.ID
	if got.Duplicate {
		b.duplicates++
	}
	if l.slow {
		b.slow++
	}
}

func (b *postbag) cutOff() []cutLetter {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := b.cut
	b.cut = nil
	return list
}

// send lets senders deliver until the process is gone.
func (b *postbag) send(t *testing.T, p *process, to *witness, s *shot) {
	t.Helper()
	last := b.next + killMost
	var senders sync.WaitGroup
	for range killSenders {
		senders.Go(func() {
			conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://")) //nolint:noctx // it is refused at once
			if err != nil {
				return
			}
			defer conn.Close()
			answers := bufio.NewReader(conn)
			for !s.over() {
				l := b.take(s.class == atRoute)
				if !b.deliver(conn, answers, l, s) || l.n > last {
					return
				}
				b.mu.Lock()
				waiting := b.slow - to.judged()
				b.mu.Unlock()
				s.behind(waiting)
			}
		})
	}
	senders.Wait()
	require.Empty(t, b.faults)
}

// unanswered counts the requests that were out whole at a time and have no answer.
func (b *postbag) unanswered(at time.Time) (n int) {
	for _, l := range b.cut {
		if !l.written.IsZero() && l.written.Before(at) {
			n++
		}
	}
	return n
}

// deliver sends a delivery and waits for its answer. It returns false when the
// connection ended.
func (b *postbag) deliver(conn net.Conn, answers *bufio.Reader, l letter, s *shot) bool {
	var written time.Time
	cut := func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.cut = append(b.cut, cutLetter{l, written})
		return false
	}
	if _, err := conn.Write(raw(l.delivery(), conn.RemoteAddr().String())); err != nil {
		return cut()
	}
	written = time.Now()
	s.notice(atAccept)
	_ = conn.SetReadDeadline(time.Now().Add(patience)) // it can only fail on a closed one
	resp, err := http.ReadResponse(answers, nil)
	if err != nil {
		return cut()
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close() // it is read
	if err != nil {
		return cut()
	}
	got := answer{status: resp.StatusCode, body: string(body)}
	_ = json.Unmarshal(body, &got) // refusals have no id
	b.answered(l, got)
	return true
}

// raw is a delivery as it goes over the wire.
func raw(d delivery, host string) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", d.path, host, len(d.body))
	for name, value := range d.header {
		fmt.Fprintf(&out, "%s: %s\r\n", name, value)
	}
	out.WriteString("\r\n")
	out.Write(d.body)
	return out.Bytes()
}

// tasks are the steps that each acknowledged event has to bring to its destination.
func (b *postbag) tasks() map[task]bool {
	all := map[task]bool{}
	for l, id := range b.acknowledged {
		places := []string{"chain/a", "chain/b", "chain/c", "flaky/f", "pause/p"}
		if l.slow {
			places = []string{"slow/s"}
		}
		for _, place := range places {
			all[task(place+" "+id)] = true
		}
	}
	return all
}

// events are the acknowledged events by identity.
func (b *postbag) events() []string {
	var list []string
	for _, id := range b.acknowledged {
		list = append(list, id)
	}
	slices.Sort(list)
	return list
}
