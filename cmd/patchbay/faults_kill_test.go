package main_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var killSeed = flag.Uint64("kill-seed", 0, "draw the instants of the kill test as a run with this seed did; 0 draws new ones")

// The instants at which the process is killed.
const (
	atAccept = "accept" // a request is written, its answer has not come
	atRoute  = "route"  // events are acknowledged that no rule has judged
	atSend   = "send"   // the destination has a request and has not answered
	atSettle = "settle" // the destination has answered, which is not recorded
)

// killRules start three runs of an event of load, one of which is refused at first
// and one of which waits, and one of an event of slow, after many rules that take
// their time to say no.
const killRules = `version: 1
inboxes:
  - { name: load, verify: { scheme: github, secret: "%[1]s" }, limits: { rate: 0 } }
  - { name: slow, verify: { scheme: github, secret: "%[1]s" }, limits: { rate: 0 } }
rules:
  - name: Chain
    inbox: load
    steps:
      - { key: a, action: http, with: { method: POST, url: "%[2]s/chain/a", text: "{{ event.id }} {{ payload.n }}" } }
      - { key: b, action: http, with: { method: POST, url: "%[2]s/chain/b", text: "{{ event.id }} {{ payload.n }} {{ steps.a.status }}" } }
      - { key: c, action: http, with: { method: POST, url: "%[2]s/chain/c", text: "{{ event.id }} {{ payload.n }} {{ steps.b.status }}" } }
  - name: Flaky
    inbox: load
    steps:
      - { key: f, action: http, with: { method: POST, url: "%[3]s/flaky/f", text: "{{ event.id }} {{ payload.n }}" }, retry: { attempts: 6, over: 2s } }
  - name: Pause
    inbox: load
    steps:
      - { key: wait, action: delay, with: { for: 1s } }
      - { key: p, action: http, with: { method: POST, url: "%[2]s/pause/p", text: "{{ event.id }} {{ payload.n }}" } }
  - name: Slow
    inbox: slow
    steps:
      - { key: s, action: http, with: { method: POST, url: "%[2]s/slow/s", text: "{{ event.id }} {{ payload.n }}" } }
`

const neverRule = `  - name: Never %d
    inbox: slow
    when: 'any(payload.list, any(payload.list, # < 0))'
    steps:
      - { key: s, action: http, with: { method: POST, url: "%s/never/s", text: "{{ event.id }} {{ payload.n }}" } }
`

// killStory is one data directory through all its kills.
type killStory struct {
	t       *testing.T
	dir     string
	rand    *rand.Rand
	to      *witness
	mail    *postbag
	p       *process
	api     *client
	hits    map[string]int // kills within each class
	lives   []life         // what was recorded at each kill
	again   int            // cut requests that were sent again
	longest time.Duration  // from a start until it is ready
}

func TestFault_KillUnderLoadLosesAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	seed := *killSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("-kill-seed %d", seed)
	s := &killStory{
		t: t, dir: t.TempDir(), rand: rand.New(rand.NewPCG(seed, 0)),
		to: newWitness(t), mail: newPostbag(), hits: map[string]int{},
	}
	s.start()
	rules := []string{fmt.Sprintf(killRules, secret, s.to.steady.URL, s.to.flaky.URL)}
	for n := range 20 {
		rules = append(rules, fmt.Sprintf(neverRule, n, s.to.steady.URL))
	}
	apply(t, s.dir, strings.Join(rules, ""))

	rounds := size(4, 50)
	var order []string
	for range rounds {
		if len(order) == 0 {
			order = []string{atAccept, atRoute, atSend, atSettle}
			s.rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		s.round(order[0])
		order = order[1:]
		s.start()
		s.sendAgain()
		s.requireWhole()
	}
	lost := s.finish()

	faultNote(t, "%d kills; %d acknowledged, %d lost; %d requests repeated, all of them in flight at a kill; %d cut requests sent again, %d of them stored before; %s; ready after %s at most",
		rounds, len(s.mail.acknowledged), lost, s.to.repeated(), s.again, s.mail.duplicates, s.hitList(), s.longest.Round(time.Millisecond))
	if *full {
		for _, class := range []string{atAccept, atRoute, atSend, atSettle} {
			require.GreaterOrEqual(t, s.hits[class], 5, "the kills did not come within %s often enough", class)
		}
	}
	require.Positive(t, s.hits[atSend], "the kills did not come in the middle of anything")
	var retries, delays int
	for _, l := range s.lives {
		retries += l.retries
		delays += l.delays
	}
	require.Positive(t, retries, "no retry was waiting at any kill")
	require.Positive(t, delays, "no delay was waiting at any kill")
}

func (s *killStory) hitList() string {
	var list []string
	for _, class := range slices.Sorted(maps.Keys(s.hits)) {
		list = append(list, fmt.Sprintf("%s %d", class, s.hits[class]))
	}
	return "hit: " + strings.Join(list, ", ")
}

// start starts the process on what the one before has left.
func (s *killStory) start() {
	began := time.Now()
	s.p = serve(s.t, s.dir, nil, "--allow-private", "127.0.0.1")
	s.longest = max(s.longest, time.Since(began))
	if s.api == nil {
		s.api = s.p.client()
	}
	s.api.base = s.p.url + "/api/v1"
}

// judged waits until no event waits for its rules.
func (s *killStory) judged() {
	var stats struct{ Depth struct{ Pending int } }
	eventually(s.t, func() bool {
		s.api.get("/stats", &stats)
		return stats.Depth.Pending == 0
	}, func() string { return fmt.Sprint(stats) })
}

// round lets senders work until the process is killed at an instant of a class, and
// looks at what was under way then.
func (s *killStory) round(class string) {
	shot := &shot{class: class, p: s.p, fired: make(chan struct{}), dead: make(chan struct{})}
	switch class {
	case atAccept:
		shot.after, shot.offset = 10+s.rand.Int64N(50), time.Duration(s.rand.Int64N(int64(time.Millisecond)))
	case atRoute:
		shot.after, shot.offset = 8+s.rand.Int64N(8), time.Duration(s.rand.Int64N(int64(5*time.Millisecond)))
	case atSend:
		shot.after, shot.offset = 10+s.rand.Int64N(150), time.Duration(s.rand.Int64N(int64(5*time.Millisecond)))
	case atSettle:
		shot.after, shot.offset = 10+s.rand.Int64N(150), time.Duration(s.rand.Int64N(int64(2*time.Millisecond)))
	}
	s.judged()
	born := s.to.count()
	s.to.aim(shot)
	s.mail.send(s.t, s.p, s.to, shot)
	eventually(s.t, shot.over, func() string { return "the instant of " + class + " never came" })
	cut := s.mail.unanswered(shot.at)
	s.p.kill()
	close(shot.dead)
	s.to.quiet(s.t)

	l := readLife(s.t, s.dir, len(s.lives)%5 == 0)
	l.boundary = s.to.count()
	if cut > 0 {
		s.hits[atAccept]++
	}
	if l.pending > 0 {
		s.hits[atRoute]++
	}
	sending, answered := s.to.under(born, shot.at, l.running)
	if sending > 0 {
		s.hits[atSend]++
	}
	if answered > 0 {
		s.hits[atSettle]++
	}
	s.t.Logf("%-6s after %3d: %d unanswered, %d not judged, %d with the destination, %d answered and not recorded; %d retries and %d delays waiting",
		class, shot.after, cut, l.pending, sending, answered, l.retries, l.delays)
	s.lives = append(s.lives, l)
}

// sendAgain sends what was cut by the kill once more, as senders do.
func (s *killStory) sendAgain() {
	var senders sync.WaitGroup
	for _, l := range s.mail.cutOff() {
		s.again++
		senders.Go(func() {
			got, err := s.p.deliver(s.t.Context(), l.delivery())
			if err != nil {
				got.body = err.Error()
			}
			s.mail.answered(l.letter, got)
		})
	}
	senders.Wait()
	require.Empty(s.t, s.mail.faults)
}

// requireWhole asks the command that operators have, and adds the counters up.
func (s *killStory) requireWhole() {
	require.Contains(s.t, patchbay(s.t, nil, "doctor", "--deep", "--data", s.dir).out, "all invariants hold")
	for _, inbox := range []string{"load", "slow"} {
		l := s.api.ledger(inbox)
		require.Equal(s.t, l.Received, l.Accepted+l.Duplicate+l.Rejected+l.Held, inbox)
		require.Equal(s.t, l.Accepted, l.Matched+l.Unmatched+l.Pending, inbox)
	}
}
