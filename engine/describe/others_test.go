package describe_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/describe"
	"patchbay/engine/verify"
)

// What providers send besides the recorded deliveries, written down from what they publish:
// other kinds of events, and newer forms of them. Each line of others.txt is a provider, its
// headers and its body.
func TestRead_DescribesWhatWasNotRecorded(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("testdata", "others.txt"))
	require.NoError(t, err)
	r := describe.NewRecognizer(verify.Providers())
	var got strings.Builder
	for line := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n") {
		parts := strings.SplitN(line, " | ", 3)
		require.Len(t, parts, 3, line)
		e := engine.Event{Method: "POST", ContentType: jsonType, Body: []byte(parts[2])}
		if !strings.ContainsAny(parts[2][:1], "{[") {
			e.ContentType = "application/x-www-form-urlencoded"
		}
		e.Headers = []engine.Header{{Name: "Content-Type", Value: e.ContentType}}
		for header := range strings.SplitSeq(parts[1], ";") {
			name, value, _ := strings.Cut(header, "=")
			e.Headers = append(e.Headers, engine.Header{Name: name, Value: value})
		}
		describer(t, parts[0]).Read(&e, e.Body)
		look := r.Recognize(&e, e.Body)
		require.NotNil(t, look, line)
		require.Equal(t, parts[0], look.Provider.ID, line)
		fmt.Fprintf(&got, "%s [%s] %s: %s\n", parts[0], e.Type, e.DeliveryID, e.Summary)
	}
	compare(t, "others.golden", got.String())
}
