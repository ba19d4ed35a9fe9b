package verify

import (
	"crypto"
	"regexp"
	"slices"
	"strings"
	"time"

	"patchbay/engine"
)

// snsTolerance is a little more than the hour for which Amazon SNS tries at most.
const snsTolerance = time.Hour + defaultTolerance

var (
	snsHost  = regexp.MustCompile(`^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$`)
	snsFile  = regexp.MustCompile(`^/SimpleNotificationService-[A-Za-z0-9]+\.pem$`)
	snsName  = regexp.MustCompile(`^sns(-signing)?(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?$`)
	snsTopic = regexp.MustCompile(`^arn:aws(-[a-z-]+)?:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]+$`)
)

// snsProof is the signature of an Amazon SNS message. It proves only that some
// customer of Amazon's published it: what makes it the inbox's is its topic.
type snsProof struct {
	name      string
	title     string
	topics    []string
	tolerance time.Duration
}

func amazonSNS(s setup) (proof, []error) {
	var faults []error
	for _, topic := range s.secrets {
		if !snsTopic.MatchString(topic.text) {
			faults = append(faults, engine.Invalid(topic.field, "This is not the ARN of a topic; it looks like arn:aws:sns:eu-west-1:123456789012:orders."))
		}
	}
	return &snsProof{s.name, s.title, s.texts(), s.tolerance(snsTolerance)}, faults
}

func (p *snsProof) label() string { return p.name }

func (p *snsProof) present(*Request) bool { return true }

func (p *snsProof) check(r *Request) error {
	message, _ := r.root().(map[string]any)
	field := func(name string) string {
		text, _ := message[name].(string)
		return text
	}
	if message == nil || field("Signature") == "" {
		return refuse("The request is not signed: its body is no message of Amazon SNS. Switch raw message delivery off.")
	}
	if !slices.ContainsFunc(p.topics, func(topic string) bool { return same(topic, field("TopicArn")) }) {
		return refuse("The message is of another topic than this inbox takes.")
	}
	hash := crypto.SHA256
	switch field("SignatureVersion") {
	case "1":
		hash = crypto.SHA1
	case "2":
	default:
		return refuse("The signature is of a version that is not known.")
	}
	text, ok := snsMessage(message)
	if !ok {
		return refuse("The message lacks what its signature covers.")
	}
	address := field("SigningCertURL")
	if u, ok := plainHTTPS(address); !ok || !snsHost.MatchString(u.Host) || !snsFile.MatchString(u.EscapedPath()) {
		return refuse("The certificate's address is not one of Amazon SNS's.")
	}
	certificate, err := r.Keys.certificate(address, p.title, snsName.MatchString, r.Now)
	if err != nil {
		return err
	}
	if err := signedBy(certificate, hash, []byte(text), field("Signature")); err != nil {
		return err
	}
	if p.tolerance > 0 {
		return timely(field("Timestamp"), "rfc3339", r.Now, p.tolerance)
	}
	return nil
}

// snsMessage writes what is signed: names and values of the fields of each kind of message.
func snsMessage(message map[string]any) (string, bool) {
	var names []string
	switch message["Type"] {
	case "Notification":
		names = []string{"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"}
	case "SubscriptionConfirmation", "UnsubscribeConfirmation":
		names = []string{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	default:
		return "", false
	}
	var b strings.Builder
	for _, name := range names {
		value, ok := message[name].(string)
		if !ok && name == "Subject" && message[name] == nil {
			continue
		}
		if !ok || name != "Message" && strings.Contains(value, "\n") {
			return "", false // a line more could have been the message's
		}
		b.WriteString(name + "\n" + value + "\n")
	}
	return b.String(), true
}
