// Package engine holds Patchbay's vocabulary and its ports: the types that every
// other package speaks in and the interfaces through which they meet. It imports
// the standard library only.
//
// A request to an inbox becomes an [Event]; a [Rule] that matches it starts a
// [Run]; a run works through its steps, each execution of which is an [Attempt].
// Ports are declared here, beside the type they serve, and implemented elsewhere:
// storage keeps things, actions perform them, cmd plugs the two together.
//
// Every method of a port says which errors it returns. A failure that a person
// can act on is an [*Error]; everything else is internal and only ever logged.
package engine

import "time"

// Clock tells the current time. It is injected so that tests decide what time it is.
type Clock func() time.Time

// NewID makes a new identifier that sorts by time (UUIDv7).
type NewID func() ID
