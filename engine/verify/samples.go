package verify

import (
	"embed"
	"fmt"
	"path"
	"strings"
	"sync"

	"patchbay/engine"
)

// FormSamples is the id under which [Samples] has what a website's form sends, which is
// nobody's own.
const FormSamples = "form"

//go:embed samples
var sampleFiles embed.FS

// Sample is a delivery as its provider sends it, made up, without the proof. Event is
// the kind of event as the provider names it, Title the same in words. Query, header
// values and body hold placeholders where deliveries differ from each other: {{id}} (32
// hexadecimal digits), {{uuid}} and {{uuid2}}, {{now}} (seconds since 1970) and
// {{time}} (RFC 3339).
type Sample struct {
	Event   string
	Title   string
	Method  string
	Query   string
	Headers []engine.Header
	Body    string
}

// ContentType is what the sample says it is, "" when it says nothing.
func (s Sample) ContentType() string {
	for _, h := range s.Headers {
		if strings.EqualFold(h.Name, "Content-Type") {
			return h.Value
		}
	}
	return ""
}

// Samples returns the samples of a provider, the most wanted first; nil when there are none.
func Samples(id string) []Sample { return allSamples()[id] }

// allSamples reads samples/ID.http once. A file holds requests as editors and HTTP
// clients write them: "### TITLE", "# event: KIND", the request line, headers, an empty
// line and the body.
var allSamples = sync.OnceValue(func() map[string][]Sample { //nolint:gochecknoglobals // read once for all
	all := map[string][]Sample{}
	entries, err := sampleFiles.ReadDir("samples")
	for _, entry := range entries {
		var text []byte
		if text, err = sampleFiles.ReadFile(path.Join("samples", entry.Name())); err != nil {
			break
		}
		id := strings.TrimSuffix(entry.Name(), ".http")
		if all[id], err = ParseSamples(string(text)); err != nil {
			err = fmt.Errorf("%s: %w", entry.Name(), err)
			break
		}
	}
	if err != nil {
		panic(fmt.Sprintf("read the samples: %v", err)) // they are part of the program
	}
	return all
})

// ParseSamples reads a file of samples, in the form that samples/ID.http have.
func ParseSamples(text string) ([]Sample, error) {
	var all []Sample
	for part := range strings.SplitSeq("\n"+text, "\n### ") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		head, body, _ := strings.Cut(part, "\n\n")
		lines := strings.Split(strings.TrimSuffix(head, "\n"), "\n")
		if len(lines) < 3 {
			return nil, fmt.Errorf("%q is not a request", part)
		}
		s := Sample{Title: lines[0], Body: strings.TrimRight(body, "\n")}
		var ok bool
		if s.Event, ok = strings.CutPrefix(lines[1], "# event: "); !ok {
			return nil, fmt.Errorf("%q does not say its event", s.Title)
		}
		method, address, _ := strings.Cut(lines[2], " ")
		_, s.Query, _ = strings.Cut(address, "?")
		s.Method = method
		for _, line := range lines[3:] {
			name, value, ok := strings.Cut(line, ":")
			if !ok {
				return nil, fmt.Errorf("%q is not a header", line)
			}
			s.Headers = append(s.Headers, engine.Header{Name: name, Value: strings.TrimSpace(value)})
		}
		all = append(all, s)
	}
	return all, nil
}
