package verify

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"time"

	"patchbay/engine"
)

const (
	mailgunTolerance = 15 * time.Minute
	mailgunParts     = 1000 // of a multipart body that are looked at
	mailgunField     = 1 << 10
)

// mailgunProof is a signature in the body over a time and a token in the body: the rest
// of the body is not signed, which is why the token counts as the delivery's id.
type mailgunProof struct {
	*signature
}

func mailgun(s setup) (proof, []error) {
	inner, faults := newSignature(evidence{
		name: s.name, tolerance: mailgunTolerance, hmac: &engine.HMACShape{Header: "signature", Algorithm: "sha256", Encoding: "hex"},
	}, s.name, s.config, s.secrets)
	return &mailgunProof{inner}, faults
}

func (p *mailgunProof) present(*Request) bool { return true }

func (p *mailgunProof) check(r *Request) error {
	fields, err := mailgunFields(r)
	if err != nil {
		return err
	}
	var f found
	p.add(fields["signature"], &f)
	if len(f.signatures) == 0 {
		return refuse("The body holds no signature in the expected form.")
	}
	if fields["token"] == "" || fields["timestamp"] == "" {
		return refuse("The body lacks the time or the token that its signature covers.")
	}
	if !p.fits(message{pieces: [][]byte{[]byte(fields["timestamp"]), []byte(fields["token"])}}, f.signatures) {
		return refuse("The signature does not fit the signing secret.")
	}
	return timely(fields["timestamp"], "s", r.Now, p.tolerance)
}

// mailgunFields finds the three fields, in JSON, in a form, or in a form with files.
func mailgunFields(r *Request) (map[string]string, error) {
	fields := make(map[string]string, 3)
	kind, parameters := r.mediaType()
	switch kind {
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(r.Body))
		if err != nil {
			return nil, refuse("The form that is signed cannot be read.")
		}
		for _, name := range []string{"timestamp", "token", "signature"} {
			if len(form[name]) != 1 {
				return nil, refuse("The body does not hold exactly one field " + name + ".")
			}
			fields[name] = form[name][0]
		}
	case "multipart/form-data":
		return fields, mailgunFiles(r, parameters["boundary"], fields)
	default:
		for _, name := range []string{"timestamp", "token", "signature"} {
			text, err := r.text("signature." + name)
			if err != nil {
				return nil, err
			}
			fields[name] = text
		}
	}
	return fields, nil
}

func mailgunFiles(r *Request, boundary string, fields map[string]string) error {
	reader := multipart.NewReader(bytes.NewReader(r.Body), boundary)
	for range mailgunParts {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return refuse("The form that is signed cannot be read.")
		}
		name := part.FormName()
		if name != "timestamp" && name != "token" && name != "signature" || part.FileName() != "" {
			continue
		}
		text, err := io.ReadAll(io.LimitReader(part, mailgunField))
		if _, twice := fields[name]; twice || err != nil {
			return refuse("The body does not hold exactly one field " + name + ".")
		}
		fields[name] = string(text)
	}
	return refuse("The form has too many parts.")
}

// mediaType is the content type, without its parameters and in lower case; "" when
// there is not exactly one.
func (r *Request) mediaType() (string, map[string]string) {
	values := r.Header("Content-Type")
	if len(values) != 1 {
		return "", nil
	}
	kind, parameters, err := mime.ParseMediaType(values[0])
	if err != nil {
		return "", nil
	}
	return kind, parameters
}

func (p *mailgunProof) sign(r *Request) (Signed, error) {
	ts, token := formatTime(r.Now, "s"), hashOf([]byte(formatTime(r.Now, "rfc3339") + string(r.Body)))[:50]
	seal := p.encode(p.keys[0].sign([][]byte{[]byte(ts), []byte(token)}, nil))
	if kind, _ := r.mediaType(); kind == "application/x-www-form-urlencoded" {
		form, err := url.ParseQuery(string(r.Body))
		if err != nil {
			return Signed{}, unsignable(err)
		}
		form["timestamp"], form["token"], form["signature"] = []string{ts}, []string{token}, []string{seal}
		return Signed{Body: []byte(form.Encode())}, nil
	}
	object, ok := r.root().(map[string]any)
	if !ok {
		return Signed{}, unsignable(refuse("its body is neither a JSON object nor a form."))
	}
	object["signature"] = map[string]string{"timestamp": ts, "token": token, "signature": seal}
	body, err := json.Marshal(object)
	if err != nil {
		return Signed{}, unsignable(err)
	}
	return Signed{Body: body}, nil
}
