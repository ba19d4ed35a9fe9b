package decode

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"strings"
)

var (
	errBoundary = errors.New("its content type names no boundary")
	errParts    = errors.New("a part of it is not complete")
)

// decodeMultipart decodes a multipart form. Files are told about (name, filename,
// contentType, size) and their content is passed over: nothing is written to disk,
// and a file name is text that nobody opens.
func decodeMultipart(body []byte, m media, opt Options) Result {
	fields, unnamed, err := multipartFields(body, m)
	if err != nil {
		return undecodable(body, m, "The multipart body cannot be decoded: "+err.Error()+".")
	}
	r := decodeFields(fields, body, m, opt)
	if unnamed {
		r.Notes = append(r.Notes, "A part without a name was left out.")
	}
	return r
}

func multipartFields(body []byte, m media) (fields []field, unnamed bool, err error) {
	boundary := m.boundary()
	if boundary == "" {
		return nil, false, errBoundary
	}
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	for count := 0; ; count++ {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return fields, unnamed, nil
		}
		if err != nil {
			return nil, false, errParts
		}
		if count == maxFields {
			return nil, false, errFields
		}
		f, err := readPart(part)
		if err != nil {
			return nil, false, errParts
		}
		if f.name == "" {
			unnamed = true
			continue
		}
		fields = append(fields, f)
	}
}

// readPart reads a field's value or counts a file's bytes. The whole body is in
// memory already, and its size is bounded there.
func readPart(part *multipart.Part) (field, error) {
	f := field{name: textOf([]byte(part.FormName()), "")}
	contentType := part.Header.Get("Content-Type")
	filename := part.FileName()
	if filename == "" && !isBinary(contentType) {
		b, err := io.ReadAll(part)
		if err != nil {
			return field{}, err
		}
		f.value = textOf(b, parseMedia(contentType).charset)
		return f, nil
	}
	size, err := io.Copy(io.Discard, part)
	if err != nil {
		return field{}, err
	}
	f.file = map[string]any{
		"name":        f.name,
		"filename":    textOf([]byte(filename), ""),
		"contentType": textOf([]byte(contentType), ""),
		"size":        size,
	}
	return f, nil
}

// isBinary reports whether a part is a file although it carries no file name.
func isBinary(contentType string) bool {
	if contentType == "" || parseMedia(contentType).kind != kindText {
		return false
	}
	return len(contentType) < len("text/") || !strings.EqualFold(contentType[:len("text/")], "text/")
}
