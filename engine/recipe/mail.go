package recipe

import (
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"

	"patchbay/engine"
)

// mail compares a mail part by part: its date and its identity are never the same twice.
func (want Expect) mail(d *differences, p *engine.Preview) {
	m, err := mail.ReadMessage(strings.NewReader(p.Body))
	if err != nil {
		*d = append(*d, Difference{"mail", "a mail", quoted(p.Body)})
		return
	}
	d.value("to", throughJSON(want.To), throughJSON(p.To))
	d.text("subject", want.Subject, p.Text)
	d.text("replyTo", want.ReplyTo, bare(m.Header.Get("Reply-To")))
	parts := map[string]string{}
	readPart(parts, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
	d.text("text", strings.TrimSpace(want.Text), parts["text/plain"])
	d.text("html", strings.TrimSpace(want.HTML), parts["text/html"])
}

// bare is an address without its brackets.
func bare(text string) string {
	if a, err := mail.ParseAddress(text); err == nil && a.Name == "" {
		return a.Address
	}
	return text
}

// readPart collects the texts of a mail by their types.
func readPart(into map[string]string, contentType, encoding string, body io.Reader) {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return
	}
	if strings.HasPrefix(media, "multipart/") {
		for parts := multipart.NewReader(body, params["boundary"]); ; {
			part, err := parts.NextRawPart()
			if err != nil {
				return
			}
			readPart(into, part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part)
		}
	}
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return
	}
	into[media] = strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n"))
}
