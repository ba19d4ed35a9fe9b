package main

import (
	"context"
	"log/slog"
	"net"
	"time"
)

// ngrokLog is the log of ngrok's library within that of the program. What the tunnel tells
// itself in fewer words is of use for looking for errors alone. Requests and answers of
// its protocol stay out, as they hold keys.
type ngrokLog struct {
	next slog.Handler
	to   ngrokServer
}

var _ slog.Handler = ngrokLog{}

func ngrokLevel(level slog.Level) slog.Level {
	if level == slog.LevelWarn {
		return level // such as the end of an old version of the library
	}
	return slog.LevelDebug
}

// Enabled implements [slog.Handler].
func (h ngrokLog) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, ngrokLevel(level))
}

// Handle implements [slog.Handler].
func (h ngrokLog) Handle(ctx context.Context, r slog.Record) error {
	line := slog.NewRecord(r.Time, ngrokLevel(r.Level), "ngrok: "+h.to.clean(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		line.AddAttrs(h.plain([]slog.Attr{a})...)
		return true
	})
	return h.next.Handle(ctx, line)
}

// WithAttrs implements [slog.Handler].
func (h ngrokLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return ngrokLog{h.next.WithAttrs(h.plain(attrs)), h.to}
}

// WithGroup implements [slog.Handler].
func (h ngrokLog) WithGroup(name string) slog.Handler {
	return ngrokLog{h.next.WithGroup(name), h.to}
}

// plain keeps what is a text or a number, without the token.
func (h ngrokLog) plain(attrs []slog.Attr) []slog.Attr {
	var kept []slog.Attr
	for _, a := range attrs {
		value := a.Value.Resolve()
		switch v := value.Any().(type) {
		case string:
			value = slog.StringValue(h.to.clean(v))
		case error:
			value = slog.StringValue(h.to.clean(v.Error()))
		case net.Addr:
			value = slog.StringValue(v.String())
		case bool, int64, uint64, float64, time.Duration, time.Time:
		default:
			continue
		}
		kept = append(kept, slog.Attr{Key: a.Key, Value: value})
	}
	return kept
}
