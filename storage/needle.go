package storage

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"patchbay/engine"
)

// needle is the text that a search looks for, letters of ASCII without case.
type needle struct {
	lower   []byte
	pattern string // for LIKE
	// The least and the greatest identifier that begin with the text, nil when it is
	// the beginning of none.
	firstID, lastID []byte
	scratch         []byte
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
	const least, most = 8, 2 * len(engine.ID{}) // fewer digits are words as well
	if len(digits) < least || len(digits) > most {
		return n
	}
	first, err := hex.DecodeString(digits + strings.Repeat("0", most-len(digits)))
	if err != nil {
		return n
	}
	last, err := hex.DecodeString(digits + strings.Repeat("f", most-len(digits)))
	if err == nil {
		n.firstID, n.lastID = first, last
	}
	return n
}

// condition is the search over the columns of a row.
func (n *needle) condition() (string, []any) {
	condition := `(events.type LIKE ? ESCAPE '\' OR events.summary LIKE ? ESCAPE '\' OR events.delivery_id LIKE ? ESCAPE '\'`
	args := []any{n.pattern, n.pattern, n.pattern}
	if n.firstID != nil {
		condition += " OR events.id >= ? AND events.id <= ?"
		args = append(args, n.firstID, n.lastID)
	}
	return condition + ")", args
}

// names reports whether an identifier begins with the text.
func (n *needle) names(id []byte) bool {
	return n.firstID != nil && bytes.Compare(id, n.firstID) >= 0 && bytes.Compare(id, n.lastID) <= 0
}

// in reports whether the text stands in b.
func (n *needle) in(b []byte) bool {
	if len(b) < len(n.lower) {
		return false
	}
	n.scratch = append(n.scratch[:0], b...)
	return bytes.Contains(lowerASCII(n.scratch), n.lower)
}

// lowerASCII changes b in place, and only what LIKE takes for the same letter: eight
// bytes at a time, since bodies are long.
func lowerASCII(b []byte) []byte {
	const ones = 0x0101010101010101
	i := 0
	for ; i+8 <= len(b); i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		low := x &^ (0x80 * ones)
		fromA, pastZ := low+(0x80-'A')*ones, low+(0x7f-'Z')*ones // the top bit tells
		upper := (fromA &^ pastZ) &^ x & (0x80 * ones)
		binary.LittleEndian.PutUint64(b[i:], x|upper>>2)
	}
	for ; i < len(b); i++ {
		if c := b[i]; 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return b
}
