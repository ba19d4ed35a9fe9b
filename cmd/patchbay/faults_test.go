package main_test

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// full makes the fault tests as long and as large as `make faults` wants them.
var full = flag.Bool("full", false, "run the fault tests at full size and print their table")

// faultTable gathers what each fault test saw.
var faultTable struct {
	sync.Mutex
	lines []string
}

// faultNote adds what a test saw to the table of `make faults`.
func faultNote(t *testing.T, format string, args ...any) {
	t.Helper()
	text := fmt.Sprintf(format, args...)
	t.Log(text)
	t.Cleanup(func() {
		state := "holds"
		if t.Failed() {
			state = "BROKEN"
		}
		faultTable.Lock()
		defer faultTable.Unlock()
		name := strings.TrimPrefix(t.Name(), "TestFault_")
		faultTable.lines = append(faultTable.lines, fmt.Sprintf("%-44s %-7s %s", name, state, text))
	})
}

// printFaults prints the table, when it was asked for.
func printFaults() {
	faultTable.Lock()
	defer faultTable.Unlock()
	if !*full || len(faultTable.lines) == 0 {
		return
	}
	slices.Sort(faultTable.lines)
	fmt.Fprintf(os.Stdout, "\n%s/%s, %d cores, %s\n\n%s\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), strings.Join(faultTable.lines, "\n"))
}

// size is n for the full form and few otherwise.
func size(few, n int) int {
	if *full {
		return n
	}
	return few
}
