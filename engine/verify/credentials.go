package verify

import (
	"slices"
	"strings"

	"patchbay/engine"
)

// Credentials returns, in lower case, the names of the request headers that carry
// credentials under this sender check; they are replaced by fingerprints before a
// request is stored. The usual token headers are among them under every check: an
// inbox that does not look at them gets them all the same. A signature over the body
// is none: it fits that body only, and is needed when a held request is checked later.
func Credentials(v engine.Verify) []string {
	names := []string{"authorization", "cookie", "proxy-authorization", "x-api-key", "x-auth-token"}
	for _, p := range Providers() {
		if brings := p.Captures(); brings != nil && brings.Value.From == "header" {
			names = append(names, strings.ToLower(brings.Value.Name))
		}
		for _, e := range p.proofs {
			if e.header != "" {
				names = append(names, strings.ToLower(e.header))
			}
		}
	}
	p, _ := Lookup(v.Scheme)
	for _, name := range p.Credentials {
		names = append(names, strings.ToLower(name))
	}
	if v.Header != "" {
		names = append(names, strings.ToLower(v.Header))
	}
	if p.ID == schemeHMAC && v.HMAC != nil {
		p.proofs = []evidence{{hmac: v.HMAC}}
	}
	for _, e := range p.proofs {
		switch {
		case e.header != "":
			names = append(names, strings.ToLower(e.header))
			continue
		case e.hmac == nil:
			for _, name := range e.hides {
				names = append(names, strings.ToLower(name))
			}
			continue
		}
		names = slices.DeleteFunc(names, func(n string) bool { return strings.EqualFold(n, e.hmac.Header) })
	}
	slices.Sort(names)
	return slices.Compact(names)
}
