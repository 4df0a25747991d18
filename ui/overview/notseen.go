package overview

import (
	"timebound/model"
	"timebound/ui/lines"
	"timebound/ui/theme"
)

// notSeen says what could change the picture. Lists that are still being read
// are left to progress.
func notSeen(b *lines.Block, a *model.Assessment) {
	begun := false
	for _, r := range a.BlindSpots {
		if r.Code == model.CodeLoading {
			continue
		}
		if !begun {
			b.Heading("NOT SEEN")
			begun = true
		}
		spans := []lines.Span{lines.Text(r.Text())}
		if remedy := r.Remedy(); remedy != "" {
			spans = append(spans, lines.Dim(" "+b.Styles().Glyphs.Arrow+" "+remedy))
		}
		b.Item(0, lines.Of(theme.SeverityRole(r.Severity()), string(r.Code)+"  "), spans...)
	}
}

// progress says how far the reading has come, kind by kind. It goes away when
// everything was read: what could not be read is then not seen.
func progress(b *lines.Block, snap model.Snapshot) {
	finished := true
	var rows [][]lines.Span
	for _, p := range snap.Progress {
		if p.Kind == "" {
			continue // asked for, and nothing is known of it yet
		}
		finished = finished && (p.Done || p.Failed)
		rows = append(rows, progressRow(b.Styles(), p))
	}
	if finished {
		return
	}
	b.Heading("READING")
	columns := []lines.Column{{Min: 8}, {Right: true}, {}, {Right: true}, {}}
	if b.Width() < twoColumns {
		b.Table(0, columns, rows)
		return
	}
	half := (len(rows) + 1) / 2
	column := min((b.Width()-gap)/2, widest)
	left, right := lines.New(b.Styles(), column), lines.New(b.Styles(), column)
	left.Table(0, columns, rows[:half])
	right.Table(0, columns, rows[half:])
	b.Painted(lines.Beside(left, gap, right)...)
}

// first says that this is the first load: until it is done, how far it has
// come matters more than what it has found.
func first(snap model.Snapshot) bool { return snap.Load <= 1 }

// meter is the width of a progress bar in cells.
const meter = 16

func progressRow(st *theme.Styles, p model.Progress) []lines.Span {
	kind, count, rate := lines.Text(string(p.Kind)), lines.Number(p.Count), ""
	if r := int(p.Rate()); r > 0 {
		rate = lines.Number(r) + "/s"
	}
	bar, state := lines.Dim(""), lines.Dim("")
	switch {
	case p.Failed:
		state = lines.Of(theme.Bad, st.Glyphs.Cross+" could not be read")
	case p.Done:
		state = lines.Of(theme.Good, st.Glyphs.Check)
	case p.Total >= 0:
		bar = lines.Of(theme.Accent, st.Glyphs.Meter(min(p.Count, p.Total), p.Total, meter))
	}
	if p.Total >= 0 && !p.Done {
		count += " of " + lines.Number(p.Total)
	}
	return []lines.Span{kind, lines.Text(count), bar, lines.Dim(rate), state}
}
