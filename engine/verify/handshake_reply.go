package verify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"patchbay/engine"
)

const (
	typeText = "text/plain; charset=utf-8"
	typeJSON = "application/json"
)

// Answer is what a handshake is told.
type Answer struct {
	Status  int
	Type    string
	Body    []byte
	Headers [][2]string
}

// Answer fills in the reply to a value that [Handshake.Read] gave. rate is {rate}.
// KindUnauthorized when the reply has to be signed and the inbox has no secret yet.
func (h *Handshake) Answer(v engine.Verify, value, rate string) (Answer, error) {
	r := h.Reply
	a := Answer{Status: r.Status, Type: r.Type}
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	if a.Type == "" {
		a.Type = typeText
	}
	body := []string{"{value}", value, "{rate}", rate}
	if a.Type == typeJSON {
		body[1] = insideJSON(value)
	}
	if strings.Contains(r.Body, "{hmac:") {
		active := v.Active()
		if len(active) == 0 {
			return Answer{}, refuse("The inbox has no secret yet to answer the handshake with.")
		}
		sum := hmac.New(sha256.New, []byte(active[0].Reveal()))
		_, _ = sum.Write([]byte(value)) // a hash never fails
		digest := sum.Sum(nil)
		body = append(body, "{hmac:hex}", hex.EncodeToString(digest), "{hmac:base64}", base64.StdEncoding.EncodeToString(digest))
	}
	a.Body = []byte(strings.NewReplacer(body...).Replace(r.Body))
	head := strings.NewReplacer("{value}", value, "{rate}", rate)
	for _, line := range r.Headers {
		a.Headers = append(a.Headers, [2]string{line[0], head.Replace(line[1])})
	}
	return a, nil
}

// insideJSON writes a text as it stands between the quotes of a JSON string.
func insideJSON(s string) string {
	quoted, err := json.Marshal(s)
	if err != nil || len(quoted) < 2 {
		return ""
	}
	return string(quoted[1 : len(quoted)-1])
}
