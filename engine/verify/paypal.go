package verify

import (
	"crypto"
	"hash/crc32"
	"regexp"
	"strconv"
	"strings"
	"time"

	"patchbay/engine"
)

var (
	paypalHost    = regexp.MustCompile(`^api(-m)?(\.sandbox)?\.paypal\.com$`)
	paypalFile    = regexp.MustCompile(`^/v1/notifications/certs/[A-Za-z0-9_-]+$`)
	paypalName    = regexp.MustCompile(`^messageverificationcerts(\.[a-z0-9-]+)?\.paypal\.com$`)
	paypalWebhook = regexp.MustCompile(`^[A-Za-z0-9-]{4,64}$`)
)

// paypalProof is PayPal's signature over a transmission, the webhook that it is for and
// a checksum of the body. The id of the webhook is what makes it the inbox's.
type paypalProof struct {
	name      string
	title     string
	webhooks  []string
	tolerance time.Duration // 0: the time is not checked; a delivery tried again keeps its first
}

func paypal(s setup) (proof, []error) {
	var faults []error
	for _, id := range s.secrets {
		if !paypalWebhook.MatchString(id.text) {
			faults = append(faults, engine.Invalid(id.field, "This is not the id of a webhook; PayPal shows it beside the webhook's address, like 9XL90610J3647323C."))
		}
	}
	return &paypalProof{s.name, s.title, s.texts(), s.tolerance(0)}, faults
}

func (p *paypalProof) label() string { return p.name }

func (p *paypalProof) present(*Request) bool { return true }

func (p *paypalProof) check(r *Request) error {
	var values [5]string
	for i, name := range [...]string{"PAYPAL-TRANSMISSION-ID", "PAYPAL-TRANSMISSION-TIME", "PAYPAL-TRANSMISSION-SIG", "PAYPAL-CERT-URL", "PAYPAL-AUTH-ALGO"} {
		var err error
		if values[i], err = r.single(name); err != nil {
			return err
		}
	}
	id, at, seal, address, algorithm := values[0], values[1], values[2], values[3], values[4]
	if algorithm != "SHA256withRSA" {
		return refuse("The signature is of an algorithm that is not taken.")
	}
	if strings.Contains(id, "|") || strings.Contains(at, "|") {
		return refuse("The transmission's id or time is not in the expected form.") // it would move the borders of what is signed
	}
	if u, ok := plainHTTPS(address); !ok || !paypalHost.MatchString(u.Host) || !paypalFile.MatchString(u.EscapedPath()) {
		return refuse("The certificate's address is not one of PayPal's.")
	}
	certificate, err := r.Keys.certificate(address, p.title, paypalName.MatchString, r.Now)
	if err != nil {
		return err
	}
	sum := strconv.FormatUint(uint64(crc32.ChecksumIEEE(r.Body)), 10)
	for _, webhook := range p.webhooks {
		if err = signedBy(certificate, crypto.SHA256, []byte(id+"|"+at+"|"+webhook+"|"+sum), seal); err == nil {
			break
		}
	}
	if err == nil && p.tolerance > 0 {
		return timely(at, "rfc3339", r.Now, p.tolerance)
	}
	return err
}
