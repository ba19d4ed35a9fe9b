package storage

import (
	"errors"
	"fmt"
	"runtime"
	"slices"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

// The first byte of a packed value says how the rest is written.
const (
	packedPlain  = 0
	packedZstd   = 1
	packedS2     = 2
	packedShared = 3 // S2 with a dictionary, whose id stands before
)

const (
	// minPacked is the length from which compression is worth its frame, minZstd from
	// which zstd is worth the tables it makes: on 700 bytes it takes ten times as long
	// as S2 and saves a sixth.
	minPacked = 128
	minZstd   = 1024
	// maxUnpacked and, for S2, maxShort bound what a damaged file can make us allocate.
	// No body can be larger: what is stored must be read back.
	maxUnpacked = 1 << 30
	maxShort    = 64 << 10
)

var errUnpack = errors.New("stored value is not readable")

// codec compresses what is stored. It is safe for concurrent use; it works in the
// goroutine of whoever stores, never in the writer's.
type codec struct {
	enc *zstd.Encoder
	dec *zstd.Decoder

	dictionary func(id uint32) (*s2.Dict, error) // nil until they are loaded
}

func newCodec() (*codec, error) {
	workers := runtime.GOMAXPROCS(0)
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(workers),
		zstd.WithEncoderCRC(false), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(1<<20))
	if err != nil {
		return nil, fmt.Errorf("make compressor: %w", err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(workers), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return nil, fmt.Errorf("make decompressor: %w", err)
	}
	return &codec{enc: enc, dec: dec}, nil
}

func (c *codec) close() { c.dec.Close() }

// pack appends the packed form of src to dst.
func (c *codec) pack(dst, src []byte) []byte {
	start := len(dst)
	switch {
	case len(src) >= minZstd:
		dst = append(dst, packedZstd)
		dst = c.enc.EncodeAll(src, dst)
	case len(src) >= minPacked:
		dst = slices.Grow(append(dst, packedS2), s2.MaxEncodedLen(len(src)))
		room := dst[len(dst):cap(dst)]
		dst = dst[:len(dst)+len(s2.Encode(room, src))]
	}
	if packed := len(dst) - start; packed > 0 && packed <= len(src) {
		return dst
	}
	dst = append(dst[:start], packedPlain)
	return append(dst, src...)
}

// packQuickly is pack in a quarter of its time, for a third more bytes.
func (c *codec) packQuickly(dst, src []byte) []byte {
	if len(src) < minZstd || len(src) > maxShort {
		return c.pack(dst, src)
	}
	dst = slices.Grow(append(dst, packedS2), s2.MaxEncodedLen(len(src)))
	room := dst[len(dst):cap(dst)]
	return dst[:len(dst)+len(s2.Encode(room, src))]
}

// unpack returns what was packed, in memory of its own.
func (c *codec) unpack(packed []byte) ([]byte, error) {
	if len(packed) == 0 {
		return nil, errUnpack
	}
	switch packed[0] {
	case packedPlain:
		return append([]byte{}, packed[1:]...), nil
	case packedS2:
		if n, err := s2.DecodedLen(packed[1:]); err != nil || n > maxShort {
			return nil, errUnpack
		}
		out, err := s2.Decode(nil, packed[1:])
		if err != nil {
			return nil, fmt.Errorf("decompress: %w", err)
		}
		return out, nil
	case packedZstd:
		var header zstd.Header
		if err := header.Decode(packed[1:]); err != nil {
			return nil, fmt.Errorf("decompress: %w", err)
		}
		var dst []byte
		if header.HasFCS {
			// A damaged header may claim anything: what is more comes as it is read.
			dst = make([]byte, 0, min(header.FrameContentSize, uint64(max(1<<20, 32*len(packed)))))
		}
		out, err := c.dec.DecodeAll(packed[1:], dst)
		if err != nil {
			return nil, fmt.Errorf("decompress: %w", err)
		}
		return out, nil
	case packedShared:
		return c.unpackShared(packed[1:])
	default:
		return nil, errUnpack
	}
}
