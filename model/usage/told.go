package usage

import (
	"cmp"
	"slices"
	"strings"

	"timebound/model"
)

// Usage gives the form that judging reads.
func (s *Summary) Usage() *model.Usage {
	s.settle()
	out := &model.Usage{Tokens: map[model.Key]*model.TokenUse{}, Accounts: map[model.Key]*model.TokenUse{}, Stale: map[model.Key]*model.TokenUse{}}
	for subject, u := range s.Uses {
		switch subject.Class {
		case Legacy:
			if subject.Secret == "" {
				out.Accounts[subject.Account] = u.told()
				continue
			}
			key := model.Key{Namespace: subject.Account.Namespace, Name: subject.Secret}
			if out.Tokens[key] == nil {
				out.Tokens[key] = s.together(s.token(key)).told()
			}
		case Stale:
			out.Stale[subject.Account] = u.told()
		case Refused:
			out.Refused = u.told()
		case Reviewed:
			out.Reviewers = append(out.Reviewers, u.reviewer(subject.Name))
		}
	}
	slices.SortFunc(out.Reviewers, func(a, b model.Reviewer) int {
		return cmp.Or(cmp.Compare(b.Requests, a.Requests), strings.Compare(a.User, b.User))
	})
	out.Covered, out.Doubts = s.covered(), s.doubts()
	return out
}

// together gives one use for several subjects.
func (s *Summary) together(subjects []Subject) *Use {
	if len(subjects) == 1 {
		return s.Uses[subjects[0]]
	}
	sum := &Use{Callers: map[CallerKey]*Caller{}}
	for _, subject := range subjects {
		sum.merge(s.Uses[subject], s.bounds, &s.texts)
	}
	sum.fit(s.limit, &s.texts)
	return sum
}

// grainTexts tell people how callers are told apart.
var grainTexts = [grains]string{
	GrainFull: "", GrainProduct: "versions of an agent are taken together", GrainNetwork: "versions of an agent, and addresses of one network (/24, IPv6 /64), are taken together",
	GrainWide: "versions of an agent, and addresses of one network (/16, IPv6 /48), are taken together", GrainEverybody: "too many callers to tell apart",
}

func (u *Use) told() *model.TokenUse {
	t := &model.TokenUse{First: u.First.Time(), Last: u.Last.Time(), Requests: u.Stages.Requests(), Grain: grainTexts[u.Grain]}
	for _, d := range u.Days {
		t.Days = append(t.Days, model.DayUse{Day: d.Day, Requests: d.Stages().Requests()})
	}
	for k, c := range u.Callers {
		t.Callers = append(t.Callers, c.told(k))
	}
	slices.SortFunc(t.Callers, busier)
	return t
}

// busier puts the busiest caller first; of two as busy, the first in order.
func busier(a, b model.Caller) int {
	return cmp.Or(cmp.Compare(b.Requests, a.Requests), CallerKey{a.Agent, a.Address, a.Pod}.compare(CallerKey{b.Agent, b.Address, b.Pod}))
}

func (c *Caller) told(k CallerKey) model.Caller {
	codes := c.Codes()
	told := model.Caller{
		Agent: k.Agent, Address: k.Address, Pod: k.Pod, Node: c.Node(), First: c.First.Time(), Last: c.Last.Time(),
		Requests: c.Stages().Requests(), Refused: plus(codes.Unauthorized, codes.Forbidden),
		Verbs: c.Verbs().ByCount(), Resources: c.Resources().ByCount(), Namespaces: c.Namespaces().ByCount(),
	}
	if c.Stale != 0 {
		told.Stale = c.Stale.Time()
	}
	return told
}

func (u *Use) reviewer(user string) model.Reviewer {
	told := u.told()
	r := model.Reviewer{User: user, Last: told.Last, Requests: told.Requests}
	if len(told.Callers) > 0 {
		r.Agent = told.Callers[0].Agent
	}
	return r
}

// covered gives the time that was read, by server, in order.
func (s *Summary) covered() []model.CoveredServer {
	list := make([]model.CoveredServer, 0, len(s.Sources))
	for name, src := range s.Sources {
		server := model.CoveredServer{Name: name}
		for _, span := range src.Spans {
			server.Spans = append(server.Spans, model.CoveredSpan{From: span.From.Time(), Until: span.Until.Time()})
		}
		list = append(list, server)
	}
	slices.SortFunc(list, func(a, b model.CoveredServer) int { return strings.Compare(a.Name, b.Name) })
	return list
}
