//go:build race

package rules_test

// raceEnabled tells that pools drop values at random, so that allocations cannot be counted.
const raceEnabled = true
