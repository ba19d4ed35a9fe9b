package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
)

// A real GitHub issues delivery of 11.6 KB.
//
//go:embed payload.json
var githubIssue []byte

const digits = 10

// marked is a payload with room for a sequence number in issue.title, which the
// router must render into what it sends: so the destination knows each delivery.
type marked struct {
	raw    []byte
	offset int
	marker []byte // what stands before the number
}

func markPayload(run string) (*marked, error) {
	var p struct {
		Issue struct {
			Title string `json:"title"`
		} `json:"issue"`
	}
	if err := json.Unmarshal(githubIssue, &p); err != nil {
		return nil, err
	}
	title, err := json.Marshal(p.Issue.Title)
	if err != nil {
		return nil, err
	}
	issue := bytes.Index(githubIssue, []byte(`"issue":`))
	for _, sep := range []string{`"title":`, `"title": `} {
		text := append([]byte(sep), title...)
		at := bytes.Index(githubIssue[max(issue, 0):], text)
		if at < 0 {
			continue
		}
		end := issue + at + len(text) - 1
		marker := "bench-" + run + "-"
		raw := append(bytes.Clone(githubIssue[:end]), " "+marker+strings.Repeat("0", digits)...)
		return &marked{
			raw:    append(raw, githubIssue[end:]...),
			offset: end + 1 + len(marker),
			marker: []byte(marker),
		}, nil
	}
	return nil, errors.New("the payload has no issue.title")
}

func putNumber(b []byte, n int64) {
	for i := digits - 1; i >= 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
}

func sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
