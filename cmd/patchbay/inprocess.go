package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"

	"github.com/valyala/fasthttp/fasthttputil"
)

// openInProcess opens the database of a data directory and serves its API within
// this process. Nothing is worked on meanwhile: the next start of the server does
// that. Nobody knows here which programs that server will allow, so the ones that the
// command's own rules name pass the check; the server refuses to run what it does not allow.
func openInProcess(ctx context.Context, dir string, programs []string) (*client, error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	in, err := open(ctx, settings{Dir: dir, AllowPrivate: listed("PATCHBAY_ALLOW_PRIVATE"), AllowShell: append(listed("PATCHBAY_ALLOW_SHELL"), programs...), Log: log})
	if err != nil {
		return nil, err
	}
	app := in.localApp()
	listener := fasthttputil.NewInmemoryListener()
	served := make(chan error, 1)
	go func() { served <- app.Listener(listener) }()
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return listener.Dial() }}
	return newClient("http://patchbay", "", transport, func() error {
		return errors.Join(app.Shutdown(), <-served, in.Close())
	}), nil
}
