package describe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"patchbay/engine"
	"patchbay/engine/decode"
	"patchbay/engine/verify"
)

// leastSure is what nobody is named below, in per cent.
const leastSure = 60

// Look is whom a request looks like it came from. Sure is in per cent, Why a sentence.
type Look struct {
	Provider verify.Provider
	Sure     int
	Why      string
}

// Recognizer knows the marks of all providers. It is safe for concurrent use.
type Recognizer struct {
	marks []known
	paths *decode.Paths
}

// known is a mark of a provider.
type known struct {
	provider verify.Provider
	sure     int
	traits   []trait
}

// trait is one or more places, of which one has a value that fits.
type trait struct {
	names    []string // as data writes them
	sources  []source
	patterns []string // none: any value
}

// NewRecognizer prepares the marks of these providers.
func NewRecognizer(providers []verify.Provider) *Recognizer {
	c := &compiler{at: make(map[string]int)}
	r := &Recognizer{}
	for _, p := range providers {
		for _, m := range p.Marks {
			k := known{provider: p, sure: m.Sure}
			for _, text := range m.Traits {
				k.traits = append(k.traits, c.trait(text))
			}
			r.marks = append(r.marks, k)
		}
	}
	slices.SortStableFunc(r.marks, func(a, b known) int { return cmp.Compare(b.sure, a.sure) })
	r.paths = decode.NewPaths(c.paths)
	return r
}

func (c *compiler) trait(text string) trait {
	paths, patterns, valued := strings.Cut(text, "=")
	t := trait{names: strings.Split(paths, ",")}
	for _, name := range t.names {
		t.sources = append(t.sources, c.named(name))
	}
	if valued {
		t.patterns = strings.Split(patterns, "|")
	}
	return t
}

// Recognize names whom an event came from by its surest mark, nil when it has none or
// when two have one as sure. plain is the body without its content encoding.
func (r *Recognizer) Recognize(e *engine.Event, plain []byte) *Look {
	reads := &reading{event: e, picked: make(decode.Picked, r.paths.Len())}
	r.paths.Pick(e.ContentType, plain, decode.Options{}, reads.picked)
	var look *Look
	for _, k := range r.marks {
		switch {
		case look != nil && (k.sure < look.Sure || k.provider.ID == look.Provider.ID):
		case k.sure < leastSure || !reads.bears(k.traits):
		case look != nil:
			return nil
		default:
			look = &Look{Provider: k.provider, Sure: k.sure, Why: reads.why(k.traits)}
		}
	}
	return look
}

func (r *reading) bears(traits []trait) bool {
	for _, t := range traits {
		if !slices.ContainsFunc(t.sources, func(s source) bool { return t.fits(r.value(s)) }) {
			return false
		}
	}
	return true
}

func (t trait) fits(value string) bool {
	if value == "" || t.patterns == nil {
		return value != ""
	}
	return slices.ContainsFunc(t.patterns, func(pattern string) bool { return fits(pattern, value) })
}

// why tells in words which traits there were.
func (r *reading) why(traits []trait) string {
	var headers, fields, query []string
	for _, t := range traits {
		name := t.names[slices.IndexFunc(t.sources, func(s source) bool { return t.fits(r.value(s)) })]
		if header, ok := strings.CutPrefix(name, "header:"); ok {
			headers = append(headers, header)
		} else if asked, ok := strings.CutPrefix(name, "query:"); ok {
			query = append(query, asked)
		} else {
			fields = append(fields, name)
		}
	}
	var parts []string
	for _, p := range []struct {
		one, many string
		names     []string
	}{{"the header", "the headers", headers}, {"the field", "the fields", fields}, {"in its query", "in its query", query}} {
		switch len(p.names) {
		case 0:
		case 1:
			parts = append(parts, p.one+" "+p.names[0])
		default:
			last := len(p.names) - 1
			parts = append(parts, fmt.Sprintf("%s %s and %s", p.many, strings.Join(p.names[:last], ", "), p.names[last]))
		}
	}
	return "It has " + strings.Join(parts, ", and ") + ", as its messages do."
}
