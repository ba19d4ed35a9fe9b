package describe

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"patchbay/engine/decode"
	"patchbay/engine/verify"
)

// source is where a value is read: a place among the picked ones, or a name in the
// headers, in the query or of the event itself.
type source struct {
	from string // "body", "header", "query" or "event"
	name string
	at   int
}

// compiler gives each path of the payload one place.
type compiler struct {
	paths []string
	at    map[string]int
	list  string // where the list stands whose items are read alone, "" when all of a request is
}

func (c *compiler) source(s verify.Source) source {
	if s.From == "header" || s.From == "query" {
		return source{from: s.From, name: s.Name}
	}
	return c.path(s.Name)
}

func (c *compiler) path(path string) source {
	if c.list != "" {
		path = ofItem(path, c.list)
	}
	at, known := c.at[path]
	if !known {
		at = len(c.paths)
		c.paths = append(c.paths, path)
		c.at[path] = at
	}
	return source{from: "body", at: at}
}

// named reads a path as sentences write it.
func (c *compiler) named(path string) source {
	if path == "@type" {
		return source{from: "event"}
	}
	for _, from := range []string{"header", "query"} {
		if name, ok := strings.CutPrefix(path, from+":"); ok {
			return source{from: from, name: name}
		}
	}
	return c.path(path)
}

func (r *reading) value(s source) string {
	switch s.from {
	case "body":
		text, _ := r.picked.Text(s.at)
		return text
	case "header":
		for _, line := range r.event.Headers {
			if len(line.Name) == len(s.name) && strings.EqualFold(line.Name, s.name) {
				return line.Value
			}
		}
	case "query":
		if r.event.Query == "" {
			return ""
		}
		if r.query == nil {
			r.query = decode.QueryText(r.event.Query)
		}
		return r.ofQuery(s.name)
	case "event":
		return r.event.Type
	}
	return ""
}

// ofQuery is a value of the query, or of the JSON in one: message.host.
func (r *reading) ofQuery(name string) string {
	if text, ok := r.query[name].(string); ok {
		return text
	}
	first, rest, deeper := strings.Cut(name, ".")
	if holder, ok := r.query[first].(string); ok && deeper {
		text, _ := decode.Text("application/json", []byte(holder), rest)
		return text
	}
	return ""
}

func (r *reading) first(sources []source) string {
	for _, s := range sources {
		if v := r.value(s); v != "" {
			return v
		}
	}
	return ""
}

// mostName is how long a type or a delivery's id may be: lists of events hold them.
const mostName = 200

func typeOf(text string) string {
	if len(text) > mostName {
		return strings.ToValidUTF8(text[:mostName], "")
	}
	return text
}

// deliveryOf does not cut: two deliveries could look like one.
func deliveryOf(text string) string {
	if len(text) <= mostName {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// fits reports whether a kind of event fits a pattern, in which a star stands for any text.
func fits(pattern, kind string) bool {
	first, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == kind
	}
	if !strings.HasPrefix(kind, first) {
		return false
	}
	kind = kind[len(first):]
	if rest == "" {
		return true
	}
	for i := 0; i <= len(kind); i++ {
		if fits(rest, kind[i:]) {
			return true
		}
	}
	return false
}
