// Package examples holds the files that are part of the program: sample deliveries,
// one per provider and kind of event, as their senders wrote them.
package examples

import (
	"embed"
	"path"
	"strings"
)

//go:embed deliveries
var files embed.FS

// Delivery returns the body of a sample delivery, and whether there is one.
func Delivery(provider, event string) ([]byte, bool) {
	body, err := files.ReadFile(path.Join("deliveries", path.Base(provider), path.Base(event)+".json"))
	return body, err == nil
}

// Events returns the kinds of event of which there is a sample delivery.
func Events(provider string) []string {
	entries, err := files.ReadDir(path.Join("deliveries", path.Base(provider)))
	if err != nil {
		return nil
	}
	var events []string
	for _, e := range entries {
		events = append(events, strings.TrimSuffix(e.Name(), ".json"))
	}
	return events
}
