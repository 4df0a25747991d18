package usage

import "strings"

// profile is what an event adds to the counts of its caller, in the order of a
// tally. It is made once for an event, in a buffer that is used again.
type profile struct {
	parts [6]part
	used  int
	text  []byte
}

type part struct {
	kind kind
	name []byte // fit to be kept, borrowed
}

func (p *profile) fill(e *Event) {
	p.used, p.text = 0, p.text[:0]
	p.add(kindStage + kind(e.place()))
	if a, counts := answerOf(e); counts {
		p.add(kindAnswer + kind(a))
	}
	if e.Verb != "" {
		p.add(kindVerb, e.Verb)
	}
	switch {
	case e.Resource != "":
		p.add(kindResource, resourceOf(e)...)
		p.add(kindNamespace, e.Namespace)
	case e.Path != "":
		path, _, _ := strings.Cut(e.Path, "?") // a query may hold a token
		p.add(kindResource, path)
	}
	if e.Node != "" {
		p.add(kindNode, e.Node)
	}
}

func (p *profile) add(k kind, name ...string) {
	from := len(p.text)
	p.text = appendFit(p.text, name...)
	p.parts[p.used] = part{k, p.text[from:len(p.text):len(p.text)]}
	p.used++
}

// resourceOf gives the parts of a resource's name as kubectl takes it, with its
// subresource: "pods", "deployments.apps", "deployments.apps/scale".
func resourceOf(e *Event) []string {
	switch group, sub := e.Group != "", e.Subresource != ""; {
	case group && sub:
		return []string{e.Resource, ".", e.Group, "/", e.Subresource}
	case group:
		return []string{e.Resource, ".", e.Group}
	case sub:
		return []string{e.Resource, "/", e.Subresource}
	}
	return []string{e.Resource}
}

// addTo counts the event n times. Nearly always the caller did the same before, so
// that its tally has every part: that is tried first, in one pass.
func (p *profile) addTo(t *tally, n uint64) {
	at := 0
	for _, part := range p.parts[:p.used] {
		if next := t.again(at, part.kind, part.name, n); next > 0 {
			at = next
			continue
		}
		at = t.add(at, part.kind, part.name, n)
	}
}
