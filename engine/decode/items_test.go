package decode_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine/decode"
)

// sameItems holds what a body is cut into against what it decodes to.
func sameItems(t require.TestingT, contentType string, body []byte, opt decode.Options) int {
	whole := decode.Payload(contentType, body, opt)
	items, count := decode.Items(contentType, body, opt, 1<<20)
	list, ok := whole.Value.([]any)
	if !ok || whole.Error != "" {
		require.Zero(t, count, "%q", body)
		require.Empty(t, items)
		return 0
	}
	require.Len(t, items, len(list), "%q", body)
	require.Equal(t, len(list), count)
	for i, item := range items {
		one := decode.Payload("application/json", item, decode.Options{})
		require.Equal(t, list[i], one.Value, "item %d of %q", i, body)
		for pointer, literal := range one.Literals {
			require.Equal(t, whole.Literals["/"+strconv.Itoa(i)+pointer], literal)
		}
	}
	return count
}

func TestItems_AreWhatEveryRecordedDeliveryDecodesTo(t *testing.T) {
	t.Parallel()
	lists := make(map[string]int)
	for _, d := range corpus(t) {
		if n := sameItems(t, d.contentType(), d.Body, options(d)); n > 0 {
			provider, _, _ := strings.Cut(d.Name, "/")
			lists[provider] += n
		}
	}
	require.Equal(t, map[string]int{"hubspot": 1, "mailjet": 1, "mandrill": 4, "sendgrid": 4, "sparkpost": 3}, lists)
}

func TestItems_KeepTheirTextAsItStands(t *testing.T) {
	t.Parallel()
	body := []byte("\xef\xbb\xbf [ {\"id\": 9007199254740993, \"n\":640.00} ,\n12345678901234567890123 , \"caf\\u00e9\",null,[ 1, 2 ] ]\r\n")
	items, count := decode.Items("application/json", body, decode.Options{}, 5)
	require.Equal(t, 5, count)
	texts := make([]string, len(items))
	for i := range items {
		texts[i] = string(items[i])
	}
	require.Equal(t, []string{`{"id": 9007199254740993, "n":640.00}`, `12345678901234567890123`, `"caf\u00e9"`, `null`, `[ 1, 2 ]`}, texts)
	sameItems(t, "application/json", body, decode.Options{})
}

func TestItems_AreFoundWhereverTheBodyHoldsThem(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		contentType, body string
		opt               decode.Options
		want              int
	}{
		"JSON as text":                {"text/plain", `[1,2]`, decode.Options{}, 2},
		"JSON without a type":         {"", `[1,2]`, decode.Options{}, 2},
		"a single field of a form":    {"application/x-www-form-urlencoded", "data=%5B1%2C2%2C3%5D", decode.Options{}, 3},
		"the field of a preset":       {"application/x-www-form-urlencoded", "a=1&events=%5B1%2C2%5D", decode.Options{Field: "events"}, 2},
		"base64 in a field":           {"application/x-www-form-urlencoded", "events=WzEsMiwzXQ", decode.Options{Field: "events", FieldEncoding: "base64"}, 3},
		"a field of a multipart form": {`multipart/form-data; boundary="b"`, "--b\r\nContent-Disposition: form-data; name=\"events\"\r\n\r\n[1,2]\r\n--b--\r\n", decode.Options{Field: "events"}, 2},
		"an empty list":               {"application/json", `[ ]`, decode.Options{}, 0},
		"an object":                   {"application/json", `{"a":[1]}`, decode.Options{}, 0},
		"a list with a fault":         {"application/json", `[1,2`, decode.Options{}, 0},
		"two lists":                   {"application/json", `[1][2]`, decode.Options{}, 0},
		"one field of several":        {"application/x-www-form-urlencoded", "a=1&events=%5B1%2C2%5D", decode.Options{}, 0},
		"text in brackets":            {"text/plain", `[note] see below`, decode.Options{}, 0},
		"XML":                         {"application/xml", `<a/>`, decode.Options{}, 0},
		"nothing":                     {"application/json", ``, decode.Options{}, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, count := decode.Items(tt.contentType, []byte(tt.body), tt.opt, 10)
			require.Equal(t, tt.want, count)
			sameItems(t, tt.contentType, []byte(tt.body), tt.opt)
		})
	}
}

func TestItems_AreOnlyCountedBeyondTheMost(t *testing.T) {
	t.Parallel()
	body, err := json.Marshal(make([]int, 11))
	require.NoError(t, err)
	items, count := decode.Items("application/json", body, decode.Options{}, 10)
	require.Nil(t, items)
	require.Equal(t, 11, count)
}
