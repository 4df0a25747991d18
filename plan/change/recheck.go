package change

import (
	"fmt"
	"slices"
	"strconv"

	"timebound/model"
	"timebound/plan"
)

// Skip is why a staged change is not made: what it stands on moved, or nothing
// is left to do. It is no failure, and nothing was changed.
type Skip struct {
	Code SkipCode
	Why  string
}

// Error gives the reason.
func (s *Skip) Error() string { return s.Why }

// SkipCode groups the reasons for skipping.
type SkipCode string

// The reasons for skipping.
const (
	SkipGone     SkipCode = "gone"         // the object is not there any more
	SkipAnew     SkipCode = "made anew"    // another object has its name
	SkipChanged  SkipCode = "changed"      // somebody changed it since it was staged
	SkipUsed     SkipCode = "used"         // the token was used since it was staged
	SkipNeeded   SkipCode = "needed"       // something names it that did not, or it is judged otherwise
	SkipAlready  SkipCode = "already done" // it is as it should be
	SkipRefused  SkipCode = "refused"      // a rule forbids it
	SkipUnproven SkipCode = "unproven"     // a fact that it takes could not be read
)

func skipf(code SkipCode, format string, args ...any) *Skip {
	return &Skip{code, fmt.Sprintf(format, args...)}
}

// Recheck holds a staged change against the newest facts: use since staging,
// new references, another object or another state. nil means that it stands.
func Recheck(i *Item, a *model.Assessment) *Skip {
	switch {
	case i.Inverse != nil:
		return nil // putting back goes by the object itself
	case i.On.Kind == "Secret":
		return recheckToken(i, a)
	case i.On.Kind == "ServiceAccount":
		acc := a.Account(i.Key())
		if acc == nil {
			return skipf(SkipGone, "the account is gone, or not readable any more")
		}
		return pinned(i.On, acc.Account.UID, acc.Account.ResourceVersion, 0)
	}
	w := a.Workload(model.WorkloadKey{Kind: i.On.Kind, Key: i.Key()})
	if w == nil {
		return skipf(SkipGone, "it is gone, not readable, or names no token any more")
	}
	return pinned(i.On, w.Workload.UID, "", w.Workload.Generation)
}

func recheckToken(i *Item, a *model.Assessment) *Skip {
	f := a.Token(i.Key())
	if f == nil {
		return skipf(SkipGone, "the secret is gone, or not readable any more")
	}
	t := f.Token
	switch {
	case t.UID != i.On.UID:
		return skipf(SkipAnew, "another secret has the name now: UID was %s, is %s", i.On.UID, t.UID)
	case i.Kind == plan.Invalidate && t.InvalidSince.Raw != "":
		return skipf(SkipAlready, "it was switched off since, by somebody else")
	case i.Kind == plan.Reactivate && t.InvalidSince.Raw == "":
		return skipf(SkipAlready, "it is not switched off any more")
	case i.Kind == plan.Reactivate || i.Kind == plan.Issue:
		return nil // a use is no reason against either
	case t.LastUsed.Raw != i.LastUsed:
		return skipf(SkipUsed, "used since it was staged: last used on %s, was %s", t.LastUsed.Raw, orNever(i.LastUsed))
	case f.Verdict.Slug() != i.Verdict:
		return skipf(SkipNeeded, "was %s, is %s%s", i.Verdict, f.Verdict.Slug(), because(f))
	}
	if s := newlyNeeded(i, f, a.Inventory.Coverage); s != nil {
		return s
	}
	return pinned(i.On, t.UID, t.ResourceVersion, 0)
}

// newlyNeeded finds what points at a token that did not when it was staged. The
// verdict does not tell: switched off or dead outweighs referenced, and yet a
// pod does not start without the secret.
func newlyNeeded(i *Item, f *model.Finding, c model.Coverage) *Skip {
	for _, name := range referrersOf(f) {
		if !slices.Contains(i.Referrers, name) {
			return skipf(SkipNeeded, "%s points at it since it was staged", name)
		}
	}
	if i.Kind == plan.Delete && i.Override == "" {
		if why, _ := plan.Needed(f, c); why != "" {
			return skipf(SkipNeeded, "%s", why)
		}
	}
	return nil
}

func because(f *model.Finding) string {
	if len(f.Reasons) == 0 {
		return ""
	}
	return ": " + f.Reasons[0].Text()
}

func orNever(day string) string {
	if day == "" {
		return "never"
	}
	return day
}

// pinned holds an object against its pin.
func pinned(on plan.Pin, uid, resourceVersion string, generation int64) *Skip {
	switch {
	case on.UID != uid:
		return skipf(SkipAnew, "another object has the name now: UID was %s, is %s", on.UID, uid)
	case on.ResourceVersion != "" && on.ResourceVersion != resourceVersion:
		return skipf(SkipChanged, "changed since it was staged: resourceVersion was %s, is %s", on.ResourceVersion, resourceVersion)
	case on.Generation != 0 && on.Generation != generation:
		return skipf(SkipChanged, "changed since it was staged: generation was %s, is %s", strconv.FormatInt(on.Generation, 10), strconv.FormatInt(generation, 10))
	}
	return nil
}
