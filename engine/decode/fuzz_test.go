package decode_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"mime/multipart"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"patchbay/engine"
	"patchbay/engine/decode"
)

// smallBody is how long a recorded body may be to be a seed.
const smallBody = 4096

// Whatever is sent under whatever content type, the payload is sound.
func FuzzPayload(f *testing.F) {
	for _, d := range corpus(f) {
		if len(d.Body) < smallBody {
			f.Add(d.contentType(), d.Body, options(d).Field, byte(len(d.Body)))
		}
	}
	f.Add("text/plain; charset=latin1", []byte("caf\xe9"), "", byte(0))
	f.Add("application/x-www-form-urlencoded", []byte("p=PGE-PC9hPg&q[0]=1"), "p", byte(2))
	f.Add("multipart/form-data; boundary=\"b\"", []byte("--b\r\nContent-Disposition: form-data; name=a[x]\r\n\r\n[1.0]\r\n--b--"), "", byte(0))
	f.Fuzz(func(t *testing.T, contentType string, body []byte, field string, encoding byte) {
		field = strings.ToValidUTF8(field, "")
		opt := decode.Options{Field: field, FieldEncoding: []string{"", "json", "base64", "base64+xml"}[encoding%4]}
		sound(t, contentType, body, opt)
	})
}

// sound decodes a body and requires what holds for every payload.
func sound(t *testing.T, contentType string, body []byte, opt decode.Options) decode.Result {
	t.Helper()
	if err := decode.Check(contentType, body); err != nil {
		require.Equal(t, engine.KindInvalid, engine.KindOf(err))
	}
	lent := bytes.Clone(body)
	r := decode.Payload(contentType, lent, opt)
	clear(lent)
	require.Equal(t, decode.Payload(contentType, body, opt), r, "the payload changes with the body's memory")
	size := 0
	validValue(t, r.Value, &size, 80)
	require.LessOrEqual(t, size, 4*len(body)+64, "the payload is much larger than the body")
	require.True(t, utf8.ValidString(r.Error))
	require.Less(t, len(r.Error), 1000)
	require.LessOrEqual(t, len(r.Notes), 12)
	if len(body) == 0 {
		require.Equal(t, decode.Result{}, r)
	}
	sameItems(t, contentType, body, opt)
	return r
}

// validValue requires that a payload is made of the promised types and of valid
// text, and adds up what it takes.
func validValue(t *testing.T, v any, size *int, depth int) {
	t.Helper()
	require.Positive(t, depth, "the payload nests too deep")
	*size++
	switch v := v.(type) {
	case map[string]any:
		for k, item := range v {
			require.True(t, utf8.ValidString(k))
			*size += len(k)
			validValue(t, item, size, depth-1)
		}
	case []any:
		for _, item := range v {
			validValue(t, item, size, depth-1)
		}
	case string:
		require.True(t, utf8.ValidString(v))
		*size += len(v)
	case nil, bool, int64, float64:
	default:
		require.Failf(t, "unexpected type", "%T", v)
	}
}

func FuzzJSON(f *testing.F) {
	for _, d := range corpus(f) {
		if strings.HasPrefix(d.Shape, "json-") && len(d.Body) < smallBody {
			f.Add(d.Body, "id")
		}
	}
	for _, s := range []string{`-0`, `1e400`, `"\ud800\udc00\ud800"`, "\"\xff\"", `{"a":1,"a":[{}]}`, "\xef\xbb\xbf1", `[1.0e-7,0.30000000000000004]`, `"\`, `1E+2`} {
		f.Add([]byte(s), "a[0].b")
	}
	f.Add([]byte(`{"a":{"b":[{"c":"x\u00e9"},12345678901234567890.10]},"a/b":{"~":1.50}}`), "a.b[1]")
	f.Fuzz(func(t *testing.T, body []byte, path string) {
		agree(t, body)
		all := sound(t, jsonType, body, decode.Options{})
		literalsFit(t, all)
		some := decode.Payload(jsonType, body, decode.Options{Fields: engine.Fields{"a": nil, "id": nil}})
		require.Equal(t, all.Error, some.Error)
		if object, ok := all.Value.(map[string]any); ok {
			for _, key := range []string{"a", "id"} {
				require.Equal(t, object[key], at(t, some.Value, key))
			}
			if text, ok := object["id"].(string); ok {
				got, found := decode.Text(jsonType, body, "id")
				require.True(t, found)
				require.Equal(t, text, got)
			}
		}
		if text, found := decode.Text(jsonType, body, path); found {
			require.True(t, utf8.ValidString(text))
			require.LessOrEqual(t, len(text), 3*len(body))
		}
		if strings.Contains(all.Error, "deeper") {
			require.Error(t, decode.Check(jsonType, body))
		}
	})
}

func FuzzForm(f *testing.F) {
	for _, d := range corpus(f) {
		if strings.HasPrefix(d.Shape, "form") && len(d.Body) < smallBody {
			f.Add(string(d.Body), "payload")
		}
	}
	for _, s := range []string{"a[99999999]=x", "a[][b]=1&a[][c]=2&a[x]=3&a=4", "a[=1&b]]=[", "=&=&%=%5B", "a[0]=[1]&a[1]={}"} {
		f.Add(s, "a")
	}
	f.Fuzz(func(t *testing.T, body, field string) {
		r := sound(t, formType, []byte(body), decode.Options{Field: field})
		if looks := strings.TrimLeft(strings.TrimPrefix(body, "\xef\xbb\xbf"), " \t\r\n"); !strings.HasPrefix(looks, "{") && !strings.HasPrefix(looks, "[") {
			literalsFit(t, decode.Payload(formType, []byte(body), decode.Options{}))
			if strings.HasPrefix(r.Error, "The form cannot be decoded") {
				require.Error(t, decode.Check(formType, []byte(body)), "refused only after it was accepted")
			}
		}
		decode.Text(formType, []byte(body), field)
		queryAgrees(t, body)
	})
}

// queryAgrees holds the reading of a query against net/url, where that has an opinion.
func queryAgrees(t *testing.T, raw string) {
	t.Helper()
	size := 0
	validValue(t, decode.Query(raw), &size, 80)
	require.LessOrEqual(t, size, 4*len(raw)+64, "the query is much larger than its text")
	got := decode.QueryText(raw)
	size = 0
	validValue(t, any(got), &size, 4)
	want, err := url.ParseQuery(raw)
	if err != nil || strings.Count(raw, "&") >= 1000 || strings.HasPrefix(raw, "\xef\xbb\xbf") || strings.TrimRight(raw, "\r\n") != raw {
		return
	}
	for name, values := range want {
		if !utf8.ValidString(name) || !utf8.ValidString(strings.Join(values, "\n")) {
			return // what is no text is replaced
		}
	}
	for name, values := range want {
		if len(values) == 1 {
			require.Equal(t, values[0], got[name])
			continue
		}
		require.Len(t, got[name], len(values))
	}
	require.Len(t, got, len(want))
}

func FuzzXML(f *testing.F) {
	for _, d := range corpus(f) {
		if d.Shape == "xml" {
			f.Add(d.Body)
		}
	}
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`))
	f.Add([]byte(`<a x="1">t<b/>u<b/></a>`))
	f.Add([]byte("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><n:a xmlns:n=\"u\"><![CDATA[caf\xe9]]><!-- c --></n:a>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		r := sound(t, "application/xml", body, decode.Options{})
		if r.Error != "" || len(body) == 0 {
			return
		}
		require.Len(t, r.Value, 1)
		plain := bytes.NewBuffer(nil)
		for _, word := range []string{"<!--", "<![CDATA["} {
			body = bytes.ReplaceAll(body, []byte(word), nil)
		}
		plain.Write(body)
		if !bytes.Contains(body, []byte("]]>")) && !bytes.Contains(body, []byte("-->")) && !bytes.Contains(body, []byte("<?")) {
			require.NotContains(t, plain.String(), "<!", "a declaration was passed over")
			d := xml.NewDecoder(plain)
			for err := error(nil); !errors.Is(err, io.EOF); _, err = d.Token() {
				require.NoError(t, err, "not well-formed")
			}
		}
	})
}

func FuzzMultipart(f *testing.F) {
	_, body := multipartBody(f,
		[3]string{`form-data; name="a"`, "", `{"x":1}`},
		[3]string{`form-data; name="files[0][filepath]"`, "", `/etc/passwd`},
		[3]string{`form-data; name="f"; filename="../x"`, "image/png", "\xff"})
	first, _, _ := bytes.Cut(body, []byte("\r\n"))
	f.Add(body, strings.TrimPrefix(string(first), "--"))
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=a[999999]\r\n\r\nx\r\n--b--"), "b")
	f.Fuzz(func(t *testing.T, body []byte, boundary string) {
		r := sound(t, "multipart/form-data; boundary="+boundary, body, decode.Options{})
		object, ok := r.Value.(map[string]any)
		if !ok {
			return
		}
		form, err := multipart.NewReader(bytes.NewReader(body), boundary).ReadForm(1 << 20)
		if err != nil {
			return
		}
		for name, files := range form.File {
			for _, file := range files {
				require.NotContains(t, file.Filename, "/")
				if len(files) == 1 && len(form.Value[name]) == 0 && !strings.Contains(name, "[") && utf8.ValidString(name+file.Filename) {
					require.Equal(t, file.Filename, at(t, object, name, "filename"), "what is sent as a file is a file")
					require.Equal(t, file.Size, at(t, object, name, "size"))
				}
			}
		}
	})
}

func FuzzContent(f *testing.F) {
	for i, name := range []string{"gzip", "deflate", "br"} {
		f.Add(name, encode(f, name, []byte(`{"a":1}`)), []byte(`{"a":1}`), byte(i))
	}
	f.Add("gzip, br", []byte{0x1f, 0x8b}, bytes.Repeat([]byte("ab"), 1<<15), byte(3))
	const small = 1 << 16
	f.Fuzz(func(t *testing.T, encoding string, body, plain []byte, choice byte) {
		out, err := decode.Content(encoding, body, small)
		if err == nil {
			require.LessOrEqual(t, len(out), small)
		} else {
			require.Contains(t, []engine.Kind{engine.KindInvalid, engine.KindTooLarge, engine.KindUnsupported}, engine.KindOf(err))
		}
		name := []string{"gzip", "deflate", "raw", "br"}[choice%4]
		out, err = decode.Content(strings.Replace(name, "raw", "deflate", 1), encode(t, name, plain), small)
		if len(plain) > small {
			require.Equal(t, engine.KindTooLarge, engine.KindOf(err))
			return
		}
		require.NoError(t, err)
		require.True(t, bytes.Equal(plain, out))
	})
}

// literalsFit requires that every literal stands at a number of its own value.
func literalsFit(t *testing.T, r decode.Result) {
	t.Helper()
	for pointer, literal := range r.Literals {
		v := r.Value
		_, path, below := strings.Cut(pointer, "/")
		for segment := range strings.SplitSeq(path, "/") {
			if !below {
				break
			}
			switch here := v.(type) {
			case map[string]any:
				v = here[strings.NewReplacer("~1", "/", "~0", "~").Replace(segment)]
			case []any:
				i, err := strconv.Atoi(segment)
				require.NoError(t, err, pointer)
				require.Less(t, i, len(here), pointer)
				v = here[i]
			default:
				require.Failf(t, "a literal stands nowhere", "%s in %v", pointer, r.Value)
			}
		}
		want, err := strconv.ParseFloat(literal, 64)
		require.NoError(t, err)
		require.InDelta(t, want, v, 0, "the literal of %s is another number", pointer)
	}
}
