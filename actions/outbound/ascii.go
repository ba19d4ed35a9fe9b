package outbound

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"unicode/utf8"
)

var errAsked = errors.New("only the name was wanted")

// asciiHost writes a host in the letters that name servers and certificates know:
// bücher.example is xn--bcher-kva.example there. What has no such form stays as it is.
//
// net/http holds the tables for this, and shows what it makes of them only in the address
// that it dials. Names in ASCII, nearly all of them, cost nothing.
func asciiHost(host string) string {
	if isASCII(host) {
		return host
	}
	var dialled string
	asked := http.Transport{DialContext: func(_ context.Context, _, address string) (net.Conn, error) {
		dialled = address
		return nil, errAsked
	}}
	resp, err := asked.RoundTrip(&http.Request{
		Method: http.MethodGet, Header: http.Header{}, URL: &url.URL{Scheme: "http", Host: net.JoinHostPort(host, "80")},
	})
	if err == nil {
		_ = resp.Body.Close() // never: nothing was connected to
	}
	if name, _, err := net.SplitHostPort(dialled); err == nil && isASCII(name) {
		return name
	}
	return host
}

// asciiURL returns u with its host in ASCII. net/http would convert the name it connects
// to, but send a Host of its own making: BÜCHER.example is another name there.
func asciiURL(u *url.URL) *url.URL {
	if isASCII(u.Host) {
		return u
	}
	to := *u
	to.Host = asciiHost(u.Hostname())
	if port := u.Port(); port != "" {
		to.Host += ":" + port
	}
	return &to
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
