package plan

import (
	"slices"
	"strings"
	"time"

	"timebound/model"
	"timebound/plan/cleaner"
)

// Forecast is what the cluster's own cleaner does to tokens if nobody acts.
type Forecast struct {
	// Assumptions are what the days stand on.
	Assumptions []Assumption `json:"assumptions"`
	// Spared counts the tokens that the cleaner leaves alone, by reason.
	Spared []Spared `json:"spared,omitempty"`
	// Items are the tokens that it takes, the earliest first.
	Items []ForecastItem `json:"items,omitempty"`
}

// Assumption is one thing that a forecast stands on.
type Assumption struct {
	Text string `json:"text"`
	// Assumed says that nobody could see it.
	Assumed bool `json:"assumed,omitempty"`
}

// Spared is a reason for which the cleaner leaves tokens alone.
type Spared struct {
	Why    string `json:"why"`
	Tokens int    `json:"tokens"`
}

// ForecastItem is a token that the cleaner takes.
type ForecastItem struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Account   string `json:"account"`
	// Invalidated is the first day on which it may be switched off; 0 if it is
	// switched off already, or deleted without.
	Invalidated model.Day `json:"invalidated,omitempty"`
	// Deleted is the first day on which it may be deleted; 0 if the plan ends
	// with the cleaner off before that.
	Deleted model.Day `json:"deleted,omitempty"`
	// LastUsed is the day of its last use; 0 if none was recorded.
	LastUsed model.Day `json:"lastUsed,omitempty"`
	// Wanted is what in the cluster will want it again; "" if nothing was seen.
	Wanted string `json:"wanted,omitempty"`
	// Doubt is why the days may not come true; "" if nothing speaks against them.
	Doubt string `json:"doubt,omitempty"`
}

// First is the first day on which something happens to the token.
func (i ForecastItem) First() model.Day {
	if i.Invalidated != 0 {
		return i.Invalidated
	}
	return i.Deleted
}

var sparedWords = map[cleaner.Spared]string{
	cleaner.SparedNoCleaner:  "no cleaner runs",
	cleaner.SparedNoTracking: "since when uses are recorded is not known, and the cleaner waits for it",
	cleaner.SparedDeleting:   "being deleted already",
	cleaner.SparedLabelNoDay: "last-used label that is not a date",
	cleaner.SparedNotListed:  "not listed in .secrets of its account",
	cleaner.SparedMounted:    "named by a pod",
}

// originUnread is why nothing is foretold of a token whose account was not
// readable.
const originUnread = "cannot be told: its account was not readable"

func (b *builder) forecast() Forecast {
	f := Forecast{Assumptions: b.assumptions()}
	spared := map[string]int{}
	for i, finding := range b.a.Findings {
		fate, told := b.fate(finding)
		b.fates[i] = fate
		switch {
		case !told:
			spared[originUnread]++
		case fate.Spared != cleaner.SparedNot:
			spared[sparedWords[fate.Spared]]++
		case fate.Invalidated != 0 || fate.Deleted != 0:
			f.Items = append(f.Items, b.forecastItem(finding, fate))
		}
	}
	slices.SortStableFunc(f.Items, func(x, y ForecastItem) int { return int(x.First() - y.First()) })
	for why, n := range spared {
		f.Spared = append(f.Spared, Spared{why, n})
	}
	slices.SortFunc(f.Spared, func(x, y Spared) int {
		if x.Tokens != y.Tokens {
			return y.Tokens - x.Tokens
		}
		return strings.Compare(x.Why, y.Why)
	})
	return f
}

// fate foretells what becomes of a token; false if its account was not
// readable, so that nobody can say whether it is listed.
func (b *builder) fate(f *model.Finding) (cleaner.Fate, bool) {
	t := f.Token
	mounted := false
	for _, r := range f.References {
		if r.By.Kind == "Pod" {
			mounted = true
		}
	}
	fate := b.course.Fate(cleaner.Token{
		Created: t.Created, Deleting: !t.Deleting.IsZero(), LastUsed: t.LastUsed, InvalidSince: t.InvalidSince,
		Listed: f.Origin == model.OriginAuto, Mounted: mounted,
	})
	unread := f.Origin == model.OriginUnknown && !f.Orphan && t.Account != ""
	return fate, !unread || fate.Spared != cleaner.SparedNotListed
}

func (b *builder) forecastItem(f *model.Finding, fate cleaner.Fate) ForecastItem {
	t := f.Token
	item := ForecastItem{
		Namespace: t.Namespace, Name: t.Name, Account: t.Account,
		Invalidated: fate.Invalidated, Deleted: fate.Deleted, Wanted: wantedBy(f),
	}
	if t.LastUsed.Valid {
		item.LastUsed = t.LastUsed.Day
	}
	switch {
	case !b.inv.Coverage.Reads(model.KindPods, t.Namespace):
		item.Doubt = "pods there were not readable; one that names it would save it"
	case f.Verdict == model.VerdictInUse:
		item.Doubt = "only if it is not used any more: each use puts the day off"
	}
	return item
}

// wantedBy says what in the cluster will want a token again though no pod names
// it now: a template that will make pods, or a system that is known to need it.
func wantedBy(f *model.Finding) string {
	var templates []model.Reference
	for _, r := range f.References {
		if r.By.Kind != "Pod" {
			templates = append(templates, r)
		}
	}
	var parts []string
	if len(templates) > 0 {
		r := templates[0]
		text := r.By.Kind + " " + r.By.Name
		if r.State != model.WorkloadActive {
			text = r.State.String() + " " + text
		}
		if n := len(templates) - 1; n > 0 {
			text += " and " + count(n, "other", "others")
		}
		parts = append(parts, text)
	}
	if f.Keeper != nil {
		parts = append(parts, f.Keeper.Title)
	}
	return strings.Join(parts, "; ")
}

// assumptions are what the course stands on.
func (b *builder) assumptions() []Assumption {
	var all []Assumption
	switch t := b.inv.Cluster.Tracking; {
	case t.State == model.TrackingPresent && t.Since.Valid:
		all = append(all, Assumption{Text: "uses are recorded since " + t.Since.Raw})
	case b.course.Since.Valid && b.trackedFrom == 0:
		all = append(all, Assumption{Text: "the tracking configmap was taken away, and uses are recorded anew from " + b.course.Since.Raw + " on", Assumed: true})
	case b.course.Since.Absent() && (b.current < minorTracking || t.State == model.TrackingAbsent):
		all = append(all, Assumption{Text: "uses are not recorded on this way: the cleaner waits, and no day can be told", Assumed: true})
	case b.current < minorTracking || t.State == model.TrackingAbsent:
		all = append(all, Assumption{Text: "uses are recorded from the upgrade to " + b.trackedFrom.String() + " on, " + b.course.Since.Raw, Assumed: true})
	default:
		all = append(all, Assumption{Text: "since when uses are recorded is not known: no day can be told", Assumed: true})
	}
	all = append(all, Assumption{Text: "the clean-up period is " + periodText(b.period), Assumed: b.periodAssumed})
	for _, s := range b.course.Spans {
		text := map[cleaner.Manner]string{
			cleaner.Off: "no cleaner runs", cleaner.Deletes: "the cleaner deletes at once", cleaner.Invalidates: "the cleaner switches off first and deletes a period later",
		}[s.Manner]
		all = append(all, Assumption{Text: "from " + s.From.String() + " on " + text, Assumed: b.spanAssumed[s.From]})
	}
	all = append(all, Assumption{Text: "the cleaner goes round once a day; each day named is the first on which it may act"})
	return append(all, Assumption{Text: "nobody uses a token any more, pods stay as they are, and the cleaner is of the API servers' version", Assumed: true})
}

// periodText writes a period in days where it is whole.
func periodText(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= day && d%day == 0 {
		return count(int(d/day), "day", "days")
	}
	return d.String()
}
