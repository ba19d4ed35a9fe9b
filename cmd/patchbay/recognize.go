package main

import (
	"cmp"
	"sync"

	"patchbay/engine"
	"patchbay/engine/decode"
	"patchbay/engine/describe"
	"patchbay/engine/verify"
	"patchbay/ui/api"
)

// recognizer names whom stored events came from. What it knows of them is made when
// it is first asked.
func (in *instance) recognizer() func(*engine.Event) *api.LooksLike {
	known := sync.OnceValue(func() *describe.Recognizer { return describe.NewRecognizer(verify.Providers()) })
	var describers sync.Map // of those that were recognised, by their id
	kind := func(p verify.Provider, e *engine.Event, plain []byte) string {
		d, ok := describers.Load(p.ID)
		if !ok {
			made, err := describe.New(p)
			if err != nil {
				return ""
			}
			d, _ = describers.LoadOrStore(p.ID, made)
		}
		copied := *e
		d.(*describe.Describer).Read(&copied, plain) //nolint:errcheck,forcetypeassert // nothing else is in there
		return copied.Type
	}
	return func(e *engine.Event) *api.LooksLike {
		plain := e.Body
		if encoding := headerValue(e.Headers, "Content-Encoding"); encoding != "" {
			decoded, err := decode.Content(encoding, e.Body, int64(in.maxBody))
			if err != nil {
				decoded = nil // the headers may tell
			}
			plain = decoded
		}
		look := known().Recognize(e, plain)
		if look == nil {
			return nil
		}
		return &api.LooksLike{
			Provider: look.Provider.ID, Title: look.Provider.Title, Confidence: look.Sure, Why: look.Why, NeedSecret: look.Provider.NeedSecret,
			Kind: cmp.Or(e.Type, kind(look.Provider, e, plain)),
		}
	}
}
