package engine

import (
	"encoding/hex"
	"strings"
)

// ID identifies an event, a run or another object made at run time. It is a UUIDv7:
// identifiers sort by the time they were made. The zero ID means none.
type ID [16]byte

// ParseID reads the canonical text form of an identifier.
// It returns a KindNotFound error for anything else: no such object can exist.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return ID{}, NotFound("object", s)
	}
	if n, err := hex.Decode(id[:], []byte(strings.ReplaceAll(s, "-", ""))); err != nil || n != len(id) || id.IsZero() {
		return ID{}, NotFound("object", s)
	}
	return id, nil
}

// IsZero reports whether the identifier is unset.
func (id ID) IsZero() bool { return id == ID{} }

// String returns the canonical form, or "" for the zero ID.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	var b [36]byte
	hex.Encode(b[:8], id[:4])
	b[8] = '-'
	hex.Encode(b[9:13], id[4:6])
	b[13] = '-'
	hex.Encode(b[14:18], id[6:8])
	b[18] = '-'
	hex.Encode(b[19:23], id[8:10])
	b[23] = '-'
	hex.Encode(b[24:], id[10:])
	return string(b[:])
}

// MarshalText implements [encoding.TextMarshaler].
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]; empty text is the zero ID.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID{}
		return nil
	}
	parsed, err := ParseID(string(b))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}
