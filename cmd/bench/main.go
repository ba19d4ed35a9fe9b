// Command bench measures Patchbay against bare Fiber on the same machine in the
// same run, so that its figures are ratios. See README.md for what they mean.
//
//	bench [-rounds N] [-time D] [-only NAMES]   the whole table
//	bench ceiling -mode accept|deliver …        bare Fiber, doing nothing durable
//	bench load -url URL …                       the load generator and destination
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(args) > 0 {
		switch args[0] {
		case "ceiling":
			return ceiling(ctx, args[1:])
		case "load":
			return loadCommand(ctx, args[1:])
		}
	}
	return table(ctx, args)
}
