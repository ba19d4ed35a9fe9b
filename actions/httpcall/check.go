package httpcall

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"patchbay/actions"
	"patchbay/actions/outbound"
	"patchbay/engine"
)

// bodies are the fields of with that each say what is sent.
func bodies() []string { return []string{"json", "form", "text", "body"} }

func check(c *Config, given map[string]any) error {
	var faults []error
	if !actions.HasTemplate(c.URL) {
		if _, err := outbound.ParseURL(c.URL); err != nil {
			faults = append(faults, at("url", err))
		}
	}
	for name, value := range c.Headers {
		if actions.HasTemplate(value) {
			value = ""
		}
		if err := checkHeader(name, value); err != nil {
			faults = append(faults, err)
		}
	}
	if err := checkOneBody(given); err != nil {
		faults = append(faults, err)
	}
	if _, err := parseStatuses(c.Expect); err != nil {
		faults = append(faults, err)
	}
	return errors.Join(append(faults, checkAnswerPaths(c)...)...)
}

func checkOneBody(given map[string]any) error {
	first := ""
	for _, name := range bodies() {
		if given[name] == nil {
			continue
		}
		if first != "" {
			return engine.Invalid(name, "A request has one body; leave out %s or %s.", first, name)
		}
		first = name
	}
	return nil
}

// at puts the field before an error of outbound.
func at(field string, err error) error {
	if e, ok := errors.AsType[*engine.Error](err); ok {
		moved := *e
		moved.Field = field
		return &moved
	}
	return err
}

// checkHeader refuses names and values that would change what the request is, or
// that belong to the connection and not to the message.
func checkHeader(name, value string) error {
	field := "headers." + name
	if name == "" || strings.Trim(name, nameChars) != "" {
		return engine.Invalid(field, "%q cannot be the name of a header.", name)
	}
	switch http.CanonicalHeaderKey(name) {
	case "Host", "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection",
		"Te", "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length", "Expect", "Http2-Settings", engine.HopHeader:
		return engine.Invalid(field, "The header %s is set by Patchbay itself; leave it out.", name)
	}
	for i := range len(value) {
		if b := value[i]; b < ' ' && b != '\t' || b == 0x7f {
			return engine.Invalid(field, "The value of the header %s holds a line break or another control character.", name)
		}
	}
	return nil
}

// nameChars are the characters of a header's name (RFC 9110, token).
const nameChars = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// statuses are ranges of HTTP statuses; none means 2xx.
type statuses [][2]int

func (s statuses) contain(status int) bool {
	if len(s) == 0 {
		return status >= 200 && status <= 299
	}
	for _, r := range s {
		if status >= r[0] && status <= r[1] {
			return true
		}
	}
	return false
}

// parseStatuses reads 200, 2xx and 200-204, also several in one text.
func parseStatuses(list []string) (statuses, error) {
	var all statuses
	for _, entry := range list {
		if actions.HasTemplate(entry) {
			continue
		}
		for part := range strings.FieldsFuncSeq(entry, func(r rune) bool { return r == ',' || r == ' ' }) {
			r, ok := parseRange(strings.ToLower(part))
			if !ok {
				return nil, engine.Invalid("expect", "%q is not a status; write it like 200, 2xx or 200-204.", part)
			}
			all = append(all, r)
		}
	}
	return all, nil
}

func parseRange(s string) (r [2]int, ok bool) {
	if len(s) == 3 && s[1:] == "xx" && s[0] >= '1' && s[0] <= '5' {
		low := int(s[0]-'0') * 100
		return [2]int{low, low + 99}, true
	}
	from, to, isRange := strings.Cut(s, "-")
	if !isRange {
		to = from
	}
	low, err := strconv.Atoi(from)
	high, err2 := strconv.Atoi(to)
	if err != nil || err2 != nil || low < 100 || high > 599 || low > high {
		return r, false
	}
	return [2]int{low, high}, true
}
