package recipe

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"patchbay/engine"
)

// The types of inputs.
const (
	TypeText       = "text"
	TypeNumber     = "number"
	TypeSecret     = "secret"
	TypeChoice     = "choice"
	TypeAddress    = "address"
	TypeInbox      = "inbox"
	TypeConnection = "connection"
)

// maxValue bounds what is given for an input, in bytes: it must fit into an expression.
const maxValue = 2000

// Input is a question to whoever imports a recipe. Pattern must fit the whole value; its
// named groups are parts, of which those of a secret are secret too unless Public names them.
type Input struct {
	Name       string   `yaml:"name" json:"name" pattern:"^[a-z][a-z0-9_]{0,31}$"`
	Type       string   `yaml:"type" json:"type" enum:"text,number,secret,choice,address,inbox,connection"`
	Label      string   `yaml:"label" json:"label"`
	Help       string   `yaml:"help,omitempty" json:"help,omitempty"`
	Default    any      `yaml:"default,omitempty" json:"default,omitempty"`
	Example    any      `yaml:"example,omitempty" json:"example,omitempty" doc:"What the tests take; shown where nothing is filled in."`
	Choices    []Choice `yaml:"choices,omitempty" json:"choices,omitempty" nullable:"false"`
	Pattern    string   `yaml:"pattern,omitempty" json:"pattern,omitempty"`
	Public     []string `yaml:"public,omitempty" json:"public,omitempty" nullable:"false" doc:"Parts of a secret that are no secret."`
	Min        *int64   `yaml:"min,omitempty" json:"min,omitempty"`
	Max        *int64   `yaml:"max,omitempty" json:"max,omitempty"`
	Connection string   `yaml:"connection,omitempty" json:"connection,omitempty" doc:"The type of connection that is asked for."`
}

// Choice is one value of an input of type choice.
type Choice struct {
	Value string `yaml:"value" json:"value"`
	Label string `yaml:"label" json:"label"`
}

var (
	inputName  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)
	references = regexp.MustCompile(`\$\{(env|file|secret|input):`)
)

func (in *Input) invalid(format string, args ...any) error {
	return engine.Invalid("inputs."+in.Name, format, args...)
}

// Value reads what a person gave: a number for type number, text for all others. It
// returns a KindInvalid error whose field is inputs.NAME and whose text holds no secret.
func (in *Input) Value(given any) (any, error) {
	text, ok := textOf(given)
	switch {
	case !ok:
		return nil, in.invalid("%s is one value, not a list or fields.", in.Label)
	case strings.TrimSpace(text) == "":
		return nil, in.invalid("%s is empty; %s", in.Label, in.hint())
	case len(text) > maxValue:
		return nil, in.invalid("%s is longer than %d characters.", in.Label, maxValue)
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return nil, in.invalid("%s holds characters that are no text.", in.Label)
	case references.MatchString(text):
		return nil, in.invalid("%s cannot hold a reference such as ${secret:…}; give the value itself.", in.Label)
	}
	if in.Pattern != "" && !in.pattern().MatchString(text) {
		return nil, in.invalid("%s does not look right; %s", in.Label, in.hint())
	}
	switch in.Type {
	case TypeNumber:
		return in.number(text)
	case TypeChoice:
		return text, in.chosen(text)
	case TypeAddress:
		return in.address(text)
	case TypeInbox, TypeConnection:
		if engine.CheckName("name", text) != nil {
			return nil, in.invalid("%q cannot be a name; use small letters, digits and -.", text)
		}
	}
	return text, nil
}

// hint says in words what is wanted.
func (in *Input) hint() string {
	if in.Help != "" {
		return in.Help
	}
	if in.Type != TypeSecret && in.Example != nil {
		return fmt.Sprintf("for example %v.", in.Example)
	}
	return "fill it in."
}

func textOf(given any) (string, bool) {
	switch v := given.(type) {
	case string:
		return v, true
	case engine.Secret:
		return v.Reveal(), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case int:
		return strconv.Itoa(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case json.Number:
		return v.String(), true
	}
	return "", false
}

var decimal = regexp.MustCompile(`^-?(0|[1-9]\d{0,14})(\.\d{1,6})?$`)

func (in *Input) number(text string) (any, error) {
	text = strings.TrimSpace(text)
	if !decimal.MatchString(text) {
		return nil, in.invalid("%s is a number, such as 500 or 12.5.", in.Label)
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || in.Min != nil && f < float64(*in.Min) || in.Max != nil && f > float64(*in.Max) {
		return nil, in.invalid("%s is out of its bounds; %s", in.Label, in.hint())
	}
	if whole, err := strconv.ParseInt(text, 10, 64); err == nil {
		return whole, nil
	}
	return f, nil
}

func (in *Input) chosen(text string) error {
	var known []string
	for _, c := range in.Choices {
		known = append(known, c.Value)
	}
	if !slices.Contains(known, text) {
		return in.invalid("%q is not a choice for %s; choose one of %s.", text, in.Label, strings.Join(known, ", "))
	}
	return nil
}

// plainAddress are the characters of an address that mean the same in a text, in a template
// and in an address.
var plainAddress = regexp.MustCompile(`^https?://[A-Za-z0-9][A-Za-z0-9.:-]*(/[A-Za-z0-9._~%/-]*)?$`)

// address reads the address of a server, to which paths are added.
func (in *Input) address(text string) (any, error) {
	text = strings.TrimSuffix(strings.TrimSpace(text), "/")
	u, err := url.Parse(text)
	if err != nil || !plainAddress.MatchString(text) || u.User != nil || u.Hostname() == "" {
		return nil, in.invalid("%s is a web address without a question mark, such as https://chat.example.com.", in.Label)
	}
	return text, nil
}

// pattern is compiled once the head was checked, so that it cannot fail.
func (in *Input) pattern() *regexp.Regexp { return regexp.MustCompile(`^(?:` + in.Pattern + `)$`) }

// parts are the names of the pattern's groups.
func (in *Input) parts() []string {
	if in.Pattern == "" {
		return nil
	}
	return slices.DeleteFunc(in.pattern().SubexpNames(), func(name string) bool { return name == "" })
}

// part returns one of a value's parts, the whole value where name is "".
func (in *Input) part(value any, name string) any {
	if name == "" {
		return value
	}
	text, _ := textOf(value)
	found := in.pattern().FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	return found[in.pattern().SubexpIndex(name)]
}

// secret reports whether a value or a part of it must not be shown.
func (in *Input) secret(part string) bool {
	return in.Type == TypeSecret && (part == "" || !slices.Contains(in.Public, part))
}
