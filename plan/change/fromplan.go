package change

import (
	"timebound/model"
	"timebound/plan"
)

// FromPlan makes an item of a plan's action. The pins stay those of the plan:
// what moved since it was made is skipped when the change is due.
func FromPlan(action plan.Action, a *model.Assessment, p Policy, source string) (*Item, *Refusal) {
	if action.Kind == plan.Detach {
		// Names are looked up, and tested in the patch; the account itself may have
		// changed, also by what this very batch deletes.
		action.On.ResourceVersion = ""
	}
	if action.On.Kind != "Secret" {
		return &Item{Action: action, Source: source}, nil
	}
	f := a.Token(model.Key{Namespace: action.On.Namespace, Name: action.On.Name})
	if f == nil {
		return nil, &Refusal{Why: "gone, or not readable"}
	}
	if action.Kind == plan.Issue {
		return &Item{Action: action, Account: f.Token.Account, AccountUID: f.Token.AccountUID, Source: source}, nil
	}
	item, refusal := StageToken(action.Kind, f, a, p, action.Override)
	if refusal != nil {
		return nil, refusal
	}
	item.On, item.Team, item.Source = action.On, action.Team, source
	if action.Verdict != "" {
		item.Verdict = action.Verdict
	}
	return item, nil
}
