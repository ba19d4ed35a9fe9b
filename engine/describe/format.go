package describe

import (
	"bytes"
	"encoding/base64"
	"errors"
	"html"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// format writes a value another way; false when it cannot be written so, which counts as
// missing.
type format func(r *reading, text string) (string, bool)

// format reads how a field is written: a name, or a name with what it needs after a colon.
func (c *compiler) format(how string) (format, error) {
	name, with, _ := strings.Cut(how, ":")
	switch name {
	case "words": // customer_created → customer created
		return plain(func(s string) string {
			return strings.Join(strings.FieldsFunc(apart(s), func(c rune) bool { return strings.ContainsRune("_.:- /", c) }), " ")
		}), nil
	case "lower": // GitLab and Adyen shout
		return plain(strings.ToLower), nil
	case "title":
		return plain(capital), nil
	case "short": // the beginning of a commit's hash
		return plain(func(s string) string { return s[:min(len(s), 7)] }), nil
	case "ref": // refs/heads/main → main
		return plain(func(s string) string { return strings.TrimPrefix(strings.TrimPrefix(s, "refs/heads/"), "refs/tags/") }), nil
	case "base": // what stands last in a path or an address
		return plain(func(s string) string { return s[strings.LastIndexAny(strings.TrimRight(s, "/"), "/:")+1:] }), nil
	case "after": // what stands behind the last point
		return plain(func(s string) string { return s[strings.LastIndexByte(s, '.')+1:] }), nil
	case "plain": // the text of HTML
		return plain(unmarked), nil
	case "base64": // text in base64
		return func(_ *reading, s string) (string, bool) { return unpacked(s) }, nil
	case "time":
		return func(_ *reading, s string) (string, bool) { return moment(s) }, nil
	case "count": // count:commit,commits
		one, many, _ := strings.Cut(with, ",")
		return func(_ *reading, s string) (string, bool) { return counted(s, one, many) }, nil
	case "more": // how many there are beside the first
		return func(_ *reading, s string) (string, bool) {
			n, err := strconv.Atoi(s)
			return strconv.Itoa(n - 1), err == nil && n > 1
		}, nil
	case "cents": // cents:currency, an amount in the smallest unit
		currency := c.named(with)
		return func(r *reading, s string) (string, bool) { return smallest(s, r.value(currency)) }, nil
	case "money": // money:currency, an amount as people write it
		currency := c.named(with)
		return func(r *reading, s string) (string, bool) { return amount(s, r.value(currency)) }, nil
	case "map": // map:true=merged,false=closed,*=*
		return translate(with), nil
	default:
		return nil, errors.New("there is no format " + name)
	}
}

// apart puts a space in front of what begins within a word: addMemberToCard → add member to card.
func apart(s string) string {
	var b strings.Builder
	before := rune(0)
	for _, r := range s {
		if unicode.IsLower(before) && unicode.IsUpper(r) {
			b.WriteByte(' ')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

func plain(change func(string) string) format {
	return func(_ *reading, s string) (string, bool) {
		s = change(s)
		return s, s != ""
	}
}

func capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

// unmarked takes tags out of a text and resolves its entities.
func unmarked(s string) string {
	var b strings.Builder
	for s != "" {
		before, tag, found := strings.Cut(s, "<")
		b.WriteString(before)
		_, s, _ = strings.Cut(tag, ">")
		if !found {
			break
		}
	}
	return html.UnescapeString(b.String())
}

// translate gives values words; what is not named is missing, or stays with *=*.
func translate(with string) format {
	words := make(map[string]string)
	for pair := range strings.SplitSeq(with, ",") {
		value, word, _ := strings.Cut(pair, "=")
		words[value] = word
	}
	return func(_ *reading, s string) (string, bool) {
		if word, ok := words[s]; ok {
			return word, true
		}
		other, ok := words["*"]
		if other == "*" {
			return s, true
		}
		return other, ok
	}
}

func counted(s, one, many string) (string, bool) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return "", false
	}
	if n == 1 {
		return "1 " + one, true
	}
	return s + " " + many, true
}

// unpacked is the text that base64 stands for; other bytes are no text.
func unpacked(s string) (string, bool) {
	b, err := base64.StdEncoding.DecodeString(s)
	return string(b), err == nil && len(b) > 0 && utf8.Valid(b) && bytes.IndexFunc(b, func(r rune) bool { return r < ' ' && !unicode.IsSpace(r) }) < 0
}

// moment reads a time in seconds or milliseconds since 1970 or as RFC 3339 writes it.
func moment(s string) (string, bool) {
	const written = "2006-01-02 15:04 UTC"
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC().Format(written), true
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 {
		return "", false
	}
	if n > 1e11 {
		n /= 1000
	}
	return time.Unix(n, 0).UTC().Format(written), n < 1e11
}

// smallest writes an amount in the smallest unit of its currency.
func smallest(s, currency string) (string, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return "", false
	}
	digits := fraction(currency)
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	whole := strconv.FormatInt(n, 10)
	if digits > 0 {
		whole = strings.Repeat("0", max(0, digits+1-len(whole))) + whole
		whole = whole[:len(whole)-digits] + "." + whole[len(whole)-digits:]
	}
	return strings.TrimSpace(sign + whole + " " + strings.ToUpper(currency)), true
}

// amount writes an amount of whole units with the digits of its currency, where it has
// not more of them.
func amount(s, currency string) (string, bool) {
	if _, err := strconv.ParseFloat(s, 64); err != nil {
		return "", false
	}
	whole, after, _ := strings.Cut(s, ".")
	if digits := fraction(currency); len(after) < digits && !strings.ContainsAny(s, "eE") {
		after += strings.Repeat("0", digits-len(after))
	}
	if after != "" {
		whole += "." + after
	}
	return strings.TrimSpace(whole + " " + strings.ToUpper(currency)), true
}

// fraction is how many digits a currency has after the point.
func fraction(currency string) int {
	switch strings.ToUpper(currency) {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	default:
		return 2
	}
}
