package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"time"
	"unicode/utf8"

	"patchbay/engine"
	"patchbay/ui/api"
)

type serveCommand struct {
	Data         string          `help:"Data directory; made when it is not there." default:"./data" placeholder:"DIR"`
	Listen       string          `help:"Address to receive webhooks and serve the API on." default:":8080"`
	PublicURL    string          `help:"Address of this instance as senders know it." name:"public-url" placeholder:"URL"`
	Tunnel       string          `help:"Be reached from the internet through ngrok (with the token of its account in NGROK_AUTHTOKEN), or an SSH server such as ssh://nokey@localhost.run." placeholder:"ngrok|ssh://[USER@]HOST[:PORT]"`
	AllowPrivate []string        `help:"Private hosts or networks that steps may call." placeholder:"HOST|CIDR"`
	AllowShell   []string        `help:"Programs (absolute paths) that shell steps may run." placeholder:"PROGRAM"`
	TrustedProxy []string        `help:"Networks of reverse proxies whose X-Forwarded-For counts." placeholder:"CIDR"`
	MaxBody      engine.Size     `help:"Largest body that any inbox may take." default:"16MiB"`
	TLSCert      string          `help:"Certificate file, for HTTPS." name:"tls-cert" placeholder:"FILE" and:"tls"`
	TLSKey       string          `help:"Key file of the certificate." name:"tls-key" placeholder:"FILE" and:"tls"`
	AdminListen  string          `help:"Address to serve /metrics and health on, without authentication." placeholder:"ADDR"`
	Timezone     string          `help:"Time zone of dates in expressions; the workspace's own, or UTC, when left out." placeholder:"TZ"`
	LogLevel     string          `help:"debug, info, warn or error." enum:"debug,info,warn,error" default:"info"`
	LogFormat    string          `help:"text or json." enum:"text,json" default:"text"`
	Drain        engine.Duration `help:"How long to wait for what is being done when told to stop." default:"20s"`
}

// Run serves until ctx ends, and drains then.
func (c *serveCommand) Run(ctx context.Context, std streams) error {
	if err := c.check(); err != nil {
		return err
	}
	log, flush, err := newLogger(std.err, c.LogLevel, c.LogFormat)
	if err != nil {
		return err
	}
	defer flush()
	takeStandardLog(log)
	tuneMemory()
	s, err := startServer(ctx, c, log)
	if err != nil && ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // told to stop before it had begun
	}
	if err != nil {
		return err
	}
	if s.instance.setup != "" {
		fmt.Fprintf(std.out, "Open this link once to make the administrator: %s/setup#token=%s\n", s.address(), s.instance.setup.Reveal())
	}
	failed := s.wait(ctx)
	return errors.Join(failed, s.stop(c.Drain.Std()))
}

// check refuses flags that cannot work before anything is opened.
func (c *serveCommand) check() error {
	if c.PublicURL != "" {
		if err := api.CheckPublicURL(c.PublicURL); err != nil {
			return usage("--public-url is the address that senders use, such as https://hooks.example.com")
		}
	}
	if c.Tunnel != "" {
		if _, err := parseTunnel(c.Tunnel); err != nil {
			return err
		}
	}
	for _, proxy := range c.TrustedProxy {
		_, errNet := netip.ParsePrefix(proxy)
		_, errAddr := netip.ParseAddr(proxy)
		if errNet != nil && errAddr != nil {
			return usage("--trusted-proxy takes addresses and networks such as 10.0.0.0/8, not %q", proxy)
		}
	}
	if c.MaxBody < 1<<10 || c.MaxBody > engine.MaxBody {
		return usage("--max-body is between 1KiB and 1GiB")
	}
	if _, err := time.LoadLocation(c.Timezone); err != nil {
		return usage("--timezone takes a name such as Europe/Berlin, not %q", c.Timezone)
	}
	return nil
}

// newLogger makes the log of a server. flush writes what it holds back.
func newLogger(out io.Writer, level, format string) (log *slog.Logger, flush func(), err error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, nil, usage("--log-level is debug, info, warn or error")
	}
	opt := &slog.HandlerOptions{Level: l}
	var handler slog.Handler = slog.NewTextHandler(out, opt)
	if format == "json" {
		handler = slog.NewJSONHandler(out, opt)
	}
	calm := newCalmHandler(handler)
	return slog.New(calm), calm.flush, nil
}

// takeStandardLog takes in what the standard library says by itself: net/http tells of
// servers that answer out of turn, which is seldom of use.
func takeStandardLog(log *slog.Logger) {
	slog.SetLogLoggerLevel(slog.LevelDebug)
	slog.SetDefault(log)
}

// firstAccount sees to it that somebody can sign in: it makes the administrator
// that the environment names, or returns the token of a setup link.
func firstAccount(ctx context.Context, users engine.UserStore) (setup engine.Secret, err error) {
	list, err := users.Users(ctx)
	if err != nil {
		return "", fmt.Errorf("list users: %w", err)
	}
	if len(list) > 0 {
		return "", nil
	}
	email, password := firstAdmin()
	if email == "" {
		return engine.Secret(rand.Text()), nil
	}
	if utf8.RuneCountInString(password.Reveal()) < 8 {
		return "", engine.Invalid("PATCHBAY_ADMIN_PASSWORD", "The password is too short; use at least 8 characters.")
	}
	hash, err := api.HashPassword(password.Reveal())
	if err != nil {
		return "", err
	}
	return "", users.PutUser(ctx, &engine.User{
		ID: newID(), Email: email, Role: engine.RoleAdmin, PasswordHash: hash, CreatedAt: now(),
	})
}
