package k8s

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/klog/v2"

	"timebound/model"
)

// startGrace is how long a load waits for the probe of permissions when it has
// everything else.
const startGrace = time.Second

// startRules are the rules to probe at the start of a load. A permission to
// list or get is not probed: the attempt itself tells that it is missing, and
// better, for it knows in which namespaces. What would stay unsaid is what is
// tried in silence, and, for a feed, watching, which is tried when everything
// has been read. Listing is asked for along with that: see deniedWatches.
func startRules(watching bool) []Rule {
	var rules []Rule
	for _, r := range ReadRules() {
		switch {
		case r.unnoticed:
			rules = append(rules, r)
		case watching && slices.Contains(r.Verbs, "watch"):
			for _, resource := range r.Resources {
				one := r
				one.Resources = []string{resource}
				rules = append(rules, one)
			}
		}
	}
	return rules
}

// probeAtStart asks which of startRules are missing. It is done beside the
// reading; if it fails, whatever is missing shows sooner or later by itself,
// so that is a matter for the log only.
func (s *Session) probeAtStart(ctx context.Context, watching bool, groups func() ([]string, error)) []Missing {
	missing, err := s.lacks(ctx, startRules(watching), groups)
	if err != nil && ctx.Err() == nil {
		klog.InfoS("The permissions could not be probed", "problem", s.explain("ask which permissions there are", err).String())
	}
	return missing
}

// probeBeside runs probeAtStart for a load. The result is to be called when
// everything else is done; it waits no longer than startGrace.
func (s *Session) probeBeside(ctx context.Context, groups func() ([]string, error)) (found func() []model.Problem) {
	ctx, stop := context.WithCancel(ctx)
	answer := make(chan []Missing, 1)
	go func() { answer <- s.probeAtStart(ctx, false, groups) }()
	return func() []model.Problem {
		defer stop()
		late := time.NewTimer(startGrace)
		defer late.Stop()
		select {
		case missing := <-answer:
			return unnoticedProblems(missing)
		case <-late.C:
			return nil
		}
	}
}

// unnoticedProblems tells what is missing and would not show.
func unnoticedProblems(missing []Missing) []model.Problem {
	var problems []model.Problem
	for _, m := range missing {
		if !m.Rule.unnoticed {
			continue
		}
		purpose, _, _ := strings.Cut(m.Rule.Why, ";")
		problems = append(problems, model.Problem{
			What:   strings.Join(m.Rule.Resources, " and ") + " are not readable",
			Why:    "forbidden, " + needs(m.Rule.String()) + ", so " + purpose + " are not seen",
			Remedy: remedyRBAC,
		})
	}
	return problems
}

// deniedWatches gives the rules of watching, "watch pods", that are missing
// where listing is allowed. Where listing is not, a kind is read namespace by
// namespace, and only trying shows what may be watched there.
func deniedWatches(missing []Missing) map[string]bool {
	denied := map[string]bool{}
	for _, m := range missing {
		if slices.Equal(m.Rule.Verbs, []string{"watch"}) {
			denied[m.Rule.String()] = true
		}
	}
	return denied
}

// explainUnwatched makes one problem of all kinds that may be read but not
// watched; words are the server's, if it said something.
func explainUnwatched(kinds []*kind, words string) model.Problem {
	var names, rules []string
	for _, k := range kinds {
		names = with(names, k.resource)
		rules = with(rules, strings.TrimPrefix(k.watchRule(), "watch "))
	}
	what := strings.Join(names, " and ")
	if len(names) > 2 {
		what = fmt.Sprintf("%d kinds", len(names))
	}
	return model.Problem{
		What:   what + " are not watched",
		Why:    "forbidden, needs watch on " + strings.Join(rules, ", ") + words + "; they are read again every minute",
		Remedy: remedyRBAC,
	}
}
