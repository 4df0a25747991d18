package overview

import (
	"cmp"
	"slices"

	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// work counts what is to be handled in one namespace.
type work struct {
	namespace            string
	idle, move, doubtful int
}

func (w work) all() int { return w.idle + w.move + w.doubtful }

// workByNamespace gives the namespaces with something to handle, the fullest
// first.
func workByNamespace(a *model.Assessment) []work {
	index := map[string]int{}
	var rows []work
	for _, f := range a.Findings {
		var idle, move, doubtful int
		switch f.Verdict {
		case model.VerdictIdle:
			idle = 1
		case model.VerdictInUse, model.VerdictReferenced, model.VerdictKnocked:
			move = 1
		case model.VerdictQuiet, model.VerdictUnknown:
			doubtful = 1
		default:
			continue
		}
		i, known := index[f.Token.Namespace]
		if !known {
			i = len(rows)
			index[f.Token.Namespace] = i
			rows = append(rows, work{namespace: f.Token.Namespace})
		}
		rows[i].idle += idle
		rows[i].move += move
		rows[i].doubtful += doubtful
	}
	slices.SortFunc(rows, func(x, y work) int {
		return cmp.Or(y.all()-x.all(), cmp.Compare(x.namespace, y.namespace))
	})
	return rows
}

func namespaces(b *lines.Block, a *model.Assessment, most int) {
	all := workByNamespace(a)
	if len(all) == 0 {
		b.Heading("TO HANDLE", lines.Dim("nothing"))
		return
	}
	b.Heading("TO HANDLE", lines.Dim("in "+lines.Count(len(all), "namespace", "namespaces")))
	shown := all[:min(most, len(all))]
	columns := []lines.Column{{Title: "", Min: 12}, {Title: "IDLE", Right: true}, {Title: "TO MOVE", Right: true}, {Title: "UNCLEAR", Right: true}, {Title: "ALL", Right: true}}
	rows := make([][]lines.Span, len(shown))
	for i, w := range shown {
		rows[i] = []lines.Span{
			lines.Text(w.namespace), figure(theme.Good, w.idle), figure(theme.Warn, w.move), figure(theme.Doubt, w.doubtful), lines.Text(lines.Number(w.all())),
		}
	}
	b.Table(0, columns, rows)
	if more := len(all) - len(shown); more > 0 {
		rest := 0
		for _, w := range all[len(shown):] {
			rest += w.all()
		}
		b.Row(lines.Dim(lines.Number(rest) + " more in " + lines.Count(more, "namespace", "namespaces")))
	}
}

func figure(role theme.Role, n int) lines.Span {
	if n == 0 {
		role = theme.Faint
	}
	return lines.Of(role, lines.Number(n))
}
