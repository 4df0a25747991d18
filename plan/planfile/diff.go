package planfile

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"timebound/model"
	"timebound/plan"
)

// Kind says what became of something between two plans.
type Kind string

// The kinds of difference.
const (
	Appeared Kind = "appeared"
	Vanished Kind = "vanished"
	Changed  Kind = "changed"
)

// Difference is one thing in which two plans differ.
type Difference struct {
	Kind Kind   `json:"kind"`
	What string `json:"what"` // "token", "step", "action", "forecast", "cluster"
	Name string `json:"name"`
	From string `json:"from,omitempty"` // "" if it appeared
	To   string `json:"to,omitempty"`   // "" if it vanished
}

// Diff tells what of an old plan is different in a new one. What is the same in
// both is not told; the time at which they were made is not looked at.
func Diff(before, after *plan.Plan) []Difference {
	var out []Difference
	for _, c := range [...]struct{ name, from, to string }{
		{"version", before.Cluster.Version, after.Cluster.Version},
		{"target", before.Target.String(), after.Target.String()},
		{"policy", before.Policy.Name, after.Policy.Name},
		{"UID of kube-system", before.Cluster.UID, after.Cluster.UID},
	} {
		if c.from != c.to {
			out = append(out, Difference{Changed, "cluster", c.name, c.from, c.to})
		}
	}
	out = append(out, differences("token", tokensOf(before), tokensOf(after))...)
	out = append(out, differences("step", stepsOf(before), stepsOf(after))...)
	out = append(out, differences("action", actionsOf(before), actionsOf(after))...)
	return append(out, differences("forecast", forecastOf(before), forecastOf(after))...)
}

// differences compares two tables of name and state.
func differences(what string, before, after map[string]string) []Difference {
	var out []Difference
	for name, from := range before {
		to, stays := after[name]
		switch {
		case !stays:
			out = append(out, Difference{Vanished, what, name, from, ""})
		case from != to:
			out = append(out, Difference{Changed, what, name, from, to})
		}
	}
	for name, to := range after {
		if _, was := before[name]; !was {
			out = append(out, Difference{Appeared, what, name, "", to})
		}
	}
	slices.SortFunc(out, func(x, y Difference) int {
		return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(string(x.Kind), string(y.Kind)))
	})
	return out
}

func tokensOf(p *plan.Plan) map[string]string {
	out := make(map[string]string, len(p.Tokens))
	for _, t := range p.Tokens {
		out[t.Key.String()] = t.Verdict.String()
	}
	return out
}

func stepsOf(p *plan.Plan) map[string]string {
	out := map[string]string{}
	for i := range p.Hops {
		for j := range p.Hops[i].Steps {
			s := &p.Hops[i].Steps[j]
			out[s.ID] = string(s.State)
		}
	}
	return out
}

func actionsOf(p *plan.Plan) map[string]string {
	out := map[string]string{}
	eachAction(p, func(a *plan.Action) {
		text := strings.TrimSpace(a.Verdict + " " + strings.Join(a.Change, "; "))
		for _, pin := range [...]struct{ name, value string }{{"uid", a.On.UID}, {"resourceVersion", a.On.ResourceVersion}, {"generation", strconv.FormatInt(a.On.Generation, 10)}} {
			if pin.value != "" && pin.value != "0" {
				text += ", " + pin.name + " " + pin.value
			}
		}
		if a.Override != "" {
			text += ", in spite of it, because: " + a.Override
		}
		out[ActionName(a)] = text
	})
	return out
}

func forecastOf(p *plan.Plan) map[string]string {
	out := make(map[string]string, len(p.Forecast.Items))
	for _, i := range p.Forecast.Items {
		out[model.Key{Namespace: i.Namespace, Name: i.Name}.String()] = "switched off " + dayText(i.Invalidated) + ", deleted " + dayText(i.Deleted)
	}
	return out
}

func eachAction(p *plan.Plan, do func(*plan.Action)) {
	for i := range p.Hops {
		for j := range p.Hops[i].Steps {
			for k := range p.Hops[i].Steps[j].Actions {
				do(&p.Hops[i].Steps[j].Actions[k])
			}
		}
	}
}

// ActionName names an action for people: "invalidate Secret payments/x".
func ActionName(a *plan.Action) string {
	return string(a.Kind) + " " + objectName(a.On.Kind, a.On.Namespace, a.On.Name)
}
