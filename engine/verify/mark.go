package verify

import "maps"

// Mark is something by which requests of a provider are recognised: traits that are all
// there, and how sure that makes, in per cent. A trait is a path as in sentences, which
// has to have a value, or "path=pattern": patterns stand apart by bars, and a star in one
// is any text.
type Mark struct {
	Sure   int
	Traits []string
}

func mark(sure int, traits ...string) Mark { return Mark{sure, traits} }

// headed are marks of headers that nobody else sends.
func headed(names ...string) []Mark {
	list := make([]Mark, 0, len(names))
	for _, name := range names {
		list = append(list, mark(97, "header:"+name))
	}
	return list
}

// calls is how a sender calls itself.
func calls(pattern string) Mark { return mark(96, "header:User-Agent="+pattern) }

func marks() map[string][]Mark {
	all := make(map[string][]Mark)
	for _, some := range []map[string][]Mark{codeMarks(), commerceMarks(), talkMarks(), mailMarks(), workMarks(), watchMarks(), cloudMarks()} {
		maps.Copy(all, some)
	}
	return all
}
