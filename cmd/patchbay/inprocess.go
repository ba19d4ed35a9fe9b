package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"time"

	"patchbay/ui/api"
)

// inProcessGrace is how long a command's last request may take to end.
const inProcessGrace = time.Minute

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
	return in.inProcess(in.Close), nil
}

// inProcess serves the API within this process, for one client. closing follows its end.
func (in *instance) inProcess(closing func() error) *client {
	door := serveIndoors(in.localApp())
	return newClient("http://patchbay", "", &http.Transport{DialContext: door.dial}, func() error {
		return errors.Join(door.shut(inProcessGrace), closing())
	})
}

// examine checks the instance as the command doctor does.
func (in *instance) examine(ctx context.Context, dir, only string) (_ []api.Finding, err error) {
	at := in.inProcess(func() error { return nil })
	defer func() { err = errors.Join(err, at.Close()) }()
	d := &doctor{api: at}
	if only == checkAddress {
		err := d.address(ctx, in.workspace.publicURL(), version)
		return d.findings, err
	}
	if err := d.examine(ctx, &doctorCommand{where: where{Data: dir}, PublicURL: in.workspace.publicURL()}); err != nil {
		return nil, err
	}
	return d.findings, nil
}
