package plan

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"timebound/model"
	"timebound/plan/cleaner"
	"timebound/plan/knowledge"
)

// The minors in which the treatment of tokens changed (plan/knowledge
// behaviours.yaml says where this stands in the source).
const (
	minorNoAutoGen    = 24
	minorTracking     = 26
	minorTracks       = 27 // by default
	minorTracksAlways = 28
	minorCleaner      = 28
	minorInvalidSince = 29
	minorCleans       = 29 // by default
	minorCleansAlways = 30
)

// The gates and flags that steps ask about.
const (
	gateNoAutoGeneration = "LegacyServiceAccountTokenNoAutoGeneration"
	gateTracking         = "LegacyServiceAccountTokenTracking"
	gateCleanUp          = "LegacyServiceAccountTokenCleanUp"
	flagMaxExpiration    = "service-account-max-token-expiration"
	flagExtend           = "service-account-extend-token-expiration"
	flagLookup           = "service-account-lookup"
	flagCleanUpPeriod    = "legacy-service-account-token-clean-up-period"
	flagControllers      = "controllers"
)

// Why no plan can be built.
var (
	// ErrVersionUnknown says that no API server told its version.
	ErrVersionUnknown = errors.New("the version of the API servers is not known")
	// ErrTargetBehind says that the target is older than what runs.
	ErrTargetBehind = errors.New("the target is behind the cluster")
)

// Options are what people decide about a plan.
type Options struct {
	// Target is the minor to go to; 0 takes the newest known one, or the
	// cluster's own where that is newer.
	Target Minor
	Policy knowledge.Policy
}

// Build makes the plan of a cluster. It reads nothing but its arguments and
// changes none of them; the same arguments give the same plan. The error is
// ErrVersionUnknown or ErrTargetBehind.
func Build(a *model.Assessment, know *knowledge.Migration, o Options) (*Plan, error) {
	oldest, known := a.Inventory.Cluster.Oldest()
	if !known {
		return nil, fmt.Errorf("build a plan: %w: it decides what each step may do; see what GET /version answers", ErrVersionUnknown)
	}
	current := Minor(oldest.Minor)
	target := o.Target
	if target == 0 {
		target = max(current, Minor(know.Gates.Newest))
	}
	if target < current {
		return nil, fmt.Errorf("build a plan: %w: it runs %s, and %s was asked for; versions of Kubernetes do not go back", ErrTargetBehind, current, target)
	}
	b := newBuilder(a, know, o.Policy, current, target)
	if o.Policy.Upgrades.CountedFrom == "" {
		// A plan that is made again tomorrow assumes the same days.
		o.Policy.Upgrades.CountedFrom = a.Policy.Today.String()
	}
	p := &Plan{
		APIVersion: APIVersion, Kind: Kind,
		Cluster: clusterOf(a.Inventory.Cluster), Inputs: inputsOf(a),
		From: current, Target: target, Policy: o.Policy,
		Tokens:   judged(a),
		Forecast: b.forecast(),
		Hops:     b.hops(),
		Impact:   b.impact(),
	}
	return p, nil
}

// builder holds what is the same for all parts of one plan.
type builder struct {
	a       *model.Assessment
	inv     *model.Inventory
	know    *knowledge.Migration
	policy  knowledge.Policy
	place   knowledge.Provider
	current Minor
	target  Minor

	settings map[settingKey]*model.Setting
	dates    map[Minor]upgrade
	// The cleaner's course, and what of it is assumed.
	course        cleaner.Course
	period        time.Duration
	periodAssumed bool
	spanAssumed   map[model.Day]bool
	trackedFrom   Minor
	fates         []cleaner.Fate // in the order of the findings

	findings sorted
	works    workloads
	teams    map[string]string
}

// upgrade is the day on which a minor is reached.
type upgrade struct {
	day     model.Day
	assumed bool
}

type settingKey struct {
	component model.Component
	name      string
}

func newBuilder(a *model.Assessment, know *knowledge.Migration, policy knowledge.Policy, current, target Minor) *builder {
	b := &builder{
		a: a, inv: a.Inventory, know: know, policy: policy, place: know.Provider(a.Inventory.Cluster.Platform.ID),
		current: current, target: target,
		settings: make(map[settingKey]*model.Setting, len(a.Settings)), spanAssumed: map[model.Day]bool{},
		fates: make([]cleaner.Fate, len(a.Findings)), teams: map[string]string{},
	}
	for i := range a.Settings {
		s := &a.Settings[i]
		b.settings[settingKey{s.Component, s.Name}] = s
	}
	b.dates = b.schedule()
	b.setCourse()
	b.findings = b.sortFindings()
	b.works = b.sortWorkloads()
	return b
}

func clusterOf(c model.Cluster) Cluster {
	out := Cluster{Name: cmp.Or(c.Context, c.Server), UID: c.UID, Server: c.Server, Platform: c.Platform.Title()}
	for i, s := range c.Servers {
		if i > 0 {
			out.Version += ", "
		}
		out.Version += s.Version.String()
	}
	return out
}

func inputsOf(a *model.Assessment) Inputs {
	p := a.Policy
	return Inputs{
		Taken: a.Inventory.Taken.UTC().Truncate(time.Second), AsOf: p.AsOf, Tokens: len(a.Findings),
		IdleAfterDays: p.IdleAfter, MinWatchDays: p.MinWatch, Namespaces: a.Inventory.Coverage.Namespaces, NotSeen: evidence(a.BlindSpots),
	}
}

// evidence words reasons.
func evidence(reasons []model.Reason) []Evidence {
	if len(reasons) == 0 {
		return nil
	}
	out := make([]Evidence, len(reasons))
	for i, r := range reasons {
		out[i] = Evidence{string(r.Code), r.Text()}
	}
	return out
}

// schedule gives the day of each upgrade from here to the target: planned ones
// as they are, others counted on from the one before, and never after a later
// one that is planned.
func (b *builder) schedule() map[Minor]upgrade {
	planned := map[Minor]model.Day{}
	for name, text := range b.policy.Upgrades.Dates {
		minor, err := knowledge.ParseMinor(name)
		if d, bad := model.ParseDay(text); err == nil && bad == nil {
			planned[minor] = d
		}
	}
	dates := map[Minor]upgrade{}
	today := b.a.Policy.Today
	last := today
	if from, err := model.ParseDay(b.policy.Upgrades.CountedFrom); err == nil {
		last = from
	}
	for minor := b.current + 1; minor <= b.target; minor++ {
		step := b.policy.Upgrades.EveryDays
		if minor == b.current+1 {
			step = b.policy.Upgrades.FirstAfterDays
		}
		u := upgrade{day: last + model.Day(step), assumed: true}
		if d, given := planned[minor]; given {
			u = upgrade{day: d}
		} else {
			for later := minor; later <= b.target; later++ {
				if d, given := planned[later]; given {
					u.day = min(u.day, d)
				}
			}
		}
		u.day = max(u.day, last) // no minor comes before the one below it
		last = u.day
		u.day = max(u.day, today)
		dates[minor] = u
	}
	return dates
}

// team is TeamOf, once for each namespace.
func (b *builder) team(namespace string) string {
	if team, known := b.teams[namespace]; known {
		return team
	}
	team := TeamOf(b.policy, namespace)
	b.teams[namespace] = team
	return team
}

// TeamOf names the team of a namespace: the policy's, or the namespace itself.
func TeamOf(p knowledge.Policy, namespace string) string {
	for _, t := range p.Teams {
		if slices.ContainsFunc(t.Namespaces, func(pattern string) bool { return fits(pattern, namespace) }) {
			return t.Name
		}
	}
	return namespace
}
