package ui

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"
	"github.com/klauspost/compress/gzip"
)

// smallest is the size from which compressing saves a packet.
const smallest = 1 << 10

// brotliQuality is where a build takes a fraction of a second and is smaller than with gzip.
const brotliQuality = 7

// file is one of the app's, as it is and, once somebody asked for it, compressed. What
// nobody asks for takes no memory: the text lies in the binary.
type file struct {
	mediaType string
	body      []byte
	brotli    func() ([]byte, error)
	gzip      func() ([]byte, error)
}

func newFile(name string, body []byte) *file {
	return &file{
		mediaType: mediaType(name), body: body,
		brotli: sync.OnceValues(func() ([]byte, error) {
			return compress(body, func(w io.Writer) (io.WriteCloser, error) { return brotli.NewWriterLevel(w, brotliQuality), nil })
		}),
		gzip: sync.OnceValues(func() ([]byte, error) {
			return compress(body, func(w io.Writer) (io.WriteCloser, error) {
				return gzip.NewWriterLevel(w, gzip.BestCompression)
			})
		}),
	}
}

// send answers with the file in the smallest form that the client takes.
func (f *file) send(c *fiber.Ctx) error {
	if len(f.body) < smallest || strings.HasPrefix(f.mediaType, "font/") {
		return c.Send(f.body)
	}
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	encoding, packed := "", f.brotli
	switch accepted := c.AcceptsEncodings("br", "gzip"); accepted {
	case "br":
		encoding = accepted
	case "gzip":
		encoding, packed = accepted, f.gzip
	default:
		return c.Send(f.body)
	}
	body, err := packed()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentEncoding, encoding)
	return c.Send(body)
}

func compress(body []byte, open func(io.Writer) (io.WriteCloser, error)) ([]byte, error) {
	var out bytes.Buffer
	w, err := open(&out)
	if err != nil {
		return nil, fmt.Errorf("compress a file of the web app: %w", err)
	}
	if _, err := w.Write(body); err != nil {
		return nil, fmt.Errorf("compress a file of the web app: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress a file of the web app: %w", err)
	}
	return bytes.Clone(out.Bytes()), nil
}
