package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"timebound/model"
	"timebound/ui/internal/sample"
)

func TestTheBannerSaysInPlainWordsWhatIsMissing(t *testing.T) {
	gap := func(namespaces ...string) map[model.ObjectKind]model.KindCoverage {
		c := model.KindCoverage{State: model.CoveragePartial}
		for _, n := range namespaces {
			c.Gaps = append(c.Gaps, model.Gap{Kind: model.KindAccounts, Namespace: n, Reason: model.GapForbidden, Rule: "list serviceaccounts"})
		}
		return map[model.ObjectKind]model.KindCoverage{model.KindAccounts: c}
	}
	server := `forbidden (serviceaccounts is forbidden: User "jane" cannot list resource "serviceaccounts" in API group "" in the namespace "payments-custody")`
	for _, c := range []struct {
		problem model.Problem
		kinds   map[model.ObjectKind]model.KindCoverage
		width   int
		want    string
	}{
		{model.Problem{What: "list serviceaccounts in 1 of 42 namespaces (payments-custody)", Why: server, Remedy: "run"}, gap("payments-custody"), 80,
			" ! serviceaccounts of payments-custody are not readable               ! details"},
		{model.Problem{What: "list serviceaccounts in 3 of 42 namespaces (a, b, c)", Why: server}, gap("a", "b", "c"), 80,
			" ! serviceaccounts of 3 namespaces are not readable                   ! details"},
		{model.Problem{What: "list serviceaccounts", Why: server}, gap(""), 80,
			" ! serviceaccounts are not readable                                   ! details"},
		{model.Problem{What: "GET /metrics", Why: "forbidden, so which feature gates are on is not seen"}, nil, 80,
			" ! cannot GET /metrics                                                ! details"},
		{model.Problem{What: "the API server is v1.19.3", Why: "Timebound supports 1.20 and later"}, nil, 80,
			" ! the API server is v1.19.3                                          ! details"},
		{model.Problem{What: "connect to https://10.0.0.1:6443", Why: "connection refused", Remedy: "check the address", Fatal: true}, nil, 80,
			" × cannot connect to https://10.0.0.1:6443: connection refused        ! details"},
		{model.Problem{What: "connect to https://api.a-cluster-with-a-long-name.example.com:6443", Why: "connection refused", Fatal: true}, nil, 80,
			" × cannot connect to https://api.a-cluster-with-a-long-name.example…  ! details"},
	} {
		d := drive(t, c.width, 24)
		snap := sample.Snapshot()
		snap.Inventory.Coverage.Kinds = c.kinds
		snap.Problems = []model.Problem{c.problem}
		d.push(snap)
		got := strings.TrimRight(ansi.Strip(d.root.banner(c.width)), " ")
		if got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.problem.What, got, c.want)
		}
		d.press("!")
		if why := strings.Fields(c.problem.Why); !d.shows(why[0]) {
			t.Errorf("%s: the reason is nowhere", c.problem.What)
		}
	}
}
