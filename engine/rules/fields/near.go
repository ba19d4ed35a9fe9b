package fields

import (
	"slices"
	"strings"

	"patchbay/engine/rules"
)

const (
	maxNear = 5000 // values that a suggestion looks at
	maxName = 64   // bytes of a name that can be suggested
)

// Near returns the field of the sample that a missing one most likely stands for: one
// with a name like it at the same place, or one of the same name elsewhere.
func Near(env *rules.Env, p rules.Path) (rules.Path, bool) {
	last, ok := p.Last()
	if !ok || last.List {
		return rules.Path{}, false
	}
	if found, ok := beside(env, p); ok {
		return found, true
	}
	s := &seeker{env: env, want: plainName(last.Name), queue: []rules.Path{{Root: p.Root}}}
	return s.seek()
}

// seeker looks for a name anywhere in a part of the sample, level by level.
type seeker struct {
	env    *rules.Env
	want   string
	queue  []rules.Path
	looked int
}

func (s *seeker) seek() (rules.Path, bool) {
	for len(s.queue) > 0 && s.looked < maxNear {
		at := s.queue[0]
		s.queue = s.queue[1:]
		s.looked++
		v, _ := at.In(s.env)
		switch v := v.(type) {
		case map[string]any:
			if found, ok := s.among(at, v); ok {
				return found, true
			}
		case []any:
			if len(v) > 0 {
				s.later(at.Below(rules.Key{List: true}), v[0])
			}
		}
	}
	return rules.Path{}, false
}

// among looks at the names of one object.
func (s *seeker) among(at rules.Path, object map[string]any) (rules.Path, bool) {
	for _, k := range keysOf(object) {
		s.looked++
		below := at.Below(rules.Key{Name: k})
		if plainName(k) == s.want {
			return below, true
		}
		s.later(below, object[k])
	}
	return rules.Path{}, false
}

func (s *seeker) later(p rules.Path, v any) {
	if holdsMore(v) && len(p.Keys) < maxDepth {
		s.queue = append(s.queue, p)
	}
}

// beside looks at the first name of a path that is not there, among those that are.
func beside(env *rules.Env, p rules.Path) (rules.Path, bool) {
	for i := range p.Keys {
		upTo := rules.Path{Root: p.Root, Keys: p.Keys[:i+1]}
		if _, found := upTo.In(env); found {
			continue
		}
		parent, _ := upTo.Parent().In(env)
		object, ok := parent.(map[string]any)
		if !ok || p.Keys[i].List {
			return rules.Path{}, false
		}
		if len(p.Keys[i].Name) > maxName {
			return rules.Path{}, false
		}
		known := slices.DeleteFunc(keysOf(object), func(k string) bool { return len(k) > maxName })
		name := rules.Suggest(p.Keys[i].Name, known)
		if name == "" {
			return rules.Path{}, false
		}
		better := rules.Path{Root: p.Root, Keys: slices.Clone(p.Keys)}
		better.Keys[i].Name = name
		_, found := better.In(env)
		return better, found
	}
	return rules.Path{}, false
}

// plainName is a name without case and separators: customer_email and customerEmail
// are the same to people.
func plainName(s string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "", ".", "").Replace(s))
}
