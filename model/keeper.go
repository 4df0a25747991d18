package model

import "strings"

// keepersOn drops the keepers that cannot occur on the platform. Where the
// platform could not be told, all stay: better one token too many protected.
func keepersOn(all []Keeper, platform PlatformID) []Keeper {
	var here []Keeper
	for _, k := range all {
		if platform == "" || k.Match.Platform == "" || k.Match.Platform == platform {
			here = append(here, k)
		}
	}
	return here
}

func (m *KeeperMatch) matches(t *Token) bool {
	return matchText(m.Namespace, t.Namespace) && matchText(m.Account, t.Account) && matchText(m.Name, t.Name) &&
		matchAll(m.Labels, t.label) &&
		matchAll(m.Annotations, t.annotation)
}

func (t *Token) label(key string) (string, bool) {
	v, ok := t.Labels[key]
	return v, ok
}

// annotation looks an annotation up, be it kept in a field of its own or not.
func (t *Token) annotation(key string) (string, bool) {
	switch key {
	case AnnotationAccountName:
		return t.Account, t.Account != ""
	case AnnotationAccountUID:
		return t.AccountUID, t.AccountUID != ""
	case AnnotationCreatedBy:
		return t.CreatedBy, t.CreatedBy != ""
	}
	v, ok := t.Annotations[key]
	return v, ok
}

func matchText(pattern, s string) bool {
	if prefix, open := strings.CutSuffix(pattern, "*"); open {
		return strings.HasPrefix(s, prefix)
	}
	return pattern == "" || pattern == s
}

func matchAll(patterns map[string]string, have func(string) (string, bool)) bool {
	for key, pattern := range patterns {
		value, ok := have(key)
		if !ok || !matchText(pattern, value) {
			return false
		}
	}
	return true
}
