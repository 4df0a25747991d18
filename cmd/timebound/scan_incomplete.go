package main

import (
	"cmp"
	"slices"
	"strings"

	"timebound/model"
)

// shortfall is a part of the cluster that a scan did not see, or did not see
// well enough for its verdicts to be complete.
type shortfall struct {
	kind      model.ObjectKind // "" if it is no matter of one kind
	namespace string           // "" means everywhere
	reason    string           // "forbidden", "failed", "truncated", "mixed", "cached"
	message   string
	rule      string // the RBAC rule that would help; "" if none would
}

// subject gives what could not be read, without where and why: "pods" for
// "pods of web are not readable: forbidden". A problem that repeats the gaps of
// its kind is not told twice.
func subject(text string) string {
	text, _, _ = strings.Cut(text, ": ")
	text = strings.TrimSuffix(text, " are not readable")
	text, _, _ = strings.Cut(text, " of ")
	return text
}

// shortfallsOf lists what was not seen, in a fixed order.
func shortfallsOf(inv *model.Inventory, problems []model.Problem) []shortfall {
	var all []shortfall
	told := map[string]bool{}
	for kind, c := range inv.Coverage.Kinds {
		before := len(all)
		for _, g := range c.Gaps {
			all = append(all, shortfall{kind, g.Namespace, string(g.Reason), g.Message, g.Rule})
			told[subject(g.Message)] = true
		}
		switch {
		case len(all) > before:
		case c.State == model.CoveragePending, c.State == model.CoverageFailed, c.State == model.CoveragePartial:
			all = append(all, shortfall{kind, "", string(model.GapFailed), string(kind) + " were not read completely", ""})
		}
		if c.Mixed {
			all = append(all, shortfall{kind, "", "mixed", "the list of " + string(kind) + " was put together from two points in time", ""})
		}
		if c.Cached {
			all = append(all, shortfall{kind, "", "cached", string(kind) + " come from the API server's cache and may be old", ""})
		}
	}
	for _, p := range problems {
		if !told[subject(p.What)] {
			all = append(all, shortfall{"", "", string(model.GapFailed), p.String(), ""})
		}
	}
	slices.SortFunc(all, func(a, b shortfall) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.namespace, b.namespace),
			cmp.Compare(a.reason, b.reason), cmp.Compare(a.message, b.message))
	})
	return slices.Compact(all)
}
