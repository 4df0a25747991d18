package model

import (
	"slices"
	"strings"
)

// Assess judges every token of the inventory. It reads nothing but its
// arguments and changes none of them.
func Assess(inv *Inventory, know Knowledge, policy Policy) *Assessment {
	policy = byServerClock(policy, inv)
	a := &Assessment{
		Inventory: inv,
		Policy:    policy,
		Settings:  ResolveSettings(inv.Cluster, know),
		Findings:  make([]*Finding, len(inv.Tokens)),
		tokens:    make(map[Key]*Finding, len(inv.Tokens)),
	}
	accounts := make(map[Key]*Account, len(inv.Accounts))
	for _, acc := range inv.Accounts {
		accounts[acc.Key] = acc
	}
	findings := make([]Finding, len(inv.Tokens))
	for i, t := range inv.Tokens {
		f := &findings[i]
		f.Token = t
		a.Findings[i] = f
		a.tokens[t.Key] = f
	}
	gatherReferences(a, accounts)

	j := newJudge(a, know.Keepers, accounts)
	for _, f := range a.Findings {
		j.judge(f)
		a.Counts.ByVerdict[f.Verdict]++
		a.Counts.ByOrigin[f.Origin]++
		if f.Orphan {
			a.Counts.Orphans++
		}
	}
	a.Counts.Tokens = len(a.Findings)
	a.BlindSpots = clusterBlindSpots(a)
	linkAccounts(a)
	return a
}

// byServerClock moves "today" to the server's day if this machine's clock is
// off: labels are written by the servers' clocks, and a token must not look a
// day older because a laptop runs ahead.
func byServerClock(p Policy, inv *Inventory) Policy {
	skew := inv.Cluster.ClockSkew
	if skew == 0 || p.Now.IsZero() {
		return p
	}
	asked := p.AsOf != p.Today
	p.Today = DayOf(p.Now.Add(skew))
	if !asked {
		p.AsOf = p.Today
	}
	return p
}

// linkAccounts builds the account side of the cross-links.
func linkAccounts(a *Assessment) {
	inv := a.Inventory
	a.accounts = make(map[Key]*AccountFinding, len(inv.Accounts))
	a.Accounts = make([]*AccountFinding, len(inv.Accounts))
	rows := make([]AccountFinding, len(inv.Accounts))
	for i, acc := range inv.Accounts {
		rows[i].Account = acc
		a.Accounts[i] = &rows[i]
		a.accounts[acc.Key] = &rows[i]
	}
	for _, f := range a.Findings {
		if row := a.accounts[Key{f.Token.Namespace, f.Token.Account}]; row != nil {
			row.Tokens = append(row.Tokens, f)
		}
	}
	for _, w := range inv.Workloads {
		row := a.accounts[Key{w.Namespace, w.Account}]
		switch {
		case row == nil:
		case w.Kind == "Pod":
			row.Pods++
		default:
			row.Templates++
		}
	}
	pulls := make(map[Key]bool, len(inv.PullSecrets))
	for _, s := range inv.PullSecrets {
		pulls[s.Key] = true
	}
	for _, row := range a.Accounts {
		for _, name := range row.Account.Secrets {
			k := Key{row.Account.Namespace, name}
			if a.tokens[k] == nil && !pulls[k] {
				row.Unmatched = append(row.Unmatched, name)
			}
		}
	}
}

// clusterBlindSpots says what was not seen of the cluster as a whole.
func clusterBlindSpots(a *Assessment) []Reason {
	var spots []Reason
	inv := a.Inventory
	kinds := make([]ObjectKind, 0, len(inv.Coverage.Kinds))
	for kind := range inv.Coverage.Kinds {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		c := inv.Coverage.Kinds[kind]
		where := unreadNamespaces(c)
		switch {
		case c.State == CoveragePending:
			spots = append(spots, Reason{CodeLoading, []string{string(kind)}})
		case where != "" && kind == KindTokens:
			spots = append(spots, Reason{CodeTokensUnread, []string{where}})
		case where != "" && kind != KindTracking && kind != KindNodes:
			spots = append(spots, Reason{CodeNamespacesUnread, []string{string(kind), where}})
		}
		if c.Mixed {
			spots = append(spots, Reason{CodeMixedList, []string{string(kind)}})
		}
		if c.Cached {
			spots = append(spots, Reason{CodeCachedList, []string{string(kind)}})
		}
	}
	if p := a.Policy; p.AsOf > p.Today {
		spots = append(spots, Reason{CodeForecast, []string{p.AsOf.String(), days(int(p.AsOf - p.Today))}})
	}
	if skew := inv.Cluster.ClockSkew; skew.Abs() >= tellSkewFrom {
		spots = append(spots, Reason{CodeClockSkew, []string{skew.Abs().String()}})
	}
	return append(append(spots, auditBlindSpots(a)...), Reason{Code: CodeOfflineUse})
}

// unreadNamespaces names what a partial or failed list left out; "" if
// nothing.
func unreadNamespaces(c KindCoverage) string {
	switch c.State {
	case CoverageFailed:
		return "all namespaces"
	case CoveragePartial:
		names := make([]string, 0, len(c.Gaps))
		for _, g := range c.Gaps {
			if g.Namespace == "" {
				return "some namespaces"
			}
			names = append(names, g.Namespace)
		}
		slices.Sort(names)
		names = slices.Compact(names)
		if len(names) > 3 {
			return count(len(names), "namespace", "namespaces")
		}
		return strings.Join(names, ", ")
	}
	return ""
}
