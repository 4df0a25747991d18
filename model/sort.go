package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// SortKey is one column to sort by.
type SortKey struct {
	Column string // one of SortColumns
	Desc   bool
}

// tokenOrders compares findings column by column. "used" puts the most
// recently used last and the never used first.
var tokenOrders = map[string]func(a, b *Finding) int{
	"namespace": func(a, b *Finding) int { return cmp.Compare(a.Token.Namespace, b.Token.Namespace) },
	"name":      func(a, b *Finding) int { return cmp.Compare(a.Token.Name, b.Token.Name) },
	"account":   func(a, b *Finding) int { return cmp.Compare(a.Token.Account, b.Token.Account) },
	"origin":    func(a, b *Finding) int { return cmp.Compare(a.Origin, b.Origin) },
	"verdict":   func(a, b *Finding) int { return cmp.Compare(a.Verdict, b.Verdict) },
	"refs":      func(a, b *Finding) int { return cmp.Compare(a.Referrers, b.Referrers) },
	"idle":      func(a, b *Finding) int { return cmp.Compare(a.UnseenDays, b.UnseenDays) },
	"created":   func(a, b *Finding) int { return a.Token.Created.Compare(b.Token.Created) },
	"used":      func(a, b *Finding) int { return compareLabels(a.Token.LastUsed, b.Token.LastUsed) },
	"requests":  func(a, b *Finding) int { return cmp.Compare(requestsOf(a), requestsOf(b)) },
	"invalid":   func(a, b *Finding) int { return compareLabels(a.Token.InvalidSince, b.Token.InvalidSince) },
}

// requestsOf counts the requests that audit logs show of a token.
func requestsOf(f *Finding) uint64 {
	if f.Use == nil {
		return 0
	}
	return f.Use.Requests
}

// SortColumns lists the columns that tokens can be sorted by.
func SortColumns() []string {
	names := make([]string, 0, len(tokenOrders))
	for name := range tokenOrders {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// compareLabels orders absent before unparsable before days.
func compareLabels(a, b DayLabel) int {
	rank := func(l DayLabel) int {
		switch {
		case l.Absent():
			return 0
		case !l.Valid:
			return 1
		}
		return 2
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Raw, b.Raw))
}

// ParseSort reads "-used,namespace": columns in order of weight, - for
// descending.
func ParseSort(s string) ([]SortKey, error) {
	var keys []SortKey
	for _, part := range strings.Split(s, ",") {
		name, desc := strings.CutPrefix(strings.TrimSpace(part), "-")
		if name == "ns" {
			name = "namespace"
		}
		if name == "" {
			continue
		}
		if tokenOrders[name] == nil {
			return nil, fmt.Errorf("no column %q to sort by; there are %s", name, strings.Join(SortColumns(), ", "))
		}
		keys = append(keys, SortKey{name, desc})
	}
	return keys, nil
}

// SortTokens sorts findings in place. Equal ones keep the order namespace,
// name, so that nothing jumps between two loads.
func SortTokens(findings []*Finding, keys []SortKey) {
	slices.SortStableFunc(findings, func(a, b *Finding) int {
		for _, k := range keys {
			order := tokenOrders[k.Column]
			if order == nil {
				continue
			}
			if c := order(a, b); c != 0 {
				if k.Desc {
					return -c
				}
				return c
			}
		}
		return a.Token.Key.Compare(b.Token.Key)
	})
}
