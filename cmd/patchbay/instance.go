package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"patchbay/engine"
	"patchbay/storage"
)

// requestTimeout bounds a call of the API; a backup or a deep check takes its time.
const requestTimeout = 10 * time.Minute

// where says which instance a command is about.
type where struct {
	Data  string `help:"Data directory of the instance." default:"./data" placeholder:"DIR"`
	URL   string `help:"Address of a running instance, instead of --data." placeholder:"URL"`
	Token string `help:"API token for --url." placeholder:"TOKEN"`

	programs []string // that shell steps name, see openInProcess
	begins   bool     // the command may be the first one of an instance
}

// dial opens the way to an instance: its address when there is one, the socket in
// its data directory while a server holds that, and otherwise the database itself,
// served within this process. The client must be closed.
func (w where) dial(ctx context.Context) (*client, error) {
	if w.URL != "" {
		return w.dialURL()
	}
	locked, err := storage.Locked(w.Data)
	if err != nil {
		return nil, fmt.Errorf("look at the data directory: %w", err)
	}
	if locked {
		return dialSocket(w.Data)
	}
	if !w.begins {
		if err := holdsInstance(w.Data); err != nil {
			return nil, err
		}
	}
	return openInProcess(ctx, w.Data, w.programs)
}

// holdsInstance refuses a directory that is none of Patchbay's: it is mistyped more
// often than not, and a command would make a database in it. An empty one was made for
// that, and what gives an instance its first objects may come before the server.
func holdsInstance(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return noInstance("There is no data directory %s; check --data, or start patchbay serve, which makes it.", dir)
	}
	if err != nil || len(entries) == 0 {
		return nil //nolint:nilerr // opening it says what is wrong
	}
	if _, err := os.Stat(filepath.Join(dir, storage.FileName)); errors.Is(err, os.ErrNotExist) {
		return noInstance("%s holds other files and no database of Patchbay; check --data.", dir)
	}
	return nil
}

func noInstance(format, dir string) error {
	return &engine.Error{Kind: engine.KindNotFound, Message: fmt.Sprintf(format, dir)}
}

// remote reports whether the instance may be on another machine.
func (w where) remote() bool { return w.URL != "" }

func (w where) dialURL() (*client, error) {
	u, err := url.Parse(w.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, usage("--url is the address of an instance, such as https://patchbay.example.com")
	}
	if w.Token == "" {
		return nil, usage("--url needs --token (or PATCHBAY_TOKEN); patchbay token create makes one")
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return nil, usage("--url must use https, so that the token does not travel in clear")
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: 10 * time.Second}
	return newClient(strings.TrimSuffix(w.URL, "/"), engine.Secret(w.Token), transport, nil), nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

func dialSocket(dir string) (*client, error) {
	path, done, err := socketAddress(dir)
	if err != nil {
		return nil, err
	}
	var dialer net.Dialer
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, "unix", path)
		if err != nil {
			return nil, engine.Unavailable(err, "The process that uses %s does not answer on its socket; wait until it has started, or look at its log.", dir)
		}
		return conn, nil
	}}
	return newClient("http://patchbay", "", transport, done), nil
}

// socketName is the socket in the data directory through which commands reach the server.
const socketName = "patchbay.sock"

// maxSocketPath is what fits the operating system's address of a socket.
const maxSocketPath = 100

// socketAddress returns an address for the socket of a data directory. A long path
// is reached through the directory's descriptor; done gives that back.
func socketAddress(dir string) (path string, done func() error, err error) {
	path = filepath.Join(dir, socketName)
	if len(path) <= maxSocketPath {
		return path, nil, nil
	}
	d, err := os.Open(dir) //nolint:gosec // the operator names the directory
	if err != nil {
		return "", nil, fmt.Errorf("open the data directory: %w", err)
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", d.Fd(), socketName), d.Close, nil
}
