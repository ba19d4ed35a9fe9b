package engine

import (
	"errors"
	"fmt"
)

// Kind classifies an [Error] by what the caller can do about it.
type Kind int

// The kinds of failure. KindInternal is never shown to a person.
const (
	KindInternal     Kind = iota
	KindInvalid           // the input is wrong: change it
	KindNotFound          // there is no such thing
	KindConflict          // it changed, or exists, meanwhile
	KindUnauthorized      // say who you are
	KindForbidden         // you may not
	KindTooLarge          // over a size limit
	KindUnsupported       // a form that is not understood
	KindLimited           // too often: try later
	KindUnavailable       // not now: try later, nothing was stored
)

// Error is a failure that a person can act on. Message is one sentence for that
// person; Field names the part of the input at fault, as a path such as
// "steps[0].with.url". Line and Column are 1-based and 0 when unknown.
type Error struct {
	Kind    Kind
	Message string
	Field   string
	Line    int
	Column  int
	Err     error // the cause, for logs; never shown
}

// Error returns the message with the field in front when there is one.
func (e *Error) Error() string {
	if e.Field != "" {
		return e.Field + ": " + e.Message
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Invalid makes a KindInvalid error about one field.
func Invalid(field, format string, args ...any) *Error {
	return &Error{Kind: KindInvalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// NotFound makes a KindNotFound error: thing is a noun ("rule"), name what was asked for.
func NotFound(thing, name string) *Error {
	return &Error{Kind: KindNotFound, Message: fmt.Sprintf("There is no %s %q.", thing, name)}
}

// Conflict makes a KindConflict error.
func Conflict(format string, args ...any) *Error {
	return &Error{Kind: KindConflict, Message: fmt.Sprintf(format, args...)}
}

// Unavailable makes a KindUnavailable error with its cause.
func Unavailable(cause error, format string, args ...any) *Error {
	return &Error{Kind: KindUnavailable, Message: fmt.Sprintf(format, args...), Err: cause}
}

// KindOf returns the kind of the first [*Error] in err's chain, KindInternal otherwise.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return KindInternal
}

// ErrLeaseLost is returned by [RunStore.Settle] and friends to an owner that another
// start of the program has replaced; it must discard its result.
var ErrLeaseLost = errors.New("lease lost")
