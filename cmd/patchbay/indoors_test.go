package main

import (
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"
)

// A start that fails, and a command that has nothing to do, end servers that have hardly begun.
func TestIndoors_CanBeShutBeforeTheyServe(t *testing.T) {
	t.Parallel()
	for range 60 {
		door := serveIndoors(fiber.New(fiberConfig(appOptions{})))
		shut := make(chan error, 1)
		go func() { shut <- door.shut(time.Second) }()
		select {
		case err := <-shut:
			require.NoError(t, err)
		case <-time.After(30 * time.Second):
			t.Fatal("the server that had not begun waits for ever")
		}
	}
}
