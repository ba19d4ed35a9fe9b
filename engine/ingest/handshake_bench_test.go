package ingest_test

import (
	"strings"
	"testing"

	"patchbay/engine/decode"
	"patchbay/engine/verify"
)

// delivered is an event as its handshakes are looked for in it.
type delivered struct{ body []byte }

func (delivered) Header(string) []string { return nil }
func (delivered) Query(string) []string  { return nil }
func (d delivered) Body() []byte         { return d.body }

func (d delivered) Field(path string) (string, bool) { return decode.Text(jsonType, d.body, path) }

// BenchmarkRecognise looks for handshakes in events, which have none.
func BenchmarkRecognise(b *testing.B) {
	for name, body := range map[string]string{
		"small": `{"token":"a","type":"event_callback","event":{"type":"message","text":"` + strings.Repeat("x", 1000) + `"}}`,
		"large": `{"token":"a","type":"event_callback","event":{"type":"message","text":"` + strings.Repeat("x", 11000) + `"}}`,
	} {
		of := delivered{[]byte(body)}
		for _, id := range []string{"slack", "discord", "zoom", "asana", "github"} {
			p, _ := verify.Lookup(id)
			b.Run(id+" "+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if verify.Recognise(p.Handshakes, "POST", of) != nil {
						b.Fatal("it is an event")
					}
				}
			})
		}
	}
}
