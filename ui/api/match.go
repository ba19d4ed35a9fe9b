package api

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"patchbay/engine"
)

// Match makes a change depend on the version that the client saw.
type Match struct {
	IfMatch string `header:"If-Match" doc:"The ETag of the version that the change was made from, or *." maxLength:"200"`
}

func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// contentTag is the ETag of what is stored without a version.
func contentTag(v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("write an object for its etag: %w", err)
	}
	return `"` + hex.EncodeToString(hashOf(string(text))[:12]) + `"`, nil
}

// required refuses a change whose If-Match is missing (428) or not the current one
// (412, with the current object).
func (m Match) required(current string, view any) error {
	if m.IfMatch == "" {
		return newProblem(http.StatusPreconditionRequired, "Send the object's ETag as If-Match, so that nobody's change is overwritten unseen.")
	}
	return m.optional(current, view)
}

// optional honours an If-Match that is there.
func (m Match) optional(current string, view any) error {
	if m.IfMatch == "" || m.IfMatch == "*" {
		return nil
	}
	for tag := range strings.SplitSeq(m.IfMatch, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == current || tag == strings.Trim(current, `"`) {
			return nil
		}
	}
	return changedMeanwhile(current, view)
}

func changedMeanwhile(current string, view any) *Problem {
	p := newProblem(http.StatusPreconditionFailed, "It was changed meanwhile; look at the current version and try again.")
	p.headers.Set("ETag", current)
	p.Current = view
	return p
}

// raced turns the conflict of a change that lost a race after its If-Match had been
// checked into a 412; reload returns the object as it is now.
func raced[T any](err error, seen int64, reload func() (version int64, view T, err error)) error {
	if engine.KindOf(err) != engine.KindConflict {
		return err
	}
	version, view, again := reload()
	if again != nil || version == seen {
		return err
	}
	return changedMeanwhile(etag(version), view)
}
