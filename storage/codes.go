package storage

import "patchbay/engine"

// Enumerations as the history tables hold them. Numbers are never given a new
// meaning, because databases keep them; partial indexes and queries name them too.

const (
	verdictAccepted  = 1
	verdictDuplicate = 2
	verdictRejected  = 3
	verdictHeld      = 4
)

const (
	routeNone      = 0
	routePending   = 1
	routeMatched   = 2
	routeUnmatched = 3
)

const originSender = 0

// The states of a run. A blocked run is queued and waits for its turn under
// overlap. Below stateSucceeded a run is active.
const (
	stateQueued    = 0
	stateRunning   = 1
	stateWaiting   = 2
	stateBlocked   = 3
	stateSucceeded = 4
	stateFiltered  = 5
	stateFailed    = 6
	stateSkipped   = 7
	stateCanceled  = 8
)

const (
	stepRunning   = 1
	stepSucceeded = 3
	stepFailed    = 4
)

const (
	outcomeSent    = 1
	outcomeUnknown = 3
)

const (
	overlapParallel = 0
	overlapQueue    = 1
	overlapSingle   = 2
	overlapRestart  = 3
)

// codes translates between words and numbers; a word's number is its position.
type codes[T ~string] []T

func (c codes[T]) code(word T) int64 {
	for i, w := range c {
		if w == word {
			return int64(i)
		}
	}
	return 0
}

func (c codes[T]) word(code int64) T {
	if code < 0 || code >= int64(len(c)) {
		return ""
	}
	return c[code]
}

func verdicts() codes[engine.Verdict] {
	return codes[engine.Verdict]{"", engine.Accepted, engine.Duplicate, engine.Rejected, engine.Held}
}

func routes() codes[engine.Route] {
	return codes[engine.Route]{"", engine.RoutePending, engine.RouteMatched, engine.RouteUnmatched}
}

func origins() codes[engine.Origin] {
	return codes[engine.Origin]{engine.OriginSender, engine.OriginSample, engine.OriginEdited, engine.OriginSplit}
}

func runStates() codes[engine.RunState] {
	return codes[engine.RunState]{
		engine.RunQueued, engine.RunRunning, engine.RunWaiting, engine.RunQueued,
		engine.RunSucceeded, engine.RunFiltered, engine.RunFailed, engine.RunSkipped, engine.RunCanceled,
	}
}

func triggers() codes[engine.Trigger] {
	return codes[engine.Trigger]{engine.TriggerLive, engine.TriggerReplay, engine.TriggerTest}
}

func overlaps() codes[string] {
	return codes[string]{engine.OverlapParallel, engine.OverlapQueue, engine.OverlapSingle, engine.OverlapRestart}
}

func stepStates() codes[engine.StepState] {
	return codes[engine.StepState]{
		engine.StepPending, engine.StepRunning, engine.StepWaiting, engine.StepSucceeded,
		engine.StepFailed, engine.StepSkipped, engine.StepCanceled,
	}
}

func outcomes() codes[engine.Outcome] {
	return codes[engine.Outcome]{engine.OutcomeNone, engine.OutcomeSent, engine.OutcomeNotSent, engine.OutcomeUnknown}
}
