package hooksfile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/hooksfile"
)

func one(t *testing.T, text string) *hooksfile.Import {
	t.Helper()
	made, err := hooksfile.Read([]byte(text), hooksfile.Options{})
	require.NoError(t, err)
	return made
}

// A hook whose protection cannot be carried over is turned off, and lets nothing through
// when somebody turns it on again.
func TestRead_TurnsOffWhatLostItsProtection(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]string{
		"a signature as one of several ways": `{"or":[{"match":{"type":"payload-hmac-sha256","secret":"s","parameter":{"source":"header","name":"X-A"}}},{"match":{"type":"ip-whitelist","ip-range":"10.0.0.0/33"}}]}`,
		"a signature in the payload":         `{"match":{"type":"payload-hmac-sha1","secret":"s","parameter":{"source":"payload","name":"sig"}}}`,
		"an unknown type":                    `{"match":{"type":"magic"}}`,
		"a pattern with a secret":            `{"match":{"type":"regex","regex":"^s3cret$","parameter":{"source":"url","name":"token"}}}`,
		"a token as one of several ways":     `{"or":[{"match":{"type":"value","value":"42","parameter":{"source":"url","name":"token"}}},{"match":{"type":"ip-whitelist","ip-range":"10.0.0.0/33"}}]}`,
		"a token that must not fit":          `{"not":{"match":{"type":"value","value":"42","parameter":{"source":"payload","name":"token"}}}}`,
		"a template":                         `{"match":{"type":"value","value":"a","parameter":{"source":"template","name":"{{.ID}}"}}}`,
	} {
		made := one(t, `[{"id":"a","execute-command":"/bin/a","trigger-rule":`+rule+`}]`)
		require.Equal(t, []string{"a"}, made.Off, name)
		require.False(t, made.Document.Rules[0].On(), name)
		require.Equal(t, "false", made.Document.Rules[0].When, name)
	}
}

// What webhook does with a value that is missing depends on where it is looked at.
func TestRead_KeepsWhatMissingValuesMean(t *testing.T) {
	t.Parallel()
	not := `{"not":{"match":{"type":"value","value":"x","parameter":{"source":"payload","name":"a"}}}}`
	other := `{"match":{"type":"value","value":"y","parameter":{"source":"payload","name":"b"}}}`
	for rule, when := range map[string]string{
		not:                                   `not (payload.a == "x")`,
		`{"and":[` + not + `,` + other + `]}`: `(not (payload.a == "x") and not (payload.a == nil)) and payload.b == "y"`,
		`{"or":[` + not + `,` + other + `]}`:  `not (payload.a == "x") or payload.b == "y"`,
	} {
		made := one(t, `[{"id":"a","execute-command":"/bin/a","trigger-rule":`+rule+`}]`)
		require.Equal(t, when, made.Document.Rules[0].When)
		require.Empty(t, made.Off)
	}
}

// The secret of a request could be guessed from what a condition says of it.
func TestRead_PutsTheAddressInThePlaceOfASecretThatIsSent(t *testing.T) {
	t.Parallel()
	token := `{"match":{"type":"value","value":"42","parameter":{"source":"url","name":"token"}}}`
	other := `{"match":{"type":"value","value":"43","parameter":{"source":"url","name":"token"}}}`
	plain := `{"match":{"type":"value","value":"y","parameter":{"source":"payload","name":"b"}}}`
	for rule, when := range map[string]string{
		token: "", `{"or":[` + token + `,` + other + `]}`: "", `{"and":[` + token + `,` + plain + `]}`: `payload.b == "y"`,
	} {
		made := one(t, `[{"id":"a","execute-command":"/bin/a","trigger-rule":`+rule+`}]`)
		require.Equal(t, when, made.Document.Rules[0].When)
		require.Equal(t, "key", made.Document.Inboxes[0].Verify.Scheme)
		require.Empty(t, made.Off)
		require.Contains(t, made.Remarks[0].Message, "secret part of the new address")
	}
	signed := `{"match":{"type":"payload-hmac-sha256","secret":"s","parameter":{"source":"header","name":"X-A"}}}`
	made := one(t, `[{"id":"a","execute-command":"/bin/a","trigger-rule":{"and":[`+signed+`,`+token+`]}}]`)
	require.Equal(t, "hmac", made.Document.Inboxes[0].Verify.Scheme)
	require.Equal(t, []string{"a"}, made.Off, "a signed inbox has no secret address that could stand for the token")
}

func TestRead_AHookWithAProgramBeforeItStaysOff(t *testing.T) {
	t.Parallel()
	made := one(t, `[{"id":"a","execute-command":"/bin/a","pre-hook-command":"/bin/x"}]`)
	require.Equal(t, []string{"a"}, made.Off)
	require.False(t, made.Document.Rules[0].On())
}

// A request that the trigger rule does not take is answered by the inbox itself.
func TestRead_AnswersWhatIsNotTriggered(t *testing.T) {
	t.Parallel()
	made := one(t, `[{"id":"a","execute-command":"/bin/a","trigger-rule-mismatch-http-response-code":409,"trigger-rule":{"match":{"type":"value","value":"y","parameter":{"source":"payload","name":"b"}}}}]`)
	require.Len(t, made.Document.Rules, 1)
	require.Equal(t, &engine.Unmatched{Status: 409, Text: "Hook rules were not satisfied."}, made.Document.Inboxes[0].Respond.Unmatched)
}

// Nothing that is not understood is dropped without a word.
func TestRead_TellsWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	made := one(t, "- id: My Hook\n  execute-command: play.sh\n  keep-file: true\n  pre-hook-command: /bin/x\n  http-methods: [HEAD, post]\n  pass-arguments-to-command:\n  - source: raw-request-body\n")
	told := map[string]bool{}
	for _, r := range made.Remarks {
		told[r.Field] = r.Lost
	}
	require.Equal(t, map[string]bool{
		"": false, "id": false, "keep-file": true, "pre-hook-command": true, "execute-command": true, "http-methods": false, "pass-arguments-to-command[0]": true,
	}, told)
	require.Equal(t, "my-hook", made.Document.Inboxes[0].Name)
	require.Equal(t, []string{"POST"}, made.Document.Inboxes[0].Methods)
}

func TestRead_RefusesWhatIsNoFileOfHooks(t *testing.T) {
	t.Parallel()
	for text, message := range map[string]string{
		`{}`: "no hooks", `[{"id":"a"},{"id":"A"}]`: "same name", `[{"execute-command":"/bin/a"}]`: "no id", `[1]`: "object",
		`[{"id":"a","secret":"{{ getenv "X" }}"}]`: "template",
	} {
		_, err := hooksfile.Read([]byte(text), hooksfile.Options{})
		require.ErrorContains(t, err, message, text)
	}
}
