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

// rows say it in two lines; in none if nothing was switched off.
func (s Soak) rows(st *theme.Styles) [][]lines.Span {
	if n := len(s.Knocked); n > 0 {
		return [][]lines.Span{
			{lines.Of(theme.Bad, st.Glyphs.Verdict(model.VerdictKnocked)+" "+lines.Number(n)+" knocked"), lines.Text(": somebody tried " + s.Knocked[0].Token.Key.String() + more(n-1) + " since")},
			{lines.Of(theme.Key, "o"), lines.Dim(" stages " + pronoun(n) + " to be switched on again")},
		}
	}
	if s.Off == 0 {
		return nil
	}
	rows := [][]lines.Span{{lines.Of(theme.Info, lines.Number(s.Off)+" switched off"), lines.Dim("; each API server goes by it within about 10 s")}}
	switch {
	case s.Until > s.Today:
		rows = append(rows, []lines.Span{lines.Text("watching for knocks until " + s.Until.String()), lines.Dim(", none so far")})
	case s.Until > 0:
		rows = append(rows, []lines.Span{lines.Text("no knock until " + s.Until.String() + ": deleting is offered now")})
	}
	return rows
}

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return " and " + lines.Number(n) + " more"
}
