package main

import (
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
		}
	}
}
