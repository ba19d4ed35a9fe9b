package visual

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"patchbay/engine"
	"patchbay/engine/rules"
	"patchbay/engine/rules/fields"
)

// row writes the expression of a row. at is where the row stands in the tree.
func (w *writer) row(n *Node, at string, item bool) (string, error) {
	o, ok := operatorOf(n.Type, n.Op)
	if !ok {
		return "", engine.Invalid(at+".op", "There is no operator %q for %s; choose one of those for this type.", clip(n.Op), clip(string(n.Type)))
	}
	field, err := w.field(n.Field, at+".field", item)
	if err != nil {
		return "", err
	}
	plain := field
	if n.Convert && o.Convert != "" {
		field = o.Convert + "(" + field + ")"
	}
	if n.ValueField != "" {
		return w.twoFields(n, o, field, at, item)
	}
	if o.Takes == Items {
		return w.items(n, plain, at)
	}
	value, err := w.value(n, o, at+".value")
	if err != nil {
		return "", err
	}
	if text, ok := listCode(n, field, value); ok {
		return text, nil
	}
	return code(n, o, field, value), nil
}

// field checks a field and writes it.
func (w *writer) field(text, at string, item bool) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", engine.Invalid(at, "Choose a field.")
	}
	p, ok := rules.ParsePath(text)
	switch {
	case !ok || len(text) > maxText:
		return "", engine.Invalid(at, "%q is not a field; choose one, or write it like payload.customer.email.", clip(text))
	case p.Root == rules.ItemRoot && !item:
		return "", engine.Invalid(at, "%q is a field of an item; it can stand only in a condition about the items of a list.", clip(text))
	case p.Root != rules.ItemRoot && !slices.Contains(w.scope.Names(), p.Root):
		return "", engine.Invalid(at, "There is no %s here; choose another field.", p.Root)
	}
	return p.String(), nil
}

func (w *writer) twoFields(n *Node, o Operator, field, at string, item bool) (string, error) {
	if !o.Field {
		return "", engine.Invalid(at+".valueField", "This operator compares with a value, not with another field.")
	}
	other, err := w.field(n.ValueField, at+".valueField", item)
	if err != nil {
		return "", err
	}
	if n.Convert && n.Type == fields.Number {
		other = "num(" + other + ")"
	}
	return field + " " + symbol(o.ID) + " " + other, nil
}

func symbol(op string) string {
	return map[string]string{"is": "==", "isNot": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}[op]
}

// items writes a condition about the items of a list.
func (w *writer) items(n *Node, list, at string) (string, error) {
	if n.Where == nil || !n.Where.group() {
		return "", engine.Invalid(at+".where", "Add a condition that the items must fulfil.")
	}
	body, err := w.body(n.Where, at+".where")
	if err != nil {
		return "", err
	}
	name := map[string]string{"anyItem": "any", "noItem": "none", "allItems": "all"}[n.Op]
	return name + "(" + list + ", " + body + ")", nil
}

// value checks the value of a row and writes it.
func (w *writer) value(n *Node, o Operator, at string) (string, error) {
	switch o.Takes {
	case Nothing:
		return "", nil
	case OnlyPath:
		return "", engine.Invalid(strings.TrimSuffix(at, ".value")+".valueField", "Choose the field to compare with.")
	case Several, Range:
		return severalCode(n, o, at)
	case Amount:
		f, ok := float(n.Value)
		if !ok || f < 0 || f != math.Trunc(f) || f > 1e9 {
			return "", engine.Invalid(at, "Write a whole number, 0 or more.")
		}
		return strconv.FormatInt(int64(f), 10), nil
	default:
	}
	v, ok := literalCode(n.Value, o)
	if !ok {
		return "", unfit(n, at)
	}
	return v, w.known(n, o, at)
}

// known asks the engine whether it can read a date or a length of time.
func (w *writer) known(n *Node, o Operator, at string) error {
	text, _ := n.Value.(string)
	call, hint := "", ""
	switch o.Takes {
	case Instant:
		call, hint = "date", "%q is not a date; write it like 2026-01-31 or 2026-01-31T08:00:00Z."
	case Length:
		call, hint = "duration", "%q is not a length of time; write it like 90m or 7d."
	default:
		return nil
	}
	p, err := w.engine.Compile(call+"("+strconv.Quote(text)+")", rules.Scope{})
	if err != nil {
		return err
	}
	if v, err := p.Eval(w.ctx, &rules.Env{}); err != nil || v == nil {
		return engine.Invalid(at, hint, clip(text))
	}
	return nil
}

func unfit(n *Node, at string) error {
	switch {
	case n.Value == nil:
		return engine.Invalid(at, "Write what to compare with.")
	case n.Type == fields.Number:
		return engine.Invalid(at, "This is not a number; write one like 1200.50, or compare as text.")
	}
	return engine.Invalid(at, "This value does not fit; write text of at most %d KiB.", maxText>>10)
}

func severalCode(n *Node, o Operator, at string) (string, error) {
	list, _ := n.Value.([]any)
	switch {
	case o.Takes == Range && len(list) != 2:
		return "", engine.Invalid(at, "Write two numbers: from and to.")
	case len(list) == 0:
		return "", engine.Invalid(at, "Write at least one value.")
	}
	texts := make([]string, len(list))
	for i, v := range list {
		var ok bool
		if texts[i], ok = literalCode(v, Operator{Type: o.Type, Takes: One}); !ok {
			return "", unfit(&Node{Type: n.Type, Value: v}, at+"["+strconv.Itoa(i)+"]")
		}
	}
	if o.Takes == Range {
		return strings.Join(texts, "\x00"), nil
	}
	return "[" + strings.Join(texts, ", ") + "]", nil
}

// literalCode writes one value as the operator takes it.
func literalCode(v any, o Operator) (string, bool) {
	if s, ok := v.(string); ok && o.Type != fields.Number {
		return strconv.Quote(s), len(s) <= maxText && utf8.ValidString(s)
	}
	switch {
	case o.Type == fields.List && o.Takes == One:
		if b, ok := v.(bool); ok {
			return strconv.FormatBool(b), true
		}
		return numberCode(v)
	case o.Type == fields.Number:
		return numberCode(v)
	}
	return "", false
}

// numberCode writes a number; text that is one will do.
func numberCode(v any) (string, bool) {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10), true
	case int:
		return strconv.Itoa(v), true
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return strconv.FormatInt(i, 10), true
		}
	case string:
		if !fields.Numeric(v) {
			return "", false
		}
		return numberCode(json.Number(strings.TrimSpace(v)))
	}
	f, ok := float(v)
	if !ok || math.IsInf(f, 0) || math.IsNaN(f) {
		return "", false
	}
	if f == math.Trunc(f) && math.Abs(f) < 1<<62 {
		return strconv.FormatInt(int64(f), 10), true
	}
	text := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text, true
}

func float(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case int:
		return float64(v), true
	case float64:
		return v, true
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	}
	return 0, false
}

// listCode writes what is said of a list.
func listCode(n *Node, field, value string) (string, bool) {
	if n.Type != fields.List {
		return "", false
	}
	_, isText := n.Value.(string)
	fold := n.IgnoreCase && isText
	switch n.Op {
	case "contains":
		if fold {
			return "inFold(" + value + ", " + field + ")", true
		}
		return value + " in " + field, true
	case "notContains":
		if fold {
			return "not inFold(" + value + ", " + field + ")", true
		}
		return value + " not in " + field, true
	case "atLeast":
		return "len(" + field + ") >= " + value, true
	case "isEmpty":
		return field + " in [nil, []]", true
	case "isNotEmpty":
		return field + " not in [nil, []]", true
	}
	return "", false
}

// code writes what is said of anything else.
func code(n *Node, o Operator, field, value string) string {
	switch n.Op {
	case "isTrue", "isNotFalse":
		return field + map[string]string{"isTrue": " == true", "isNotFalse": " != false"}[n.Op]
	case "isFalse", "isNotTrue":
		return field + map[string]string{"isFalse": " == false", "isNotTrue": " != true"}[n.Op]
	case "exists":
		return field + " != nil"
	case "notExists":
		return field + " == nil"
	case "isEmpty":
		return field + ` in [nil, ""]`
	case "isNotEmpty":
		return field + ` not in [nil, ""]`
	case "before":
		return "date(" + field + ") < date(" + value + ")"
	case "after":
		return "date(" + field + ") > date(" + value + ")"
	case "inLast":
		return "now() - duration(" + value + ") <= date(" + field + ") <= now()"
	case "between":
		low, high, _ := strings.Cut(value, "\x00")
		return low + " <= " + field + " <= " + high
	case "gt", "gte", "lt", "lte":
		return field + " " + symbol(n.Op) + " " + value
	}
	return textCode(n, o, field, value)
}

// textCode writes the comparisons that can ignore capitals, and their opposites.
func textCode(n *Node, o Operator, field, value string) string {
	op, not := n.Op, false
	switch op {
	case "isNot", "notContains", "notStartsWith", "notEndsWith", "notOneOf", "notMatches":
		op, not = o.Negated, true
	}
	if op == "matches" && n.IgnoreCase {
		value = strconv.Quote(foldPattern + n.Value.(string)) //nolint:errcheck,forcetypeassert // it was checked when it was written
	} else if n.IgnoreCase && o.IgnoreCase {
		call := map[string]string{
			"is": "eqFold", "contains": "containsFold", "startsWith": "startsWithFold", "endsWith": "endsWithFold", "oneOf": "inFold",
		}[op] + "(" + field + ", " + value + ")"
		if not {
			return "not " + call
		}
		return call
	}
	if op == "is" {
		return field + " " + symbol(n.Op) + " " + value
	}
	word := " " + op + " "
	if op == "oneOf" {
		word = " in "
	}
	if not {
		word = " not" + word
	}
	return field + word + value
}

func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}
