package decode_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"patchbay/engine/decode"
)

// What a body says about files is data like any other: only the parser of multipart
// bodies speaks of files, and it says nothing of where they might lie.
func TestPayload_KeysNamedLikeFilesArePlainData(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	said := object{"filepath": "/etc/passwd", "originalFilename": "x", "size": "1", "path": "/etc/passwd"}
	want := object{"files": []any{said}, "filepath": "/etc/passwd"}
	r := decode.Payload(jsonType, []byte(`{"files":[{"filepath":"/etc/passwd","originalFilename":"x","size":"1","path":"/etc/passwd"}],"filepath":"/etc/passwd"}`), decode.Options{})
	require.Equal(t, want, r.Value)
	const form = "files[0][filepath]=/etc/passwd&files[0][originalFilename]=x&files[0][size]=1&files[0][path]=/etc/passwd&filepath=/etc/passwd"
	require.Equal(t, want, decode.Payload(formType, []byte(form), decode.Options{}).Value)
	var parts [][3]string
	for pair := range strings.SplitSeq(form, "&") {
		name, value, _ := strings.Cut(pair, "=")
		parts = append(parts, [3]string{`form-data; name="` + name + `"`, "", value})
	}
	contentType, body := multipartBody(t, parts...)
	require.Equal(t, want, decode.Payload(contentType, body, decode.Options{}).Value)

	contentType, body = multipartBody(t, [3]string{`form-data; name="f"; filename="/etc/passwd"; filepath="/etc/passwd"`, "text/plain", "content"})
	r = decode.Payload(contentType, body, decode.Options{})
	require.Equal(t, object{"f": object{"name": "f", "filename": "passwd", "contentType": "text/plain", "size": int64(7)}}, r.Value)
}

func TestMultipart_WritesNothingToDisk(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	require.Equal(t, dir, os.TempDir())
	contentType, body := multipartBody(t, [3]string{`form-data; name="f"; filename="f.bin"`, "application/octet-stream", strings.Repeat("x", 40<<20)})
	r := decode.Payload(contentType, body, decode.Options{})
	require.Empty(t, r.Error)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)
}
