package verify

import (
	"maps"
	"slices"
)

// SampleIDs returns the ids that have samples.
func SampleIDs() []string { return slices.Sorted(maps.Keys(allSamples())) }

// AdvisedIDs returns the ids that people are told about.
func AdvisedIDs() []string { return slices.Sorted(maps.Keys(allAdvice())) }

// What is told of providers in files of their own, by id.
var (
	Sentences = summaries
	KindNames = kinds
	AllMarks  = marks
)
