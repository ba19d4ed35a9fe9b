package verify

import (
	"cmp"
	"maps"
	"mime"
	"slices"
	"strings"
	"sync"
	"time"
)

// Retry is how a provider behaves when its deliveries fail. Text says how often and for
// how long it tries again, "" where that is not known. StopsAfter is the number of
// failures in a row after which it stops sending, 0 where no number is known, and Stops
// what it does then, such as "removes the subscription". Confirmed says that this was read
// in what the provider itself publishes; people are told where it was not.
type Retry struct {
	Text       string
	StopsAfter int
	Stops      string
	Confirmed  bool
}

// WarnAfter is the number of failures in a row that people should hear of: half of
// those after which the provider stops; 0 where that is not known.
func (r Retry) WarnAfter() int { return (r.StopsAfter + 1) / 2 }

// Expects is what a provider expects to be told. Text is a sentence, Within the time that
// it waits, 0 where that is not known.
type Expects struct {
	Text   string
	Within time.Duration
}

// advice is what people are told about a provider: how to set it up there, step by step
// with {{address}} for the address of the inbox, and how it behaves then. The zero
// values are the usual ones.
type advice struct {
	steps  []string
	retry  Retry
	answer string
	within time.Duration
	types  []string // content types, besides those of the samples
}

// Sentences that stand with many providers.
const (
	sameSecret    = "Paste the same secret into the sender check of this inbox." //nolint:gosec // a sentence about one
	anySuccess    = "Any status from 200 to 299."
	secretAddress = "It signs nothing. The address has a secret part; whoever knows the address can send, so keep it to yourself."
	hearsay       = "As far as is known (check its documentation): "
	httpsOnly     = "The address has to begin with https and be reachable from the internet."

	form = "application/x-www-form-urlencoded"
)

// advised adds to an entry what people are told about it.
func advised(p Provider) Provider {
	a := allAdvice()[p.ID]
	p.Setup, p.Retry = a.steps, a.retry
	if p.Retry.Text != "" && !p.Retry.Confirmed {
		p.Retry.Text = hearsay + p.Retry.Text
	}
	p.Expects = Expects{Text: cmp.Or(a.answer, anySuccess), Within: a.within}
	return p
}

// ContentTypes are those that the provider sends.
func (p Provider) ContentTypes() []string { return contentTypes()[p.ID] }

// contentTypes are those of the samples and those that the advice adds, by provider.
var contentTypes = sync.OnceValue(func() map[string][]string { //nolint:gochecknoglobals // made once for all
	all := map[string][]string{}
	for id, a := range allAdvice() {
		var kinds []string
		for _, s := range Samples(id) {
			if kind, _, err := mime.ParseMediaType(s.ContentType()); err == nil {
				kinds = append(kinds, kind)
			}
		}
		slices.Sort(kinds)
		for _, kind := range a.types {
			if !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
		all[id] = slices.Compact(kinds)
	}
	return all
})

// allAdvice is the advice about all providers, by id.
var allAdvice = sync.OnceValue(func() map[string]advice { //nolint:gochecknoglobals // made once for all
	all := map[string]advice{}
	for _, part := range []map[string]advice{
		codeAdvice(), buildAdvice(), imageAdvice(), paymentAdvice(), billingAdvice(), shopAdvice(), chatAdvice(), networkAdvice(),
		mailAdvice(), letterAdvice(), workAdvice(), customerAdvice(), frameworkAdvice(), contentAdvice(), cloudAdvice(),
		monitorAdvice(), alarmAdvice(), visitorAdvice(),
	} {
		maps.Copy(all, part)
	}
	return all
})

// Proof says in a sentence how the provider proves itself, "" for the general schemes.
func (p Provider) Proof() string {
	if len(p.proofs) == 0 {
		if p.operator {
			return "Signs nothing: the secret part of the address proves it, or a name and a password or a header with a secret."
		}
		return ""
	}
	switch e := p.proofs[0]; {
	case e.says != "":
		return e.says
	case e.hmac != nil:
		return "Signs what it sends (HMAC-" + strings.ToUpper(e.hmac.Algorithm) + "), in the header " + e.hmac.Header + "."
	case e.header != "":
		return "Sends the secret along, in the header " + e.header + "."
	default:
		return "Signs what it sends in a way of its own."
	}
}
