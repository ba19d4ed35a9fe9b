package rules

import (
	"crypto/hmac"
	"crypto/md5"  //nolint:gosec // Mailchimp and Gravatar name people by it; nothing is protected with it
	"crypto/sha1" //nolint:gosec // old webhooks are signed with it; the choice is the receiver's
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"html"
	"net/url"
	"strings"
	"unicode/utf8"
)

func encodingFunctions() []*function {
	return group("encoding",
		row{"md5(text)", "t", "t", "The MD5 sum in hexadecimal.", `md5("a")`, `"0cc175b9c0f1b6a831c399e269772661"`, digest("md5")},
		row{"sha1(text)", "t", "t", "The SHA-1 sum in hexadecimal.", `sha1("a")`, `"86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"`, digest("sha1")},
		row{"sha256(text)", "t", "t", "The SHA-256 sum in hexadecimal.", `sha256("a")`, `"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"`, digest("sha256")},
		row{"sha512(text)", "t", "t", "The SHA-512 sum in hexadecimal.", `len(sha512("a"))`, `128`, digest("sha512")},
		row{"hmac(algorithm, key, text)", "ttt", "t", "The HMAC in hexadecimal; the algorithm is md5, sha1, sha256 or sha512.", `hmac("sha1", "key", "a")`, `"0db21f05052f323e714ef9bf1f7b000ffe97e8a0"`, keyed},
		row{"urlEncode(text)", "t", "t", "The text as a part of a URL.", `urlEncode("a b&c")`, `"a%20b%26c"`, urlEncode},
		row{"urlDecode(text)", "t", "t", "The text that a part of a URL stands for.", `urlDecode("a%20b")`, `"a b"`, urlDecode},
		row{"formEncode(object)", "o", "t", "An object as a form, name=value.", `formEncode({a: "1 2", b: 3})`, `"a=1+2&b=3"`, formEncode},
		row{"base64(text)", "t", "t", "The text in Base64.", `base64("hi")`, `"aGk="`, base64Encode},
		row{"base64Decode(text)", "t", "t", "The text that Base64 stands for.", `base64Decode("aGk=")`, `"hi"`, base64Decode},
		row{"toBase64(text)", "t", "t", "The same as base64(text).", `toBase64("hi")`, `"aGk="`, base64Encode},
		row{"fromBase64(text)", "t", "t", "The same as base64Decode(text).", `fromBase64("aGk=")`, `"hi"`, base64Decode},
		row{"hexEncode(text)", "t", "t", "The text in hexadecimal.", `hexEncode("hi")`, `"6869"`, hexEncode},
		row{"hexDecode(text)", "t", "t", "The text that hexadecimal digits stand for.", `hexDecode("6869")`, `"hi"`, hexDecode},
		row{"htmlEscape(text)", "t", "t", "The text so that it stands in a page as it is.", `htmlEscape("a<b")`, `"a&lt;b"`, escapeWith(escapeHTML)},
		row{"slackEscape(text)", "t", "t", "The text so that Slack shows it as it is.", `slackEscape("<!channel> & co")`, `"&lt;!channel&gt; &amp; co"`, escapeWith(escapeSlack)},
		row{"mdEscape(text)", "t", "t", "The text so that Markdown shows it as it is.", `mdEscape("a*b")`, `"a\\*b"`, escapeWith(escapeMarkdown)},
		row{"toJSON(value)", "x", "t", "The value as indented JSON.", `toJSON([1])`, `"[\n  1\n]"`, toJSON},
		row{"fromJSON(text)", "t", "a", "The value that JSON text stands for.", `fromJSON("[1, 2]")`, `[1,2]`, fromJSON},
	)
}

func newHash(name string) func() hash.Hash {
	switch strings.ToLower(strings.ReplaceAll(name, "-", "")) {
	case "md5":
		return md5.New
	case "sha1":
		return sha1.New
	case "sha256":
		return sha256.New
	case "sha512":
		return sha512.New
	}
	return nil
}

func digest(name string) func(*machine, *clause, []any) any {
	makeHash := newHash(name)
	return func(m *machine, _ *clause, a []any) any {
		return m.hashed(makeHash(), str(a[0]))
	}
}

func (m *machine) hashed(h hash.Hash, s string) any {
	m.charge(len(s) + 500) // the copy of s
	m.tick(len(s) >> 2)
	h.Write([]byte(s))
	return hex.EncodeToString(h.Sum(nil))
}

func keyed(m *machine, c *clause, a []any) any {
	makeHash := newHash(str(a[0]))
	if makeHash == nil {
		m.note(c, "the algorithm of hmac is md5, sha1, sha256 or sha512")
		return nil
	}
	m.charge(len(str(a[1])))
	return m.hashed(hmac.New(makeHash, []byte(str(a[1]))), str(a[2]))
}

// escapeURL escapes for every part of a URL alike; unlike a form's, its space is %20.
func escapeURL(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

func urlEncode(m *machine, _ *clause, a []any) any {
	m.charge(6 * len(str(a[0])))
	return escapeURL(str(a[0]))
}

func urlDecode(m *machine, c *clause, a []any) any {
	m.charge(len(str(a[0])))
	s, err := url.PathUnescape(strings.ReplaceAll(str(a[0]), "+", " "))
	if err != nil || !utf8.ValidString(s) {
		m.note(c, c.operands[0].text+" is not URL-encoded text")
		return nil
	}
	return s
}

func formEncode(m *machine, _ *clause, a []any) any {
	object, _ := a[0].(map[string]any)
	form := make(url.Values, len(object))
	for name, v := range object {
		m.charge(100 + len(name))
		values, isList := v.([]any)
		if !isList {
			values = []any{v}
		}
		for _, item := range values {
			s := m.text(item)
			m.charge(32 + 6*len(s))
			form.Add(name, s)
		}
	}
	return form.Encode()
}

func base64Encode(m *machine, _ *clause, a []any) any {
	m.charge(3 * len(str(a[0])))
	return base64.StdEncoding.EncodeToString([]byte(str(a[0])))
}

// base64Decode takes both alphabets, with and without padding.
func base64Decode(m *machine, c *clause, a []any) any {
	m.charge(3 * len(str(a[0])))
	s := strings.NewReplacer("-", "+", "_", "/", "\n", "", "\r", "").Replace(str(a[0]))
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	if err != nil || !utf8.Valid(b) {
		m.note(c, c.operands[0].text+" is not text in Base64")
		return nil
	}
	return string(b)
}

func hexEncode(m *machine, _ *clause, a []any) any {
	m.charge(5 * len(str(a[0])))
	return hex.EncodeToString([]byte(str(a[0])))
}

func hexDecode(m *machine, c *clause, a []any) any {
	m.charge(2 * len(str(a[0])))
	b, err := hex.DecodeString(str(a[0]))
	if err != nil || !utf8.Valid(b) {
		m.note(c, c.operands[0].text+" is not text in hexadecimal")
		return nil
	}
	return string(b)
}

func escapeWith(escape func(string) string) func(*machine, *clause, []any) any {
	return func(m *machine, _ *clause, a []any) any {
		m.charge(6 * len(str(a[0])))
		return escape(str(a[0]))
	}
}

func escapeHTML(s string) string { return html.EscapeString(s) }

func escapeSlack(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

func escapeMarkdown(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := range len(s) {
		if strings.IndexByte("\\`*_{}[]()#+-.!|<>~", s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func toJSON(m *machine, _ *clause, a []any) any { return m.json(a[0], "  ") }

func fromJSON(m *machine, c *clause, a []any) any {
	v, ok := m.parseJSON(str(a[0]))
	if !ok {
		m.note(c, c.operands[0].text+" is not JSON")
	}
	return v
}
