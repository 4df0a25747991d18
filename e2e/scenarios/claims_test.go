package scenarios

import (
	"slices"
	"testing"

	"timebound/model"
)

// wantVerdict checks the verdict, and that its reasons hold the given codes.
func wantVerdict(t *testing.T, f *model.Finding, want model.Verdict, codes ...model.Code) {
	t.Helper()
	if f.Verdict != want {
		t.Errorf("token %s is %s, want %s; its reasons are %s", f.Token.Key, f.Verdict, want, texts(f.Reasons))
	}
	wantReasons(t, f, codes...)
}

func wantReasons(t *testing.T, f *model.Finding, codes ...model.Code) {
	t.Helper()
	for _, code := range codes {
		if !has(f.Reasons, code) {
			t.Errorf("token %s lacks reason %s; it has %s", f.Token.Key, code, texts(f.Reasons))
		}
	}
}

func has(reasons []model.Reason, code model.Code) bool {
	return slices.ContainsFunc(reasons, func(r model.Reason) bool { return r.Code == code })
}

func texts(reasons []model.Reason) []string {
	words := make([]string, len(reasons))
	for i, r := range reasons {
		words[i] = string(r.Code) + " " + r.Text()
	}
	return words
}

// wantNoMore checks that somebody who sees a part of the cluster is not told
// more than somebody who sees all of it: what the whole view does not call
// idle or dead, the part must not either, and a part claims no other origin.
// Only the given namespaces are compared; in others things move meanwhile.
func wantNoMore(t *testing.T, part, whole view, namespaces []string) {
	t.Helper()
	for _, f := range part.Findings {
		truth := whole.Token(f.Token.Key)
		if truth == nil || !slices.Contains(namespaces, f.Token.Namespace) {
			continue
		}
		for _, claim := range []model.Verdict{model.VerdictIdle, model.VerdictDead} {
			if f.Verdict == claim && truth.Verdict != claim {
				t.Errorf("token %s is called %s, and is %s", f.Token.Key, f.Verdict, truth.Verdict)
			}
		}
		if f.Origin != model.OriginUnknown && f.Origin != truth.Origin {
			t.Errorf("token %s is called %s, and is %s", f.Token.Key, f.Origin, truth.Origin)
		}
		if f.Orphan && !truth.Orphan {
			t.Errorf("token %s is called an orphan, and has an account", f.Token.Key)
		}
	}
}

// wantUnread checks that a kind does not count as read in a namespace.
func wantUnread(t *testing.T, v view, kind model.ObjectKind, namespace string) {
	t.Helper()
	if v.Inventory.Coverage.Reads(kind, namespace) {
		t.Errorf("%s of %s count as read", kind, namespace)
	}
}

// wantGap checks that a gap names the rule that would help, for a namespace or
// ("") for all.
func wantGap(t *testing.T, v view, kind model.ObjectKind, namespace, rule string) {
	t.Helper()
	gaps := v.Inventory.Coverage.Kinds[kind].Gaps
	if !slices.ContainsFunc(gaps, func(g model.Gap) bool {
		return g.Namespace == namespace && g.Rule == rule && g.Reason == model.GapForbidden && g.Message != ""
	}) {
		t.Errorf("no gap of %s in %q names the rule %q: %+v", kind, namespace, rule, gaps)
	}
}
