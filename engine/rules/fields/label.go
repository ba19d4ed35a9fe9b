package fields

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"patchbay/engine/rules"
)

// Separator stands between the parts of a label.
const Separator = " › "

// maxWord bounds one part of a label, in characters.
const maxWord = 40

// Label names a field as people call it: payload.customer.email is "Customer › Email".
func Label(p rules.Path) string {
	keys := p.Keys
	var parts []string
	switch p.Root {
	case "payload":
		if len(keys) == 0 {
			return "Data"
		}
	case "event":
		if len(keys) == 1 {
			if name := eventLabel(keys[0].Name); name != "" {
				return name
			}
		}
		parts = append(parts, "Event")
	case "headers":
		if len(keys) == 1 && !keys[0].List {
			return "Header" + Separator + headerName(keys[0].Name)
		}
		parts = append(parts, "Headers")
	case "query":
		parts = append(parts, "Query")
	case "vars":
		parts = append(parts, "Shared value")
	case "steps":
		if len(keys) > 0 && !keys[0].List {
			parts, keys = append(parts, "Step "+cut(keys[0].Name, maxWord)), keys[1:]
		} else {
			parts = append(parts, "Steps")
		}
	case "item", rules.ItemRoot:
		if len(keys) == 0 {
			return "Item"
		}
	default:
		parts = append(parts, Words(p.Root))
	}
	for _, k := range keys {
		parts = append(parts, keyLabel(k))
	}
	return strings.Join(parts, Separator)
}

func keyLabel(k rules.Key) string {
	switch {
	case !k.List:
		return Words(k.Name)
	case k.Index == -1:
		return "last"
	case k.Index < 0:
		return strconv.Itoa(-k.Index) + " from the end"
	}
	return strconv.Itoa(k.Index + 1)
}

func eventLabel(name string) string {
	switch name {
	case "id":
		return "Event ID"
	case "type":
		return "Kind of event"
	case "receivedAt":
		return "Received at"
	case "verified":
		return "Sender check"
	case "ip":
		return "Sender's IP"
	case "decodeError":
		return "Reading error"
	}
	return ""
}

// headerName writes a header as it is written in documentation: X-Request-Id.
func headerName(name string) string {
	words := strings.Split(cut(name, 2*maxWord), "-")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "-")
}

// Words writes an identifier as people would: "total_price" and "totalPrice" are
// "Total price".
func Words(name string) string {
	words := split(cut(name, maxWord))
	if len(words) == 0 {
		return cut(name, maxWord)
	}
	for i, w := range words {
		switch {
		case isAcronym(w):
			words[i] = strings.ToUpper(w)
		case i == 0:
			words[i] = capital(w)
		}
	}
	return strings.Join(words, " ")
}

// split cuts an identifier into words in small letters; runs of capitals are one word
// and stay as they are.
func split(name string) []string {
	var words []string
	var word []rune
	end := func() {
		if len(word) == 0 {
			return
		}
		w := string(word)
		if strings.ToUpper(w) != w || len(word) == 1 {
			w = strings.ToLower(w)
		}
		words, word = append(words, w), word[:0]
	}
	letters := []rune(name)
	for i, r := range letters {
		if unicode.IsSpace(r) || strings.ContainsRune("_-./:", r) {
			end()
			continue
		}
		if unicode.IsUpper(r) && len(word) > 0 && (!unicode.IsUpper(word[len(word)-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1])) {
			end()
		}
		word = append(word, r)
	}
	end()
	return words
}

func capital(w string) string {
	r := []rune(w)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

func isAcronym(w string) bool {
	return slices.Contains([]string{"id", "ip", "url", "uri", "api", "vat", "sku", "html", "sms", "iban", "pdf", "sha", "uuid", "utc", "ssl", "dns", "cpu"}, w)
}

// EventName names a kind of event as people call it: "orders/create" is "Order
// created", "invoice.payment_failed" is "Invoice payment failed".
func EventName(kind string) string {
	words := split(cut(kind, 2*maxWord))
	if len(words) == 0 {
		return cut(kind, 2*maxWord)
	}
	last := len(words) - 1
	done := map[string]string{"create": "created", "update": "updated", "delete": "deleted", "cancel": "cancelled", "pay": "paid", "fulfill": "fulfilled"}
	if past, ok := done[words[last]]; ok && last > 0 {
		words[last] = past
	}
	if strings.Contains(kind, "/") && last > 0 && strings.HasSuffix(words[0], "s") && !strings.HasSuffix(words[0], "ss") {
		words[0] = strings.TrimSuffix(words[0], "s")
	}
	return Words(strings.Join(words, " "))
}

// cut returns at most n characters of s, with … where something was left out.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	seen := 0
	for i := range s {
		seen++
		if seen > n {
			return s[:i] + "…"
		}
	}
	return s
}
