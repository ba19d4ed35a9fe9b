package storage

import (
	"errors"
	"fmt"
	"math"
	"runtime"

	"github.com/klauspost/compress/zstd"
)

// The first byte of a packed value says how the rest is written. Further values are
// for dictionaries.
const (
	packedPlain = 0
	packedZstd  = 1
)

const (
	// minPacked is the length from which compression is worth its frame.
	minPacked = 256
	// maxUnpacked bounds what a damaged file can make us allocate.
	maxUnpacked = 256 << 20
)

var errUnpack = errors.New("stored value is not readable")

// codec compresses what is stored. It is safe for concurrent use; it works in the
// goroutine of whoever stores, never in the writer's.
type codec struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
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
	if len(src) >= minPacked {
		dst = append(dst, packedZstd)
		dst = c.enc.EncodeAll(src, dst)
		if len(dst)-start <= len(src) {
			return dst
		}
		dst = dst[:start]
	}
	dst = append(dst, packedPlain)
	return append(dst, src...)
}

// unpack returns what was packed, in memory of its own.
func (c *codec) unpack(packed []byte) ([]byte, error) {
	if len(packed) == 0 {
		return nil, errUnpack
	}
	switch packed[0] {
	case packedPlain:
		return append([]byte{}, packed[1:]...), nil
	case packedZstd:
		var header zstd.Header
		if err := header.Decode(packed[1:]); err != nil {
			return nil, fmt.Errorf("decompress: %w", err)
		}
		var dst []byte
		if header.HasFCS && header.FrameContentSize <= min(maxUnpacked, math.MaxInt32) {
			dst = make([]byte, 0, header.FrameContentSize)
		}
		out, err := c.dec.DecodeAll(packed[1:], dst)
		if err != nil {
			return nil, fmt.Errorf("decompress: %w", err)
		}
		return out, nil
	default:
		return nil, errUnpack
	}
}
