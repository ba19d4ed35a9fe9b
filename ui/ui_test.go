package ui_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"patchbay/ui"
)

// web is the real build behind a proxy, trusted or not.
type web struct {
	t   *testing.T
	app *fiber.App
}

func newWeb(t *testing.T, proxies ...string) *web {
	t.Helper()
	app := fiber.New(fiber.Config{Immutable: true, EnableTrustedProxyCheck: true, TrustedProxies: proxies})
	embedded, err := ui.New()
	require.NoError(t, err)
	embedded.Register(app)
	return &web{t: t, app: app}
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (w *web) ask(method, path string, header map[string]string) answer {
	w.t.Helper()
	req := httptest.NewRequestWithContext(w.t.Context(), method, path, http.NoBody)
	for name, value := range header {
		req.Header.Set(name, value)
	}
	resp, err := w.app.Test(req, -1)
	require.NoError(w.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(w.t, err)
	return answer{status: resp.StatusCode, header: resp.Header, body: string(body)}
}

func (w *web) get(path string) answer { return w.ask(http.MethodGet, path, nil) }

func (w *web) found(page answer, pattern string) string {
	w.t.Helper()
	match := regexp.MustCompile(pattern).FindStringSubmatch(page.body)
	require.NotNil(w.t, match, "%s\n%s", pattern, page.body)
	return match[1]
}

const (
	nonceOf = `<meta name="csp-nonce" content="([^"]+)"`
	baseOf  = `<base href="([^"]*)"`
	entryOf = `<script type="module"[^>]* src="([^"]+)"`
)

// entry is the address of the app's first script, as a browser that asked for path finds it.
func (w *web) entry(path string) string {
	w.t.Helper()
	page := w.get(path)
	address, err := url.Parse("http://example.com" + path)
	require.NoError(w.t, err)
	base, err := address.Parse(w.found(page, baseOf))
	require.NoError(w.t, err)
	script, err := base.Parse(w.found(page, entryOf))
	require.NoError(w.t, err)
	return script.Path
}

func TestPage_AllowsOnlyWhatCarriesItsNonce(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	first, second := w.get("/"), w.get("/")
	nonce := w.found(first, nonceOf)
	require.NotEqual(t, nonce, w.found(second, nonceOf))
	require.GreaterOrEqual(t, len(nonce), 20)
	require.Equal(t, "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-"+nonce+"'; img-src 'self' data:; "+
		"object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'", first.header.Get("Content-Security-Policy"))
	require.NotRegexp(t, `<script(?:\s[^>]*)?>[^<]|<style|\son\w+=|\sstyle=`, first.body, "the policy refuses what stands in the page itself")
}

func TestPage_CannotBeFramedSniffedOrKept(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	for _, path := range []string{"/", w.entry("/"), "/assets/none.js"} {
		got := w.get(path)
		require.Equal(t, "nosniff", got.header.Get("X-Content-Type-Options"), path)
		require.Equal(t, "DENY", got.header.Get("X-Frame-Options"), path)
		require.Equal(t, "same-origin", got.header.Get("Referrer-Policy"), path)
		require.Equal(t, "same-origin", got.header.Get("Cross-Origin-Opener-Policy"), path)
	}
	require.Equal(t, "no-store", w.get("/").header.Get("Cache-Control"))
}

func TestPage_IsThereForEveryAddressOfTheApp(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	for _, path := range []string{"/", "/sign-in", "/inboxes/shopify", "/inboxes/a%2Fb/c", "/rules/1/?tab=runs", "/index.html"} {
		got := w.get(path)
		require.Equal(t, http.StatusOK, got.status, path)
		require.Equal(t, "text/html; charset=utf-8", got.header.Get("Content-Type"), path)
		require.Contains(t, got.body, `<div id="root">`, path)
		require.Equal(t, http.StatusOK, w.get(w.entry(path)).status, path)
	}
}

func TestPage_WorksBelowAnyPath(t *testing.T) {
	t.Parallel()
	for path, base := range map[string]string{
		"/": "./", "/rules": "./", "/rules/": "../", "/rules/1": "../", "/rules/1/runs": "../../", "/inboxes/a%2Fb": "../", "/rules?from=/a/b": "./",
	} {
		w := newWeb(t)
		require.Equal(t, base, w.found(w.get(path), baseOf), path)
	}
}

func TestPage_BelievesTheProxyItWasToldOf(t *testing.T) {
	t.Parallel()
	const everybody = "0.0.0.0" // where the requests of app.Test come from
	trusting, alone := newWeb(t, everybody), newWeb(t)
	for prefix, base := range map[string]string{
		"/hooks": "/hooks/", "/hooks/": "/hooks/", "/a/b-c.d": "/a/b-c.d/",
		"": "../", "/": "../", "hooks": "../", "//evil.example": "../", "/a//b": "../", `/"><script>`: "../", "https://evil.example": "../", "/../x y": "../",
	} {
		header := map[string]string{"X-Forwarded-Prefix": prefix}
		require.Equal(t, base, trusting.found(trusting.ask(http.MethodGet, "/rules/1", header), baseOf), prefix)
		require.Equal(t, "../", alone.found(alone.ask(http.MethodGet, "/rules/1", header), baseOf), prefix)
	}
}

func TestFile_IsKeptForEver(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	got := w.get(w.entry("/inboxes/shopify"))
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, "public, max-age=31536000, immutable", got.header.Get("Cache-Control"))
	require.Equal(t, "text/javascript; charset=utf-8", got.header.Get("Content-Type"))
}

func TestFile_OfAnotherBuildIsGone(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	entry := w.entry("/")
	require.Regexp(t, `^/assets/[0-9a-f]{16}/[\w-]+\.js$`, entry)
	folder, name := entry[:strings.LastIndex(entry, "/")+1], entry[strings.LastIndex(entry, "/")+1:]
	for _, path := range []string{
		"/assets/0123456789abcdef/" + name, "/assets/" + name, folder + "none.js", folder, "/assets/", "/assets",
		folder + "../../index.html", folder + "..%2findex.html", folder + "%2e%2e/ui.go",
	} {
		got := w.get(path)
		if strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			require.NotContains(t, path, name, "a page in place of a script would hide that it is gone")
			require.Contains(t, got.body, `<div id="root">`, path)
			continue
		}
		require.Equal(t, http.StatusNotFound, got.status, path)
		require.Equal(t, "no-store", got.header.Get("Cache-Control"), path)
		require.NotContains(t, got.body, name, "nothing is listed")
	}
}

func TestFile_TravelsCompressed(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	entry := w.entry("/")
	plain := w.ask(http.MethodGet, entry, map[string]string{"Accept-Encoding": "identity"})
	require.Empty(t, plain.header.Get("Content-Encoding"))
	for encoding, open := range map[string]func(io.Reader) (io.Reader, error){
		"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	} {
		got := w.ask(http.MethodGet, entry, map[string]string{"Accept-Encoding": encoding})
		require.Equal(t, encoding, got.header.Get("Content-Encoding"))
		require.Equal(t, "Accept-Encoding", got.header.Get("Vary"))
		require.Less(t, len(got.body), len(plain.body)/2)
		r, err := open(strings.NewReader(got.body))
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		require.Equal(t, plain.body, string(text))
	}
}

func TestHEAD_AnswersWithoutABody(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	for _, path := range []string{"/", "/rules/1", w.entry("/")} {
		got := w.ask(http.MethodHead, path, nil)
		require.Equal(t, http.StatusOK, got.status, path)
		require.Empty(t, got.body, path)
		require.Equal(t, w.get(path).header.Get("Content-Type"), got.header.Get("Content-Type"), path)
	}
}

// The first load is what the page names itself: its scripts, what they need at once, and styles.
func TestFirstLoad_IsSmall(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	page := w.get("/")
	total := len(page.body)
	names := regexp.MustCompile(`(?:src|href)="\./(assets/[^"]+\.(?:js|css))"`).FindAllStringSubmatch(page.body, -1)
	require.Greater(t, len(names), 4)
	for _, name := range names {
		got := w.ask(http.MethodGet, "/"+name[1], map[string]string{"Accept-Encoding": "gzip"})
		require.Equal(t, http.StatusOK, got.status, name[1])
		total += len(got.body)
	}
	t.Logf("first load: %d bytes", total)
	require.Less(t, total, 280<<10)
}
