// Package config reads, checks, applies and writes configuration: the YAML of
// the files, and the rules that every inbox, rule and connection must keep
// whichever way it comes in.
//
// A file is read in one pass that knows the line of everything: unknown fields,
// doubled keys, wrong types and references in the wrong place are all reported
// together, each with file, line and column. What only the instance can know
// (does this inbox exist, does this expression compile) is found by the [Checker]
// in terms of field paths such as "rules[0].steps[1].with.url";
// [Source.Locate] turns these back into lines.
//
// Decisions where the design is silent: a folder is read without its subfolders;
// YAML anchors work within a file, tags other than !!str do not; a number is a
// number only as JSON would write it, so 0123 stays text; relative ${file:PATH}
// references start at the folder of the file that holds them, and one final line
// break of such a file is dropped; an empty environment variable counts as not set.
package config

import (
	"errors"
	"fmt"
	"strings"

	"patchbay/engine"
)

// Limits of what is read.
const (
	maxFileBytes   = 4 << 20
	maxTotalBytes  = 16 << 20
	maxFiles       = 1000
	maxNodes       = 200_000
	maxDepth       = 64
	maxFaults      = 50
	maxSecretBytes = 64 << 10
)

// Position is a place in a file; Line and Column count from 1.
type Position struct {
	File   string
	Line   int
	Column int
}

// FaultError is an [engine.Error] with its place in a file.
type FaultError struct {
	Position
	Err *engine.Error
}

// Error returns "file:line:column: field: message".
func (f *FaultError) Error() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d", f.Line)
		if f.Column > 0 {
			fmt.Fprintf(&b, ":%d", f.Column)
		}
	}
	b.WriteString(": ")
	b.WriteString(f.Err.Error())
	return b.String()
}

// Unwrap returns the error without its place.
func (f *FaultError) Unwrap() error { return f.Err }

// Faults returns the single errors of a joined one, in order.
func Faults(err error) []error {
	if err == nil {
		return nil
	}
	// Only a joined error itself is taken apart, not one further down its chain.
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range joined.Unwrap() {
			all = append(all, Faults(e)...)
		}
		return all
	}
	return []error{err}
}

// prefixed puts a path in front of the field of every [engine.Error] of err.
func prefixed(path string, err error) error {
	var all []error
	for _, e := range Faults(err) {
		fault, ok := errors.AsType[*engine.Error](e)
		if !ok {
			all = append(all, fmt.Errorf("%s: %w", path, e))
			continue
		}
		moved := *fault
		switch {
		case path == "":
		case fault.Field == "":
			moved.Field = path
		case strings.HasPrefix(fault.Field, "["):
			moved.Field = path + fault.Field
		default:
			moved.Field = path + "." + fault.Field
		}
		all = append(all, &moved)
	}
	return errors.Join(all...)
}
