package decode

import "strings"

// Items cuts a body that decodes to a list into its items, each the JSON text that it
// is in there. They share the body's memory. count is how many there are, 0 when the
// body is no list; items is nil when they are more than most.
func Items(contentType string, body []byte, opt Options, most int) (items [][]byte, count int) {
	m := parseMedia(contentType)
	if m.kind == kindJSON || m.kind != kindXML && m.kind != kindMultipart && looksJSON(body) {
		var valid bool
		if items, count, valid = itemsOf(body, most); valid || m.kind == kindJSON {
			return items, count
		}
	}
	var fields []field
	var err error
	switch m.kind {
	case kindForm:
		fields, err = formFields(body, m)
	case kindMultipart:
		fields, _, err = multipartFields(body, m)
	default:
		return nil, 0
	}
	if err != nil {
		return nil, 0
	}
	if m.kind == kindForm && len(fields) == 1 && opt.Field == "" && holdsJSON(fields[0].value) {
		items, count, _ = itemsOf([]byte(fields[0].value), most)
		return items, count
	}
	return itemsOfField(fields, opt, most)
}

// itemsOfField cuts the field that holds the whole payload.
func itemsOfField(fields []field, opt Options, most int) (items [][]byte, count int) {
	if opt.Field == "" || opt.FieldEncoding == "base64+xml" {
		return nil, 0
	}
	for _, f := range fields {
		if f.name != opt.Field || f.file != nil {
			continue
		}
		content := []byte(f.value)
		if strings.HasPrefix(opt.FieldEncoding, "base64") {
			var err error
			if content, err = fromBase64(f.value); err != nil {
				continue
			}
		}
		if items, count, valid := itemsOf(content, most); valid {
			return items, count
		}
	}
	return nil, 0
}

// itemsOf cuts one JSON value. It is not valid where decodeJSON would fail.
func itemsOf(body []byte, most int) (items [][]byte, count int, valid bool) {
	p := parsers.Get().(*parser) //nolint:errcheck,forcetypeassert // nothing else is in there
	defer p.release()
	p.src = trimBOM(body)
	p.space()
	if p.pos == len(p.src) || p.src[p.pos] != '[' {
		return nil, 0, p.pos == len(p.src) || p.skip() && p.ended()
	}
	p.enter()
	for more := !p.empty(']'); more; count++ {
		start := p.pos
		if !p.skip() {
			return nil, 0, false
		}
		if count < most {
			items = append(items, p.src[start:p.pos:p.pos])
		}
		var ok bool
		if more, ok = p.next(']'); !ok {
			return nil, 0, false
		}
	}
	if !p.ended() {
		return nil, 0, false
	}
	if count > most {
		items = nil
	}
	return items, count, true
}

// ended reports that nothing follows the value.
func (p *parser) ended() bool {
	p.space()
	return p.pos == len(p.src)
}
