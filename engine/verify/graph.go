package verify

import (
	"encoding/json"
	"strconv"
)

// graphState is the text that was given with a subscription to Microsoft Graph, and
// that every notification carries.
type graphState struct {
	name    string
	secrets []string
}

func microsoftGraph(s setup) (proof, []error) { return &graphState{s.name, s.texts()}, nil }

func (p *graphState) label() string { return p.name }

func (p *graphState) present(*Request) bool { return true }

func (p *graphState) check(r *Request) error {
	items, _ := at(r.root(), "value").([]any)
	if len(items) == 0 {
		return refuse("The body holds no notifications.")
	}
	for i, item := range items {
		state, ok := at(item, "clientState").(string)
		if !ok {
			return refuse("Notification " + strconv.Itoa(i+1) + " carries no clientState.")
		}
		match := false
		for _, secret := range p.secrets {
			match = same(secret, state) || match
		}
		if !match {
			return refuse("The clientState of notification " + strconv.Itoa(i+1) + " is not the secret.")
		}
	}
	return nil
}

func (p *graphState) sign(r *Request) (Signed, error) {
	items, _ := at(r.root(), "value").([]any)
	if len(items) == 0 {
		return Signed{}, unsignable(refuse("its body holds no notifications."))
	}
	for _, item := range items {
		if fields, ok := item.(map[string]any); ok {
			fields["clientState"] = p.secrets[0]
		}
	}
	body, err := json.Marshal(r.root())
	if err != nil {
		return Signed{}, unsignable(err)
	}
	return Signed{Body: body}, nil
}
