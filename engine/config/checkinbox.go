package config

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"patchbay/engine"
	"patchbay/engine/rules"
	"patchbay/engine/verify"
)

const (
	keyBytes     = 24 // 192 bits
	minKeyLength = 22 // 128 bits in base64url
	maxKeyLength = 128

	minTokenLength = 8 // it opens nothing, and may have been chosen elsewhere before

	defaultWithin = engine.Duration(3 * time.Second)
	maxWithin     = engine.Duration(30 * time.Second)
	maxWindow     = engine.Duration(90 * 24 * time.Hour)
	maxAnswer     = 64 << 10
)

var (
	addressKey  = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	headerToken = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
)

// CheckInbox checks an inbox, fills in the default scheme and makes the address
// key where the scheme needs one and there is none.
func (c *Checker) CheckInbox(_ context.Context, in *engine.Inbox) error {
	var f faults
	f.include("", engine.CheckName("name", in.Name))
	f.text("title", in.Title, maxTitle)
	c.checkVerify(&f, &in.Verify)
	c.checkDedupe(&f, &in.Dedupe)
	checkRespond(&f, &in.Respond)
	c.checkLimits(&f, in)
	for i, m := range in.Methods {
		in.Methods[i] = strings.ToUpper(m)
		if !oneOf(in.Methods[i], http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodGet) {
			f.add(fmt.Sprintf("methods[%d]", i), "%q cannot bring an event; use POST, PUT, PATCH, DELETE or GET.", m)
		}
	}
	return f.join()
}

func (c *Checker) checkVerify(f *faults, v *engine.Verify) {
	if v.Scheme == "" {
		v.Scheme = schemeKey
	}
	before := len(*f)
	f.secret("verify.secret", v.Secret)
	for i, s := range v.Secrets {
		f.secret(fmt.Sprintf("verify.secrets[%d]", i), s)
	}
	f.secret("verify.key", v.Key)
	f.secret("verify.token", v.Token)
	f.text("verify.username", v.Username, maxTitle)
	f.text("verify.url", v.URL, 2000)
	if len(v.Active()) > 0 {
		v.Pending = false
	}
	c.checkKey(f, v)
	checkToken(f, v)
	if len(*f) > before {
		return
	}
	if p, ok := verify.Lookup(v.Scheme); ok && !p.NeedSecret && NeedsKey(v) {
		v.Pending = false // the server makes the key: nothing is missing
	}
	_, err := verify.New(*v)
	f.include("", err)
}

func (c *Checker) checkKey(f *faults, v *engine.Verify) {
	switch key := v.Key.Reveal(); {
	case key == "" && !NeedsKey(v): // where there is one of an earlier scheme, senders may still have it
	case key == "":
		v.Key = newKey()
	case len(key) < minKeyLength || len(key) > maxKeyLength || !addressKey.MatchString(key):
		f.add("verify.key", "An address key has %d to %d letters, digits, hyphens and underscores; leave it out and a good one is made.", minKeyLength, maxKeyLength)
	}
}

// checkToken makes the verify token of a sender that has to show one.
func checkToken(f *faults, v *engine.Verify) {
	p, _ := verify.Lookup(v.Scheme)
	switch token := v.Token.Reveal(); {
	case !p.NeedToken():
		v.Token = ""
	case token == "":
		v.Token = newKey()
	case len(token) < minTokenLength || len(token) > maxKeyLength || !addressKey.MatchString(token):
		f.add("verify.token", "A verify token has %d to %d letters, digits, hyphens and underscores; leave it out and a good one is made.", minTokenLength, maxKeyLength)
	}
}

// NeedsKey reports whether the secret part of the address is the proof: under scheme
// key, and for providers that sign nothing unless another proof is configured.
func NeedsKey(v *engine.Verify) bool {
	p, ok := verify.Lookup(v.Scheme)
	return ok && !p.NeedSecret && p.ID != schemeNone && v.Header == "" && v.Username == ""
}

// newKey makes the secret part of an address.
func newKey() engine.Secret {
	b := make([]byte, keyBytes)
	_, _ = rand.Read(b) // it never fails: the runtime ends the program instead
	return engine.Secret(base64.RawURLEncoding.EncodeToString(b))
}

func (c *Checker) checkDedupe(f *faults, d *engine.Dedupe) {
	f.noReference("dedupe.key", d.Key)
	if d.Key != "" {
		_, err := c.deps.Rules.Compile(d.Key, rules.Scope{})
		f.include("dedupe.key", err)
	}
	if d.Window > maxWindow {
		f.add("dedupe.window", "Repeats are recognised for at most %s.", maxWindow)
	}
}

func checkRespond(f *faults, r *engine.Respond) {
	if r.Mode == "fixed" {
		r.Mode = ""
	}
	if !oneOf(r.Mode, "", "rule") {
		f.add("respond.mode", "%q is not a mode; use fixed, or rule to let a respond step answer.", r.Mode)
	}
	switch {
	case r.Mode != "rule" && r.Within != 0:
		f.add("respond.within", "within belongs to mode: rule.")
	case r.Mode == "rule" && r.Within == 0:
		r.Within = defaultWithin
	case r.Within > maxWithin:
		f.add("respond.within", "A sender waits for at most %s.", maxWithin)
	}
	if r.Status != 0 && (r.Status < 200 || r.Status > 399) {
		f.add("respond.status", "%d would tell the sender that an accepted event failed; use 200 to 399.", r.Status)
	}
	if u := r.Unmatched; u != nil {
		if r.Mode != "rule" {
			f.add("respond.unmatched", "unmatched belongs to mode: rule.")
		}
		if u.Status != 0 && (u.Status < 200 || u.Status > 599) {
			f.add("respond.unmatched.status", "%d is not the status of an answer; use 200 to 599.", u.Status)
		}
		f.text("respond.unmatched.text", u.Text, maxAnswer)
	}
	if r.Text != "" && r.JSON != nil {
		f.add("respond.json", "An answer has either text or json.")
	}
	f.text("respond.text", r.Text, maxAnswer)
	f.noReferences("respond.json", r.JSON)
	for name, value := range r.Headers {
		field := "respond.headers." + name
		switch {
		case !headerToken.MatchString(name):
			f.add(field, "%q cannot be the name of a header.", name)
		case oneOf(strings.ToLower(name), "content-length", "transfer-encoding", "connection", "date", "server", "set-cookie", "keep-alive", "upgrade", "trailer"):
			f.add(field, "The header %s is set by the server.", name)
		case strings.ContainsAny(value, "\r\n\x00"):
			f.add(field, "A header's value cannot hold line breaks.")
		}
		f.text(field, value, 2000)
	}
}

func (c *Checker) checkLimits(f *faults, in *engine.Inbox) {
	if in.Limits.Body < 0 || in.Limits.Body > c.deps.MaxBody {
		f.add("limits.body", "A body may have at most %s; the operator raises that with --max-body.", c.deps.MaxBody)
	}
	if in.Limits.Rate != nil && *in.Limits.Rate < 0 {
		f.add("limits.rate", "A rate cannot be negative; 0 is no limit.")
	}
	if in.Keep.Count < 0 || in.Keep.Bytes < 0 {
		f.add("keep", "What is kept cannot be negative.")
	}
}
