package storage

import (
	"encoding/binary"
	"fmt"

	"patchbay/engine"
)

// What of a request never changes is stored as fields of tag, length and bytes:
// headers come back byte for byte, even those that are not UTF-8, and a field that
// an older program does not know is passed over.
const (
	fieldMethod      = 1
	fieldPath        = 2
	fieldQuery       = 3
	fieldContentType = 4
	fieldIP          = 5
	fieldOriginal    = 6
	fieldParent      = 7
	fieldHeader      = 8 // length of the name, name, value
	fieldTruncated   = 9
)

// appendRequest appends the fields of a request to b.
func appendRequest(b []byte, e *engine.Event) []byte {
	for _, f := range [...]struct {
		tag  byte
		text string
	}{
		{fieldMethod, e.Method},
		{fieldPath, e.Path},
		{fieldQuery, e.Query},
		{fieldContentType, e.ContentType},
		{fieldIP, e.IP},
	} {
		if f.text != "" {
			b = append(b, f.tag)
			b = binary.AppendUvarint(b, uint64(len(f.text)))
			b = append(b, f.text...)
		}
	}
	for _, f := range [...]struct {
		tag byte
		id  *engine.ID
	}{{fieldOriginal, &e.OriginalID}, {fieldParent, &e.ParentID}} {
		if !f.id.IsZero() {
			b = append(b, f.tag, byte(len(f.id)))
			b = append(b, f.id[:]...)
		}
	}
	if e.Truncated {
		b = append(b, fieldTruncated, 0)
	}
	for i := range e.Headers {
		b = appendHeader(b, &e.Headers[i])
	}
	return b
}

func appendHeader(b []byte, h *engine.Header) []byte {
	var length [binary.MaxVarintLen64]byte
	name := binary.PutUvarint(length[:], uint64(len(h.Name)))
	b = append(b, fieldHeader)
	b = binary.AppendUvarint(b, uint64(name+len(h.Name)+len(h.Value))) //nolint:gosec // lengths are not negative
	b = append(b, length[:name]...)
	b = append(b, h.Name...)
	return append(b, h.Value...)
}

// readRequest fills the event with what appendRequest wrote.
func readRequest(b []byte, e *engine.Event) error {
	for len(b) > 0 {
		tag := b[0]
		value, rest, err := lengthAndBytes(b[1:])
		if err != nil {
			return err
		}
		b = rest
		if err := readField(e, tag, value); err != nil {
			return err
		}
	}
	return nil
}

func readField(e *engine.Event, tag byte, value []byte) error {
	switch tag {
	case fieldMethod:
		e.Method = string(value)
	case fieldPath:
		e.Path = string(value)
	case fieldQuery:
		e.Query = string(value)
	case fieldContentType:
		e.ContentType = string(value)
	case fieldIP:
		e.IP = string(value)
	case fieldOriginal:
		e.OriginalID = idOf(value)
	case fieldParent:
		e.ParentID = idOf(value)
	case fieldTruncated:
		e.Truncated = true
	case fieldHeader:
		name, text, err := lengthAndBytes(value)
		if err != nil {
			return err
		}
		e.Headers = append(e.Headers, engine.Header{Name: string(name), Value: string(text)})
	}
	return nil
}

// lengthAndBytes reads a length and as many bytes, and returns what follows them.
func lengthAndBytes(b []byte) (value, rest []byte, err error) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) { //nolint:gosec // size is at most len(b)
		return nil, nil, fmt.Errorf("read request: %w", errUnpack)
	}
	end := size + int(n) //nolint:gosec // at most len(b)
	return b[size:end], b[end:], nil
}

// idOf reads a stored identifier; anything that is none gives the zero ID.
func idOf(b []byte) engine.ID {
	var id engine.ID
	if len(b) == len(id) {
		copy(id[:], b)
	}
	return id
}
