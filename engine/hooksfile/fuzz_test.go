package hooksfile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine/hooksfile"
	"patchbay/engine/rules"
)

// Whatever a file holds, it is read or its faults are told; every condition that is made
// compiles, and no secret of a signature is in one.
func FuzzRead(f *testing.F) {
	f.Add(`[{"id":"a","execute-command":"/bin/a","trigger-rule":{"and":[{"match":{"type":"payload-hmac-sha256","secret":"s3cret-value","parameter":{"source":"header","name":"X-Sig"}}},{"not":{"match":{"type":"regex","regex":"a\"b","parameter":{"source":"payload","name":"in.0.-x"}}}}]}}]`)
	f.Add("- id: a\n  execute-command: b\n  trigger-rule:\n    or:\n    - match: {type: value, value: 1, parameter: {source: url, name: token}}\n    - not: {and: [{match: {type: ip-whitelist, ip-range: 10.0.0.0/8}}]}\n")
	f.Add(`[{"id":"{{x}}","pass-arguments-to-command":[{"source":"string","name":"{{{"},{"source":"template"}],"pre-hook-command":1}]`)
	f.Add("[{]")
	engine := rules.New(rules.Options{})
	f.Fuzz(func(t *testing.T, text string) {
		made, err := hooksfile.Read([]byte(text), hooksfile.Options{})
		if err != nil {
			return
		}
		for _, r := range made.Document.Rules {
			require.NotEmpty(t, r.Steps)
			require.NotEqual(t, "none", made.Document.Inboxes[0].Verify.Scheme)
			if r.When != "" && len(r.When) <= rules.MaxSource {
				_, err := engine.Compile(r.When, rules.Scope{})
				require.False(t, err != nil && !strings.Contains(err.Error(), "too"), "%s: %v", r.When, err)
			}
		}
	})
}
