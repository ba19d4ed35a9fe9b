package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"patchbay/engine"
	"patchbay/storage"
	"patchbay/ui/api"
)

const (
	maxClockSkew = 5 * time.Second
	minDiskFree  = 512 << 20
	probeTimeout = 10 * time.Second
	// checkAddress names the check that looks at the public address.
	checkAddress = "address"
)

type doctorCommand struct {
	where
	format

	Deep      bool   `help:"Check the database's invariants too."`
	PublicURL string `help:"Address of the instance as senders know it; the workspace's own when left out." name:"public-url" placeholder:"URL"`
}

// doctor collects findings about one instance.
type doctor struct {
	api      *client
	findings []api.Finding
}

func (d *doctor) ok(check, found string, args ...any) {
	d.findings = append(d.findings, api.Finding{Check: check, State: "ok", Found: fmt.Sprintf(found, args...)})
}

func (d *doctor) warn(check, found, do string) {
	d.findings = append(d.findings, api.Finding{Check: check, State: "warning", Found: found, Do: do})
}

func (d *doctor) fail(check, found, do string) {
	d.findings = append(d.findings, api.Finding{Check: check, State: "failed", Found: found, Do: do})
}

// Run checks what an instance needs. It fails when something does not work.
func (c *doctorCommand) Run(ctx context.Context, std streams) error {
	return c.with(ctx, func(at *client) error {
		d := &doctor{api: at}
		if err := d.examine(ctx, c); err != nil {
			return err
		}
		if c.json() {
			if err := printJSON(std.out, page[api.Finding]{Items: d.findings}); err != nil {
				return err
			}
		} else if err := d.print(std); err != nil {
			return err
		}
		for _, f := range d.findings {
			if f.State == "failed" {
				return errors.New("something does not work; what to do is said above")
			}
		}
		return nil
	})
}

func (d *doctor) examine(ctx context.Context, c *doctorCommand) error {
	var stats api.Stats
	if err := d.api.call(ctx, http.MethodGet, "/stats", nil, &stats); err != nil {
		return err
	}
	d.ok("instance", "version %s", stats.Version)
	d.clock(stats.Now, c.remote())
	if !c.remote() {
		d.disk(c.Data)
		d.key(c.Data)
	}
	if err := d.address(ctx, c.PublicURL, stats.Version); err != nil {
		return err
	}
	if err := d.connections(ctx); err != nil {
		return err
	}
	if c.Deep {
		return d.database(ctx)
	}
	return nil
}

// clock compares the server's clock with this machine's, or asks the operating
// system whether its clock is kept right.
func (d *doctor) clock(server time.Time, remote bool) {
	if remote {
		if skew := now().Sub(server).Abs(); skew > maxClockSkew {
			d.warn("clock", fmt.Sprintf("the server's clock differs from this machine's by %s", skew.Round(time.Second)),
				"synchronise both with NTP: signatures with a time in them are refused when the clock is wrong")
			return
		}
		d.ok("clock", "agrees with this machine's")
		return
	}
	const unsynchronised = 5 // TIME_ERROR of adjtimex(2)
	var t syscall.Timex
	if state, err := syscall.Adjtimex(&t); err != nil || state == unsynchronised {
		d.warn("clock", "nothing says that the clock is synchronised", "run an NTP client: signatures with a time in them are refused when the clock is wrong")
		return
	}
	d.ok("clock", "synchronised")
}

func (d *doctor) disk(dir string) {
	total, free, err := diskFree(dir)
	switch {
	case err != nil:
		d.fail("disk", err.Error(), "check the data directory")
	case free < minDiskFree || free < total/20:
		d.fail("disk", fmt.Sprintf("%s free of %s", roughly(free), roughly(total)), "make room or shorten what inboxes keep; when the disk is full, senders are answered 503")
	default:
		d.ok("disk", "%s free", roughly(free))
	}
}

// roughly cuts a number of bytes to whole GiB where there are many, else to whole MiB.
func roughly(n int64) engine.Size {
	if n >= 10<<30 {
		return engine.Size(n >> 30 << 30)
	}
	return engine.Size(n >> 20 << 20)
}

func (d *doctor) key(dir string) {
	if secretKey() != "" {
		d.ok("key", "given as PATCHBAY_SECRET_KEY")
		return
	}
	path := filepath.Join(dir, storage.KeyFile)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.warn("key", path+" is not there", "set PATCHBAY_SECRET_KEY for this command too, if the server has it there")
	case err != nil:
		d.fail("key", err.Error(), "check the data directory")
	case info.Mode().Perm()&0o077 != 0:
		d.fail("key", path+" can be read by others", "run chmod 600 "+path)
	default:
		d.ok("key", "in %s; keep a copy elsewhere", path)
	}
}

// address checks that the public address leads to this program.
func (d *doctor) address(ctx context.Context, public, version string) error {
	if public == "" {
		var set engine.Settings
		if err := d.api.call(ctx, http.MethodGet, "/settings", nil, &set); err != nil {
			return err
		}
		public = set.PublicURL
	}
	if public == "" {
		d.warn(checkAddress, "no public address is set", "write it in the settings, under Public address, or start the server with PATCHBAY_PUBLIC_URL; senders that sign the address too need it")
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(public, "/")+"/healthz", http.NoBody)
	if err != nil {
		d.fail(checkAddress, public+" is not an address", "correct --public-url")
		return nil
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		d.warn(checkAddress, public+" cannot be reached from here", "check DNS, firewall and reverse proxy, unless only this machine cannot reach it")
		return nil
	}
	defer resp.Body.Close() // only read
	if resp.StatusCode != http.StatusOK {
		d.warn(checkAddress, fmt.Sprintf("%s/healthz answers %d", public, resp.StatusCode), "check that the reverse proxy passes requests on to this program")
		return nil
	}
	var health struct{ Status, Version string }
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<10)).Decode(&health); err != nil || health.Status != "ok" || health.Version != version {
		d.warn(checkAddress, public+"/healthz is answered by something else than this program", "check that the address is right and that the reverse proxy passes requests on to this program")
		return nil
	}
	d.ok(checkAddress, "%s answers", public)
	return nil
}

// connections tries every stored account for real.
func (d *doctor) connections(ctx context.Context) error {
	all, err := list[struct {
		Name  string `json:"name"`
		Title string `json:"title"`
	}](ctx, d.api, "/connections")
	if err != nil {
		return err
	}
	for _, conn := range all {
		name := "connection " + cmp.Or(conn.Title, conn.Name)
		var told struct {
			Message string `json:"message"`
		}
		if err := d.api.call(ctx, http.MethodPost, "/connections/"+url.PathEscape(conn.Name)+"/test", nil, &told); err != nil {
			d.fail(name, sentence(err), "correct the connection")
			continue
		}
		d.ok(name, "%s", told.Message)
	}
	return nil
}

func (d *doctor) database(ctx context.Context) error {
	var got api.Verified
	if err := d.api.call(ctx, http.MethodPost, "/database/verify", nil, &got); err != nil {
		return err
	}
	if len(got.Violations) == 0 {
		d.ok("database", "all invariants hold")
		return nil
	}
	for _, v := range got.Violations {
		d.fail("database", v, "make a backup, and restore the last one that was whole")
	}
	return nil
}

func (d *doctor) print(std streams) error {
	rows := make([][]string, 0, len(d.findings))
	for _, f := range d.findings {
		text := f.Found
		if f.Do != "" {
			text = strings.TrimSuffix(text, ".") + ": " + f.Do
		}
		rows = append(rows, []string{f.State, f.Check, text})
	}
	if err := table(std.out, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintln(std.out, strconv.Itoa(len(d.findings))+" checks")
	return err
}
