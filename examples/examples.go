// Package examples holds the files that are part of the program: sample deliveries,
// as their senders write them.
package examples

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
)

//go:embed deliveries
var files embed.FS

// Sample is a sample delivery. Provider is the id of a sender, or "form" for what a
// website's form sends; Event is the kind of event as the sender names it.
type Sample struct {
	Provider    string `json:"provider"`
	Event       string `json:"event"`
	Title       string `json:"title"`
	File        string `json:"file"`
	ContentType string `json:"contentType"`
}

// Samples lists the sample deliveries, those first that people look for first.
func Samples() []Sample {
	var all []Sample
	text, err := files.ReadFile("deliveries/index.json")
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		panic(fmt.Sprintf("read the list of sample deliveries: %v", err)) // it is part of the program
	}
	return all
}

// Find returns a sample with its body, and whether there is one. In the body stand
// {{id}}, {{now}} (seconds since 1970) and {{time}} (RFC 3339) where every delivery
// differs from the one before.
func Find(provider, event string) (s Sample, body []byte, ok bool) {
	for _, s := range Samples() {
		if s.Provider == provider && s.Event == event {
			body, err := files.ReadFile(path.Join("deliveries", s.File))
			return s, body, err == nil
		}
	}
	return Sample{}, nil, false
}
