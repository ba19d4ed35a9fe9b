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
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

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

// App is the embedded web app.
type App struct {
	prefix string // of the files' addresses, "assets/HASH/"
	page   [3][]byte
	files  map[string]*file
}

// New prepares the embedded build. An error means that the binary holds none that fits.
func New() (*App, error) {
	build, err := fs.Sub(dist, "web/dist")
	if err != nil {
		return nil, fmt.Errorf("open the embedded web app: %w", err)
	}
	page, err := fs.ReadFile(build, "index.html")
	if err != nil {
		return nil, fmt.Errorf("read the page of the web app: %w", err)
	}
	a := &App{files: map[string]*file{}}
	sum := sha256.New()
	err = fs.WalkDir(build, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(build, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(body))
		sum.Write(body)
		if asset, ok := strings.CutPrefix(name, "assets/"); ok {
			a.files[asset] = newFile(asset, body)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the web app: %w", err)
	}
	a.prefix = "assets/" + hex.EncodeToString(sum.Sum(nil)[:8]) + "/"
	if err := a.cut(page); err != nil {
		return nil, err
	}
	return a, nil
}

// cut divides the page at the places that are filled in for each request.
func (a *App) cut(page []byte) error {
	page = bytes.ReplaceAll(page, []byte(assetPlace), []byte(`"./`+a.prefix))
	head, rest, hasBase := bytes.Cut(page, []byte(basePlace))
	middle, tail, hasNonce := bytes.Cut(rest, []byte(noncePlace))
	if !hasBase || !hasNonce {
		return errors.New("the page of the web app has no place for its path and its nonce; build it anew")
	}
	a.page = [3][]byte{head, middle, tail}
	return nil
}

// Register mounts the web app on everything that no route took before.
func (a *App) Register(app fiber.Router) {
	app.Get("/assets/*", a.serveFile)
	app.Get("/*", a.servePage)
}

func (a *App) servePage(c *fiber.Ctx) error {
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
	return c.SendString(string(a.page[0]) + `<base href="` + html.EscapeString(base(c)) + `" />` +
		string(a.page[1]) + `<meta name="csp-nonce" content="` + nonce + `" />` + string(a.page[2]))
}

func (a *App) serveFile(c *fiber.Ctx) error {
	secure(c)
	f, ok := a.files[strings.TrimPrefix(c.Path(), "/"+a.prefix)]
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
