package visual

import "patchbay/engine/rules/fields"

// Takes says what an operator compares with.
type Takes string

// What operators take.
const (
	Nothing  Takes = "nothing"
	One      Takes = "value"    // text, a number or, of a list, either or yes and no
	Several  Takes = "list"     // of texts or numbers
	Range    Takes = "range"    // a list of two numbers
	Amount   Takes = "count"    // a whole number from 0
	Instant  Takes = "date"     // text that is a date
	Length   Takes = "duration" // text such as 90m or 7d
	Pattern  Takes = "pattern"  // text that is a regular expression
	Items    Takes = "items"    // a group about the items of a list
	OnlyPath Takes = "field"    // the name of another field
)

// Operator is one way to compare a field of a type.
type Operator struct {
	ID         string
	Type       fields.Type
	Title      string
	Takes      Takes
	IgnoreCase bool   // capitals can be ignored
	Convert    string // the function that makes a field fit: num, text; "" when there is none
	Field      bool   // another field can be compared with, instead of a value
	Negated    string // the operator that is true where this one is false; "" when there is none

	phrase string // what it says of a field; % is the value
	wants  string // what the rule wants; % is the value
}

// Operators returns the operators of all types, in the order in which they are offered.
func Operators() []Operator {
	list := textOperators()
	list = append(list, numberOperators()...)
	list = append(list, booleanOperators()...)
	list = append(list, dateOperators()...)
	list = append(list, listOperators()...)
	return append(list, anyOperators()...)
}

func textOperators() []Operator {
	const t, fold, conv = fields.Text, true, "text"
	return []Operator{
		{"is", t, "is", One, fold, conv, false, "isNot", "is %", "%"},
		{"isNot", t, "is not", One, fold, conv, false, "is", "is not %", "anything but %"},
		{"contains", t, "contains", One, fold, conv, false, "notContains", "contains %", "text that contains %"},
		{"notContains", t, "does not contain", One, fold, conv, false, "contains", "does not contain %", "text that does not contain %"},
		{"startsWith", t, "starts with", One, fold, conv, false, "notStartsWith", "starts with %", "text that starts with %"},
		{"notStartsWith", t, "does not start with", One, fold, conv, false, "startsWith", "does not start with %", "text that does not start with %"},
		{"endsWith", t, "ends with", One, fold, conv, false, "notEndsWith", "ends with %", "text that ends with %"},
		{"notEndsWith", t, "does not end with", One, fold, conv, false, "endsWith", "does not end with %", "text that does not end with %"},
		{"oneOf", t, "is one of", Several, fold, conv, false, "notOneOf", "is %", "%"},
		{"notOneOf", t, "is none of", Several, fold, conv, false, "oneOf", "is not %", "anything but %"},
		{"isEmpty", t, "is empty", Nothing, false, "", false, "isNotEmpty", "is empty", "it to be empty"},
		{"isNotEmpty", t, "is not empty", Nothing, false, "", false, "isEmpty", "is not empty", "it not to be empty"},
		{"matches", t, "matches pattern", Pattern, fold, conv, false, "notMatches", "matches the pattern %", "text that matches the pattern %"},
		{"notMatches", t, "does not match pattern", Pattern, fold, conv, false, "matches", "does not match the pattern %", "text that does not match the pattern %"},
	}
}

func numberOperators() []Operator {
	const t, conv = fields.Number, "num"
	return []Operator{
		{"is", t, "=", One, false, conv, false, "isNot", "is %", "%"},
		{"isNot", t, "≠", One, false, conv, false, "is", "is not %", "anything but %"},
		{"gt", t, ">", One, false, conv, true, "", "is more than %", "more than %"},
		{"gte", t, "≥", One, false, conv, true, "", "is at least %", "at least %"},
		{"lt", t, "<", One, false, conv, true, "", "is less than %", "less than %"},
		{"lte", t, "≤", One, false, conv, true, "", "is at most %", "at most %"},
		{"between", t, "is between", Range, false, conv, false, "", "is between %", "from %"},
		{"oneOf", t, "is one of", Several, false, conv, false, "notOneOf", "is %", "%"},
		{"notOneOf", t, "is none of", Several, false, conv, false, "oneOf", "is not %", "anything but %"},
	}
}

func booleanOperators() []Operator {
	const t = fields.Boolean
	return []Operator{
		{"isTrue", t, "is yes", Nothing, false, "", false, "isNotTrue", "is yes", "yes"},
		{"isFalse", t, "is no", Nothing, false, "", false, "isNotFalse", "is no", "no"},
		{"isNotTrue", t, "is not yes", Nothing, false, "", false, "isTrue", "is not yes", "anything but yes"},
		{"isNotFalse", t, "is not no", Nothing, false, "", false, "isFalse", "is not no", "anything but no"},
	}
}

func dateOperators() []Operator {
	const t = fields.Date
	return []Operator{
		{"before", t, "is before", Instant, false, "", false, "", "is before %", "a date before %"},
		{"after", t, "is after", Instant, false, "", false, "", "is after %", "a date after %"},
		{"inLast", t, "is in the last", Length, false, "", false, "", "is in the last %", "a date in the last %"},
	}
}

func listOperators() []Operator {
	const t, fold = fields.List, true
	return []Operator{
		{"contains", t, "contains", One, fold, "", false, "notContains", "contains %", "a list that contains %"},
		{"notContains", t, "does not contain", One, fold, "", false, "contains", "does not contain %", "a list that does not contain %"},
		{"atLeast", t, "has at least", Amount, false, "", false, "", "has at least %", "at least %"},
		{"isEmpty", t, "is empty", Nothing, false, "", false, "isNotEmpty", "is empty", "it to be empty"},
		{"isNotEmpty", t, "is not empty", Nothing, false, "", false, "isEmpty", "is not empty", "it not to be empty"},
		{"anyItem", t, "any item where", Items, false, "", false, "noItem", "has an item where %", "an item where %"},
		{"noItem", t, "no item where", Items, false, "", false, "anyItem", "has no item where %", "no item where %"},
		{"allItems", t, "all items where", Items, false, "", false, "", "has only items where %", "only items where %"},
	}
}

func anyOperators() []Operator {
	const t = fields.Any
	return []Operator{
		{"exists", t, "exists", Nothing, false, "", false, "notExists", "exists", "it to be there"},
		{"notExists", t, "does not exist", Nothing, false, "", false, "exists", "does not exist", "it not to be there"},
		{"is", t, "is the same as", OnlyPath, false, "", true, "isNot", "is the same as %", "the same as %"},
		{"isNot", t, "is not the same as", OnlyPath, false, "", true, "is", "is not the same as %", "something else than %"},
	}
}

// operatorOf returns an operator of a type.
func operatorOf(t fields.Type, id string) (Operator, bool) {
	for _, o := range Operators() {
		if o.Type == t && o.ID == id {
			return o, true
		}
	}
	return Operator{}, false
}
