package main

import (
	"context"
	"fmt"
	"runtime"
)

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(_ context.Context, std streams) error {
	_, err := fmt.Fprintf(std.out, "patchbay %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
