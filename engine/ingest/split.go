package ingest

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"patchbay/engine"
	"patchbay/engine/decode"
)

const (
	// mostItems is how many items a list may have to be split: they are stored in one
	// commit, for which all others wait.
	mostItems = 10_000
	// mostCopied bounds what the headers of a request take when each item has a copy.
	mostCopied = 32 << 20
	// mostAtOnce is how many items may be made ready and stored at once: they take a
	// hundred times the memory that short ones take in their list.
	mostAtOnce = 2 * mostItems
)

// handOver hands over an event, or those that the items of its list become.
func (h *Handler) handOver(ctx context.Context, d *door, e *engine.Event, plain []byte) (engine.Receipt, error) {
	var list [][]byte
	if d.items != nil {
		list = d.cut(e, plain)
	}
	if list == nil {
		return h.deps.Dispatcher.Accept(ctx, e, h.claim(ctx, d, e))
	}
	if err := h.splitting.Acquire(ctx, int64(len(list))); err != nil {
		return engine.Receipt{}, err
	}
	defer h.splitting.Release(int64(len(list)))
	return h.deps.Dispatcher.AcceptBatch(ctx, e, h.split(ctx, d, e, list))
}

// cut returns the items of a list, nil where the event stays one: its body is no list, an
// empty one, or too long, which is noted.
func (d *door) cut(e *engine.Event, plain []byte) [][]byte {
	opt := decode.Options{Field: d.provider.PayloadField, FieldEncoding: d.provider.PayloadEncoding}
	list, count := decode.Items(e.ContentType, plain, opt, mostItems)
	switch {
	case count == 0:
		return nil
	case count > mostItems:
		note(e, fmt.Sprintf("Kept as one event: its list has %d items, and at most %d become events of their own.", count, mostItems))
		return nil
	case requestSize(e)*count > mostCopied:
		note(e, fmt.Sprintf("Kept as one event: with a copy of the headers for each of its %d items it would be larger than %s.", count, engine.Size(mostCopied)))
		return nil
	}
	return list
}

// split makes the events that the items of a list become.
func (h *Handler) split(ctx context.Context, d *door, e *engine.Event, list [][]byte) []engine.Item {
	e.DeliveryID = d.items.Delivery(e)
	base := itemOf(e)
	whole := h.wholeKey(ctx, d, base)
	items := make([]engine.Item, len(list))
	for i, text := range list {
		item := base
		item.ID, item.Body, item.Size = h.deps.NewID(), text, int64(len(text))
		d.items.Read(&item)
		if item.DeliveryID == "" {
			item.DeliveryID = nth(e.DeliveryID, i)
		}
		items[i].Event = &item
		items[i].Claim = h.claim(ctx, d, &item)
		if key := items[i].Claim.Key; key != "" && key == whole {
			items[i].Claim.Key = nth(key, i)
		}
	}
	return items
}

// requestSize is how much of a request, body apart, is stored with each item.
func requestSize(e *engine.Event) int {
	size := len(e.Query) + len(e.Path) + len(e.ContentType)
	for i := range e.Headers {
		size += len(e.Headers[i].Name) + len(e.Headers[i].Value)
	}
	return size
}

// itemOf is what the items of a list have in common: the request without what tells how
// its body was written. An item is JSON.
func itemOf(e *engine.Event) engine.Event {
	item := *e
	item.Origin, item.ParentID, item.Seq = engine.OriginSplit, e.ID, 0
	item.Verdict, item.Route, item.Reason, item.DeliveryID, item.Body = engine.Accepted, engine.RoutePending, "", "", nil
	item.ContentType = fiber.MIMEApplicationJSON
	item.Headers = make([]engine.Header, 0, len(e.Headers))
	for _, line := range e.Headers {
		switch {
		case strings.EqualFold(line.Name, fiber.HeaderContentEncoding), strings.EqualFold(line.Name, fiber.HeaderContentLength):
			continue
		case strings.EqualFold(line.Name, fiber.HeaderContentType):
			line.Value = fiber.MIMEApplicationJSON
		}
		item.Headers = append(item.Headers, line)
	}
	return item
}

// wholeKey is the de-duplication key of a request whatever is in its body, "" when there
// is none. One like it tells deliveries apart and not their items.
func (h *Handler) wholeKey(ctx context.Context, d *door, base engine.Event) string {
	if d.inbox.Dedupe.Key == "" || d.inbox.Dedupe.Off {
		return ""
	}
	key, err := h.deps.Evaluator.EvalText(ctx, d.inbox.Dedupe.Key, &base)
	if err != nil {
		return "" // it needs the body
	}
	return key
}

// nth tells the items of a delivery apart by their places; "" when nothing tells deliveries
// apart.
func nth(delivery string, i int) string {
	if delivery == "" {
		return ""
	}
	return delivery + "/" + strconv.Itoa(i+1)
}

// Split returns the events that the items of a stored event become, nil where it stays
// one. It serves the release of held events, which are split only then.
func (h *Handler) Split(ctx context.Context, in *engine.Inbox, e *engine.Event) []engine.Item {
	if !in.Split {
		return nil
	}
	d := h.doors.open(in, nil)
	plain := e.Body
	if encoding := headerOf(e, fiber.HeaderContentEncoding); encoding != "" {
		var err error
		if plain, err = decode.Content(encoding, e.Body, d.bodyLimit); err != nil {
			return nil
		}
	}
	list := d.cut(e, plain)
	if list == nil {
		return nil
	}
	return h.split(ctx, d, e, list)
}
