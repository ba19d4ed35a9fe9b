package describe

import (
	"errors"
	"strings"
)

// sentence is a list of pieces.
type sentence []piece

// piece is text, a field, or a part that may be missing.
type piece struct {
	text    string
	sources []source
	formats []format
	maybe   sentence
}

// sentence reads a sentence as data writes it.
func (c *compiler) sentence(text string) (sentence, error) {
	s, rest, err := c.pieces(text, false)
	if err == nil && rest != "" {
		err = errors.New("a closing bracket stands alone")
	}
	if err != nil {
		return nil, errors.New("sentence " + text + ": " + err.Error())
	}
	return s, nil
}

// pieces reads up to the closing bracket of a part that may be missing, or to the end.
func (c *compiler) pieces(text string, inside bool) (list sentence, rest string, err error) {
	for text != "" {
		var p piece
		switch text[0] {
		case ']':
			if inside {
				text = text[1:]
			}
			return list, text, nil
		case '[':
			p.maybe, text, err = c.pieces(text[1:], true)
		case '{':
			body, after, closed := strings.Cut(text[1:], "}")
			if !closed {
				return nil, "", errors.New("a brace is not closed")
			}
			text = after
			p, err = c.field(body)
		default:
			end := strings.IndexAny(text, "{[]")
			if end < 0 {
				end = len(text)
			}
			p.text, text = text[:end], text[end:]
		}
		if err != nil {
			return nil, "", err
		}
		list = append(list, p)
	}
	if inside {
		return nil, "", errors.New("a bracket is not closed")
	}
	return list, "", nil
}

func (c *compiler) field(text string) (p piece, err error) {
	paths, how, _ := strings.Cut(text, "|")
	for path := range strings.SplitSeq(paths, ",") {
		p.sources = append(p.sources, c.named(strings.TrimSpace(path)))
	}
	for one := range strings.SplitSeq(how, "|") {
		if one == "" {
			continue
		}
		f, err := c.format(one)
		if err != nil {
			return piece{}, err
		}
		p.formats = append(p.formats, f)
	}
	return p, nil
}

// write adds the sentence to the line; false when something is missing.
func (r *reading) write(s sentence) bool {
	for i := range s {
		p := &s[i]
		switch {
		case p.maybe != nil:
			if before := len(r.out); !r.write(p.maybe) {
				r.out = r.out[:before]
			}
		case p.sources == nil:
			r.out = append(r.out, p.text...)
		default:
			text, ok := r.field(p)
			if !ok {
				return false
			}
			r.out = append(r.out, text...)
		}
	}
	return true
}

// field is the text of a field. Only a format may make it empty.
func (r *reading) field(p *piece) (string, bool) {
	text := r.first(p.sources)
	if text == "" {
		return "", false
	}
	for _, f := range p.formats {
		var ok bool
		if text, ok = f(r, text); !ok {
			return "", false
		}
	}
	return cut(text, mostField), true
}
