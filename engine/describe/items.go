package describe

import (
	"strings"

	"patchbay/engine"
	"patchbay/engine/verify"
)

// Items describes the items of lists that a provider sends.
type Items struct {
	one   *Describer
	whole []source // that tell deliveries apart, whatever is in them
}

// NewItems prepares what [New] prepares for items: where the provider's table looks into
// the first item of a list, it looks into the item. Its error is New's.
func NewItems(p verify.Provider) (*Items, error) {
	one, err := prepare(p, &compiler{at: make(map[string]int), list: p.PayloadField + "[0]"})
	if err != nil {
		return nil, err
	}
	i := &Items{one: one}
	for _, s := range p.Delivery {
		if s.From == "header" || s.From == "query" {
			i.whole = append(i.whole, source{from: s.From, name: s.Name})
		}
	}
	return i, nil
}

// Read sets the type, the delivery and the summary of an event whose body is an item.
// Nothing is a delivery here that all items of a list have in common.
func (i *Items) Read(e *engine.Event) { i.one.Read(e, e.Body) }

// Delivery returns what tells the whole delivery from others; "" when only its items can.
func (i *Items) Delivery(e *engine.Event) string {
	r := reading{event: e}
	return deliveryOf(r.first(i.whole))
}

// ofItem makes a path into the first item of a list one into the item.
func ofItem(path, list string) string {
	for _, first := range []string{list, "[0]"} {
		if rest, ok := strings.CutPrefix(path, first); ok {
			return strings.TrimPrefix(rest, ".")
		}
	}
	return path
}

// parts are the sources of what is told apart by several values together; commas stand
// between places of which the first that has a value counts.
func (c *compiler) parts(paths []string) [][]source {
	all := make([][]source, len(paths))
	for i, some := range paths {
		for path := range strings.SplitSeq(some, ",") {
			all[i] = append(all[i], c.path(path))
		}
	}
	return all
}

// joined is several values as one; "" when there is nothing to read or the first is
// missing.
func (r *reading) joined(parts [][]source) string {
	if len(parts) == 0 {
		return ""
	}
	values := make([]string, 0, len(parts))
	for _, some := range parts {
		values = append(values, r.first(some))
	}
	if values[0] == "" {
		return ""
	}
	return strings.TrimRight(strings.Join(values, "/"), "/")
}
