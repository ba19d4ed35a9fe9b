package verify

import (
	"encoding/json"
	"strconv"
	"strings"

	"patchbay/engine"
)

// adyenItems is the signature that each item of Adyen's standard notifications carries
// in itself, over eight of its fields. All must hold.
type adyenItems struct {
	*signature
}

func adyen(s setup) (proof, []error) {
	inner, faults := newSignature(evidence{
		name: s.name, hmac: &engine.HMACShape{Header: "HmacSignature", Algorithm: "sha256", Encoding: "base64", Key: "hex"},
	}, s.name, s.config, s.secrets)
	return &adyenItems{inner}, faults
}

// present reports whether the body is of the kind whose items are signed.
func (p *adyenItems) present(r *Request) bool {
	return at(r.root(), "notificationItems") != nil
}

func (p *adyenItems) check(r *Request) error {
	items, _ := at(r.root(), "notificationItems").([]any)
	if len(items) == 0 {
		return refuse("The request is not signed: it holds no items of a notification.")
	}
	for i, item := range items {
		where := "Item " + strconv.Itoa(i+1) + " of the notification "
		text, _ := at(item, "NotificationRequestItem.additionalData.hmacSignature").(string)
		var f found
		p.add(text, &f)
		if len(f.signatures) == 0 {
			return refuse(where + "is not signed.")
		}
		m, ok := adyenMessage(item)
		if !ok {
			return refuse(where + "has a signed field of another form than Adyen's.")
		}
		if !p.fits(m, f.signatures) {
			return refuse(where + "has a signature that does not fit the signing secret.")
		}
	}
	return nil
}

// adyenMessage joins the signed fields; one that is missing counts as empty. Only the
// merchant's reference may hold the colon that joins them, and none may be an object:
// else two notifications could have one signature.
func adyenMessage(item any) (m message, ok bool) {
	const free = "merchantReference"
	var values []string
	for _, path := range []string{
		"pspReference", "originalReference", "merchantAccountCode", free, "amount.value", "amount.currency", "eventCode", "success",
	} {
		value := at(item, "NotificationRequestItem."+path)
		text, ok := scalar(value)
		if truth, is := value.(bool); is {
			text, ok = strconv.FormatBool(truth), true
		}
		if !ok && value != nil || path != free && strings.Contains(text, ":") {
			return message{}, false
		}
		values = append(values, text)
	}
	return message{pieces: [][]byte{[]byte(strings.Join(values, ":"))}}, true
}

func (p *adyenItems) sign(r *Request) (Signed, error) {
	items, _ := at(r.root(), "notificationItems").([]any)
	for _, item := range items {
		fields, ok := at(item, "NotificationRequestItem").(map[string]any)
		if !ok {
			return Signed{}, unsignable(refuse("An item has no NotificationRequestItem."))
		}
		extra, ok := fields["additionalData"].(map[string]any)
		if !ok {
			extra = make(map[string]any)
			fields["additionalData"] = extra
		}
		m, ok := adyenMessage(item)
		if !ok {
			return Signed{}, unsignable(refuse("An item has a signed field of another form than Adyen's."))
		}
		extra["hmacSignature"] = p.encode(p.keys[0].sign(m.pieces, nil))
	}
	body, err := json.Marshal(r.root())
	if err != nil {
		return Signed{}, unsignable(err)
	}
	return Signed{Body: body}, nil
}
