package document

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Encode writes a value: structs as objects with their fields in order, named by
// their json tags (omitempty leaves out zero values and empty lists), maps with
// text keys in the order of the keys, slices as lists, and whatever marshals
// itself to text as that text. Other kinds are a mistake of the caller and
// panic.
func Encode(d Writer, v any) { encode(d, reflect.ValueOf(v)) }

var textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()

func encode(d Writer, v reflect.Value) {
	if v.Type().Implements(textMarshaler) && !(v.Kind() == reflect.Pointer && v.IsNil()) {
		d.Text(textOf(v))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			d.Null()
			return
		}
		encode(d, v.Elem())
	case reflect.Struct:
		encodeStruct(d, v)
	case reflect.Map:
		d.BeginObject()
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			d.Key(k.String())
			encode(d, v.MapIndex(k))
		}
		d.EndObject()
	case reflect.Slice:
		d.BeginList()
		for i := range v.Len() {
			encode(d, v.Index(i))
		}
		d.EndList()
	case reflect.String:
		d.Text(v.String())
	case reflect.Bool:
		d.Bool(v.Bool())
	case reflect.Int, reflect.Int32, reflect.Int64:
		d.Int(v.Int())
	case reflect.Uint64: // counts, which stop growing long before
		d.Int(int64(min(v.Uint(), math.MaxInt64)))
	default:
		panic(fmt.Sprintf("document: cannot write a %s", v.Type()))
	}
}

func encodeStruct(d Writer, v reflect.Value) {
	d.BeginObject()
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		field := v.Field(i)
		if name == "" || name == "-" || options == "omitempty" && empty(field) {
			continue
		}
		d.Key(name)
		encode(d, field)
	}
	d.EndObject()
}

// empty says that a field has nothing to tell.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		for i := range v.NumField() {
			if !empty(v.Field(i)) {
				return false
			}
		}
		return true
	}
	return v.IsZero()
}

func textOf(v reflect.Value) string {
	if t, isTime := v.Interface().(time.Time); isTime {
		return t.UTC().Format(time.RFC3339)
	}
	text, err := v.Interface().(encoding.TextMarshaler).MarshalText()
	if err != nil {
		panic(fmt.Sprintf("document: %v", err)) // ours never fail
	}
	return string(text)
}
