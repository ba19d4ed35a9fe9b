package decode

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

var (
	errDoctype  = errors.New("it declares a document type, which is not read")
	errDeep     = errors.New("it nests deeper than " + strconv.Itoa(maxDepth) + " levels")
	errElements = errors.New("it has more than " + strconv.Itoa(maxElements) + " elements")
	errCharset  = errors.New("its character set is not known")
	errRoot     = errors.New("it has no single outermost element")
	errClosing  = errors.New("an element is not closed by its own name")
)

// decodeXML decodes a document without a document type. An element becomes an
// object, attributes are "@name", text is "#text", or the plain value when the
// element holds nothing else; repeated elements are a list. Names keep their prefix.
func decodeXML(body []byte, m media) Result {
	source, charset := body, charsetReader
	if m.latin1() {
		// The content type outranks what the document says of itself.
		source, charset = []byte(latin1(body)), func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	}
	v, err := parseXML(trimBOM(source), charset)
	if err != nil {
		return undecodable(body, m, "The body is not XML that can be read: "+reasonXML(err)+".")
	}
	return Result{Value: v}
}

// reasonXML keeps the package's own words and the decoder's short ones.
func reasonXML(err error) string {
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return short(strings.ToValidUTF8(syntax.Msg, "\uFFFD")) + " on line " + strconv.Itoa(syntax.Line)
	}
	if errors.Is(err, errCharset) {
		return errCharset.Error()
	}
	return err.Error()
}

// element is one that is still open.
type element struct {
	name    string
	content map[string]any
	text    strings.Builder
}

// xmlParser builds the tree with a stack of its own: depth and size are capped.
type xmlParser struct {
	stack []*element
	count int
	root  map[string]any
}

func parseXML(body []byte, charset func(string, io.Reader) (io.Reader, error)) (any, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.CharsetReader = charset
	var p xmlParser
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := p.take(token); err != nil {
			return nil, err
		}
	}
	if p.root == nil || len(p.stack) > 0 {
		return nil, errRoot
	}
	return p.root, nil
}

func (p *xmlParser) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		return errDoctype
	case xml.StartElement:
		return p.open(t)
	case xml.EndElement:
		return p.close(xmlName(t.Name))
	case xml.CharData:
		if len(p.stack) > 0 {
			p.stack[len(p.stack)-1].text.Write(t)
		} else if len(bytes.TrimSpace(t)) > 0 {
			return errRoot
		}
	}
	return nil
}

func (p *xmlParser) open(t xml.StartElement) error {
	if len(p.stack) == 0 && p.root != nil {
		return errRoot
	}
	if len(p.stack) == maxDepth {
		return errDeep
	}
	if p.count += 1 + len(t.Attr); p.count > maxElements {
		return errElements
	}
	e := &element{name: xmlName(t.Name)}
	for _, a := range t.Attr {
		e.add("@"+xmlName(a.Name), a.Value)
	}
	p.stack = append(p.stack, e)
	return nil
}

func (p *xmlParser) close(name string) error {
	if len(p.stack) == 0 || p.stack[len(p.stack)-1].name != name {
		return errClosing
	}
	e := p.stack[len(p.stack)-1]
	p.stack = p.stack[:len(p.stack)-1]
	if len(p.stack) == 0 {
		p.root = map[string]any{name: e.value()}
		return nil
	}
	p.stack[len(p.stack)-1].add(name, e.value())
	return nil
}

func (e *element) value() any {
	text := strings.TrimSpace(e.text.String())
	if e.content == nil {
		return text
	}
	if text != "" {
		e.content["#text"] = text
	}
	return e.content
}

func (e *element) add(name string, value any) {
	if e.content == nil {
		e.content = map[string]any{}
	}
	switch before := e.content[name].(type) {
	case nil:
		e.content[name] = value
	case []any:
		e.content[name] = append(before, value)
	default:
		e.content[name] = []any{before, value}
	}
}

func xmlName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// charsetReader serves documents that declare another character set than UTF-8.
func charsetReader(charset string, input io.Reader) (io.Reader, error) {
	switch {
	case strings.EqualFold(charset, "us-ascii"), strings.EqualFold(charset, "ascii"):
		return input, nil
	case isLatin1(charset):
		b, err := io.ReadAll(input)
		if err != nil {
			return nil, err
		}
		return strings.NewReader(latin1(b)), nil
	default:
		return nil, errCharset
	}
}
