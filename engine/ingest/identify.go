package ingest

import (
	"bytes"
	"context"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"patchbay/engine"
	"patchbay/engine/decode"
	"patchbay/engine/verify"
)

// wrongKey reports whether the secret part of the address is not the inbox's. An
// inbox without one takes none.
func (d *door) wrongKey(key string) bool {
	want := d.inbox.Verify.Key.Reveal()
	if want == "" {
		return key != "" || d.byKey
	}
	if key == "" && !d.byKey {
		return false // the key of an earlier scheme is welcome, not demanded
	}
	return subtle.ConstantTimeCompare([]byte(key), []byte(want)) != 1
}

// live is the request as the verifier sees it, with the headers as they came.
func (h *Handler) live(c *fiber.Ctx, d *door, key string, e *engine.Event) verify.Request {
	return verify.Request{
		Method: e.Method,
		URL:    d.publicURL(h.deps.PublicURL(), key, e.Query),
		Header: asking{c}.Header,
		Query:  e.Query,
		Body:   e.Body,
		Key:    key,
		Now:    e.ReceivedAt,
		Keys:   h.deps.Keys,
	}
}

// publicURL is the address that a provider signs: the configured one, never one
// that the request claims.
func (d *door) publicURL(base, key, query string) string {
	if d.inbox.Verify.URL != "" {
		return d.inbox.Verify.URL
	}
	url := base + "/in/" + d.inbox.Name
	if key != "" {
		url += "/" + key
	}
	if query != "" {
		url += "?" + query
	}
	return url
}

// verify proves the sender over the body as it was sent or, when that fails and
// the body was encoded, over the body that was encoded.
func (d *door) verify(r verify.Request, plain []byte) (string, error) {
	if d.verifier == nil {
		return "", errUnusable()
	}
	scheme, err := d.verifier.Verify(r)
	if engine.KindOf(err) == engine.KindUnauthorized && !bytes.Equal(plain, r.Body) {
		r.Body = plain
		return d.verifier.Verify(r)
	}
	return scheme, err
}

// errUnusable speaks of the inbox, not of the sender: nothing is proved by it.
func errUnusable() error {
	return engine.Conflict("The inbox's sender check cannot be used; save it again.")
}

// identify names the kind of event and the delivery, as the provider writes them, and
// tells in a line what it is about. It refuses a body that is built to be expensive:
// reading it proves that most are not, the others are checked.
func (d *door) identify(e *engine.Event, plain []byte) *rejection {
	if d.describer.Read(e, plain) {
		return nil
	}
	if err := decode.Check(e.ContentType, plain); err != nil {
		return unreadable(err)
	}
	return nil
}

// claim returns what recognises a repeat of the event. Without a key the event is
// simply not a repeat; an expression that gives none is noted.
func (h *Handler) claim(ctx context.Context, d *door, e *engine.Event) engine.Claim {
	dd := d.inbox.Dedupe
	claim := engine.Claim{Key: e.DeliveryID, Window: dd.Window.Std(), RerunFailed: d.provider.RerunFailed}
	if dd.RerunFailed != nil {
		claim.RerunFailed = *dd.RerunFailed
	}
	if claim.Window == 0 {
		claim.Window = engine.DefaultDedupeWindow.Std()
	}
	switch {
	case dd.Off:
		return engine.Claim{}
	case dd.Key != "":
		key, err := h.deps.Evaluator.EvalText(ctx, dd.Key, e)
		switch {
		case err != nil:
			note(e, "Not checked for repeats: the key's expression failed.")
		case key == "":
			note(e, "Not checked for repeats: the key's expression gave nothing.")
		}
		claim.Key = key
	case claim.Key == "" && len(d.provider.Delivery) > 0:
		note(e, "Not checked for repeats: the delivery has no id.")
	}
	return claim
}

// note adds a sentence to what is told of an event.
func note(e *engine.Event, sentence string) {
	if e.Reason != "" {
		sentence = e.Reason + " " + sentence
	}
	e.Reason = sentence
}

// Claim returns what recognises a repeat of a stored event. It serves the release
// of held events, which claim only then.
func (h *Handler) Claim(ctx context.Context, in *engine.Inbox, e *engine.Event) engine.Claim {
	return h.claim(ctx, h.doors.open(in, nil), e)
}

// Verify checks a stored event against its inbox, as it was when it came. It
// serves the release of held events: their credentials are stored as fingerprints.
func (h *Handler) Verify(_ context.Context, in *engine.Inbox, e *engine.Event) (string, error) {
	d := h.doors.open(in, nil)
	if d.inbox.Verify.Pending {
		return "", engine.Conflict("The sender check of this inbox is not finished.")
	}
	want, byKey := in.Verify.Key.Reveal(), in.Verify.Scheme == "key"
	if d.verifier == nil || byKey && want == "" {
		return "", errUnusable()
	}
	if d.provider.Momentary() && e.Verified != "" {
		return e.Verified, nil // it was proved when it came, and what proved it is not kept
	}
	_, key, _ := address(strings.TrimPrefix(e.Path, "/in/"))
	if byKey && (key == "" || key != h.deps.Fingerprint.Fingerprint(want)) {
		return "", &engine.Error{Kind: engine.KindUnauthorized, Message: "The secret part of the address is missing or wrong."}
	}
	usedKey := ""
	if key != "" {
		usedKey = want
	}
	plain := e.Body
	if encoding := headerOf(e, fiber.HeaderContentEncoding); encoding != "" {
		var err error
		if plain, err = decode.Content(encoding, e.Body, d.bodyLimit); err != nil {
			return "", err
		}
	}
	return d.verify(verify.Request{
		Method: e.Method,
		URL:    d.publicURL(h.deps.PublicURL(), usedKey, e.Query),
		Header: func(name string) []string {
			var values []string
			for _, line := range e.Headers {
				if strings.EqualFold(line.Name, name) {
					values = append(values, line.Value)
				}
			}
			return values
		},
		Body:        e.Body,
		Key:         key,
		Now:         e.ReceivedAt,
		Fingerprint: h.deps.Fingerprint.Fingerprint,
		Query:       e.Query,
		Keys:        h.deps.Keys,
	}, plain)
}

func headerOf(e *engine.Event, name string) string {
	for _, line := range e.Headers {
		if http.CanonicalHeaderKey(line.Name) == name {
			return line.Value
		}
	}
	return ""
}
