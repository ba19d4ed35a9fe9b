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
	var doc document
	return at(doc.root(r), "notificationItems") != nil
}

func (p *adyenItems) check(r *Request) error {
	var doc document
	items, _ := at(doc.root(r), "notificationItems").([]any)
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
		if !p.fits(adyenMessage(item), f.signatures) {
			return refuse(where + "has a signature that does not fit the signing secret.")
		}
	}
	return nil
}

// adyenMessage joins the signed fields; one that is missing counts as empty.
func adyenMessage(item any) message {
	var values []string
	for _, path := range []string{
		"pspReference", "originalReference", "merchantAccountCode", "merchantReference", "amount.value", "amount.currency", "eventCode", "success",
	} {
		value := at(item, "NotificationRequestItem."+path)
		text, _ := scalar(value)
		if truth, ok := value.(bool); ok {
			text = strconv.FormatBool(truth)
		}
		values = append(values, text)
	}
	return message{pieces: [][]byte{[]byte(strings.Join(values, ":"))}}
}

func (p *adyenItems) sign(r *Request) (Signed, error) {
	var doc document
	items, _ := at(doc.root(r), "notificationItems").([]any)
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
		extra["hmacSignature"] = p.encode(p.keys[0].sign(adyenMessage(item).pieces, nil))
	}
	body, err := json.Marshal(doc.value)
	if err != nil {
		return Signed{}, unsignable(err)
	}
	return Signed{Body: body}, nil
}
