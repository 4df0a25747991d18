package model

import (
	"slices"
	"strings"
)

// gatherReferences finds everything in the inventory that points at a token,
// and fills in both ends of the link.
func gatherReferences(a *Assessment, accounts map[Key]*Account) {
	inv := a.Inventory
	a.workloads = map[WorkloadKey]*WorkloadFinding{}
	for _, w := range inv.Workloads {
		var row *WorkloadFinding
		for _, ref := range w.Secrets {
			f := a.tokens[Key{w.Namespace, ref.Secret}]
			if f == nil {
				continue
			}
			f.References = append(f.References, Reference{
				How: ref.How, By: w.WorkloadKey(), Where: ref.Where, State: w.State, Optional: ref.Optional,
			})
			if row == nil {
				row = &WorkloadFinding{Workload: w}
				a.workloads[w.WorkloadKey()] = row
				a.Workloads = append(a.Workloads, row)
			}
			if !slices.Contains(row.Tokens, f) {
				row.Tokens = append(row.Tokens, f)
			}
		}
	}
	for _, acc := range inv.Accounts {
		for _, name := range acc.ImagePullSecrets {
			if f := a.tokens[Key{acc.Namespace, name}]; f != nil {
				f.References = append(f.References, Reference{How: RefAccountPull, By: accountKey(acc), Where: ".imagePullSecrets"})
			}
		}
	}
	for _, s := range inv.PullSecrets {
		if s.TokenSecret == "" || s.Bound {
			continue
		}
		if f := a.tokens[Key{s.Namespace, s.TokenSecret}]; f != nil {
			f.References = append(f.References, Reference{How: RefDockercfg, By: WorkloadKey{"Secret", s.Key}, Where: AnnotationOpenShiftTokenName})
		}
	}
	for _, f := range a.Findings {
		if acc := accounts[Key{f.Token.Namespace, f.Token.Account}]; acc != nil && acc.OAuthClient {
			f.References = append(f.References, Reference{How: RefOAuthClient, By: accountKey(acc), Where: "OAuth redirect annotation"})
		}
		f.Referrers = len(referrers(f.References))
	}
}

// WorkloadKey gives the workload's name among all kinds.
func (w *Workload) WorkloadKey() WorkloadKey { return WorkloadKey{Kind: w.Kind, Key: w.Key} }

func accountKey(acc *Account) WorkloadKey {
	return WorkloadKey{Kind: "ServiceAccount", Key: acc.Key}
}

// referrers gives the distinct objects behind references, in the order found.
func referrers(refs []Reference) []WorkloadKey {
	var keys []WorkloadKey
	for _, r := range refs {
		if !slices.Contains(keys, r.By) {
			keys = append(keys, r.By)
		}
	}
	return keys
}

// nameReferrers names the objects behind references for a sentence: up to two
// by name, the rest counted.
func nameReferrers(refs []Reference) string {
	const named = 2
	keys := referrers(refs)
	var b strings.Builder
	for i, k := range keys {
		if i == named && len(keys) > named {
			b.WriteString(" and " + count(len(keys)-named, "other", "others"))
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(k.Kind + " " + k.Name)
	}
	return b.String()
}
