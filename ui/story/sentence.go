package story

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"timebound/model"
	"timebound/ui/lines"
)

// Sentence says in plain words what the verdict of a token means. It claims
// no more than the finding does.
func Sentence(f *model.Finding, a *model.Assessment) string {
	t := f.Token
	switch f.Verdict {
	case model.VerdictProtected:
		return protected(f)
	case model.VerdictInUse:
		if t.LastUsed.Valid && t.LastUsed.Day <= a.Policy.Today {
			return fmt.Sprintf("It was presented on %s, %s: somebody needs it.", t.LastUsed.Day, t.LastUsed.Day.Ago(a.Policy.Today))
		}
		return "It counts as in use: " + decisive(f, "it was presented lately") + "."
	case model.VerdictReferenced:
		return referenced(f, a)
	case model.VerdictQuiet:
		return "No recent use was seen and nothing points at it, but that is worth little yet: " +
			because(f, "it was watched for too short a time", model.CodeWatchedShort, model.CodeCreatedLately) + "."
	case model.VerdictIdle:
		return idle(f, a)
	case model.VerdictInvalidated:
		if t.InvalidSince.Valid && t.InvalidSince.Day <= a.Policy.AsOf {
			return fmt.Sprintf("It was switched off by label on %s, and nobody was seen trying it after that day.", t.InvalidSince.Day)
		}
		return sentence(decisive(f, "it was switched off by label"))
	case model.VerdictKnocked:
		if t.LastUsed.Valid && t.InvalidSince.Valid && t.LastUsed.Day > t.InvalidSince.Day {
			return fmt.Sprintf("It was switched off on %s, and yet somebody presented it on %s, %s: a holder is out there.",
				t.InvalidSince.Day, t.LastUsed.Day, t.LastUsed.Day.Ago(a.Policy.Today))
		}
		return "It is switched off, and somebody may still hold it: " + decisive(f, "it was presented again") + "."
	case model.VerdictDead:
		return sentence(decisive(f, "it cannot authenticate any more"))
	default:
		return "It cannot be judged: " + doubt(f) + ". Treat it as in use."
	}
}

func protected(f *model.Finding) string {
	if f.Keeper == nil {
		return "A known system needs it: leave it alone."
	}
	s := f.Keeper.Title + " needs it."
	if f.Keeper.IfGone != "" {
		s += " Without it " + strings.TrimSuffix(f.Keeper.IfGone, ".") + "."
	}
	return s
}

// named is how many objects a sentence names before it counts.
const named = 2

func referenced(f *model.Finding, a *model.Assessment) string {
	var names, kinds []string
	perKind := map[string]int{}
	awake := false
	seen := map[model.WorkloadKey]bool{}
	for _, r := range f.References {
		awake = awake || r.State == model.WorkloadActive
		if seen[r.By] {
			continue
		}
		seen[r.By] = true
		names = append(names, r.By.Kind+" "+r.By.Name)
		if perKind[r.By.Kind]++; perKind[r.By.Kind] == 1 {
			kinds = append(kinds, r.By.Kind)
		}
	}
	verb := "point"
	if len(names) == 1 {
		verb = "points"
	}
	var who string
	switch {
	case len(names) == 0:
		who, verb = "Something in the cluster", "points"
	case len(names) <= named:
		who = and(names)
	default:
		for i, k := range kinds {
			kinds[i] = lines.Count(perKind[k], k, k+"s")
		}
		who = and(kinds)
	}
	s := who + " " + verb + " at it"
	if !awake && len(names) > 0 {
		s += ", though not running now"
	}
	return s + "; " + lastSeen(f, a) + "."
}

// and joins words as people do.
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// lastSeen says when it was used, as the end of a sentence.
func lastSeen(f *model.Finding, a *model.Assessment) string {
	last := f.Token.LastUsed
	switch {
	case last.Valid:
		return fmt.Sprintf("it was last presented on %s, %s", last.Day, last.Day.Ago(a.Policy.Today))
	case last.Unparsable():
		return fmt.Sprintf("its last use is not known, the label says %q", last.Raw)
	case f.UnseenDays >= 0:
		return fmt.Sprintf("nobody was seen using it for %s", days(f.UnseenDays))
	default:
		return "whether somebody uses it is not known"
	}
}

func idle(f *model.Finding, a *model.Assessment) string {
	const nothing = "and no pod, template, account or pull secret points at it."
	last, since := f.Token.LastUsed, a.Inventory.Cluster.Tracking.Since
	switch {
	case last.Valid:
		return fmt.Sprintf("It was last presented on %s, %s, %s", last.Day, last.Day.Ago(a.Policy.Today), nothing)
	case !since.Valid || model.DayOf(f.Token.Created) > since.Day:
		return fmt.Sprintf("Nobody was seen using it in the %s since it was made, %s", days(f.UnseenDays), nothing)
	default:
		return fmt.Sprintf("Nobody was seen using it in the %s since uses are recorded (%s), %s", days(f.UnseenDays), since.Day, nothing)
	}
}

// Next says what to do about a token; "" if there is nothing to do.
func Next(f *model.Finding, a *model.Assessment) string {
	switch f.Verdict {
	case model.VerdictProtected:
		if f.Keeper != nil && f.Keeper.SafePath != "" {
			return sentence(f.Keeper.SafePath)
		}
	case model.VerdictIdle:
		oldest, known := a.Inventory.Cluster.Oldest()
		switch {
		case !known:
			return "Find out the version of the API servers: from 1.29 on it can be switched off by label."
		case oldest.Minor < invalidSinceMinor:
			return "It cannot be switched off here: API servers before 1.29 ignore the label. Deleting is all there is."
		}
		return "Switch it off by label; removing the label switches it on again."
	case model.VerdictInvalidated:
		return "Leave it switched off for a while and look for knocks before it is deleted."
	}
	for _, r := range f.Reasons {
		if remedy := r.Remedy(); remedy != "" {
			return remedy
		}
	}
	return ""
}

// invalidSinceMinor is the first minor whose API servers honour the
// invalid-since label (k8s.io/kubernetes pkg/serviceaccount/legacy.go).
const invalidSinceMinor = 29

func decisive(f *model.Finding, otherwise string) string {
	if len(f.Reasons) == 0 {
		return otherwise
	}
	return f.Reasons[0].Text()
}

// because gives the text of the first reason with one of the codes.
func because(f *model.Finding, otherwise string, codes ...model.Code) string {
	for _, r := range f.Reasons {
		for _, c := range codes {
			if r.Code == c {
				return r.Text()
			}
		}
	}
	return otherwise
}

// doubt names the first missing fact.
func doubt(f *model.Finding) string {
	for _, list := range [][]model.Reason{f.BlindSpots, f.Reasons} {
		for _, r := range list {
			if r.Severity() == model.SeverityDoubt {
				return r.Text()
			}
		}
	}
	return decisive(f, "a needed fact is missing")
}

// sentence makes a phrase a sentence.
func sentence(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + strings.TrimSuffix(s[size:], ".") + "."
}

func days(n int) string {
	return lines.Count(max(n, 0), "day", "days")
}
