package engine

// HopHeader counts how many routers a chain of requests has passed through; a step
// sends the count of its event plus one. At MaxHops a loop is assumed and the
// request is refused.
const (
	HopHeader = "Patchbay-Hops"
	MaxHops   = 8
)
