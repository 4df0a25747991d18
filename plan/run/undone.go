package run

import (
	"slices"

	"timebound/model"
	"timebound/plan"
)

// undone says why a change that was made does not stand any more; "" if it does.
// Restored secrets are looked at one by one: see recognise.
func undone(t *tracked, a *model.Assessment) string {
	switch t.item.On.Kind {
	case "Secret":
		return tokenUndone(t, a)
	case "ServiceAccount":
		return accountUndone(t, a)
	}
	return workloadUndone(t, a)
}

func tokenUndone(t *tracked, a *model.Assessment) string {
	i := t.item
	f := a.Token(i.Key())
	switch i.Kind {
	case plan.Invalidate, plan.Reactivate:
		switch {
		case f == nil:
			return "the secret is gone meanwhile"
		case f.Token.UID != i.On.UID:
			return "a secret of this name was made again"
		case i.Kind == plan.Invalidate && f.Token.InvalidSince.Raw == "":
			return "the label was taken off again"
		case i.Kind == plan.Reactivate && f.Token.InvalidSince.Raw != "":
			return "it was switched off again"
		}
	case plan.Delete:
		if f != nil && f.Token.UID != i.On.UID {
			return "a secret of this name was made again"
		}
	}
	return ""
}

func workloadUndone(t *tracked, a *model.Assessment) string {
	i := t.item
	w := a.Workload(model.WorkloadKey{Kind: i.On.Kind, Key: i.Key()})
	mounted := ""
	if w != nil {
		for _, ref := range w.Workload.Secrets {
			if (ref.How == model.RefVolume || ref.How == model.RefProjected) && slices.Contains(i.Names, ref.Secret) {
				mounted = ref.Secret
			}
		}
	}
	switch {
	case i.Kind == plan.Project && mounted != "":
		return "the secret volume of " + mounted + " is back"
	case i.Kind == plan.Unproject && mounted == "":
		return "its secret volumes are gone again"
	}
	return ""
}

func accountUndone(t *tracked, a *model.Assessment) string {
	i := t.item
	acc := a.Account(i.Key())
	if acc == nil {
		return ""
	}
	has := func(name string) bool { return slices.Contains(acc.Account.Secrets, name) }
	switch {
	case i.Kind == plan.Detach && t.intent != nil && t.intent.Inverse != nil:
		if at := slices.IndexFunc(t.intent.Inverse.Names, has); at >= 0 {
			return t.intent.Inverse.Names[at] + " is in .secrets again"
		}
	case i.Kind == plan.Reattach && i.Inverse != nil:
		for _, name := range i.Inverse.Names {
			if !has(name) {
				return name + " is not in .secrets any more"
			}
		}
	}
	return ""
}
