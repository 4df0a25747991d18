package planfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

// maxDepth is how deep a file may nest: a plan nests about ten deep.
const maxDepth = 100

// jsonReader reads JSON into the same tree as YAML comes in, so that both are
// understood, and complained about, by one reader.
type jsonReader struct {
	text   []byte
	tokens *json.Decoder
	// offset and line are those of the last token.
	offset int64
	line   int
}

func parseJSON(text []byte) (*yaml.Node, error) {
	r := &jsonReader{text: text, tokens: json.NewDecoder(bytes.NewReader(text)), line: 1}
	r.tokens.UseNumber()
	root, err := r.value(0)
	if err == nil {
		if _, more := r.tokens.Token(); !errors.Is(more, io.EOF) {
			r.advance()
			err = errors.New("something follows after the plan")
		}
	}
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return root, nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("the file ends in the middle")
		r.line = 1 + bytes.Count(text, []byte("\n"))
	case errors.As(err, &syntax):
		r.advanceTo(syntax.Offset)
	}
	return nil, &FieldError{Line: r.line, Why: err.Error()}
}

func (r *jsonReader) advance() { r.advanceTo(r.tokens.InputOffset()) }

// advanceTo counts the lines up to an offset.
func (r *jsonReader) advanceTo(offset int64) {
	offset = min(offset, int64(len(r.text)))
	if offset > r.offset {
		r.line += bytes.Count(r.text[r.offset:offset], []byte("\n"))
		r.offset = offset
	}
}

func (r *jsonReader) value(depth int) (*yaml.Node, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nests more than %d deep", maxDepth)
	}
	token, err := r.tokens.Token()
	if err != nil {
		return nil, err
	}
	r.advance()
	n := &yaml.Node{Kind: yaml.ScalarNode, Line: r.line}
	switch token := token.(type) {
	case json.Delim:
		n.Kind = yaml.SequenceNode
		if token == '{' {
			n.Kind = yaml.MappingNode
		}
		for r.tokens.More() { // the keys of an object come as values too
			item, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, item)
		}
		_, err := r.tokens.Token()
		return n, err
	case string:
		n.Tag, n.Value = "!!str", token
	case json.Number:
		n.Tag, n.Value = "!!int", token.String()
	case bool:
		n.Tag, n.Value = "!!bool", fmt.Sprint(token)
	default:
		n.Tag = "!!null"
	}
	return n, nil
}
