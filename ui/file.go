package ui

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"
	"github.com/klauspost/compress/gzip"
)

// brotliQuality is where a build takes a fraction of a second and is smaller than with gzip.
const brotliQuality = 7

// smallest is the size from which compressing saves a packet.
const smallest = 1 << 10

// file is one of the app's. What was asked for compressed is kept so; the plain form is
// read from the binary each time.
type file struct {
	mediaType string
	size      int64
	plain     func() ([]byte, error)
	brotli    func() ([]byte, error)
	gzip      func() ([]byte, error)
}

func newFile(files fs.FS, name string, size int64) *file {
	plain := func() ([]byte, error) { return fs.ReadFile(files, name) }
	return &file{
		mediaType: mediaType(name), size: size, plain: plain,
		brotli: sync.OnceValues(func() ([]byte, error) {
			return compress(plain, func(w io.Writer) (io.WriteCloser, error) { return brotli.NewWriterLevel(w, brotliQuality), nil })
		}),
		gzip: sync.OnceValues(func() ([]byte, error) {
			return compress(plain, func(w io.Writer) (io.WriteCloser, error) {
				return gzip.NewWriterLevel(w, gzip.BestCompression)
			})
		}),
	}
}

// send answers with the file in the smallest form that the client takes.
func (f *file) send(c *fiber.Ctx) error {
	form := f.plain
	if f.size >= smallest && !strings.HasPrefix(f.mediaType, "font/") {
		c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
		switch accepted := c.AcceptsEncodings("br", "gzip"); accepted {
		case "br":
			form = f.brotli
			c.Set(fiber.HeaderContentEncoding, accepted)
		case "gzip":
			form = f.gzip
			c.Set(fiber.HeaderContentEncoding, accepted)
		}
	}
	body, err := form()
	if err != nil {
		return fmt.Errorf("read a file of the web app: %w", err)
	}
	return c.Send(body)
}

func compress(plain func() ([]byte, error), open func(io.Writer) (io.WriteCloser, error)) ([]byte, error) {
	body, err := plain()
	if err != nil {
		return nil, err
	}
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
