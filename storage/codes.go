package storage

import "patchbay/engine"

// Enumerations as the history tables hold them. Numbers are never given a new
// meaning, because databases keep them; partial indexes and queries name them too.

const (
	verdictAccepted  int64 = 1
	verdictDuplicate int64 = 2
	verdictRejected  int64 = 3
	verdictHeld      int64 = 4
)

const (
	routeNone      int64 = 0
	routePending   int64 = 1
	routeMatched   int64 = 2
	routeUnmatched int64 = 3
)

const (
	originSender int64 = 0
	originSplit  int64 = 3
)

// The states of a run. A blocked run is queued and waits for its turn under
// overlap. Below stateSucceeded a run is active.
const (
	stateQueued    int64 = 0
	stateRunning   int64 = 1
	stateWaiting   int64 = 2
	stateBlocked   int64 = 3
	stateSucceeded int64 = 4
	stateFiltered  int64 = 5
	stateFailed    int64 = 6
	stateSkipped   int64 = 7
	stateCanceled  int64 = 8
)

const (
	stepRunning   int64 = 1
	stepSucceeded int64 = 3
	stepFailed    int64 = 4
)

const (
	outcomeSent    int64 = 1
	outcomeUnknown int64 = 3
)

const (
	overlapParallel int64 = 0
	overlapQueue    int64 = 1
	overlapSingle   int64 = 2
	overlapRestart  int64 = 3
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
