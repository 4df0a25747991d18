package changes

import (
	"timebound/model"
	"timebound/plan"
	"timebound/plan/run"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// Soak is what came of tokens that a run switched off.
type Soak struct {
	Off     int              // still switched off, and nobody tried them
	Knocked []*model.Finding // somebody tried them since
	On      int              // switched on again
	Gone    int
	Until   model.Day // when watching has been long enough
	Today   model.Day
}

// SoakOf looks at what a run switched off by the present facts.
func SoakOf(results []run.Result, a *model.Assessment, days int) Soak {
	var s Soak
	if a == nil {
		return s
	}
	s.Today = a.Policy.Today
	for i := range results {
		r := &results[i]
		if r.Item.Kind != plan.Invalidate || r.Outcome.State != run.Done {
			continue
		}
		f := a.Token(r.Item.Key())
		if f == nil || f.Token.UID != r.Item.On.UID {
			s.Gone++
			continue
		}
		since := f.Token.InvalidSince
		if since.Valid {
			s.Until = max(s.Until, since.Day+model.Day(days))
		}
		switch {
		case f.Verdict == model.VerdictKnocked:
			s.Knocked = append(s.Knocked, f)
		case since.Raw == "":
			s.On++ // or the watch has not brought it yet
		default:
			s.Off++
		}
	}
	return s
}

// row says it in one line of width cells. While the run is live, what is not seen
// to be off was sent a moment ago.
func (s Soak) row(st *theme.Styles, width int, live bool) []lines.Span {
	if n := len(s.Knocked); n > 0 {
		return []lines.Span{
			lines.Of(theme.Bad, st.Glyphs.Verdict(model.VerdictKnocked)+" "+lines.Number(n)+" knocked"), lines.Text(": "),
			lines.Of(theme.Key, "o"), lines.Dim(" stages " + pronoun(n) + " to be switched on again"),
			lines.Text("   somebody tried " + s.Knocked[0].Token.Key.String() + more(n-1) + " since"),
		}
	}
	if s.Off == 0 {
		switch {
		case s.On > 0 && live:
			return []lines.Span{lines.Dim(lines.Number(s.On) + " sent, not seen to be off yet")}
		case s.On > 0:
			return []lines.Span{lines.Dim(lines.Number(s.On) + " switched on again, or not seen to be off yet")}
		case s.Gone > 0:
			return []lines.Span{lines.Dim("what was switched off is gone by now")}
		}
		return []lines.Span{lines.Dim("0 switched off   a knock on what is off would show here")}
	}
	row := []lines.Span{lines.Of(theme.Info, lines.Number(s.Off)+" switched off")}
	if width >= wholeSoak {
		row = append(row, lines.Dim("; each API server goes by it within about 10 s"))
	}
	row = append(row, lines.Text("   "))
	switch {
	case s.Until > s.Today:
		row = append(row, lines.Text("watching for knocks until "+s.Until.String()), lines.Dim(", none so far"))
	case s.Until > 0:
		row = append(row, lines.Text("no knock until "+s.Until.String()+": deleting is offered now"))
	}
	return row
}

// wholeSoak is the width from which all of it is said.
const wholeSoak = 114

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return " and " + lines.Number(n) + " more"
}
