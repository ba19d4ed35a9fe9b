// Package fields tells people what a sample event holds: its fields with the names
// that people call them by, their types and values, the field that a mistyped one most
// likely stands for, and what can be written next in an expression.
//
// Samples are hostile: everything here looks at a bounded number of values, cuts text
// short, and says when it left something out.
package fields
