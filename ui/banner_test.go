package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"timebound/model"
	"timebound/ui/internal/sample"
)

func TestTheBannerSaysInPlainWordsWhatIsMissing(t *testing.T) {
	server := `forbidden (serviceaccounts is forbidden: User "jane" cannot list resource "serviceaccounts" in API group "" in the namespace "payments-custody")`
	for _, c := range []struct {
		problem model.Problem
		width   int
		want    string
	}{
		{model.Problem{What: "serviceaccounts of payments-custody are not readable", Why: server, Remedy: "run"}, 80,
			" ! serviceaccounts of payments-custody are not readable               ! details"},
		{model.Problem{What: "GET /metrics", Why: "forbidden, so which feature gates are on is not seen"}, 80,
			" ! cannot GET /metrics                                                ! details"},
		{model.Problem{What: "the API server is v1.19.3", Why: "Timebound supports 1.20 and later"}, 80,
			" ! the API server is v1.19.3                                          ! details"},
		{model.Problem{What: "connect to https://10.0.0.1:6443", Why: "connection refused", Remedy: "check the address", Fatal: true}, 80,
			" × cannot connect to https://10.0.0.1:6443: connection refused        ! details"},
		{model.Problem{What: "connect to https://api.a-cluster-with-a-long-name.example.com:6443", Why: "connection refused", Fatal: true}, 80,
			" × cannot connect to https://api.a-cluster-with-a-long-name.example…  ! details"},
	} {
		d := drive(t, c.width, 24)
		snap := sample.Snapshot()
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
