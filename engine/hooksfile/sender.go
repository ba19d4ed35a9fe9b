package hooksfile

import (
	"regexp"
	"slices"
	"strings"

	"patchbay/engine"
	"patchbay/engine/verify"
)

// secretWord finds names of values that prove a sender.
var secretWord = regexp.MustCompile(`(?i)(token|secret|password|passwd|passphrase|api[-_]?key|signature|(^|[-_])(key|auth|authorization|sig)$)`)

// secretName reports whether a value is a credential, by what it is called.
func secretName(p parameter) bool {
	switch p.source {
	case "header":
		if slices.Contains(verify.Credentials(engine.Verify{}), strings.ToLower(p.name)) {
			return true
		}
	case "payload", "url", "query":
	default:
		return false
	}
	return secretWord.MatchString(p.name[strings.LastIndexByte(p.name, '.')+1:])
}

func isSignature(kind string) bool { return algorithm(kind) != "" || kind == "scalr-signature" }

// algorithm is the hash of a signature over the body, "" for other kinds of match.
func algorithm(kind string) string {
	name, ok := strings.CutPrefix(kind, "payload-hmac-")
	if !ok {
		name, ok = strings.CutPrefix(kind, "payload-hash-")
	}
	if ok && slices.Contains([]string{"sha1", "sha256", "sha512"}, name) {
		return name
	}
	return ""
}

// sender is the check of the inbox, with what is left of the trigger rule.
func (m *maker) sender(r *rule) (engine.Verify, *rule) {
	check, left := m.proven(r)
	if check.Scheme == "key" {
		left = m.withoutSecrets(left)
	}
	return check, left
}

// withoutSecrets leaves out the secrets in the payload or the query that must fit in any
// case: who knows the address, with its secret part, has proved the same.
func (m *maker) withoutSecrets(r *rule) *rule {
	switch all := ways(r); {
	case r == nil:
		return nil
	case r.isAnd:
		left := &rule{isAnd: true}
		for _, part := range r.and {
			if part = m.withoutSecrets(part); part != nil {
				left.and = append(left.and, part)
			}
		}
		return left
	case len(all) > 0 && !slices.ContainsFunc(all, func(t *match) bool { return !isSecret(t) }):
		m.changed(all[0].field, "The value %q is no longer compared: the secret part of the new address proves the sender in its place. Where the sender signs what it sends, choose its sender check in the inbox.", all[0].parameter.name)
		return nil
	}
	return r
}

// isSecret reports whether a match compares a secret that is part of what is sent.
func isSecret(t *match) bool {
	return t.kind == "value" && t.parameter.source != "header" && secretName(t.parameter)
}

// proven takes what proves the sender out of a trigger rule, and returns what is left.
// Only what must hold in any case can be that: the rule itself, or a part of its and.
func (m *maker) proven(r *rule) (engine.Verify, *rule) {
	if r == nil {
		return m.keyed(), nil
	}
	if check, ok := m.proof(r); ok {
		return check, nil
	}
	if !r.isAnd {
		return m.keyed(), r
	}
	for _, i := range candidates(r.and) {
		part := r.and[i]
		if check, ok := m.proof(part); ok {
			return check, &rule{isAnd: true, and: slices.Delete(slices.Clone(r.and), i, i+1)}
		}
		if !part.isAnd {
			continue
		}
		if check, left := m.proven(part); check.Scheme != "key" {
			parts := slices.Clone(r.and)
			if parts[i] = left; left == nil {
				parts[i] = &rule{isAnd: true}
			}
			return check, &rule{isAnd: true, and: parts}
		}
	}
	return m.keyed(), r
}

// candidates are the places of the parts that may hold what proves the sender: the best
// one where a part does, else all, since it may be further inside.
func candidates(parts []*rule) []int {
	best, every := -1, make([]int, len(parts))
	for i, part := range parts {
		every[i] = i
		if isProof(part) && (best < 0 || strongest(part) && !strongest(parts[best])) {
			best = i
		}
	}
	if best >= 0 {
		return []int{best}
	}
	return every
}

// keyed is the check of an inbox whose hook has none that can be one.
func (m *maker) keyed() engine.Verify { return engine.Verify{Scheme: "key"} }

// strongest reports whether a part is a signature.
func strongest(r *rule) bool {
	for _, t := range ways(r) {
		return isSignature(t.kind)
	}
	return false
}

func isProof(r *rule) bool {
	all := ways(r)
	return len(all) > 0 && !slices.ContainsFunc(all, func(t *match) bool { return !sameProof(t, all[0]) })
}

// ways are the matches of a rule that is one, or a choice among some.
func ways(r *rule) []*match {
	switch {
	case r == nil || r.isAnd:
		return nil
	case !r.isOr && r.not == nil && r.match != nil:
		return []*match{r.match}
	case r.isOr:
		var all []*match
		for _, part := range r.or {
			if part.isAnd || part.isOr || part.not != nil || part.match == nil {
				return nil
			}
			all = append(all, part.match)
		}
		return all
	}
	return nil
}

// sameProof reports whether a match proves the sender, in the same way as another.
func sameProof(t, as *match) bool {
	proves := isSignature(t.kind) || t.kind == "value" && t.parameter.source == "header" && secretName(t.parameter)
	return proves && t.kind == as.kind && t.parameter.source == as.parameter.source && strings.EqualFold(t.parameter.name, as.parameter.name) &&
		slices.Equal(t.parameter.signedHeaders, as.parameter.signedHeaders)
}

func (m *maker) proof(r *rule) (engine.Verify, bool) {
	if !isProof(r) {
		return engine.Verify{}, false
	}
	all := ways(r)
	if strongest(r) && len(all) > 1 && !m.softFailures {
		m.changed(all[1].field, "Without trigger-signature-soft-failures only the first of these secrets ever counted, and so it is here; add the others to the inbox where they should count.")
		all = all[:1]
	}
	var secrets []engine.Secret
	for _, t := range all {
		secret := t.secret
		if t.kind == "value" {
			secret = t.value
		}
		if strings.TrimSpace(secret) == "" {
			return engine.Verify{}, false
		}
		secrets = append(secrets, engine.Secret(secret))
	}
	check, ok := m.scheme(all[0])
	if !ok {
		return engine.Verify{}, false
	}
	check.Secret = secrets[0]
	check.Secrets = secrets[1:]
	if check.Scheme == "bearer" {
		for _, s := range secrets {
			if !strings.HasPrefix(s.Reveal(), "Bearer ") {
				check.Scheme, check.Header = "header", "Authorization"
			}
		}
	}
	if check.Scheme == "bearer" {
		check.Secret = engine.Secret(strings.TrimPrefix(check.Secret.Reveal(), "Bearer "))
		for i, s := range check.Secrets {
			check.Secrets[i] = engine.Secret(strings.TrimPrefix(s.Reveal(), "Bearer "))
		}
	}
	if _, err := verify.New(check); err != nil {
		return engine.Verify{}, false
	}
	return check, true
}

// scheme is the sender check of a match, without its secret.
func (m *maker) scheme(t *match) (engine.Verify, bool) {
	name := strings.ToLower(t.parameter.name)
	switch {
	case t.kind == "scalr-signature":
		return engine.Verify{Scheme: "hmac", HMAC: &engine.HMACShape{
			Header: "X-Signature", Algorithm: "sha1", Encoding: "hex", Message: "{body}{h:Date}", Timestamp: "header:Date", Unit: "utcdate",
		}}, true
	case t.kind == "value" && name == "authorization":
		return engine.Verify{Scheme: "bearer"}, true
	case t.kind == "value" && name == "x-gitlab-token" && !strings.HasPrefix(t.value, "whsec_"):
		return engine.Verify{Scheme: "gitlab"}, true
	case t.kind == "value":
		return engine.Verify{Scheme: "header", Header: t.parameter.name}, true
	case t.parameter.source != "header":
		return engine.Verify{}, false
	}
	hash := algorithm(t.kind)
	plain := len(t.parameter.signedHeaders) == 0
	for header, scheme := range map[string]string{
		"x-hub-signature sha1": "github", "x-hub-signature-256 sha256": "github",
		"x-gitea-signature sha256": "gitea", "x-gogs-signature sha256": "gogs", "x-forgejo-signature sha256": "forgejo",
	} {
		if plain && header == name+" "+hash {
			return engine.Verify{Scheme: scheme}, true
		}
	}
	shape := &engine.HMACShape{Header: t.parameter.name, Algorithm: hash, Encoding: "hex"}
	if strings.HasPrefix(name, "x-hub-signature") {
		shape.Format, shape.ItemPrefix = "list", hash+"="
	} else {
		m.changed(t.field, "The signature is expected as bare hex digits; where the sender writes %s= in front of it, set verify.hmac.prefix to that.", hash)
	}
	if !plain {
		shape.Message = "{body}"
		for _, h := range t.parameter.signedHeaders {
			shape.Message += "{h:" + h + "}"
		}
	}
	return engine.Verify{Scheme: "hmac", HMAC: shape}, true
}
