package story

import (
	"time"

	"timebound/model"
	"timebound/model/agent"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// unlessRead ends the sentence: some libraries read the file after they were
// refused once, and a new pod begins with a new token.
const unlessRead = ", unless they read it or are replaced before."

// mostHolders is how many pods a sentence names before it counts.
const mostHolders = 3

// accountUse tells who presented a token of the account, where the logs name the
// account alone.
func (w *writer) accountUse(row *model.AccountFinding) {
	u := w.a.Inventory.Usage
	if u == nil {
		return
	}
	use := u.Accounts[row.Account.Key]
	if use == nil {
		return
	}
	w.Heading("WHO USES IT")
	begin := "A token of it was presented"
	if n := len(row.Tokens); n > 1 {
		begin = "One of its " + lines.Number(n) + " tokens was presented"
	}
	w.use(use, begin)
}

// stale tells of bound tokens that were presented past their warning threshold:
// their holders had not read the file again, and fail when the extension ends.
func (w *writer) stale(row *model.AccountFinding) {
	u := w.a.Inventory.Usage
	if u == nil {
		return
	}
	use := u.Stale[row.Account.Key]
	if use == nil {
		return
	}
	w.Heading("STALE TOKENS", lines.Dim(requests(use.Requests)))
	e := agent.ExtensionAt(w.location())
	s := "Bound tokens were presented past their warning threshold by " + holders(use.Callers) + ": they had not read their token file again by then. "
	from, last := failing(use.Callers, e)
	switch {
	case from == 0:
		w.Say(0, 0, lines.Text(s), lines.Of(theme.Doubt, "When they start to fail cannot be told."))
	case from == last:
		w.Say(0, 0, lines.Text(s), lines.Of(theme.Warn, "They start to fail on "+from.String()+unlessRead))
	default:
		w.Say(0, 0, lines.Text(s), lines.Of(theme.Warn, "They start to fail on "+from.String()+", the last of them on "+last.String()+unlessRead))
	}
	if e.How != model.SourceUnknown && from != 0 {
		known := "Extended tokens live for " + e.Life() + " here (" + e.How.String()
		if w.depth == Full {
			known += ": " + e.Where
		}
		w.Say(0, 0, lines.Dim(known+")."))
	}
	w.use(use, "Presented")
}

// location is what the life of an extended token hangs on.
func (w *writer) location() agent.Place {
	p := agent.Place{Platform: w.a.Inventory.Cluster.Platform.ID}
	if v, known := w.a.Inventory.Cluster.Oldest(); known {
		p.Minor = v.Minor
	}
	for _, s := range w.a.Settings {
		if s.Name == "service-account-extend-token-expiration" && s.Component == model.APIServer {
			p.Setting = s
		}
	}
	return p
}

// failing gives the first and the last day on which the holders start to be
// refused; zero if that cannot be told of any.
func failing(callers []model.Caller, e agent.Extension) (first, last model.Day) {
	for i := range callers {
		at := failsFrom(&callers[i], e)
		if at.IsZero() {
			continue
		}
		if d := model.DayOf(at); first == 0 {
			first, last = d, d
		} else {
			first, last = min(first, d), max(last, d)
		}
	}
	return first, last
}

// failsFrom gives when a holder starts to be refused. Stale is when its token
// passed the threshold, so it was zero seconds past it then.
func failsFrom(c *model.Caller, e agent.Extension) time.Time {
	return agent.FailsFrom(0, c.Stale, e)
}

// holders names the pods that presented stale tokens.
func holders(callers []model.Caller) string {
	var names []string
	seen := map[model.Key]bool{}
	for i := range callers {
		if k := callers[i].Pod; k != (model.Key{}) && !seen[k] {
			seen[k] = true
			names = append(names, k.Name)
		}
	}
	switch {
	case len(names) == 0:
		return "pods that the logs do not name"
	case len(names) == 1:
		return "pod " + names[0]
	case len(names) > mostHolders:
		return "pods " + few(names, mostHolders)
	}
	return "pods " + and(names)
}
