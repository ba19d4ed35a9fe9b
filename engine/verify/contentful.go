package verify

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"patchbay/engine"
)

const (
	contentfulNames = "x-contentful-signed-headers"
	contentfulTime  = "x-contentful-timestamp"
	contentfulAge   = 30 * time.Second
)

// contentfulLine is how the next header begins in what is signed. A value that holds it
// could have swallowed that header.
var contentfulLine = regexp.MustCompile(`;[!#$%&'*+.^_|~0-9A-Za-z\x60-]+:`)

// contentfulProof is the signature over a canonical form of the request: its method,
// path, those headers that another header names, and its body.
type contentfulProof struct {
	*signature
}

func contentful(s setup) (proof, []error) {
	inner, faults := newSignature(evidence{
		name: s.name, tolerance: contentfulAge,
		hmac: &engine.HMACShape{
			Header: "x-contentful-signature", Algorithm: "sha256", Encoding: "hex", Message: "{ts}{body}",
			Timestamp: "header:" + contentfulTime, Unit: "ms",
		},
	}, s.name, s.config, s.secrets)
	return &contentfulProof{inner}, faults
}

func (p *contentfulProof) check(r *Request) error {
	found, err := p.read(r)
	if err != nil {
		return err
	}
	names, err := r.single(contentfulNames)
	if err != nil {
		return err
	}
	m, ts, err := p.canonical(r, names)
	if err != nil {
		return err
	}
	if !p.fits(m, found.signatures) {
		return refuse("The signature does not fit the signing secret.")
	}
	return timely(ts, "ms", r.Now, p.tolerance)
}

// canonical writes what is signed, and returns the signed time.
func (p *contentfulProof) canonical(r *Request, names string) (m message, ts string, err error) {
	address, err := signedAddress(r, p.url, part{token: tokenURL})
	if err != nil {
		return message{}, "", err
	}
	var lines []string
	for name := range strings.SplitSeq(strings.ToLower(names), ",") {
		name = strings.TrimSpace(name)
		value, err := r.single(name)
		if err != nil {
			return message{}, "", err
		}
		if name == contentfulTime {
			ts = value
		}
		if contentfulLine.MatchString(value) {
			return message{}, "", refuse("The header " + name + " holds what reads like another signed header.")
		}
		lines = append(lines, name+":"+strings.TrimSpace(value))
	}
	if ts == "" {
		return message{}, "", refuse("The header " + contentfulTime + " is not among those that are signed.")
	}
	slices.Sort(lines)
	head := r.Method + "\n" + contentfulPath(address) + "\n" + strings.Join(lines, ";") + "\n"
	return message{pieces: [][]byte{[]byte(head), r.Body}}, ts, nil
}

// contentfulPath writes path and query as Contentful does: all that is special is
// escaped once more, and in the query twice.
func contentfulPath(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	path := escapeAllBut(u.EscapedPath(), ";,/?:@&=+$-_.!~*'()#")
	query, _, _ := strings.Cut(u.RawQuery, "?")
	if query == "" {
		return path
	}
	return path + "?" + escapeAllBut(escapeAllBut(query, "-_.!~*'()"), ";,/?:@&=+$-_.!~*'()#")
}

// escapeAllBut escapes every byte that is neither a letter, a digit nor in plain.
func escapeAllBut(text, plain string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(text) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(plain, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', digits[c>>4], digits[c&15]})
	}
	return b.String()
}

func (p *contentfulProof) sign(r *Request) (Signed, error) {
	signed := []engine.Header{{Name: contentfulTime, Value: formatTime(r.Now, "ms")}}
	names := []string{contentfulNames, contentfulTime}
	for _, name := range []string{"content-type", "x-contentful-topic"} {
		if len(r.Header(name)) == 1 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	signed = append(signed, engine.Header{Name: contentfulNames, Value: strings.Join(names, ",")})
	with := r.adding(signed)
	m, _, err := p.canonical(with, strings.Join(names, ","))
	if err != nil {
		return Signed{}, unsignable(err)
	}
	value := p.encode(p.keys[0].sign(m.pieces, nil))
	return Signed{Headers: append(signed, engine.Header{Name: p.headers[0], Value: value})}, nil
}
