package main

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

// schema checks documents against the part of JSON Schema that
// docs/scan.schema.json uses.
type schema struct{ root map[string]any }

func (s schema) check(doc any) []string { return s.at("$", s.root, doc) }

func (s schema) at(path string, rule map[string]any, v any) []string {
	var bad []string
	say := func(format string, args ...any) { bad = append(bad, path+": "+fmt.Sprintf(format, args...)) }
	for keyword, want := range rule {
		switch keyword {
		case "$schema", "title", "description", "$defs", "required":
		case "$ref":
			name := strings.TrimPrefix(want.(string), "#/$defs/")
			bad = append(bad, s.at(path, s.root["$defs"].(map[string]any)[name].(map[string]any), v)...)
		case "type":
			if n, number := v.(float64); number && n == math.Trunc(n) && slices.Contains(list(want), any("integer")) {
				continue
			}
			if !slices.Contains(list(want), any(typeOf(v))) {
				say("is %s, want %v", typeOf(v), want)
			}
		case "enum":
			if !slices.Contains(list(want), v) {
				say("%v is none of %v", v, want)
			}
		case "pattern":
			if text, ok := v.(string); ok && !regexp.MustCompile(want.(string)).MatchString(text) {
				say("%q does not match %s", text, want)
			}
		case "anyOf":
			var all []string
			for _, option := range want.([]any) {
				wrong := s.at(path, option.(map[string]any), v)
				if all = append(all, wrong...); len(wrong) == 0 {
					all = nil
					break
				}
			}
			bad = append(bad, all...)
		case "items":
			items, _ := v.([]any)
			for i, item := range items {
				bad = append(bad, s.at(fmt.Sprintf("%s[%d]", path, i), want.(map[string]any), item)...)
			}
		case "properties", "additionalProperties":
			// Seen to below, together.
		default:
			say("the schema uses %q, which this check does not know", keyword)
		}
	}
	object, ok := v.(map[string]any)
	properties, _ := rule["properties"].(map[string]any)
	if !ok || properties == nil {
		return bad
	}
	for name, member := range object {
		if property, known := properties[name].(map[string]any); known {
			bad = append(bad, s.at(path+"."+name, property, member)...)
		} else if rule["additionalProperties"] == false {
			say("has a member %q that the schema does not know", name)
		}
	}
	for _, name := range list(rule["required"]) {
		if _, there := object[name.(string)]; !there {
			say("lacks %v", name)
		}
	}
	return bad
}

func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		return "number"
	case []any:
		return "array"
	}
	return "object"
}
