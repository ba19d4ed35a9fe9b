package verify

import (
	"maps"
	"sync"
)

// Summary are the sentences that tell in a line what an event is about. Type is the kind
// of event, in which a star stands for any text; of the sentences the first one whose
// fields are all there counts. Package describe says how sentences are written.
type Summary struct {
	Type      string
	Sentences []string
}

func on(kind string, sentences ...string) Summary { return Summary{kind, sentences} }

// any kind of event, by the order of the sentences.
func always(sentences ...string) []Summary { return []Summary{on("*", sentences...)} }

// summaries returns the sentences of all providers by id. They are the same for each call.
var summaries = sync.OnceValue(func() map[string][]Summary { //nolint:gochecknoglobals // made once for all
	all := make(map[string][]Summary)
	for _, some := range []map[string][]Summary{
		codeSummaries(), buildSummaries(), alarmSummaries(), paymentSummaries(), shopSummaries(),
		chatSummaries(), networkSummaries(), mailSummaries(), workSummaries(), cloudSummaries(),
	} {
		maps.Copy(all, some)
	}
	return all
})

// generalSummaries are those of the schemes that are nobody's own: words are looked for
// where most senders have them.
func generalSummaries() []Summary {
	const amount = "[ · {total_price,amount_total,total,amount,data.amount} {currency,data.currency}]"
	return always(
		"{title,subject,headline,summary,data.title,data.subject,data.object.title,data.attributes.title,event.title,issue.title,message.subject}"+amount,
		"{name,full_name,data.name,data.attributes.name,event.name,item.name}"+amount,
		"{message,text,description,msg,data.message,data.text,event.message,message.text,data.description,error.message}",
		"{[0].title,[0].subject,[0].name,[0].message,[0].text}[ and {#|more} more]",
		"{query:title,query:subject,query:name,query:message,query:text}",
		"Message {id,ID,uuid,data.id,event.id,object_id,query:id}",
	)
}
