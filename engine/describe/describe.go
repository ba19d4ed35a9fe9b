// Package describe puts into words what a request is about: the kind of event, the
// delivery it belongs to, and one line for lists, such as "alice opened issue #12 in
// octo/repo". What to read and which sentences to make is data of the provider
// (verify.Provider: Type, Delivery, Summaries); everything is read out of the body in
// one pass, and a body that is valid JSON is proved by it not to nest too deep.
//
// A sentence is text with fields in braces: {issue.title}. A field is one or more paths
// (the first that has a value counts: {user.name,user.login}), then how it is written
// (|short, see format.go). Besides paths of the payload there are header:NAME,
// query:NAME and @type, the kind of event. Square brackets hold what may be missing. A
// sentence that lacks anything else gives way to the next one.
package describe

import (
	"cmp"
	"sync"

	"patchbay/engine"
	"patchbay/engine/decode"
	"patchbay/engine/verify"
)

// Describer describes the requests of one provider. It is safe for concurrent use.
type Describer struct {
	provider verify.Provider
	options  decode.Options
	paths    *decode.Paths
	types    []source
	delivery []source
	kinds    []kind
	groups   []group
	item     [][]source // that together tell items of a list apart
	spare    sync.Pool  // of *reading
}

// kind is what an event is called that has a value there, "" for the value.
type kind struct {
	source source
	name   string
}

// group are the sentences for the kinds of events that a pattern fits.
type group struct {
	pattern   string
	sentences []sentence
}

// New prepares a provider's sources and sentences. Its error is a sentence that cannot
// be read.
func New(p verify.Provider) (*Describer, error) {
	return prepare(p, &compiler{at: make(map[string]int)})
}

func prepare(p verify.Provider, c *compiler) (*Describer, error) {
	d := &Describer{provider: p, options: decode.Options{Field: p.PayloadField, FieldEncoding: p.PayloadEncoding}}
	for _, s := range p.Type {
		d.types = append(d.types, c.source(s))
	}
	for _, s := range p.Delivery {
		if c.list == "" || s.From != "header" && s.From != "query" {
			d.delivery = append(d.delivery, c.source(s))
		}
	}
	if c.list != "" {
		d.item = c.parts(p.Item)
	}
	for _, k := range p.Kinds {
		d.kinds = append(d.kinds, kind{c.named(k.Path), k.Name})
	}
	for _, s := range p.Summaries {
		g := group{pattern: s.Type}
		for _, text := range s.Sentences {
			one, err := c.sentence(text)
			if err != nil {
				return nil, err
			}
			g.sentences = append(g.sentences, one)
		}
		d.groups = append(d.groups, g)
	}
	d.paths = decode.NewPaths(c.paths)
	d.spare.New = func() any {
		return &reading{picked: make(decode.Picked, len(c.paths)), out: make([]byte, 0, 4*mostBytes)}
	}
	return d, nil
}

// Read sets the type, the delivery and the summary of an event whose body without its
// content encoding is plain. valid is true when the body is JSON that decode.Check would
// let pass.
func (d *Describer) Read(e *engine.Event, plain []byte) (valid bool) {
	r := d.spare.Get().(*reading) //nolint:errcheck,forcetypeassert // nothing else is in there
	defer func() {
		r.event, r.query = nil, nil
		d.spare.Put(r)
	}()
	r.event = e
	if d.paths.Len() > 0 {
		valid = d.paths.Pick(e.ContentType, plain, d.options, r.picked)
	}
	e.Type = typeOf(d.kind(r))
	e.DeliveryID = deliveryOf(cmp.Or(r.joined(d.item), r.first(d.delivery)))
	e.Summary = d.line(r)
	return valid
}

// kind is the kind of event, as the provider writes it where it does.
func (d *Describer) kind(r *reading) string {
	if text := r.first(d.types); text != "" {
		return text
	}
	for _, k := range d.kinds {
		if text := r.value(k.source); text != "" {
			return cmp.Or(k.name, text)
		}
	}
	return ""
}

// line is the first sentence that lacks nothing.
func (d *Describer) line(r *reading) string {
	for _, g := range d.groups {
		if !fits(g.pattern, r.event.Type) {
			continue
		}
		for _, s := range g.sentences {
			r.out = r.out[:0]
			if r.write(s) {
				return cut(tidy(r.out), mostRunes)
			}
		}
	}
	return ""
}

// reading is one request being read.
type reading struct {
	event  *engine.Event
	picked decode.Picked
	query  map[string]any // read when something asks for it
	out    []byte
}
