// Package ui serves the web app that is embedded in the binary: its page for every
// address of the app, and its files.
//
// The page is made anew for each request. It carries a nonce for the content security
// policy, which allows no inline script or style without it, and the path of the app
// in <base href>, so that the app works below any path of a reverse proxy. Where no
// proxy says which path that is, the page names it by going up from the address that
// was asked for, which is right whatever a proxy has taken off the front.
//
// Files lie under /assets/HASH/, where HASH is that of the whole build: they may be
// kept for ever, and are gone once another build serves. A page that is still open then
// offers to be loaded again.
package ui

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
)

//go:embed all:web/dist
var dist embed.FS

// Where the build leaves room for what is filled in.
const (
	basePlace  = `<base href="/" />`
	noncePlace = `<meta name="csp-nonce" content="" />`
	assetPlace = `"./assets/`
)

// App is the embedded web app. Until somebody asks for it, it takes no memory: the files
// lie in the binary and are not even read.
type App struct {
	files map[string]*file // by their names below assets
	build func() (build, error)
}

// build is what is known of the build once it was read.
type build struct {
	prefix string // of the files' addresses, "assets/HASH/"
	page   [3][]byte
}

// New prepares the embedded build. An error means that the binary holds none that fits.
func New() (*App, error) {
	files, err := fs.Sub(dist, "web/dist")
	if err != nil {
		return nil, fmt.Errorf("open the embedded web app: %w", err)
	}
	page, err := fs.ReadFile(files, "index.html")
	if err != nil {
		return nil, fmt.Errorf("read the page of the web app: %w", err)
	}
	if _, err := cut(page); err != nil {
		return nil, err
	}
	a := &App{files: map[string]*file{}, build: sync.OnceValues(func() (build, error) { return readBuild(files, page) })}
	err = fs.WalkDir(files, "assets", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		a.files[strings.TrimPrefix(name, "assets/")] = newFile(files, name, info.Size())
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the web app: %w", err)
	}
	return a, nil
}

// readBuild makes the hash of all files and writes it into the page.
func readBuild(files fs.FS, page []byte) (build, error) {
	sum := sha256.New()
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := files.Open(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s\n", name)
		n, err := io.Copy(sum, f)
		fmt.Fprintf(sum, "\n%d\n", n)
		return errors.Join(err, f.Close())
	})
	if err != nil {
		return build{}, fmt.Errorf("read the web app: %w", err)
	}
	prefix := "assets/" + hex.EncodeToString(sum.Sum(nil)[:8]) + "/"
	parts, err := cut(bytes.ReplaceAll(page, []byte(assetPlace), []byte(`"./`+prefix)))
	return build{prefix: prefix, page: parts}, err
}

// cut divides the page at the places that are filled in for each request.
func cut(page []byte) ([3][]byte, error) {
	head, rest, hasBase := bytes.Cut(page, []byte(basePlace))
	middle, tail, hasNonce := bytes.Cut(rest, []byte(noncePlace))
	if !hasBase || !hasNonce {
		return [3][]byte{}, errors.New("the page of the web app has no place for its path and its nonce; build it anew")
	}
	return [3][]byte{head, middle, tail}, nil
}

// Register mounts the web app on everything that no route took before.
func (a *App) Register(app fiber.Router) {
	app.Get("/assets/*", a.serveFile)
	app.Get("/*", a.servePage)
}

func (a *App) servePage(c *fiber.Ctx) error {
	b, err := a.build()
	if err != nil {
		return err
	}
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return fmt.Errorf("make a nonce: %w", err)
	}
	nonce := base64.RawURLEncoding.EncodeToString(random)
	secure(c)
	c.Set(fiber.HeaderContentSecurityPolicy, policy(nonce))
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderVary, forwardedPrefix)
	return c.SendString(string(b.page[0]) + `<base href="` + html.EscapeString(base(c)) + `" />` +
		string(b.page[1]) + `<meta name="csp-nonce" content="` + nonce + `" />` + string(b.page[2]))
}

func (a *App) serveFile(c *fiber.Ctx) error {
	b, err := a.build()
	if err != nil {
		return err
	}
	secure(c)
	f, ok := a.files[strings.TrimPrefix(c.Path(), "/"+b.prefix)]
	if !ok {
		c.Set(fiber.HeaderCacheControl, "no-store") // the next build may have it
		return c.Status(http.StatusNotFound).SendString("There is no such file; load the page again.")
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, f.mediaType)
	return f.send(c)
}

// policy allows what the app itself brings, and styles that carry the nonce.
func policy(nonce string) string {
	return "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-" + nonce + "'; img-src 'self' data:; " +
		"object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'"
}

// secure sets the headers that both the page and its files have.
func secure(c *fiber.Ctx) {
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderXFrameOptions, "DENY")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set(fiber.HeaderPermissionsPolicy, "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
}

// mediaType tells browsers what a file is, whatever the machine's own tables say.
func mediaType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return fiber.MIMEOctetStream
}
