// Package rules holds everything about expressions: it compiles conditions,
// templates and whole rules, and evaluates them over events. It is the only
// package that knows expr-lang.
//
// # Total clauses
//
// An expression is parsed and type-checked by expr, then its syntax tree is
// rewritten before expr compiles it. Every operation that could fail becomes a
// call of a site: a small function that knows which part of the source it stands
// for. Member access yields nil where there is nothing, comparisons are false for
// operands that do not fit, everything else yields nil, and the reason is kept as
// a note. Only loops, conditions and literals are left to expr's machine.
//
// A note is left by a comparison, operator or function whose operand is missing or
// of the wrong kind. Equality with a missing field is simply false and leaves none:
// most events lack most fields. Equality of text with a number is false and does.
//
// Decisions where the contract is silent: whole numbers are int64 everywhere and
// become float64 when they overflow; a float that is not finite is nil; negative
// indexes count from the end of a list; text is indexed and sliced by characters,
// not by bytes; literal header names are looked up in lower case; what is known to
// be of the wrong type at compile time ("a" < 1) is an error at compile time.
//
// # Many rules
//
// A condition that can only be true where a value equals a literal is looked up by
// that value, see [Index]. Verdicts are the same as without; what is left out makes no
// notes. Expressions share the paths they read, and let go of their syntax trees.
//
// # Limits
//
// Source text is limited in bytes and nodes. An evaluation counts its work in
// ticks; after the first few hundred it starts a timer and looks at it from then
// on, so that a short evaluation never does. What it allocates is charged to a
// budget before it is allocated. Both end the evaluation at once, in the caller's
// goroutine.
package rules
