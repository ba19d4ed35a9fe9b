package config

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"patchbay/engine"
)

// Format writes a document as YAML in the order of the engine's types, with a
// comment on top that names the environment variables its references need. It
// refuses a document that holds a secret in clear.
//
// It writes YAML itself, because the library's encoder loses tabs and carriage
// returns within text; only plain scalars, JSON strings and block text are used.
func Format(doc *engine.Document) ([]byte, error) {
	w := &writer{}
	if err := w.fields(reflect.ValueOf(doc).Elem(), 0); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString("# Configuration exported by Patchbay; patchbay apply reads it back.\n")
	if len(w.references) > 0 {
		out.WriteString("# Secrets are left out. Before applying it, set in the environment:\n")
		slices.Sort(w.references)
		for _, name := range slices.Compact(w.references) {
			out.WriteString("#   " + name + "\n")
		}
	}
	if hasKeys(doc) {
		out.WriteString("# Address keys are left out too: an inbox that exists keeps its key, a new one\n" +
			"# gets a new key unless verify.key is set.\n")
	}
	out.WriteString(w.out.String())
	return out.Bytes(), nil
}

// FormatHeaded writes a document below a head, in the form that [ParseHeaded] reads. It
// refuses a document that holds a secret in clear; references to inputs are none.
func FormatHeaded(head Head, doc *engine.Document) ([]byte, error) {
	w := &writer{}
	w.out.WriteString("version: 1\n" + head.Field + ":\n")
	if err := w.fields(reflect.ValueOf(head.Into).Elem(), 1); err != nil {
		return nil, err
	}
	below := *doc
	below.Version = 0 // it stands on top
	if err := w.fields(reflect.ValueOf(&below).Elem(), 0); err != nil {
		return nil, err
	}
	return []byte(w.out.String()), nil
}

func hasKeys(doc *engine.Document) bool {
	return slices.ContainsFunc(doc.Inboxes, func(in *engine.Inbox) bool { return NeedsKey(&in.Verify) })
}

// standsFor is what may stand in the place of a secret.
var standsFor = regexp.MustCompile(`\$\{(env|file|input):[^}]*\}`)

type writer struct {
	out        strings.Builder
	references []string
}

// plainText needs no quotes: it begins with a letter and holds nothing that YAML
// gives a meaning in the middle of a line, which leaves most expressions as people
// write them (<< apart, which the parser takes for a merge). measure is a duration,
// size or rate.
var (
	plainText = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./ "'()=&|<>!?+*%$-]*$`)
	measure   = regexp.MustCompile(`^[0-9.]+(/[smh]|[KMG]?i?B|([0-9.]*[dhms])+)$`)
)

func (w *writer) indent(depth int) { w.out.WriteString(strings.Repeat("  ", depth)) }

// fields writes a struct's fields, each on a line of its own.
func (w *writer) fields(v reflect.Value, depth int) error {
	for i := range v.NumField() {
		name := yamlName(v.Type().Field(i))
		if name == "" || empty(v.Field(i)) {
			continue
		}
		w.indent(depth)
		w.out.WriteString(name + ":")
		if err := w.value(v.Field(i), depth); err != nil {
			return err
		}
	}
	return nil
}

// empty reports whether a field says nothing: what a pointer points to always counts.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	default:
		return v.IsZero()
	}
}

// value writes what follows "name:" or "-", with its line break.
func (w *writer) value(v reflect.Value, depth int) error {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			w.out.WriteString(" null\n")
			return nil
		}
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case engine.Secret:
		if standsFor.ReplaceAllString(x.Reveal(), "") != "" {
			return errors.New("format configuration: a secret is in clear")
		}
		w.text(x.Reveal(), depth)
		return nil
	case engine.Overlap:
		if x == (engine.Overlap{Mode: x.Mode}) {
			w.text(x.Mode, depth)
			return nil
		}
	case json.Number:
		w.line(x.String())
		return nil
	case encoding.TextMarshaler:
		text, err := x.MarshalText()
		if err != nil {
			return fmt.Errorf("format configuration: %w", err)
		}
		w.text(string(text), depth)
		return nil
	}
	switch v.Kind() {
	case reflect.Struct:
		return w.nested(func() error { return w.fields(v, depth+1) })
	case reflect.Map:
		return w.mapping(v, depth)
	case reflect.Slice:
		return w.list(v, depth)
	case reflect.String:
		w.text(v.String(), depth)
	case reflect.Bool:
		w.line(strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int64, reflect.Int32:
		w.line(strconv.FormatInt(v.Int(), 10))
	case reflect.Uint64:
		w.line(strconv.FormatUint(v.Uint(), 10))
	case reflect.Float64:
		w.line(formatFloat(v.Float()))
	default:
		return fmt.Errorf("format configuration: a value of type %s has no form in YAML", v.Type())
	}
	return nil
}

func (w *writer) line(s string) { w.out.WriteString(" " + s + "\n") }

func (w *writer) nested(body func() error) error {
	w.out.WriteString("\n")
	return body()
}

func (w *writer) mapping(v reflect.Value, depth int) error {
	if v.Len() == 0 {
		w.line("{}")
		return nil
	}
	names := map[string]reflect.Value{}
	for iter := v.MapRange(); iter.Next(); {
		names[iter.Key().String()] = iter.Value()
	}
	return w.nested(func() error {
		for _, name := range slices.Sorted(maps.Keys(names)) {
			w.indent(depth + 1)
			w.out.WriteString(scalarText(name) + ":")
			if err := w.value(names[name], depth+1); err != nil {
				return err
			}
		}
		return nil
	})
}

// list writes one item a line; the first field of an item stands beside its dash.
func (w *writer) list(v reflect.Value, depth int) error {
	if v.Len() == 0 {
		w.line("[]")
		return nil
	}
	return w.nested(func() error {
		for i := range v.Len() {
			inner := &writer{}
			if err := inner.value(v.Index(i), depth+1); err != nil {
				return err
			}
			w.references = append(w.references, inner.references...)
			w.indent(depth + 1)
			w.out.WriteString("-")
			text := inner.out.String()
			if rest, ok := strings.CutPrefix(text, "\n"); ok { // fields or a list: pull its first line up
				text = " " + strings.TrimLeft(rest, " ")
			}
			w.out.WriteString(text)
		}
		return nil
	})
}

// text writes a string: as a block when it has several lines that a block keeps as they are.
func (w *writer) text(s string, depth int) {
	for _, m := range reference.FindAllStringSubmatch(s, -1) {
		if m[1] == "env" {
			w.references = append(w.references, m[2])
		}
	}
	if !fitsBlock(s) {
		w.line(scalarText(s))
		return
	}
	header, body := "|", s
	if !strings.HasSuffix(s, "\n") {
		header, body = "|-", s+"\n"
	}
	w.line(header)
	for l := range strings.Lines(body) {
		if l != "\n" {
			w.indent(depth + 1)
		}
		w.out.WriteString(l)
	}
}

// fitsBlock reports whether a block shows the text exactly: several lines, none
// with blanks at its ends, and nothing that is not printable.
func fitsBlock(s string) bool {
	if !strings.Contains(s, "\n") || strings.HasPrefix(s, "\n") || strings.HasSuffix(s, "\n\n") {
		return false
	}
	for l := range strings.Lines(strings.TrimSuffix(s, "\n") + "\n") {
		l = strings.TrimSuffix(l, "\n")
		if strings.TrimSpace(l) != l {
			return false
		}
	}
	return strings.IndexFunc(strings.ReplaceAll(s, "\n", ""), unprintable) < 0
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

func scalarText(s string) string {
	if plainText.MatchString(s) && !strings.HasSuffix(s, " ") && !strings.Contains(s, "<<") && !reserved(s) || measure.MatchString(s) {
		return s
	}
	if strings.Contains(s, `"`) && !strings.ContainsAny(s, `'\`) && strings.IndexFunc(s, unprintable) < 0 {
		return "'" + s + "'"
	}
	return quoted(s)
}

func reserved(s string) bool {
	switch strings.ToLower(s) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf":
		return true
	}
	return false
}

// quoted writes a double-quoted YAML string; control characters become escapes.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r > 0xffff && !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\U%08x`, r)
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func formatFloat(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return strconv.FormatInt(int64(f), 10)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}
