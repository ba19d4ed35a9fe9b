package decode_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/decode"
)

// damaged changes a few bytes of a body: to ones that mean something in JSON, away, or
// up to the end.
func damaged(random *rand.Rand, body []byte) []byte {
	const meaningful = "{}[]\",:\\ \n\x00\x1f\x80\xff0129.eE-+tfnu/"
	out := bytes.Clone(body)
	for range 1 + random.IntN(3) {
		if len(out) == 0 {
			return out
		}
		at := random.IntN(len(out))
		switch random.IntN(8) {
		case 0:
			out = out[:at]
		case 1:
			out = append(out[:at], out[at+1:]...)
		default:
			out[at] = meaningful[random.IntN(len(meaningful))]
		}
	}
	return out
}

// What is not wanted is skipped, and judged as what is wanted: a body has the same
// fault, at the same place, and a field the same value.
func TestJSON_SkippingJudgesAsDecodingDoes(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(20260301, 7))
	valid, invalid := 0, 0
	for _, d := range corpus(t) {
		if !json.Valid(d.Body) {
			continue
		}
		var pretty bytes.Buffer
		require.NoError(t, json.Indent(&pretty, d.Body, "", "\t"))
		for i := range 20 {
			body := d.Body
			if i%2 == 1 {
				body = pretty.Bytes()
			}
			if i > 1 {
				body = damaged(random, body)
			}
			all := decode.Payload(jsonType, body, decode.Options{})
			none := decode.Payload(jsonType, body, decode.Options{Fields: engine.Fields{}})
			require.Equal(t, all.Error, none.Error, "%q", body)
			if all.Error != "" {
				invalid++
				continue
			}
			valid++
			object, ok := all.Value.(map[string]any)
			if !ok {
				continue
			}
			for key, want := range object {
				one := decode.Payload(jsonType, body, decode.Options{Fields: engine.Fields{key: nil}})
				require.Equal(t, map[string]any{key: want}, one.Value)
			}
		}
	}
	require.Greater(t, valid, 400)
	require.Greater(t, invalid, 400)
}

// Numbers, words and levels at the edges of what is skipped at once.
func TestJSON_SkipsEdges(t *testing.T) {
	t.Parallel()
	for _, value := range []string{
		"0", "-0", "00", "01", "-01", "9", "123456789012345678", "1234567890123456789", strings.Repeat("9", 300), strings.Repeat("9", 310), "1.5", "1.", "1e5", "1E+", "1e400", "-", "--1",
		"+1", ".5", "1x", "tru", "true1", "nulll", "[]", "[ ]", "{ }", "[1 ]", "[1,]", "[,1]", `{"a":1,}`, `{"a" : 1 , "b":[ ] }`, `{"a":1]`, `[1}`, `{1:2}`, `{"a"}`, `{"a":}`, `{"a\u0062":"\"\\"}`,
		`"`, `"a`, `"\`, `"\u12"`, "\"a\nb\"", "\"日本語、長い文字列\"", "\"\xff\"",
		strings.Repeat("[", 63) + strings.Repeat("]", 63), strings.Repeat("[", 64) + strings.Repeat("]", 64), strings.Repeat(`{"a":`, 63) + "1" + strings.Repeat("}", 63),
		strings.Repeat(`{"a":[`, 31) + strings.Repeat("]}", 31), strings.Repeat(`[{"a":`, 31) + "1" + strings.Repeat("}]", 31), strings.Repeat(`[{"a":`, 31) + "1" + strings.Repeat("]}", 31),
	} {
		for _, body := range []string{`{"x":` + value + `,"y":1}`, `{"y":1,"x":` + value, `{"x":` + value} {
			all := decode.Payload(jsonType, []byte(body), decode.Options{})
			some := decode.Payload(jsonType, []byte(body), decode.Options{Fields: engine.Fields{"y": nil}})
			require.Equal(t, all.Error, some.Error, body)
			if object, ok := all.Value.(map[string]any); ok && all.Error == "" && object["y"] != nil {
				require.Equal(t, map[string]any{"y": int64(1)}, some.Value, body)
			}
		}
	}
}

func TestJSON_WantedKeysOfAnyLength(t *testing.T) {
	t.Parallel()
	object := map[string]any{}
	for n := range 130 {
		object[strings.Repeat("k", n)] = int64(n)
	}
	body, err := json.Marshal(object)
	require.NoError(t, err)
	want := engine.Fields{}
	for key := range object {
		r := decode.Payload(jsonType, body, decode.Options{Fields: engine.Fields{key: nil}})
		require.Equal(t, map[string]any{key: object[key]}, r.Value)
		want[key] = nil
	}
	require.Equal(t, object, decode.Payload(jsonType, body, decode.Options{Fields: want}).Value)
}
