package decode_test

import (
	"bytes"
	"mime/multipart"
	"net/textproto"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/decode"
)

func TestPayload_ByContentType(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	tests := map[string]struct {
		contentType, body string
		want              any
		error             string
	}{
		"nothing":                  {"application/json", "", nil, ""},
		"nothing at all":           {"", "", nil, ""},
		"JSON as text":             {"text/plain; charset=UTF-8", `{"a":1}`, object{"a": int64(1)}, ""},
		"JSON list as text":        {"text/plain", ` [1]`, []any{int64(1)}, ""},
		"JSON without type":        {"", `{"a":1}`, object{"a": int64(1)}, ""},
		"JSON as bytes":            {"application/octet-stream", `{"a":1}`, object{"a": int64(1)}, ""},
		"vendor JSON":              {"application/vnd.contentful.management.v1+json", `{"a":1}`, object{"a": int64(1)}, ""},
		"capitals":                 {"Application/JSON; Charset=UTF-8", `"x"`, "x", ""},
		"scalar JSON as text":      {"text/plain", `"x"`, `"x"`, ""},
		"log line":                 {"text/plain", `[INFO] started`, `[INFO] started`, ""},
		"nearly JSON without type": {"", `{"a":1`, `{"a":1`, ""},
		"broken JSON":              {"application/json", `{"a":1`, `{"a":1`, "The body is not valid JSON: it ends too early (line 1, column 7)."},
		"form declared JSON":       {"application/json", `a=1`, `a=1`, "The body is not valid JSON: a value is expected (line 1, column 1)."},
		"text":                     {"text/plain", "hello\n", "hello\n", ""},
		"latin1 text":              {"text/plain; charset=latin1", "caf\xe9 \x93x\x94", "café “x”", ""},
		"bytes":                    {"image/png", "\x89PNG\xff", "\ufffdPNG\ufffd", "The body is not text; what cannot be shown was replaced."},
		"XML without type":         {"", `<?xml version="1.0"?><a/>`, object{"a": ""}, ""},
		"XML as text":              {"text/plain", `<?xml version="1.0"?><a/>`, `<?xml version="1.0"?><a/>`, ""},
		"vendor XML":               {"application/soap+xml", `<a>1</a>`, object{"a": "1"}, ""},
		"strange type":             {";;;", "x", "x", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := decode.Payload(tt.contentType, []byte(tt.body), decode.Options{})
			require.Equal(t, tt.error, r.Error)
			require.Equal(t, tt.want, r.Value)
		})
	}
}

func TestXML_Shapes(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	tests := map[string]struct {
		body string
		want any
	}{
		"element":           {`<a><b>1</b><c/></a>`, object{"a": object{"b": "1", "c": ""}}},
		"attributes":        {`<a x="1" y="2"/>`, object{"a": object{"@x": "1", "@y": "2"}}},
		"text beside":       {`<a x="1"> hi </a>`, object{"a": object{"@x": "1", "#text": "hi"}}},
		"mixed":             {`<a>one<b>two</b>three</a>`, object{"a": object{"b": "two", "#text": "onethree"}}},
		"repeats":           {`<a><b>1</b><b>2</b><b><c/></b></a>`, object{"a": object{"b": []any{"1", "2", object{"c": ""}}}}},
		"prefixes":          {`<s:a xmlns:s="u"><s:b>1</s:b></s:a>`, object{"s:a": object{"@xmlns:s": "u", "s:b": "1"}}},
		"character data":    {`<a><![CDATA[<b>&]]></a>`, object{"a": "<b>&"}},
		"known entities":    {`<a>&lt;&amp;&#233;</a>`, object{"a": "<&é"}},
		"comments":          {`<!-- x --><a><!-- y -->1<?z?></a><!-- end -->`, object{"a": "1"}},
		"declared latin1":   {"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>caf\xe9</a>", object{"a": "café"}},
		"byte order mark":   {"\xef\xbb\xbf<a>1</a>", object{"a": "1"}},
		"numbers stay text": {`<a>007</a>`, object{"a": "007"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := decode.Payload("application/xml", []byte(tt.body), decode.Options{})
			require.Empty(t, r.Error)
			require.Equal(t, tt.want, r.Value)
		})
	}
	r := decode.Payload("text/xml; charset=iso-8859-1", []byte("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe9</a>"), decode.Options{})
	require.Equal(t, map[string]any{"a": "é"}, r.Value)
}

func TestXML_Refused(t *testing.T) {
	t.Parallel()
	const laughs = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]><lolz>&lol2;</lolz>`
	tests := map[string]struct{ body, why string }{
		"billion laughs":    {laughs, "it declares a document type"},
		"external entity":   {`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`, "it declares a document type"},
		"plain doctype":     {`<!DOCTYPE html><html></html>`, "it declares a document type"},
		"unknown entity":    {`<a>&x;</a>`, "invalid character entity &x; on line 1"},
		"unclosed":          {`<a><b></b>`, "no single outermost element"},
		"wrong closing":     {`<a><b></a></b>`, "not closed by its own name"},
		"two roots":         {`<a/><b/>`, "no single outermost element"},
		"text outside":      {`<a/>x`, "no single outermost element"},
		"no element":        {`<!-- x -->`, "no single outermost element"},
		"too deep":          {strings.Repeat("<a>", 65), "nests deeper than 64 levels"},
		"too many elements": {"<a>" + strings.Repeat("<b/>", 50001) + "</a>", "more than 50000 elements"},
		"unknown charset":   {`<?xml version="1.0" encoding="ebcdic"?><a/>`, "its character set is not known"},
		"broken bytes":      {"<a>\xff</a>", "invalid UTF-8"},
		"broken entity":     {"<a>&\xe9 </a>", "invalid character entity &\ufffd"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := decode.Payload("application/xml", []byte(tt.body), decode.Options{})
			require.Contains(t, r.Error, "The body is not XML that can be read: ")
			require.Contains(t, r.Error, tt.why)
			require.Equal(t, strings.ToValidUTF8(tt.body, "\ufffd"), r.Value)
		})
	}
}

func multipartBody(tb testing.TB, parts ...[3]string) (contentType string, body []byte) {
	tb.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", p[0])
		if p[1] != "" {
			h.Set("Content-Type", p[1])
		}
		part, err := w.CreatePart(h)
		require.NoError(tb, err)
		_, err = part.Write([]byte(p[2]))
		require.NoError(tb, err)
	}
	require.NoError(tb, w.Close())
	return w.FormDataContentType(), b.Bytes()
}

func TestMultipart_FieldsAndFiles(t *testing.T) {
	t.Parallel()
	contentType, body := multipartBody(t,
		[3]string{`form-data; name="a"`, "", "text"},
		[3]string{`form-data; name="tags[]"`, "", "x"},
		[3]string{`form-data; name="tags[]"`, "", "y"},
		[3]string{`form-data; name="meta"`, "application/json", `{"n":1.0}`},
		[3]string{`form-data; name="cafe"`, "text/plain; charset=latin1", "caf\xe9"},
		[3]string{`form-data; name="thumb"; filename="../../etc/passwd"`, "image/jpeg", "\xff\xd8\xff"},
		[3]string{`form-data; name="blob"`, "application/octet-stream", "12345"},
		[3]string{`form-data`, "", "lost"},
	)
	require.NoError(t, decode.Check(contentType, body))
	r := decode.Payload(contentType, body, decode.Options{})
	require.Empty(t, r.Error)
	require.Equal(t, map[string]any{
		"a": "text", "tags": []any{"x", "y"}, "meta": map[string]any{"n": 1.0}, "cafe": "café",
		"thumb": map[string]any{"name": "thumb", "filename": "passwd", "contentType": "image/jpeg", "size": int64(3)},
		"blob":  map[string]any{"name": "blob", "filename": "", "contentType": "application/octet-stream", "size": int64(5)},
	}, r.Value)
	require.Equal(t, map[string]string{"/meta/n": "1.0"}, r.Literals)
	require.Equal(t, []string{"A part without a name was left out."}, r.Notes)
}

func TestMultipart_PresetField(t *testing.T) {
	t.Parallel()
	contentType, body := multipartBody(t,
		[3]string{`form-data; name="payload"`, "", `{"event":"play"}`},
		[3]string{`form-data; name="thumb"; filename="t.jpg"`, "image/jpeg", "x"})
	r := decode.Payload(contentType, body, decode.Options{Field: "payload"})
	require.Equal(t, map[string]any{"event": "play"}, r.Value)
}

func TestMultipart_Refused(t *testing.T) {
	t.Parallel()
	r := decode.Payload("multipart/form-data", []byte("x"), decode.Options{})
	require.Contains(t, r.Error, "its content type names no boundary")
	contentType, body := multipartBody(t, [3]string{`form-data; name="a"`, "", "text"})
	r = decode.Payload(contentType, body[:len(body)-10], decode.Options{})
	require.Contains(t, r.Error, "a part of it is not complete")
	require.IsType(t, "", r.Value)
	many := make([][3]string, 1001)
	for i := range many {
		many[i] = [3]string{`form-data; name="a"`, "", "x"}
	}
	contentType, body = multipartBody(t, many...)
	r = decode.Payload(contentType, body, decode.Options{})
	require.Contains(t, r.Error, "more than 1000 fields")
}

func TestCheck_JSON(t *testing.T) {
	t.Parallel()
	deep := []byte(strings.Repeat("[", 10000))
	for _, contentType := range []string{jsonType, "", "text/plain", formType} {
		err := decode.Check(contentType, deep)
		require.Equal(t, engine.KindInvalid, engine.KindOf(err), contentType)
		require.ErrorContains(t, err, "The JSON of the body nests deeper than 64 levels.")
	}
	for _, body := range []string{
		``, `{`, `{"a":"` + strings.Repeat("[", 100) + `"}`, `["\\\"[[[` + strings.Repeat("{", 100) + `"]`,
		strings.Repeat("[]", 1000), `{"a":1e400}`, "\xff", `"unclosed ` + strings.Repeat("[", 100),
	} {
		require.NoError(t, decode.Check(jsonType, []byte(body)), body)
	}
}

// Not parallel: it measures allocations.
//
//nolint:paralleltest // measures memory
func TestCheck_DoesNotAllocate(t *testing.T) {
	bodies := map[string][]byte{}
	for _, d := range corpus(t) {
		bodies[d.contentType()] = d.Body
	}
	for contentType, body := range bodies {
		require.Zero(t, testing.AllocsPerRun(10, func() { _ = decode.Check(contentType, body) }), contentType)
	}
}
