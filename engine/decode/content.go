package decode

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"

	"patchbay/engine"
)

// maxWindow is the largest brotli window taken, as a power of two: its memory is
// allocated before anything is decoded. Encoders use 22 unless told otherwise.
const maxWindow = 22

// Content undoes the content encodings of a body (gzip, deflate, br, identity; at
// most two) and reads no more than limit bytes of any of them. It returns
// KindUnsupported for other encodings, KindTooLarge beyond the limit and KindInvalid
// for content that is not what it says.
func Content(encoding string, body []byte, limit int64) ([]byte, error) {
	var chain []string
	for name := range strings.SplitSeq(encoding, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		if name != "" && name != "identity" {
			chain = append(chain, name)
		}
	}
	if len(chain) > maxEncodings {
		return nil, &engine.Error{
			Kind:    engine.KindUnsupported,
			Message: "The body is encoded more than twice; send it with one content encoding.",
		}
	}
	for _, name := range slices.Backward(chain) {
		var err error
		if body, err = inflate(name, body, limit); err != nil {
			return nil, err
		}
	}
	if int64(len(body)) > limit {
		return nil, tooLarge(limit)
	}
	return body, nil
}

func tooLarge(limit int64) error {
	return &engine.Error{
		Kind:    engine.KindTooLarge,
		Message: "The decoded body is larger than the limit of " + engine.Size(limit).String() + ".",
	}
}

func inflate(name string, body []byte, limit int64) ([]byte, error) {
	reader, err := opener(name, body)
	if err != nil {
		if _, ok := errors.AsType[*engine.Error](err); ok {
			return nil, err
		}
		return nil, broken(name, err)
	}
	out, err := io.ReadAll(io.LimitReader(reader, limit+1))
	if err != nil {
		return nil, broken(name, err)
	}
	if int64(len(out)) > limit {
		return nil, tooLarge(limit)
	}
	return out, nil
}

func broken(name string, cause error) error {
	return &engine.Error{
		Kind:    engine.KindInvalid,
		Message: "The body is not " + name + " as its Content-Encoding says.",
		Err:     cause,
	}
}

func opener(name string, body []byte) (io.Reader, error) {
	source := bytes.NewReader(body)
	switch name {
	case "gzip", "x-gzip":
		return gzip.NewReader(source)
	case "deflate":
		if isZlib(body) {
			return zlib.NewReader(source)
		}
		return flate.NewReader(source), nil // what some senders take deflate for
	case "br":
		if brotliWindow(body) > maxWindow {
			return nil, &engine.Error{
				Kind:    engine.KindUnsupported,
				Message: "The brotli window of the body is larger than 4 MiB; compress it with a smaller one.",
			}
		}
		return brotli.NewReader(source), nil
	default:
		return nil, &engine.Error{
			Kind:    engine.KindUnsupported,
			Message: "The content encoding is not supported; send gzip, deflate, br or none.",
		}
	}
}

// isZlib recognises the two header bytes of RFC 1950.
func isZlib(body []byte) bool {
	return len(body) >= 2 && body[0]&0x0f == 8 && (int(body[0])<<8|int(body[1]))%31 == 0
}

// brotliWindow reads the window size from the stream's first bits (RFC 7932, 9.1).
func brotliWindow(body []byte) int {
	if len(body) == 0 || body[0]&1 == 0 {
		return 16
	}
	if n := int(body[0] >> 1 & 7); n != 0 {
		return 17 + n
	}
	if n := int(body[0] >> 4 & 7); n != 0 {
		return 8 + n
	}
	return 17
}
