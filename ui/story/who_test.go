package story

import (
	"math"
	"strings"
	"testing"
	"time"

	"timebound/model"
	"timebound/ui/internal/golden"
	"timebound/ui/internal/sample"
	"timebound/ui/theme"
)

func TestUseGoldens(t *testing.T) {
	a := sample.UsedAssessment()
	inUse, pod := find(t, a, "payments", sample.InUse), find(t, a, "payments", sample.Referenced)
	crowd, shared := find(t, a, "payments", sample.Dormant), find(t, a, "payments", sample.SharedToken)
	account := a.Account(sample.StaleAccount)
	for name, page := range map[string]func(st *theme.Styles) []string{
		"used-outside-brief-34":  func(st *theme.Styles) []string { return Token(inUse, a, st, 34, Brief) },
		"used-outside-full-76":   func(st *theme.Styles) []string { return Token(inUse, a, st, 76, Full) },
		"used-outside-full-116":  func(st *theme.Styles) []string { return Token(inUse, a, st, 116, Full) },
		"used-one-pod-brief-44":  func(st *theme.Styles) []string { return Token(pod, a, st, 44, Brief) },
		"used-by-crowd-full-116": func(st *theme.Styles) []string { return Token(crowd, a, st, 116, Full) },
		"used-one-of-brief-58":   func(st *theme.Styles) []string { return Token(shared, a, st, 58, Brief) },
		"stale-account-brief-44": func(st *theme.Styles) []string { return Account(account, a, st, 44, Brief) },
		"stale-account-full-116": func(st *theme.Styles) []string { return Account(account, a, st, 116, Full) },
	} {
		golden.Require(t, name, strings.Join(page(colored), "\n"))
		golden.Require(t, name+"-plain", text(page(plain)))
	}
	golden.Require(t, "used-outside-full-76-ascii", text(Token(inUse, a, ascii, 76, Full)))
}

func TestUsesAreToldInPlainWords(t *testing.T) {
	a := sample.UsedAssessment()
	for name, want := range map[string]string{
		sample.InUse:       "Presented 12,345 times by curl 8.5.0 at 203.0.113.9 (outside the cluster) and 3 others, from 2026-11-01 to yesterday.",
		sample.Referenced:  "Presented 8,640 times by Python client 11.0.0 at 10.42.1.12 (pod payments/legacy-app-6d5f9c7b8-00001), from 2026-11-01 to yesterday.",
		sample.SharedToken: "One of the 2 tokens of account export was presented 12 times by kubectl 1.27.4 at 203.0.113.40 (outside the cluster), from 2026-11-01 to yesterday.",
		sample.Idle:        "Not once in the audit logs that were read, 2026-11-01 to 2026-11-22.",
	} {
		if got := flat(Token(find(t, a, "payments", name), a, plain, 100, Full)); !strings.Contains(got, want) {
			t.Errorf("%s: no %q in\n%s", name, want, got)
		}
	}
}

// Which pods fail and when is the account's story, and how that is known.
func TestStaleTokensAreToldWithTheDayTheyFail(t *testing.T) {
	tell := func(platform model.PlatformID) string {
		a := sample.UsedAssessment()
		a.Inventory.Cluster.Platform.ID = platform
		return flat(Account(a.Account(sample.StaleAccount), a, plain, 100, Full))
	}
	for _, want := range []string{
		"by pods legacy-app-6d5f9c7b8-00003 and legacy-app-6d5f9c7b8-00004: they had not read their token file again by then.",
		// The thresholds were passed on 1 and 4 November; a year less an hour later ends it.
		"They start to fail on 2027-10-31, the last of them on 2027-11-03, unless they read it or are replaced before.", "Extended tokens live for 365 days here (",
	} {
		if got := tell(model.PlatformOpenShift); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if got := tell(model.PlatformEKS); !strings.Contains(got, "fail on 2027-01-29, the last of them on 2027-02-01") || !strings.Contains(got, "Amazon EKS user guide") {
		t.Errorf("on EKS, where they live for 90 days:\n%s", got)
	}
	a := sample.UsedAssessment()
	for i := range a.Inventory.Usage.Stale[sample.StaleAccount].Callers {
		a.Inventory.Usage.Stale[sample.StaleAccount].Callers[i].Stale = time.Time{}
	}
	if got := flat(Account(a.Account(sample.StaleAccount), a, plain, 100, Full)); !strings.Contains(got, "When they start to fail cannot be told.") {
		t.Errorf("without a threshold:\n%s", got)
	}
}

func TestCallersAreNamedAndCounted(t *testing.T) {
	a := sample.UsedAssessment()
	f := find(t, a, "payments", sample.Dormant)
	for depth, want := range map[Depth]string{Brief: "and 12 more", Full: "and 3 more"} {
		got := text(Token(f, a, plain, 100, depth))
		if !strings.Contains(got, want) || !strings.Contains(got, "are taken together") {
			t.Errorf("depth %d: no %q, or no grain, in\n%s", depth, want, got)
		}
	}
}

// A private address that nobody has now may have been a pod's.
func TestOfAPrivateAddressLessIsClaimed(t *testing.T) {
	a := sample.UsedAssessment()
	f := find(t, a, "payments", sample.InUse)
	f.Use.Callers[0].Address = "10.42.7.7"
	got := flat(Token(f, a, plain, 100, Full))
	if !strings.Contains(got, "at 10.42.7.7 (no pod or node has it now) and") || strings.Contains(got, "10.42.7.7 · outside") {
		t.Errorf("10.42.7.7 is placed wrongly:\n%s", got)
	}
}

// Where pods were not read, an address that none has says nothing.
func TestOutsideIsClaimedOnlyWherePodsWereRead(t *testing.T) {
	inv := sample.Used()
	inv.Coverage.Kinds[model.KindPods] = model.KindCoverage{State: model.CoveragePartial}
	a := model.Assess(inv, sample.Knowledge(), model.DefaultPolicy(sample.Now))
	if got := flat(Token(find(t, a, "payments", sample.InUse), a, plain, 100, Full)); strings.Contains(got, "outside") {
		t.Errorf("with pods unread:\n%s", got)
	}
}

func TestSilenceOfAnOAuthClientIsDoubted(t *testing.T) {
	inv := sample.Used()
	delete(inv.Usage.Tokens, model.Key{Namespace: "payments", Name: sample.InUse})
	a := model.Assess(inv, sample.Knowledge(), model.DefaultPolicy(sample.Now))
	got := flat(Token(find(t, a, "payments", sample.InUse), a, plain, 100, Full))
	if !strings.Contains(got, "Not every use shows in a log: its account is an OAuth client") {
		t.Errorf("a client secret leaves no trace, and that is not said:\n%s", got)
	}
}

func TestWithoutLogsThereIsOneLineHowToReadThem(t *testing.T) {
	a := sample.Assessment()
	f := find(t, a, "payments", sample.Idle)
	got := flat(Token(f, a, plain, 100, Full))
	if strings.Contains(got, "WHO USES IT") || !strings.Contains(got, "press a on page 8, or start with --audit PATH") {
		t.Errorf("no hint in\n%s", got)
	}
}

func TestTheSparklineIsScaledToTheBusiestDay(t *testing.T) {
	a := sample.UsedAssessment()
	today := a.Policy.Today
	use := &model.TokenUse{Days: []model.DayUse{{Day: today - 400, Requests: 9_000}, {Day: today - 3, Requests: 1}, {Day: today - 1, Requests: math.MaxUint64}, {Day: today + 1, Requests: 7}}}
	w := newWriter(a, plain, 80, Full)
	w.spark(use)
	got := text(w.Lines())
	if want := "▁·█·"; !strings.HasSuffix(strings.Split(got, "\n")[0], want) {
		t.Errorf("%q does not end in %q", got, want)
	}
	if !strings.HasPrefix(got, " ") || !strings.Contains(got, "2026-10-24 to 2026-11-22") || !strings.Contains(got, "(2026-11-21); blank: no log") {
		t.Errorf("the days are not named: %q", got)
	}
	w = newWriter(a, ascii, 12, Brief)
	w.spark(use)
	if got := strings.Split(text(w.Lines()), "\n")[0]; got != "--------.-#-" {
		t.Errorf("in ASCII, 12 wide: %q", got)
	}
}

// A log may name anything, and any number of it.
func TestUsesFitAnyWidthAndStayPrintable(t *testing.T) {
	a := sample.UsedAssessment()
	huge := a.Inventory.Usage.Tokens[model.Key{Namespace: "payments", Name: sample.InUse}]
	huge.Requests, huge.Grain = math.MaxUint64, sample.Hostile
	huge.Callers[0].Address, huge.Callers[0].Node, huge.Callers[1].Agent = strings.Repeat("漢", 200), sample.Hostile, strings.Repeat("x/"+sample.Hostile, 90)
	huge.Callers[1].Pod = model.Key{Namespace: sample.Hostile, Name: sample.Hostile}
	huge.First, huge.Last, huge.Days = time.Time{}, time.Time{}, nil
	for width := 20; width < 130; width += 3 {
		for _, st := range []*theme.Styles{colored, plain, ascii} {
			for _, f := range a.Findings {
				for _, line := range append(Token(f, a, st, width, Full), Token(f, a, st, width, Brief)...) {
					if w := theme.Width(line); w > width {
						t.Fatalf("width %d: %d cells: %q", width, w, line)
					}
					if strings.ContainsAny(theme.Plain(line), "\x1b\x07\n\u202e") {
						t.Fatalf("raw control character in %q", line)
					}
				}
			}
		}
	}
}
