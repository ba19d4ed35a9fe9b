package verify

// What is told of providers in files of their own, by id.
var (
	Sentences = summaries
	KindNames = kinds
	AllMarks  = marks
)
