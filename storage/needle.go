package storage

import (
	"bytes"
	"encoding/hex"
	"strings"

	"patchbay/engine"
)

// needle is the text that a search looks for, letters of ASCII without case.
type needle struct {
	lower   []byte
	pattern string // for LIKE
	hex     string // the text as the beginning of an identifier, "" when it is none
	scratch []byte
}

// newNeedle returns nil for an empty text.
func newNeedle(text string) *needle {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	n := &needle{lower: lowerASCII([]byte(text))}
	n.pattern = "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
	digits := strings.ReplaceAll(text, "-", "")
	const least = 8 // fewer digits are words as well
	if _, err := hex.DecodeString(digits[:len(digits)/2*2]); err == nil && len(digits) >= least && len(digits) <= 2*len(engine.ID{}) {
		n.hex = strings.ToUpper(digits)
	}
	return n
}

// condition is the search over the columns of a row.
func (n *needle) condition() (string, []any) {
	condition := `(events.type LIKE ? ESCAPE '\' OR events.summary LIKE ? ESCAPE '\' OR events.delivery_id LIKE ? ESCAPE '\'`
	args := []any{n.pattern, n.pattern, n.pattern}
	if n.hex != "" {
		condition += " OR substr(hex(events.id), 1, ?) = ?"
		args = append(args, len(n.hex), n.hex)
	}
	return condition + ")", args
}

func (n *needle) inRow(row *eventRow) bool {
	for _, text := range []string{row.Type, row.Summary, row.DeliveryID} {
		if n.in([]byte(text)) {
			return true
		}
	}
	return n.hex != "" && strings.HasPrefix(strings.ToUpper(hex.EncodeToString(row.ID)), n.hex)
}

// in reports whether the text stands in b.
func (n *needle) in(b []byte) bool {
	if len(b) < len(n.lower) {
		return false
	}
	n.scratch = append(n.scratch[:0], b...)
	return bytes.Contains(lowerASCII(n.scratch), n.lower)
}

// lowerASCII changes b in place, and only what LIKE takes for the same letter.
func lowerASCII(b []byte) []byte {
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return b
}
