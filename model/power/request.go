package power

import (
	"slices"
	"strings"

	"timebound/model"
)

// Request is something that an account may want to do: with an object, or with
// the path URL.
type Request struct {
	Verb      string
	Group     string // API group, "" is the core group
	Resource  string // with its subresource: "pods/exec"
	Namespace string // "" asks for all namespaces, or for what has none
	Name      string // "" for any, and for what has no name yet
	URL       string // instead of all but the verb
}

// Allows says whether an account may do it, as far as is known.
func (r *Rules) Allows(account model.Key, q Request) bool {
	for _, g := range r.given(account) {
		if g.Namespace != "" && g.Namespace != q.Namespace {
			continue
		}
		role := r.roleOf(g.Binding)
		if role != nil && slices.ContainsFunc(role.Rules, func(rule Rule) bool { return rule.allows(q) }) {
			return true
		}
	}
	return false
}

// roleOf gives the role of a binding; nil if it is not there or was not read.
func (r *Rules) roleOf(b *Binding) *judged {
	key := model.Key{Name: b.Role.Name}
	if !b.Role.Cluster {
		key.Namespace = b.Namespace
	}
	return r.roles[key]
}

func (rule *Rule) allows(q Request) bool {
	if q.URL != "" {
		return anyOrOne(rule.Verbs, q.Verb) && slices.ContainsFunc(rule.URLs, func(pattern string) bool { return urlMatches(pattern, q.URL) })
	}
	return rule.speaksOf(q.Verb, q.Group, q.Resource) && (len(rule.Names) == 0 || slices.Contains(rule.Names, q.Name))
}

// speaksOf says whether the rule allows a verb on a resource, for some object.
func (rule *Rule) speaksOf(verb, group, resource string) bool {
	return anyOrOne(rule.Verbs, verb) && anyOrOne(rule.Groups, group) && rule.covers(resource)
}

// covers knows the three ways to name a resource: "*" for all with their
// subresources, in full, and "*/scale" for one subresource of all. "pods/*" is
// none of them and means nothing.
func (rule *Rule) covers(resource string) bool {
	_, sub, _ := strings.Cut(resource, "/")
	for _, pattern := range rule.Resources {
		if pattern == "*" || pattern == resource || sub != "" && strings.HasPrefix(pattern, "*/") && pattern[2:] == sub {
			return true
		}
	}
	return false
}

func anyOrOne(list []string, s string) bool {
	for _, one := range list {
		if one == "*" || one == s {
			return true
		}
	}
	return false
}

// urlMatches knows stars at the end of a path, and nowhere else.
func urlMatches(pattern, url string) bool {
	return pattern == url || strings.HasSuffix(pattern, "*") && strings.HasPrefix(url, strings.TrimRight(pattern, "*"))
}
