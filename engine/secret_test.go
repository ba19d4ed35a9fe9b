package engine_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
)

func TestSecret_CannotBePrinted(t *testing.T) {
	t.Parallel()
	const marker = "marker-secret-value"
	s := engine.Secret(marker)
	wrapped := struct{ S engine.Secret }{s}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, value := range []any{s, wrapped, &wrapped, []engine.Secret{s}, map[string]engine.Secret{"k": s}} {
			require.NotContains(t, fmt.Sprintf(verb, value), marker, "%s of %T", verb, value)
		}
	}
	encoded, err := json.Marshal(wrapped)
	require.NoError(t, err)
	require.JSONEq(t, `{"S":"[redacted]"}`, string(encoded))
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("said", "secret", s, "wrapped", wrapped)
	require.NotContains(t, out.String(), marker)
	require.Equal(t, marker, s.Reveal())
	require.Equal(t, "alue", s.Last4())
	require.Empty(t, engine.Secret("short").Last4())
}

func TestReplies_GiveTheFirstAnswerOnce(t *testing.T) {
	t.Parallel()
	var r engine.Replies
	id := engine.ID{1}
	require.False(t, r.Answer(id, engine.Reply{Status: 200}), "nobody waits")
	answer, done := r.Expect(id)
	require.True(t, r.Answer(id, engine.Reply{Status: 201}))
	require.False(t, r.Answer(id, engine.Reply{Status: 202}))
	require.Equal(t, 201, (<-answer).Status)
	done()
	_, done = r.Expect(id)
	done()
	require.False(t, r.Answer(id, engine.Reply{Status: 200}), "it stopped waiting")
	answer, done = r.Expect(id)
	defer done()
	r.Unwanted(engine.ID{2})
	require.Empty(t, answer)
	r.Unwanted(id)
	require.Zero(t, (<-answer).Status, "there will be none")
}

func TestFailure_KeepsWhatIsKnownOfAnError(t *testing.T) {
	t.Parallel()
	require.Nil(t, engine.AsFailure(nil))
	permanent := engine.Permanent("no", nil)
	require.Same(t, permanent, engine.AsFailure(fmt.Errorf("doing: %w", permanent)))
	invalid := engine.AsFailure(engine.Invalid("url", "is empty"))
	require.True(t, invalid.Permanent)
	require.Equal(t, engine.OutcomeNotSent, invalid.Outcome)
	other := engine.AsFailure(errors.New("boom"))
	require.False(t, other.Permanent)
	require.Equal(t, engine.OutcomeUnknown, other.Outcome)
	require.NotContains(t, other.Message, "boom")
}
