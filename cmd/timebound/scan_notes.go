package main

import (
	"fmt"
	"io"
	"strings"

	"timebound/model"
)

// writeNotes tells on stderr what does not belong into the data: what was not
// read, for every format, and totals, for people.
func writeNotes(w io.Writer, r report, o *scanOptions) {
	for _, p := range r.problems {
		fmt.Fprintf(w, "timebound: warning: %s\n", model.Printable(p.String()))
	}
	for _, s := range r.assessment.BlindSpots {
		if worthANote[s.Code] {
			fmt.Fprintf(w, "timebound: note: %s\n", model.Printable(s.Text()))
		}
	}
	if o.output == "table" || o.output == "wide" {
		fmt.Fprintln(w, totals(r))
	}
}

// worthANote are the blind spots of the whole cluster that no problem tells
// and that are not the same in every scan.
var worthANote = map[model.Code]bool{
	model.CodeForecast:  true,
	model.CodeClockSkew: true,
	model.CodeMixedList: true,
}

// totals sums up in one line: "38 of 412 tokens: 30 idle, 8 dead".
func totals(r report) string {
	var b strings.Builder
	shown, all := len(r.findings), r.assessment.Counts.Tokens
	switch {
	case all == 0:
		return "no tokens found"
	case shown == 0:
		return fmt.Sprintf("none of %d tokens matches", all)
	case shown < all:
		fmt.Fprintf(&b, "%d of ", shown)
	}
	if all == 1 {
		b.WriteString("1 token: ")
	} else {
		fmt.Fprintf(&b, "%d tokens: ", all)
	}
	comma := ""
	for v, n := range countVerdicts(r.findings) {
		if n > 0 {
			fmt.Fprintf(&b, "%s%d %s", comma, n, model.Verdict(v))
			comma = ", "
		}
	}
	return b.String()
}

func countVerdicts(findings []*model.Finding) (counts [model.VerdictCount]int) {
	for _, f := range findings {
		counts[f.Verdict]++
	}
	return counts
}
