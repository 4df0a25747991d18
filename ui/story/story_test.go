package story

import (
	"math/rand/v2"
	"strings"
	"testing"

	"timebound/model"
	"timebound/ui/internal/golden"
	"timebound/ui/internal/sample"
	"timebound/ui/theme"
)

var (
	colored = theme.New(theme.Options{Dark: true})
	plain   = theme.New(theme.Options{NoColor: true})
	ascii   = theme.New(theme.Options{NoColor: true, ASCII: true})
)

func find(t *testing.T, a *model.Assessment, namespace, name string) *model.Finding {
	t.Helper()
	f := a.Token(model.Key{Namespace: namespace, Name: name})
	if f == nil {
		t.Fatalf("no token %s/%s in the sample", namespace, name)
	}
	return f
}

func text(ls []string) string { return theme.Plain(strings.Join(ls, "\n")) }

// flat is text without line breaks, for looking for whole sentences.
func flat(ls []string) string { return strings.Join(strings.Fields(text(ls)), " ") }

func TestEveryVerdictHasItsSentence(t *testing.T) {
	want := map[model.Verdict]string{
		model.VerdictUnknown:     "It cannot be judged: pods of secretive were not readable. Treat it as in use.",
		model.VerdictProtected:   "OpenShift control plane recovery (kube-apiserver) needs it. Without it the control plane cannot recover from expired certificates.",
		model.VerdictInUse:       "It was presented on 2026-11-21, yesterday: somebody needs it.",
		model.VerdictReferenced:  "1 Deployment, 9 Pods, 1 ServiceAccount and 1 Secret point at it; it was last presented on 2026-03-01, 266 days ago.",
		model.VerdictQuiet:       "No recent use was seen and nothing points at it, but that is worth little yet: ",
		model.VerdictIdle:        "Nobody was seen using it in the 399 days since uses are recorded (2025-10-18), and no pod, template, account or pull secret points at it.",
		model.VerdictInvalidated: "It was switched off by label on 2026-09-01, and nobody was seen trying it after that day.",
		model.VerdictKnocked:     "It was switched off on 2026-09-01, and yet somebody presented it on 2026-11-20, 2 days ago: a holder is out there.",
		model.VerdictDead:        "Its account gone is gone, so it cannot authenticate.",
	}
	a := sample.Assessment()
	seen := map[model.Verdict]bool{}
	for _, f := range a.Findings {
		if seen[f.Verdict] {
			continue
		}
		seen[f.Verdict] = true
		if got := Sentence(f, a); !strings.HasPrefix(got, want[f.Verdict]) {
			t.Errorf("%s: %q, want %q", f.Verdict, got, want[f.Verdict])
		}
		page := text(Token(f, a, plain, 60, Brief))
		if glyph := plain.Glyphs.Verdict(f.Verdict); !strings.Contains(page, glyph+" "+f.Verdict.String()) {
			t.Errorf("%s: no glyph and word on the page", f.Verdict)
		}
	}
	for v := range model.VerdictCount {
		if !seen[model.Verdict(v)] {
			t.Errorf("no token is %s", model.Verdict(v))
		}
	}
}

// A finding may come with less than the sentences count on: no reasons, no
// keeper, odd labels. What is said then is still a sentence.
func TestBareFindingsOfEveryVerdictAndOriginSpeak(t *testing.T) {
	a := &model.Assessment{Inventory: &model.Inventory{}, Policy: model.DefaultPolicy(sample.Now)}
	for v := range model.VerdictCount {
		for o := range model.OriginCount {
			for _, label := range []string{"", "2026-11-01", "2031-01-01", "garbage"} {
				f := &model.Finding{
					Verdict: model.Verdict(v), Origin: model.Origin(o), UnseenDays: -1,
					Token: &model.Token{Key: model.Key{Namespace: "n", Name: "t"}, LastUsed: model.NewDayLabel(label), InvalidSince: model.NewDayLabel(label)},
				}
				s := Sentence(f, a)
				if !strings.HasSuffix(s, ".") || strings.Contains(s, "..") || strings.Contains(s, "%!") || strings.Contains(s, " -1") {
					t.Errorf("%s, %s, label %q: %q", f.Verdict, f.Origin, label, s)
				}
				if page := text(Token(f, a, plain, 70, Full)); !strings.Contains(page, f.Origin.String()) {
					t.Errorf("%s, %s: the origin is not told", f.Verdict, f.Origin)
				}
			}
		}
	}
}

func TestEveryCodeAndRemedyIsTold(t *testing.T) {
	base := sample.Assessment()
	a := &model.Assessment{Inventory: base.Inventory, Policy: base.Policy}
	for _, info := range model.Codes() {
		r := model.Reason{Code: info.Code, Args: []string{"first", "second"}}
		for place, f := range map[string]*model.Finding{
			"reason":     {Token: &model.Token{}, Reasons: []model.Reason{r}},
			"blind spot": {Token: &model.Token{}, BlindSpots: []model.Reason{r}},
		} {
			page := flat(Token(f, a, plain, 100, Full))
			if !strings.Contains(page, string(info.Code)+" ") || !strings.Contains(page, strings.Join(strings.Fields(r.Text()), " ")) {
				t.Errorf("%s as %s is not told", info.Code, place)
			}
			if !strings.Contains(page, info.Remedy) {
				t.Errorf("the remedy of %s as %s is not told", info.Code, place)
			}
		}
	}
}

func TestIdleTokensBefore129AreNotSaidToBeSwitchable(t *testing.T) {
	a := sample.Assessment()
	f := find(t, a, "payments", sample.Idle)
	if got := Next(f, a); !strings.HasPrefix(got, "Switch it off by label") {
		t.Errorf("on 1.29: %q", got)
	}
	for _, git := range []string{"v1.28.15", "garbage"} {
		v, _ := model.ParseVersion(git)
		a.Inventory.Cluster.Servers = []model.ServerVersion{{Version: v, Answers: 1}}
		if got := Next(f, a); strings.Contains(got, "Switch it off") {
			t.Errorf("on %s: %q", git, got)
		}
	}
}

// Rule 1: what we tell people to type shows no token either.
func TestCommandsPrintNoToken(t *testing.T) {
	a := sample.Assessment()
	for _, f := range a.Findings {
		for _, c := range tokenCommands(f) {
			if strings.Contains(c, "get secret") && strings.Contains(c, " -o") {
				t.Errorf("%q could print data or annotations", c)
			}
			if !strings.HasPrefix(c, "kubectl get ") && !strings.HasPrefix(c, "kubectl describe ") {
				t.Errorf("%q does more than look", c)
			}
		}
	}
}

func TestNamesCannotBreakOutOfACommand(t *testing.T) {
	for in, want := range map[string]string{
		"ledger": "ledger", "a b": "'a b'", "$(rm -rf /)": "'$(rm -rf /)'", "it's": `'it'\''s'`, "-n": "'-n'", "": "''", "a;b": "'a;b'",
	} {
		if got := quote(in); got != want {
			t.Errorf("quote(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestACommandBreaksSoThatItCanBeCopied(t *testing.T) {
	a := sample.Assessment()
	w := newWriter(a, plain, 40, Full)
	const command = "kubectl get pods -n payments --field-selector 'spec.serviceAccountName=a b' -o wide"
	w.Command(command)
	got := strings.ReplaceAll(text(w.Lines()), " \\\n   ", "")
	if got != command {
		t.Errorf("pasted, it reads %q", got)
	}
}

func TestPagesFitAnyWidth(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	a := sample.Assessment()
	a.Findings[0].Token.Name = strings.Repeat("漢字", 90)
	styles := []*theme.Styles{colored, plain, ascii}
	for range 150 {
		width, st, depth := 20+rng.IntN(231), styles[rng.IntN(len(styles))], Depth(rng.IntN(2))
		var pages [][]string
		for _, f := range a.Findings {
			pages = append(pages, Token(f, a, st, width, depth))
		}
		for _, row := range a.Accounts {
			pages = append(pages, Account(row, a, st, width, depth))
		}
		for _, row := range a.Workloads {
			pages = append(pages, Workload(row, a, st, width, depth))
		}
		for _, page := range pages {
			for _, line := range page {
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

func TestWithoutColourNothingIsLost(t *testing.T) {
	a := sample.Assessment()
	for _, f := range a.Findings {
		if with, without := text(Token(f, a, colored, 80, Full)), text(Token(f, a, plain, 80, Full)); with != without {
			t.Errorf("%s reads differently without colour", f.Token.Name)
		}
	}
}

func TestASCIIPagesAreASCII(t *testing.T) {
	a := sample.Assessment()
	for _, f := range a.Findings {
		if f.Token.Name == sample.Hostile {
			continue
		}
		for _, r := range text(Token(f, a, ascii, 80, Full)) {
			if r > 127 {
				t.Fatalf("%s: %q on an ASCII page", f.Token.Name, r)
			}
		}
	}
}

func TestGoldens(t *testing.T) {
	a := sample.Assessment()
	idle, referenced := find(t, a, "payments", sample.Idle), find(t, a, "payments", sample.Referenced)
	hostile := find(t, a, "odd", sample.Hostile)
	account := a.Account(referenced.Account.Key)
	workload := a.Workload(referenced.References[0].By)
	for name, page := range map[string]func(st *theme.Styles) []string{
		"idle-brief-44":       func(st *theme.Styles) []string { return Token(idle, a, st, 44, Brief) },
		"referenced-brief-44": func(st *theme.Styles) []string { return Token(referenced, a, st, 44, Brief) },
		"referenced-full-80":  func(st *theme.Styles) []string { return Token(referenced, a, st, 80, Full) },
		"referenced-full-120": func(st *theme.Styles) []string { return Token(referenced, a, st, 120, Full) },
		"hostile-full-80":     func(st *theme.Styles) []string { return Token(hostile, a, st, 80, Full) },
		"account-brief-44":    func(st *theme.Styles) []string { return Account(account, a, st, 44, Brief) },
		"account-full-120":    func(st *theme.Styles) []string { return Account(account, a, st, 120, Full) },
		"workload-brief-44":   func(st *theme.Styles) []string { return Workload(workload, a, st, 44, Brief) },
		"workload-full-120":   func(st *theme.Styles) []string { return Workload(workload, a, st, 120, Full) },
	} {
		golden.Require(t, name, strings.Join(page(colored), "\n"))
		golden.Require(t, name+"-plain", text(page(plain)))
	}
}

// Beside a list of a window of 120 cells there is this much room.
func TestAFactBesideAListIsOneLine(t *testing.T) {
	a := sample.Assessment()
	for _, line := range Token(find(t, a, "batch", "batch-token-88sd"), a, plain, 34, Brief) {
		for label, want := range map[string]string{
			"created": "created    2021-03-04 · 2,089d ago", "last used": "last used  2026-01-01 · 325d ago", "off since": "off since  2026-09-01 · 82d ago",
		} {
			if got := theme.Plain(line); strings.HasPrefix(got, label) && got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
	}
}
