package verify

import (
	"bytes"
	"net/url"
	"strings"
)

const (
	noAddress = "The address that the sender signs is not known; set verify.url or the public address."
	noBorder  = "The address has a query, and nothing shows where it ends in what is signed; leave the query out at the sender, or set verify.url to the address as it is entered there."
)

// ofBodies are what bodies begin and end with, and no query holds as it is.
const ofBodies = `{}[]"<>`

// signedAddress is the address that the sender was given: configured, or else the one that
// the request came to. The query of the latter is the sender's choice, so it is taken only
// where it cannot have lent anything to the body beside it in the signed message, nor
// borrowed from it.
func signedAddress(r *Request, configured string, piece part) (string, error) {
	address := configured
	if address == "" {
		address = r.URL
		if address == "" {
			return "", refuse(noAddress)
		}
		if err := bordered(r, address, piece); err != nil {
			return "", err
		}
	}
	if piece.token == tokenURLDecoded {
		return decodeSome(address), nil
	}
	return address, nil
}

// bordered refuses an address whose query could end elsewhere than it seems.
func bordered(r *Request, address string, piece part) error {
	base, query, _ := strings.Cut(address, "?")
	if piece.before == tokenFormSorted || piece.behind == tokenFormSorted {
		// A form's fields are signed without anything between them, so that they can read like a query.
		if query != "" {
			return refuse(noBorder)
		}
		return nil
	}
	if piece.before != tokenBody && piece.behind != tokenBody {
		return nil
	}
	switch body := bytes.TrimSpace(r.Body); {
	case query == "" && piece.behind == tokenBody && len(r.Body) > 0 && r.Body[0] == '?':
		return refuse("The body begins like the query of an address, which is signed in front of it.")
	case query == "":
		return nil
	case strings.ContainsAny(query, ofBodies):
		return refuse("The query of the address holds what only a body can hold.")
	case piece.before == tokenBody && strings.Contains(query, base):
		return refuse(noBorder)
	case len(body) == 0:
		return nil
	case piece.behind == tokenBody && !strings.ContainsRune(ofBodies, rune(body[0])),
		piece.before == tokenBody && !strings.ContainsRune(ofBodies, rune(body[len(body)-1])):
		return refuse(noBorder)
	default:
		return nil
	}
}

// decodeSome resolves the escapes that HubSpot resolves before it signs, and no others.
func decodeSome(address string) string {
	const known = ":/?@!$'()*,;"
	var b strings.Builder
	for rest := address; rest != ""; {
		before, after, found := strings.Cut(rest, "%")
		b.WriteString(before)
		if !found {
			break
		}
		if len(after) >= 2 {
			if c, err := url.PathUnescape("%" + after[:2]); err == nil && strings.Contains(known, c) {
				b.WriteString(c)
				rest = after[2:]
				continue
			}
		}
		b.WriteByte('%')
		rest = after
	}
	return b.String()
}
