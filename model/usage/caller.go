package usage

import (
	"cmp"
	"slices"
	"strings"
)

// Caller is who presented it, as far as the grain tells.
type Caller struct {
	First, Last Micros
	// Stale is the hour in which the newest token that it presented past its warning
	// threshold passed it; 0 if it presented none. Such a token was issued 3607 seconds before.
	Stale  Micros
	counts tally
}

// Names counts a bounded set of names, by events: of more than maxNames the
// first in order are kept, with exact counts.
type Names struct {
	Counts map[string]uint64
	More   bool
}

// ByCount lists the names, the most frequent first.
func (n Names) ByCount() []string {
	list := make([]string, 0, len(n.Counts))
	for name := range n.Counts {
		list = append(list, name)
	}
	slices.SortFunc(list, func(a, b string) int {
		if c := cmp.Compare(n.Counts[b], n.Counts[a]); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return list
}

// Stages counts the caller's events.
func (c *Caller) Stages() (s Stages) {
	c.each(kindStage, kindAnswer, func(k kind, _ []byte, n uint64) { s[k-kindStage] = n })
	return s
}

// Codes counts the answers that the caller was given.
func (c *Caller) Codes() (codes Codes) {
	c.each(kindAnswer, kindVerb, func(k kind, _ []byte, n uint64) { *codes.row(answer(k - kindAnswer)) = n })
	return codes
}

// Verbs gives what the caller did: "get", "watch".
func (c *Caller) Verbs() Names { return c.names(kindVerb) }

// Resources gives what it did that to: "pods", "deployments.apps/scale",
// "/healthz".
func (c *Caller) Resources() Names { return c.names(kindResource) }

// Namespaces gives where; "" is cluster-wide.
func (c *Caller) Namespaces() Names { return c.names(kindNamespace) }

// Node gives the node that its bound token was made for; "" if it is not known,
// or if there were several.
func (c *Caller) Node() string {
	nodes := c.names(kindNode)
	for name := range nodes.Counts {
		if !nodes.More {
			return name
		}
	}
	return ""
}

func (c *Caller) names(k kind) (n Names) {
	c.each(k, k+2, func(k kind, name []byte, count uint64) {
		if isMark[k] {
			n.More = true
			return
		}
		if n.Counts == nil {
			n.Counts = map[string]uint64{}
		}
		n.Counts[string(name)] = count
	})
	return n
}

// each calls f with the entries of the kinds from from up to, not including, until.
func (c *Caller) each(from, until kind, f func(k kind, name []byte, count uint64)) {
	for i := 0; i < len(c.counts); {
		e := c.counts.at(i)
		if e.kind >= until {
			return
		}
		if e.kind >= from {
			f(e.kind, e.name, c.counts.count(e))
		}
		i = e.end
	}
}

func (c *Caller) merge(o *Caller) {
	widen(&c.First, &c.Last, o.First, o.Last)
	c.Stale = max(c.Stale, o.Stale)
	c.counts.merge(o.counts)
}

func (c *Caller) clone() *Caller {
	return &Caller{c.First, c.Last, c.Stale, slices.Clone(c.counts)}
}
