package engine

import (
	"context"
	"time"
)

// Handshakes tells of the requests by which senders try an inbox's address out, since
// the program started, and of the secret that a sender brings with one.
type Handshakes struct {
	Answered int64
	Refused  int64
	LastAt   time.Time // of the last one that was answered; zero before the first
	Refusal  string    // why the last one was refused, "" when it was answered

	Brings   bool      // the sender brings the secret itself, while somebody waits for it
	Until    time.Time // the inbox waits for it until then; zero when it does not
	CameAt   time.Time // it came; zero when it did not, or some time ago
	ToEnter  Secret    // it came and has to be entered at the sender
	WaitedBy string    // who made the inbox wait
}

// Greeter answers handshakes.
type Greeter interface {
	// Handshakes tells of the handshakes of an inbox; the zero value for one that is not there
	// or cannot be read.
	Handshakes(ctx context.Context, inbox string) Handshakes
	// Arm makes an inbox wait for its sender to bring the secret, once and for a while;
	// who is told to the change log when it comes. KindNotFound; KindConflict when its
	// sender brings none.
	Arm(ctx context.Context, inbox, who string) error
	// Disarm ends the waiting, and forgets a secret that came and is still shown.
	Disarm(inbox string)
}
