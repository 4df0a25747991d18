package change

import (
	"fmt"
	"slices"
	"strings"

	"timebound/model"
	"timebound/plan"
)

// Refusal is why something cannot be staged.
type Refusal struct {
	Why string
	// Overridable says that a typed reason lets it be staged all the same.
	Overridable bool
}

// Error gives the reason.
func (r *Refusal) Error() string { return r.Why }

// Policy is what staging goes by.
type Policy struct {
	// SoakDays is for how many days a token stays switched off before deleting
	// it is offered.
	SoakDays int
}

// DefaultSoakDays is a week: what runs once a week shows in it.
const DefaultSoakDays = 7

// StageToken makes an item of a token: to invalidate, reactivate or delete it.
// The override is the reason that somebody typed; "" if nobody did.
func StageToken(kind plan.ActionKind, f *model.Finding, a *model.Assessment, p Policy, override string) (*Item, *Refusal) {
	r := refuseToken(kind, f, a, p)
	if r != nil && (!r.Overridable || strings.TrimSpace(override) == "") {
		return nil, r
	}
	if r == nil {
		override = ""
	}
	t := f.Token
	item := &Item{
		Action: plan.Action{
			Kind: kind, On: plan.Pin{Kind: "Secret", Namespace: t.Namespace, Name: t.Name, UID: t.UID, ResourceVersion: t.ResourceVersion},
			Verdict: f.Verdict.Slug(), Override: override, Change: tokenChange(kind, a.Policy.Today),
			Evidence: evidence(f.Reasons), NotSeen: evidence(f.BlindSpots),
		},
		Account: t.Account, AccountUID: t.AccountUID, Listed: f.Origin == model.OriginAuto, LastUsed: t.LastUsed.Raw,
		Referrers: referrersOf(f), Rotates: has(f.Reasons, model.CodeRotates),
	}
	item.Warn = tokenWarnings(kind, f, item)
	return item, nil
}

func refuseToken(kind plan.ActionKind, f *model.Finding, a *model.Assessment, p Policy) *Refusal {
	switch {
	case f.Verdict == model.VerdictProtected:
		keeper := "a known system"
		if f.Keeper != nil {
			keeper = f.Keeper.Title
		}
		return &Refusal{Why: "protected: " + keeper + " needs it"}
	case !f.Token.Deleting.IsZero():
		return &Refusal{Why: "it is being deleted already"}
	}
	switch kind {
	case plan.Invalidate:
		return refuseInvalidate(f, a)
	case plan.Reactivate:
		if f.Token.InvalidSince.Raw == "" {
			return &Refusal{Why: "it is not switched off"}
		}
		return nil
	case plan.Delete:
		return refuseDelete(f, a, p)
	}
	return &Refusal{Why: string(kind) + " is not for tokens"}
}

// RefuseLabel says why the label would switch nothing off on this cluster; "" if
// it does: every API server that was seen has to honour it
// (k8s.io/kubernetes pkg/serviceaccount/legacy.go, since 1.29.0).
func RefuseLabel(c model.Cluster) string {
	oldest, known := c.Oldest()
	switch {
	case !known:
		return "the version of the API servers is not known, and only 1.29 and later honour the label"
	case oldest.Minor < 29:
		return "API servers before 1.29 ignore the label, and " + oldest.MinorName() + " runs"
	}
	return ""
}

func refuseInvalidate(f *model.Finding, a *model.Assessment) *Refusal {
	if why := RefuseLabel(a.Inventory.Cluster); why != "" {
		return &Refusal{Why: why}
	}
	switch f.Verdict {
	case model.VerdictInvalidated, model.VerdictKnocked:
		return &Refusal{Why: "it is switched off already, since " + f.Token.InvalidSince.Raw}
	case model.VerdictDead:
		return &Refusal{Why: "it cannot authenticate any more: there is nothing to switch off"}
	case model.VerdictInUse:
		return &Refusal{Why: "in use: last used on " + f.Token.LastUsed.Raw, Overridable: true}
	case model.VerdictReferenced:
		return &Refusal{Why: fmt.Sprintf("referenced by %s", referrer(f)), Overridable: true}
	case model.VerdictUnknown:
		return &Refusal{Why: "unknown: a fact is missing that it takes to judge", Overridable: true}
	}
	return nil
}

func refuseDelete(f *model.Finding, a *model.Assessment, p Policy) *Refusal {
	if why, _ := plan.Needed(f, a.Inventory.Coverage); why != "" {
		return &Refusal{Why: why, Overridable: true}
	}
	switch f.Verdict {
	case model.VerdictDead:
		return nil
	case model.VerdictInvalidated:
		since := f.Token.InvalidSince
		if !since.Valid {
			return &Refusal{Why: "since when it is switched off is not known: its label says " + since.Raw, Overridable: true}
		}
		until := since.Day + model.Day(p.SoakDays)
		if until > a.Policy.Today {
			return &Refusal{Why: fmt.Sprintf("switched off since %s: it soaks until %s", since.Day, until), Overridable: true}
		}
		return nil
	case model.VerdictKnocked:
		if used, since := f.Token.LastUsed, f.Token.InvalidSince; used.Valid && since.Valid && used.Day == since.Day {
			return &Refusal{Why: "last used on " + used.Raw + ", the day on which it was switched off: before or after, nobody knows", Overridable: true}
		}
		return &Refusal{Why: "somebody tried it on " + f.Token.LastUsed.Raw + ", after it was switched off", Overridable: true}
	}
	if RefuseLabel(a.Inventory.Cluster) == "" {
		return &Refusal{Why: f.Verdict.String() + ": invalidate it first; that can be put back at once", Overridable: true}
	}
	return &Refusal{Why: f.Verdict.String() + ": it cannot be switched off by label here, so deleting it is the first that anybody notices", Overridable: true}
}

func referrer(f *model.Finding) string {
	if len(f.References) == 0 {
		return "something"
	}
	by := f.References[0].By
	s := by.Kind + " " + by.Name
	if f.Referrers > 1 {
		s += fmt.Sprintf(" and %d more", f.Referrers-1)
	}
	return s
}

// referrersOf names all that points at a token, in order and each once.
func referrersOf(f *model.Finding) []string {
	var names []string
	for _, r := range f.References {
		names = append(names, r.By.Kind+" "+r.By.Key.String())
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func tokenChange(kind plan.ActionKind, today model.Day) []string {
	switch kind {
	case plan.Invalidate:
		return []string{"+ label " + model.LabelInvalidSince + "=" + today.String()}
	case plan.Reactivate:
		return []string{"- label " + model.LabelInvalidSince}
	}
	return []string{"- the secret, after a backup"}
}

func tokenWarnings(kind plan.ActionKind, f *model.Finding, item *Item) []string {
	var warn []string
	if kind == plan.Invalidate && f.Verdict == model.VerdictQuiet {
		warn = append(warn, "watched for too short a time to call it idle")
	}
	if kind == plan.Delete && item.Rotates {
		warn = append(warn, "rotates: a new token is made at once, under another name")
	}
	if kind == plan.Delete && (has(f.Reasons, model.CodeRotatesUnknown) || has(f.BlindSpots, model.CodeRotatesUnknown)) {
		warn = append(warn, "may rotate: where auto-generation is on, a new token is made at once, under another name")
	}
	return warn
}

func evidence(reasons []model.Reason) []plan.Evidence {
	var out []plan.Evidence
	for _, r := range reasons {
		out = append(out, plan.Evidence{Code: string(r.Code), Text: r.Text()})
	}
	return out
}

func has(reasons []model.Reason, code model.Code) bool {
	for _, r := range reasons {
		if r.Code == code {
			return true
		}
	}
	return false
}
