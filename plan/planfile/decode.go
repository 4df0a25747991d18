package planfile

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// FieldError says what of a file was not understood, and where.
type FieldError struct {
	Line  int
	Field string // "hops[1].steps[0].state"; "" for the file as a whole
	Why   string
}

// Error gives line, field and reason.
func (e *FieldError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("line %d: %s", e.Line, e.Why)
	}
	return fmt.Sprintf("line %d: %s: %s", e.Line, e.Field, e.Why)
}

// decoder fills a value from parsed YAML by its json tags. The library's own
// decoder tells lines, but not which field stands there.
type decoder struct {
	// lax passes over fields that out does not have.
	lax bool
}

var textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()

func (d decoder) decode(n *yaml.Node, out reflect.Value, path string) error {
	bad := func(format string, args ...any) error {
		return &FieldError{n.Line, path, fmt.Sprintf(format, args...)}
	}
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return bad("anchors and aliases are not read")
	}
	if out.Addr().Type().Implements(textUnmarshaler) {
		if n.Kind != yaml.ScalarNode {
			return bad("%s where a text belongs", kindWords(n))
		}
		err := out.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(n.Value))
		if _, isTime := out.Interface().(time.Time); isTime && err != nil {
			return bad("%q is no time such as 2026-11-22T09:30:00Z", n.Value)
		}
		if err != nil {
			return bad("%v", err)
		}
		return nil
	}
	switch out.Kind() {
	case reflect.Pointer:
		if n.Tag == "!!null" {
			return nil
		}
		out.Set(reflect.New(out.Type().Elem()))
		return d.decode(n, out.Elem(), path)
	case reflect.Struct:
		return d.object(n, out, path)
	case reflect.Map:
		return d.table(n, out, path)
	case reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			return bad("%s where a list belongs", kindWords(n))
		}
		list := reflect.MakeSlice(out.Type(), len(n.Content), len(n.Content))
		for i, item := range n.Content {
			if err := d.decode(item, list.Index(i), path+"["+strconv.Itoa(i)+"]"); err != nil {
				return err
			}
		}
		if len(n.Content) > 0 {
			out.Set(list)
		}
		return nil
	}
	if n.Kind != yaml.ScalarNode {
		return bad("%s where a value belongs", kindWords(n))
	}
	switch out.Kind() {
	case reflect.String:
		if n.Tag == "!!null" {
			return bad("nothing where a text belongs")
		}
		out.SetString(n.Value)
	case reflect.Bool:
		if n.Tag != "!!bool" || n.Value != "true" && n.Value != "false" {
			return bad("%q is neither true nor false", n.Value)
		}
		out.SetBool(n.Value == "true")
	case reflect.Int, reflect.Int64:
		v, err := strconv.ParseInt(n.Value, 10, 64)
		if err != nil || n.Tag != "!!int" {
			return bad("%q is no whole number", n.Value)
		}
		out.SetInt(v)
	default:
		return bad("cannot be read into a %s", out.Type())
	}
	return nil
}

func (d decoder) object(n *yaml.Node, out reflect.Value, path string) error {
	if n.Kind != yaml.MappingNode {
		return &FieldError{n.Line, path, kindWords(n) + " where fields belong"}
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		where := strings.TrimPrefix(path+"."+key.Value, ".")
		if seen[key.Value] {
			return &FieldError{key.Line, where, "stands twice"}
		}
		seen[key.Value] = true
		field, ok := fieldNamed(out, key.Value)
		if !ok {
			if d.lax {
				continue
			}
			return &FieldError{key.Line, where, "no such field; there are " + strings.Join(fieldNames(out), ", ")}
		}
		if err := d.decode(value, field, where); err != nil {
			return err
		}
	}
	return nil
}

func (d decoder) table(n *yaml.Node, out reflect.Value, path string) error {
	if n.Kind != yaml.MappingNode {
		return &FieldError{n.Line, path, kindWords(n) + " where fields belong"}
	}
	out.Set(reflect.MakeMap(out.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		value := reflect.New(out.Type().Elem()).Elem()
		if err := d.decode(n.Content[i+1], value, path+"."+n.Content[i].Value); err != nil {
			return err
		}
		out.SetMapIndex(reflect.ValueOf(n.Content[i].Value), value)
	}
	return nil
}

func fieldNamed(v reflect.Value, name string) (reflect.Value, bool) {
	for i := range v.NumField() {
		if tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ","); tag == name && tag != "" {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func fieldNames(v reflect.Value) []string {
	var names []string
	for i := range v.NumField() {
		if tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ","); tag != "" {
			names = append(names, tag)
		}
	}
	return names
}

func kindWords(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "fields"
	case yaml.SequenceNode:
		return "a list"
	}
	if n.Tag == "!!null" {
		return "nothing"
	}
	return strconv.Quote(n.Value)
}
