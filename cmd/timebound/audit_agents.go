package main

import (
	"timebound/model"
	"timebound/model/agent"
)

// agentWords are what agents give away, by agent: thousands of tokens are used by
// the same few programs.
type agentWords map[agentCase]agentWord

// agentCase is what is told of an agent, and whether it was seen with a stale
// token.
type agentCase struct {
	agent string
	stale bool
}

type agentWord struct {
	title, reload string
	why           []auditReason
}

// mostAgentWords bounds the memory where every caller has another agent.
const mostAgentWords = 1024

func (w agentWords) of(c agentCase) agentWord {
	if known, ok := w[c]; ok {
		return known
	}
	a := agent.Parse(c.agent)
	v := agent.Judge(a, c.stale)
	word := agentWord{title: a.Title(), reload: v.Reload.String(), why: []auditReason{{string(v.Reason.Code), v.Text()}}}
	if len(w) < mostAgentWords {
		w[c] = word
	}
	return word
}

func (w agentWords) useOf(u *model.TokenUse, namespace, account string) auditUse {
	out := auditUse{
		Namespace: namespace, Account: account, First: timeText(u.First), Last: timeText(u.Last), Requests: u.Requests,
		Grain: u.Grain, Callers: w.callersOf(u.Callers),
	}
	for _, d := range u.Days {
		out.Days = append(out.Days, auditDay{d.Day.String(), d.Requests})
	}
	return out
}

// callersOf adds what the agents give away.
func (w agentWords) callersOf(callers []model.Caller) []auditCaller {
	list := make([]auditCaller, len(callers))
	for i, c := range callers {
		word := w.of(agentCase{c.Agent, !c.Stale.IsZero()})
		list[i] = auditCaller{
			Agent: c.Agent, Title: word.title, Address: c.Address, Node: c.Node, First: timeText(c.First), Last: timeText(c.Last),
			Requests: c.Requests, Refused: c.Refused, Verbs: c.Verbs, Resources: c.Resources, Namespaces: c.Namespaces,
			Reload: word.reload, StaleSince: timeText(c.Stale), Why: word.why,
		}
		if c.Pod != (model.Key{}) {
			list[i].Pod = c.Pod.String()
		}
	}
	return list
}
