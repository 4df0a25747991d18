package power

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"timebound/model"
)

// The rules that scores are made from.
func ofRule(rules string, local bool) Power {
	binding := "b"
	if local {
		binding = "a/b"
	}
	var all []Rule
	for _, r := range strings.Split(rules, "; ") {
		all = append(all, rule(r))
	}
	return newWorld().role("r", all...).bind(binding, "r", "a/robot").of("a/robot")
}

func used(addresses ...string) *model.TokenUse {
	u := &model.TokenUse{Requests: 10}
	for _, a := range addresses {
		u.Callers = append(u.Callers, model.Caller{Address: a, Requests: 1})
	}
	return u
}

func TestScore(t *testing.T) {
	idle := model.Finding{Verdict: model.VerdictIdle, UnseenDays: 212}
	for _, c := range []struct {
		name    string
		rules   string
		local   bool
		finding *model.Finding
		total   int
		parts   string // title and points
		first   string
	}{
		{"nothing", "use policy podsecuritypolicies", false, nil, 0, "", ""},
		{"cluster-admin", "* * *", false, nil, 60, "may do everything 60", ""},
		{"admin of a namespace", "* * *", true, nil, 40,
			"may do everything 20, can get more power than it has 20, reads secrets 0, creates pods, or changes what they run 0, changes objects 0, reads objects 0", ""},
		{"all secrets", "list core secrets", false, nil, 35, "reads secrets 30, reads objects 5", ""},
		{"secrets of a namespace", "list core secrets", true, nil, 17, "reads secrets 15, reads objects 2", ""},
		{"one secret", "get core secrets db", true, nil, 6, "reads secrets 5, reads objects 1", ""},
		{"pods everywhere", "create core pods", false, nil, 35, "creates pods, or changes what they run 25, changes objects 10", ""},
		{"almost everything", "impersonate core users; list core secrets; create core pods", false, nil, 55,
			"can get more power than it has 40, reads secrets 15, creates pods, or changes what they run 0, changes objects 0, reads objects 0", ""},
		{"idle cluster-admin", "* * *", false, &idle, 85, "may do everything 60, idle 25", "idle, and may do everything"},
		{"idle, made by hand", "* * *", false, &model.Finding{Verdict: model.VerdictIdle, Origin: model.OriginManual}, 90, "may do everything 60, idle 25, manual 5", "idle, and may do everything"},
		{"idle, and reads", "list core pods", false, &idle, 30, "reads objects 5, idle 25", ""},
		{"cluster-admin in use", "* * *", false, &model.Finding{Verdict: model.VerdictInUse}, 60, "may do everything 60", ""},
		{"used from outside", "create core pods", true, &model.Finding{Verdict: model.VerdictInUse, Use: used("10.1.1.1", "198.51.100.4")}, 35,
			"creates pods, or changes what they run 10, changes objects 5, used from outside 20", "used from outside"},
		{"from outside, with hardly any power", "list core pods", true, &model.Finding{Verdict: model.VerdictInUse, Use: used("198.51.100.4")}, 22, "reads objects 2, used from outside 20", ""},
		{"from a node with a public address", "create core pods", true, &model.Finding{Verdict: model.VerdictInUse, From: model.FromInside, Use: used("198.51.100.4")}, 15,
			"creates pods, or changes what they run 10, changes objects 5", ""},
		{"from a private address", "create core pods", true, &model.Finding{Verdict: model.VerdictInUse, From: model.FromElsewhere, Use: used("10.1.1.1")}, 15,
			"creates pods, or changes what they run 10, changes objects 5", ""},
		{"one of the account's tokens", "create core pods", true, &model.Finding{Verdict: model.VerdictInUse, AccountUse: used("198.51.100.4")}, 35,
			"creates pods, or changes what they run 10, changes objects 5, used from outside 20", "used from outside"},
		{"passed around", "list core pods", true, &model.Finding{Verdict: model.VerdictInUse, Use: used("10.1.1.1", "10.1.1.2", "10.1.1.3", "10.1.1.4", "10.1.1.5")}, 7, "reads objects 2, many callers 5", ""},
		{"everything at once", "* * *", false, &model.Finding{Verdict: model.VerdictIdle, Origin: model.OriginManual, Use: used("198.51.100.1", "198.51.100.2", "198.51.100.3", "198.51.100.4", "198.51.100.5")}, 100,
			"may do everything 60, idle 25, used from outside 15, manual 0, many callers 0", "idle, and may do everything"},
		{"dead", "* * *", false, &model.Finding{Verdict: model.VerdictDead}, 0, "may do everything 60, dead -60", ""},
		{"switched off", "* * *", false, &model.Finding{Verdict: model.VerdictKnocked, Use: used("198.51.100.4")}, 15, "may do everything 60, switched off -45", ""},
	} {
		p := ofRule(c.rules, c.local)
		s := Rate(&p, c.finding, Networks{})
		var parts []string
		sum := 0
		for _, part := range s.Parts {
			parts = append(parts, fmt.Sprintf("%s %d", part.Title, part.Points))
			sum += part.Points
			if part.Why == "" {
				t.Errorf("%s: %s is not explained", c.name, part.Title)
			}
		}
		if s.Total != c.total || strings.Join(parts, ", ") != c.parts || s.First != c.first {
			t.Errorf("%s: %d %q\n  %s\nwant %d %q\n  %s", c.name, s.Total, s.First, strings.Join(parts, ", "), c.total, c.first, c.parts)
		}
		if sum != s.Total || s.Total < 0 || s.Total > 100 {
			t.Errorf("%s: the parts add up to %d, the total is %d", c.name, sum, s.Total)
		}
	}
}

// What a part says of itself names the bindings and the addresses.
func TestScoreSaysWhy(t *testing.T) {
	w := newWorld().role("r", rule("list core secrets"))
	for _, b := range []string{"a/x", "b/y", "c/z"} {
		w.bind(b, "r", "a/robot")
	}
	p := w.of("a/robot")
	s := Rate(&p, &model.Finding{AccountUse: used("198.51.100.4", "198.51.100.5", "10.0.0.1")}, Networks{})
	var all []string
	for _, part := range s.Parts {
		all = append(all, part.Why)
	}
	for _, want := range []string{"in a, b and c: RoleBinding a/x, RoleBinding b/y and 1 more", "from 198.51.100.4 and 1 more, with one of the tokens of its account"} {
		if !slices.Contains(all, want) {
			t.Errorf("nothing says %q: %q", want, all)
		}
	}
	if s.AtLeast {
		t.Error("there may be more, though everything was read")
	}
	w.coverage.Kinds[KindRoleBindings] = model.KindCoverage{State: model.CoverageFailed}
	p = w.of("a/robot")
	if !Rate(&p, nil, Networks{}).AtLeast {
		t.Error("bindings were not read, and the score does not say so")
	}
}

// Idle cluster-admins and strong tokens that are used from outside come first.
func TestOrder(t *testing.T) {
	admin, deployer, reader := ofRule("* * *", false), ofRule("create core pods", true), ofRule("list core pods", false)
	from := func(address string, v model.Verdict) *model.Finding {
		return &model.Finding{Verdict: v, Use: used(address)}
	}
	named := map[string]Score{
		"admin, idle":             Rate(&admin, &model.Finding{Verdict: model.VerdictIdle}, Networks{}),
		"admin, from outside":     Rate(&admin, from("198.51.100.4", model.VerdictInUse), Networks{}),
		"admin, inside":           Rate(&admin, from("10.1.1.1", model.VerdictInUse), Networks{}),
		"admin, dead":             Rate(&admin, &model.Finding{Verdict: model.VerdictDead}, Networks{}),
		"admin, switched off":     Rate(&admin, &model.Finding{Verdict: model.VerdictInvalidated}, Networks{}),
		"deployer, from outside":  Rate(&deployer, from("198.51.100.4", model.VerdictInUse), Networks{}),
		"deployer, inside":        Rate(&deployer, from("10.1.1.1", model.VerdictInUse), Networks{}),
		"reader, from outside":    Rate(&reader, from("198.51.100.4", model.VerdictInUse), Networks{}),
		"reader, idle, by itself": Rate(&reader, &model.Finding{Verdict: model.VerdictIdle}, Networks{}),
	}
	var names []string
	for name := range named {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if c := named[a].Compare(named[b]); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	want := "admin, idle|admin, from outside|deployer, from outside|admin, inside|reader, idle, by itself|reader, from outside|admin, switched off|deployer, inside|admin, dead"
	if got := strings.Join(names, "|"); got != want {
		t.Errorf("order\n  %s\nwant\n  %s", got, want)
	}
}
