package verify

import (
	"crypto/sha1" //nolint:gosec // senders that sign with it leave no choice; HMAC-SHA1 is not broken
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"slices"
	"strings"

	"patchbay/engine"
)

const (
	formatSingle = "single"
	formatKV     = "kv"
	formatList   = "list"
)

// checkShape refuses, field by field, a description that cannot be followed.
func checkShape(s *engine.HMACShape) []error {
	if s == nil {
		return []error{engine.Invalid("verify.hmac", "Say how the sender signs: header, algorithm and encoding at least.")}
	}
	var faults []error
	fault := func(field, format string, args ...any) {
		faults = append(faults, engine.Invalid("verify.hmac."+field, format, args...))
	}
	if !isToken(s.Header) {
		fault("header", "Name the header that carries the signature, such as X-Signature.")
	}
	oneOf := func(field, value string, known ...string) {
		if slices.Contains(known, value) {
			return
		}
		if near := engine.Nearest(strings.ToLower(value), known); near != "" {
			fault(field, "There is no %s %q; did you mean %q?", field, value, near)
			return
		}
		fault(field, "%q is no %s; use one of %s.", value, field, strings.Join(slices.DeleteFunc(known, func(k string) bool { return k == "" }), ", "))
	}
	oneOf("algorithm", s.Algorithm, "sha1", "sha256", "sha512")
	oneOf("encoding", s.Encoding, "hex", "base64", "base64url")
	oneOf("format", s.Format, "", formatSingle, formatKV, formatList)
	oneOf("unit", s.Unit, "", "s", "ms", "rfc3339", "httpdate", "utcdate")
	if kind, _, _ := strings.Cut(s.Key, ":"); !slices.Contains([]string{"", "utf8", "hex", "base64"}, kind) || kind != "base64" && kind != s.Key {
		fault("key", "%q is no kind of key; use utf8, hex, base64 or base64:PREFIX.", s.Key)
	}
	if s.Format == formatKV && (len(s.SigKeys) == 0 || slices.Contains(s.SigKeys, "")) {
		fault("sigKeys", "Name the items of the header that are signatures, such as v1.")
	}
	if err := checkTimestamp(s); err != nil {
		faults = append(faults, err)
	}
	parts, err := parseMessage(s)
	if err != nil {
		faults = append(faults, err)
	} else if len(faults) == 0 && !signsTime(s, parts) {
		fault("timestamp", "The time is not part of the signed message, so that anybody could set it; put {ts} into message as the sender does, or leave timestamp out.")
	}
	return faults
}

// signsTime reports whether the time, where there is one, is covered by the signature.
func signsTime(s *engine.HMACShape, parts []part) bool {
	from, name, _ := strings.Cut(s.Timestamp, ":")
	for _, p := range parts {
		switch p.token {
		case tokenTime:
			return true
		case tokenBody:
			if from == "json" {
				return true
			}
		case tokenHeader:
			if from == "header" && strings.EqualFold(p.text, name) {
				return true
			}
		case tokenJSON:
			if from == "json" && p.text == name {
				return true
			}
		default:
		}
	}
	return s.Timestamp == ""
}

func checkTimestamp(s *engine.HMACShape) error {
	from, name, _ := strings.Cut(s.Timestamp, ":")
	switch {
	case s.Timestamp == "":
		return nil
	case name == "", !slices.Contains([]string{"header", "kv", "json"}, from):
		return engine.Invalid("verify.hmac.timestamp", "%q is no place for a timestamp; write header:NAME, kv:KEY or json:PATH.", s.Timestamp)
	case from == "kv" && s.Format != formatKV:
		return engine.Invalid("verify.hmac.timestamp", "A timestamp can be at %q only when the format is kv.", s.Timestamp)
	case from == "header" && !isToken(name):
		return engine.Invalid("verify.hmac.timestamp", "%q cannot be the name of a header.", name)
	default:
		return nil
	}
}

// algorithm returns the hash of a checked shape.
func algorithm(name string) func() hash.Hash {
	switch name {
	case "sha1":
		return sha1.New
	case "sha512":
		return sha512.New
	default:
		return sha256.New
	}
}

var errEmptyKey = errors.New("the key is empty")

// decodeKey turns a secret into the bytes of the key.
func decodeKey(kind, text string) ([]byte, error) {
	kind, strip, _ := strings.Cut(kind, ":")
	var key []byte
	var err error
	switch kind {
	case "hex":
		key, err = hex.DecodeString(text)
	case "base64":
		key, err = decodeBase64(strings.TrimPrefix(text, strip))
	default:
		key = []byte(text)
	}
	if err == nil && len(key) == 0 {
		err = errEmptyKey
	}
	return key, err
}

// decodeBase64 reads a key with or without padding.
func decodeBase64(text string) ([]byte, error) {
	if strings.ContainsAny(text, "\r\n") {
		return nil, base64.CorruptInputError(0)
	}
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
}
