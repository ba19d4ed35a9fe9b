package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// newCalmLog returns a calm log, what it has written, and its end.
func newCalmLog() (log *slog.Logger, written func() string, flush func()) {
	var out bytes.Buffer
	calm := newCalmHandler(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	written = func() string {
		calm.lines.mu.Lock()
		defer calm.lines.mu.Unlock()
		return out.String()
	}
	return slog.New(calm), written, calm.flush
}

// messages are the messages of the lines that were written.
func messages(written func() string) []string {
	var all []string
	for line := range strings.Lines(written()) {
		_, rest, _ := strings.Cut(line, "msg=")
		rest, _, _ = strings.Cut(rest, " ")
		all = append(all, strings.TrimSpace(rest))
	}
	return all
}

func TestCalmHandler_EndsOnTheStateThatHolds(t *testing.T) {
	t.Parallel()
	for flaps := 1; flaps < 60; flaps++ {
		for _, causes := range []int{1, 2, 3} {
			synctest.Test(t, func(t *testing.T) {
				log, written, flush := newCalmLog()
				last := ""
				const works, fails = "works", "fails"
				for i := range flaps {
					if last = works; i%2 == 0 {
						last = fails
						log.Error(fails, "error", errors.New(fmt.Sprint("cause ", i/2%causes)))
					} else {
						log.Info(works)
					}
					log.Warn("refused", "request_id", i)
					time.Sleep(time.Duration(1+i%7) * time.Second)
					synctest.Wait()
				}
				time.Sleep(time.Hour)
				synctest.Wait()
				lines := messages(written)
				state := ""
				for _, line := range lines {
					if line != "refused" {
						state = line
					}
				}
				require.Equal(t, last, state, "%d flaps, %d causes:\n%s", flaps, causes, written())
				flush()
				require.Len(t, messages(written), len(lines), "nothing is held back for ever")
			})
		}
	}
}

func TestCalmHandler_TellsHowOftenALineCame(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log, written, flush := newCalmLog()
		for i := range 1000 {
			log.Error("full", "request_id", i)
		}
		require.Equal(t, []string{"full"}, messages(written), "the first is told at once, the others are not")
		time.Sleep(calmFirst)
		synctest.Wait()
		require.Len(t, messages(written), 2)
		require.Contains(t, written(), "request_id=999 repeated=999")
		for range 600 { // it goes on for an hour
			log.Error("full")
			time.Sleep(6 * time.Second)
			synctest.Wait()
		}
		require.Less(t, len(messages(written)), 20)
		log.Error("full")
		before := len(messages(written))
		log.Error("something else")
		require.Len(t, messages(written), before+2, "what was held back comes before what is new")
		log.Error("full")
		flush()
		require.Len(t, messages(written), before+3, "the end of the log holds nothing back")
	})
}
