package plan

import (
	"slices"
	"strings"

	"timebound/model"
	"timebound/model/agent"
)

// logFacts says what audit logs tell of a step, in the words of tell; if none was
// read, what is missing without one. What lowers the worth of the logs' silence
// comes last.
func (b *builder) logFacts(missing string, tell func(*model.Usage) []string) []string {
	u := b.inv.Usage
	if u == nil {
		return []string{"no audit log was read" + missing}
	}
	var facts []string
	if from, until, known := u.Span(); known {
		facts = append(facts, "audit logs were read from "+model.DayOf(from).String()+" to "+model.DayOf(until).String())
	}
	facts = append(facts, tell(u)...)
	for _, r := range u.Doubts {
		facts = append(facts, r.Text())
	}
	return facts
}

// staleFacts names the accounts whose bound tokens were presented past their
// warning threshold, and from when on they are refused. More than most are counted.
func (b *builder) staleFacts(u *model.Usage) []string {
	const most = 8
	if len(u.Stale) == 0 {
		return []string{"no stale token was presented in that time"}
	}
	extension := agent.ExtensionAt(agent.Place{
		Platform: b.inv.Cluster.Platform.ID, Minor: int(b.current), Setting: b.extending(),
	})
	accounts := make([]model.Key, 0, len(u.Stale))
	for key := range u.Stale {
		accounts = append(accounts, key)
	}
	slices.SortFunc(accounts, model.Key.Compare)
	var facts []string
	for i, key := range accounts {
		if i == most {
			facts = append(facts, "and stale tokens of "+count(len(accounts)-most, "other account", "other accounts"))
			break
		}
		use := u.Stale[key]
		fact := "a stale token of account " + key.String() + " was presented by " + callersText(use)
		if day := failsFrom(use, extension); day != "" {
			fact += "; refused from " + day + " on, unless its pod is replaced before"
		}
		facts = append(facts, fact)
	}
	return facts
}

func (b *builder) extending() model.Setting {
	if s := b.setting(model.APIServer, flagExtend); s != nil {
		return *s
	}
	return model.Setting{}
}

// failsFrom gives the first day on which one of the callers is refused.
func failsFrom(use *model.TokenUse, e agent.Extension) string {
	first := ""
	for i := range use.Callers {
		c := &use.Callers[i]
		if c.Stale.IsZero() {
			continue
		}
		// Of the moment at which it passed its threshold it was past by nothing.
		if at := agent.FailsFrom(0, c.Stale, e); !at.IsZero() {
			if day := model.DayOf(at).String(); first == "" || day < first {
				first = day
			}
		}
	}
	return first
}

// callersText names the pods that presented a token, else the callers.
func callersText(use *model.TokenUse) string {
	const most = 3
	var pods []string
	for i := range use.Callers {
		if pod := use.Callers[i].Pod; pod.Name != "" && !slices.Contains(pods, pod.Name) {
			pods = append(pods, pod.Name)
		}
	}
	switch {
	case len(pods) == 0:
		return use.Who()
	case len(pods) > most:
		return "pods " + strings.Join(pods[:most], ", ") + " and " + count(len(pods)-most, "other", "others")
	case len(pods) == 1:
		return "pod " + pods[0]
	}
	return "pods " + strings.Join(pods, ", ")
}

// presented says who presented a token, for the note of an object; "" if the logs
// do not tell.
func presented(f *model.Finding) string {
	if f.Use == nil {
		return ""
	}
	return ", presented by " + f.Use.Who() + ", last on " + model.DayOf(f.Use.Last).String()
}

// stillPresented says how the check on audit logs stands.
func (b *builder) stillPresented(s *Step) {
	s.Facts = append(b.logFacts("", func(u *model.Usage) []string {
		used := 0
		for _, f := range b.a.Findings {
			if f.Use != nil {
				used++
			}
		}
		others := len(u.Accounts)
		switch {
		case used == 0 && others == 0:
			if s.State = CannotTell; len(u.Doubts) == 0 {
				s.State = Done
			}
			return []string{"nobody presented a long-lived token in that time"}
		case used == 0:
			s.State = ToDo
			return []string{count(others, "account", "accounts") + " presented long-lived tokens; which of them, the log does not say"}
		}
		s.State = ToDo
		return []string{"presented in that time: " + count(used, "long-lived token", "long-lived tokens") + " of this cluster"}
	}), b.placeFacts(b.current, "audit")...)
}
