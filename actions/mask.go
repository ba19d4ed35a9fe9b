package actions

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"patchbay/engine"
)

// shortest is the length below which a secret is not searched for: hiding every
// "a" of a text would make it unreadable and hide nothing.
const shortest = 4

// Mask hides secrets in text, in the forms in which they may come back: as they
// are, escaped for URLs, JSON or HTML, and in base64. A nil Mask hides nothing.
type Mask struct {
	forms    []string                 // the longest first
	replacer func() *strings.Replacer // made when a secret is seen: most texts hold none
}

// NewMask makes a mask for secrets; empty and very short ones are left out. It
// returns nil when nothing is left.
func NewMask(secrets ...engine.Secret) *Mask {
	var forms []string
	for _, s := range secrets {
		if len(s) >= shortest {
			forms = append(forms, formsOf(s.Reveal())...)
		}
	}
	if len(forms) == 0 {
		return nil
	}
	slices.SortFunc(forms, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	forms = slices.Compact(forms)
	return &Mask{forms: forms, replacer: sync.OnceValue(func() *strings.Replacer {
		hidden := engine.Secret("").String()
		pairs := make([]string, 0, 2*len(forms))
		for _, f := range forms {
			pairs = append(pairs, f, hidden)
		}
		return strings.NewReplacer(pairs...)
	})}
}

func formsOf(s string) []string {
	forms := []string{
		s, url.QueryEscape(s), url.PathEscape(s), html.EscapeString(s),
		base64.StdEncoding.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte(s)),
	}
	if quoted, err := json.Marshal(s); err == nil {
		forms = append(forms, string(quoted[1:len(quoted)-1]))
	}
	if quoted, err := EncodeJSON(s); err == nil {
		forms = append(forms, string(quoted[1:len(quoted)-1]))
	}
	return forms
}

// Text returns s with the secrets hidden.
func (m *Mask) Text(s string) string {
	if m == nil {
		return s
	}
	for _, f := range m.forms {
		if strings.Contains(s, f) {
			return m.replacer().Replace(s)
		}
	}
	return s
}

// Value returns a copy of a value of maps, lists and scalars with the secrets hidden.
func (m *Mask) Value(v any) any {
	if m == nil {
		return v
	}
	switch v := v.(type) {
	case string:
		return m.Text(v)
	case json.Number:
		if hidden := m.Text(v.String()); hidden != v.String() {
			return hidden
		}
		return v
	case int64:
		return m.number(strconv.FormatInt(v, 10), v)
	case float64:
		return m.number(strconv.FormatFloat(v, 'f', -1, 64), v)
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = m.Value(e)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for k, e := range v {
			object[m.Text(k)] = m.Value(e)
		}
		return object
	}
	return v
}

// number hides a number that is a secret made of digits. One that merely holds these
// digits among others is something else.
func (m *Mask) number(text string, v any) any {
	if slices.Contains(m.forms, text) {
		return engine.Secret("").String()
	}
	return v
}

// Failure hides the secrets in a failure, its cause included: causes are logged.
func (m *Mask) Failure(err error) error {
	f, ok := errors.AsType[*engine.Failure](err)
	if !ok || m == nil {
		return err
	}
	hidden := *f
	hidden.Message = m.Text(f.Message)
	hidden.Output = m.Value(f.Output)
	if f.Err != nil && m.Text(f.Err.Error()) != f.Err.Error() {
		hidden.Err = errors.New(m.Text(f.Err.Error()))
	}
	return &hidden
}
