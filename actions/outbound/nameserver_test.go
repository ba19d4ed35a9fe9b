package outbound_test

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// nameServer is a DNS server on loopback that answers questions for A records from
// lists of answers: each question takes the next answer of the name's list, the
// last one stays.
type nameServer struct {
	mu      sync.Mutex
	answers map[string][][]netip.Addr
	always  []netip.Addr // the answer for names under .test, if there is one
	asked   int
}

// resolver starts the server and returns a resolver that asks it.
func (s *nameServer) resolver(tb testing.TB) *net.Resolver {
	tb.Helper()
	conn, err := (&net.ListenConfig{}).ListenPacket(tb.Context(), "udp", "127.0.0.1:0")
	require.NoError(tb, err)
	var wg sync.WaitGroup
	wg.Go(func() { s.serve(conn) })
	tb.Cleanup(func() {
		require.NoError(tb, conn.Close())
		wg.Wait()
	})
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (s *nameServer) serve(conn net.PacketConn) {
	buf := make([]byte, 1500)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		if n > 12 {
			_, _ = conn.WriteTo(s.answer(buf[:n]), from)
		}
	}
}

// answer writes a DNS message: the question again and the A records.
func (s *nameServer) answer(query []byte) []byte {
	var labels []string
	i := 12
	for i < len(query) && query[i] != 0 {
		labels = append(labels, string(query[i+1:i+1+int(query[i])]))
		i += 1 + int(query[i])
	}
	question := query[12 : i+5]
	qtype := binary.BigEndian.Uint16(query[i+1:])
	name := strings.ToLower(strings.Join(labels, "."))
	addrs, known := s.next(name, qtype)
	flags := uint16(0x8180)
	if !known {
		flags |= 3 // no such name
	}
	reply := append([]byte{}, query[:2]...)
	reply = binary.BigEndian.AppendUint16(reply, flags)
	for _, count := range []int{1, len(addrs), 0, 0} {
		reply = binary.BigEndian.AppendUint16(reply, uint16(count))
	}
	reply = append(reply, question...)
	for _, a := range addrs {
		reply = append(reply, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
		reply = append(reply, a.AsSlice()...)
	}
	return reply
}

func (s *nameServer) next(name string, qtype uint16) (addrs []netip.Addr, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list, known := s.answers[name]
	if len(s.always) > 0 && strings.HasSuffix(name, ".test") {
		list, known = [][]netip.Addr{s.always}, true
	}
	if !known || qtype != 1 {
		return nil, known
	}
	s.asked++
	addrs = list[0]
	if len(list) > 1 {
		s.answers[name] = list[1:]
	}
	return addrs, true
}

// everywhere makes names under .test lead to addresses given as four bytes each.
func (s *nameServer) everywhere(addresses []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.always = nil
	for len(addresses) >= 4 && len(s.always) < 8 {
		s.always = append(s.always, netip.AddrFrom4([4]byte(addresses[:4])))
		addresses = addresses[4:]
	}
}

// questions returns how many times an A record was asked for.
func (s *nameServer) questions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}
